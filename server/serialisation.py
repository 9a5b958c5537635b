"""Graphs and datasets as RDF documents in the forms on offer, always with canonical IRIs."""

from collections.abc import Mapping
from typing import Final

from flask import Response
from rdflib import BNode, Graph, URIRef
from rdflib.term import Node

from registry.namespaces import PREFIXES
from server.links import GENID

HTML: Final = "text/html"
FORMATS: Final[Mapping[str, str]] = {
    "text/turtle": "turtle",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
    "application/n-triples": "nt",
}
"""Media type to rdflib's name of the serialiser."""

DATASETS: Final = ("application/trig", "application/n-quads")
"""The media types of what spans graphs."""


def serialise(graph: Graph, media_type: str, *, named: bool = False) -> bytes:
    """Write a graph; what a release holds under genid IRIs is written as blank nodes again (RDF 1.1 Concepts 3.5).

    ``named`` keeps those IRIs, for the document about one of them.
    """
    written = Graph(bind_namespaces="none")
    _fill(written, graph, named=named)
    if media_type == "application/ld+json":
        context = {prefix: str(namespace) for prefix, namespace in sorted(PREFIXES.items())}
        return written.serialize(format="json-ld", context=context, encoding="utf-8", sort_keys=True)
    return written.serialize(format=FORMATS[media_type], encoding="utf-8")


def bare(graph: Graph) -> Graph:
    """Give a graph with what a release holds under genid IRIs as blank nodes again."""
    written = Graph(bind_namespaces="none")
    _fill(written, graph, named=False)
    return written


def send_graph(graph: Graph, media_type: str | None) -> Response:
    """Send a graph in one of the forms; Turtle when nothing else is asked for."""
    chosen = media_type if media_type is not None and media_type in FORMATS else "text/turtle"
    return send_document(serialise(graph, chosen), chosen)


def send_document(body: bytes, media_type: str) -> Response:
    """Send a written document, with its character set where the type has one."""
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return Response(body, content_type=media_type + charset)


def _fill(written: Graph, graph: Graph, *, named: bool) -> None:
    for prefix, namespace in PREFIXES.items():
        written.bind(prefix, namespace)
    for subject, predicate, value in graph:
        written.add((subject, predicate, value) if named else (_bare(subject), predicate, _bare(value)))


def _bare(term: Node) -> Node:
    if isinstance(term, URIRef) and term.startswith(GENID):
        return BNode("b" + term.removeprefix(GENID).replace("/", "-").replace(".", "-"))
    return term
