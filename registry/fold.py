"""The fold: events in their order become the quads of a release. Pure: the same events give the same quads."""

from collections.abc import Iterable, Iterator
from typing import Final

from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from registry.model import Event, Quad
from registry.namespaces import DCT, HRC, PROV, RDF, ROOT, XSD
from registry.ports import Syntax

_NO_LIMIT: Final = 100_000_000


def fold(events: Iterable[Event], syntax: Syntax) -> Iterator[Quad]:
    """Give every quad of the release.

    The latest event of a case is current: its payload stands in its own named graph and in the default graph; who said
    it, when and why stands beside it as PROV (PROV-O 3.1).
    """
    current = {event.graph: event for event in sorted(events, key=lambda event: event.sequence)}
    for name, event in sorted(current.items()):
        for subject, predicate, value in _payload(event, syntax):
            yield Quad(subject, URIRef(str(predicate)), value, name)
            yield Quad(subject, URIRef(str(predicate)), value, None)
        yield from _provenance(event)


def _payload(event: Event, syntax: Syntax) -> Iterator[tuple[Node, Node, Node]]:
    space = f"{ROOT}.well-known/genid/{event.case}/"
    for triple in syntax.parse(event.payload, "application/n-triples", base="", most_triples=_NO_LIMIT):
        subject, predicate, value = (URIRef(space + term) if isinstance(term, BNode) else term for term in triple)
        yield subject, predicate, value


def _provenance(event: Event) -> Iterator[Quad]:
    office = URIRef(f"{ROOT}id/office/{event.office}")
    for predicate, value in (
        (RDF.type, PROV.Bundle),
        (HRC.graphKind, Literal(event.kind)),
        (PROV.wasAttributedTo, office),
        (PROV.generatedAtTime, Literal(event.time, datatype=XSD.date)),
        (DCT.description, Literal(event.reason, lang="en")),
    ):
        yield Quad(event.graph, predicate, value, None)
