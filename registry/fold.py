"""The fold: events in their order become what a release holds. Pure: the same events give the same quads."""

from collections.abc import Iterable, Iterator
from functools import partial
from hashlib import sha256
from typing import Final

from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from registry.model import Event, Folded, FoldedGraph, Quad
from registry.namespaces import DCT, HRC, PROV, RDF, ROOT, XSD
from registry.ports import Syntax

_NO_LIMIT: Final = 100_000_000


def fold(events: Iterable[Event], syntax: Syntax) -> Folded:
    """Give what the release holds.

    The latest event of a case is current: its payload stands in its own named graph and in the default graph; who said
    it, when and why stands beside it as PROV (PROV-O 3.1).
    """
    current = {event.graph: event for event in sorted(events, key=lambda event: event.sequence)}
    graphs = {
        name: FoldedGraph(_identity(event), partial(_payload, event, syntax)) for name, event in sorted(current.items())
    }
    return Folded(graphs, tuple(quad for name in graphs for quad in _provenance(current[name])))


def _identity(event: Event) -> str:
    facts = "\n".join((event.case, event.kind, event.office, event.time, event.reason))
    return sha256(facts.encode() + b"\n\n" + event.payload).hexdigest()


def _payload(event: Event, syntax: Syntax) -> Iterator[tuple[Node, URIRef, Node]]:
    space = f"{ROOT}.well-known/genid/{event.case}/"
    for triple in syntax.parse(event.payload, "application/n-triples", base="", most_triples=_NO_LIMIT):
        subject, predicate, value = (URIRef(space + term) if isinstance(term, BNode) else term for term in triple)
        yield subject, URIRef(str(predicate)), value


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
