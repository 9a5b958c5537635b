"""Bringing what others say into our terms by a CONSTRUCT query of ours, over a graph in memory."""

import pyoxigraph
from rdflib import Graph

from registry.adapters.oxigraph_terms import from_rdflib, to_rdflib
from registry.errors import StoreError


def mapped(graph: Graph, query: str) -> Graph:
    """Give what a trusted CONSTRUCT query (SPARQL 1.1, 16.2) makes of a graph; raise StoreError when it is wrong.

    Its time is the caller's to bound: run it confined where the graph is not trusted.
    """
    store = pyoxigraph.Store()
    store.bulk_extend(
        pyoxigraph.Quad(from_rdflib(subject), from_rdflib(predicate), from_rdflib(value))  # type: ignore[arg-type]  # RDF allows these terms in these places
        for subject, predicate, value in graph
    )
    try:
        answer = store.query(query)
    except SyntaxError as fault:
        raise StoreError(f"The mapping is no SPARQL query: {fault.msg}.") from fault
    if not isinstance(answer, pyoxigraph.QueryTriples):
        raise StoreError("The mapping is no CONSTRUCT query.")
    found = Graph(bind_namespaces="none")
    for triple in answer:
        found.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)))
    return found
