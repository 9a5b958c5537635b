"""Statements as the lines that releases are built from."""

from rdflib.term import Node

from registry.adapters.oxigraph_terms import from_rdflib


def line(*terms: Node) -> bytes:
    """Give three terms as a line of N-Triples, or four, the last the graph, as one of N-Quads."""
    return (" ".join(str(from_rdflib(term)) for term in terms) + " .").encode()
