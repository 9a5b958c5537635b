"""What a release says about one item: as one graph of what is current, or by who says each statement."""

from typing import Final

from rdflib import Graph, URIRef
from rdflib.term import Node

from registry.namespaces import ROOT
from server.library import Row, Shelf
from server.links import GENID
from server.representations import Quads

_LOOKED_AT: Final = (f"{ROOT}id/link-check/", f"{ROOT}id/stored-copy/")
"""How the items begin by which the registry says how links stood."""


def describe(held: Shelf, iri: URIRef) -> Graph:
    """Describe an item: its triples, those of its fragments and unnamed nodes, and the labels of what it points at."""
    if iri.startswith(GENID):
        return held.header(iri)
    has_parts = str(iri) in held.with_parts
    graph = held.triples("description", item=iri) if has_parts else held.header(iri)
    pending = _unnamed(graph)
    while pending:
        node = pending.pop()
        found = held.triples("description-of-node", node=node)
        fresh = _unnamed(found) - set(graph.subjects())
        graph += found
        pending |= fresh - {node}
    if not len(graph):
        return _beside(held, iri)
    if has_parts:
        return graph + held.triples("labels-around", item=iri)
    return graph + held.triples("labels-of-linked", item=iri)


def statements(held: Shelf, iri: URIRef) -> Quads:
    """Give every statement about an item in the named graph that says it; the default graph says who made each."""
    graphs: dict[URIRef | None, Graph] = {}
    pending = _put(graphs, held.rows("statements", item=iri), None)
    met = set(pending)
    while pending:
        node = pending.pop()
        fresh = _put(graphs, held.rows("statements-of-node", node=node), node) - met
        met |= fresh
        pending |= fresh
    return with_provenance(held, graphs)


def with_provenance(held: Shelf, graphs: Quads) -> Quads:
    """Add, as the default graph, who says each of some named graphs, when and why."""
    told = Graph(bind_namespaces="none")
    for name in graphs:
        if name is not None:
            told += held.triples("provenance", graph=name)
    return {**graphs, None: told}


def _put(graphs: dict[URIRef | None, Graph], rows: list[Row], node: Node | None) -> set[Node]:
    """Put rows into their graphs; give the unnamed nodes that they point at."""
    unnamed: set[Node] = set()
    for row in rows:
        name, predicate, value = row["graph"], row["property"], row["value"]
        subject = node if node is not None else row["part"]
        if isinstance(name, URIRef) and subject is not None and predicate is not None and value is not None:
            graphs.setdefault(name, Graph(bind_namespaces="none")).add((subject, predicate, value))
            if str(value).startswith(GENID):
                unnamed.add(value)
    return unnamed


def _beside(held: Shelf, iri: URIRef) -> Graph:
    """Describe what was found of a link that only a submission names: it stands in its named graph alone."""
    found = Graph(bind_namespaces="none")
    for row in held.rows("statements", item=iri) if str(iri).startswith(_LOOKED_AT) else ():
        if row["part"] is not None and row["property"] is not None and row["value"] is not None:
            found.add((row["part"], row["property"], row["value"]))
    return found


def _unnamed(graph: Graph) -> set[Node]:
    return {node for node in graph.objects() if str(node).startswith(GENID) and (node, None, None) not in graph}
