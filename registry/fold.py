"""The fold: events in their order become what a release holds. Pure: the same events give the same statements."""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from hashlib import sha256
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.accepted_submissions import KIND as SUBMISSION
from registry.link_facts import CASE as LINK_CHECK
from registry.model import Event, Folded, FoldedGraph
from registry.namespaces import DCT, HRC, PROV, RDF, ROOT, XSD
from registry.peer_recording import BESIDE, speaker
from registry.ports import Syntax

_SAID: Final = f"{SUBMISSION}/"
_BESIDE: Final = (_SAID, LINK_CHECK + _SAID, *(f"{kind}/" for kind in sorted(BESIDE)))
"""How cases begin that the default graph is not made of: what cities said in cases, checks of its links, peers."""
_BLANK: Final = re.compile(rb"^_:(\w+)(?= )|(?<= )_:(\w+)(?= \.$)")
"""A blank node where a line of N-Triples may have one: at its beginning, or before its full stop."""


def fold(events: Iterable[Event], syntax: Syntax) -> Folded:
    """Give what the release holds.

    The latest event of a case is current: its payload stands in its own named graph and in the default graph; who said
    it, when and why stands beside it as PROV (PROV-O 3.1). A case whose latest payload is empty is there no more. What
    a city said in a case stands in its named graph alone, as do the checks of its links and what peers say: the
    registry holds that it was said, not that it is so now.
    """
    latest = {event.graph: event for event in sorted(events, key=lambda event: event.sequence)}
    current = {graph: event for graph, event in latest.items() if event.payload}
    graphs = {
        name: FoldedGraph(_identity(event), partial(_lines, event), is_current=not event.case.startswith(_BESIDE))
        for name, event in sorted(current.items())
    }
    about = Graph(bind_namespaces="none")
    for event in current.values():
        for predicate, value in _provenance(event):
            about.add((event.graph, predicate, value))
    return Folded(graphs, tuple(syntax.canonical(about).splitlines()))


def _identity(event: Event) -> str:
    facts = "\n".join((event.case, event.kind, event.office, event.time, event.reason))
    if event.case.startswith(LINK_CHECK + _SAID):  # earlier releases held them in the default graph, from which they go
        facts += "\nbeside"
    return sha256(facts.encode() + b"\n\n" + event.payload).hexdigest()


def _lines(event: Event) -> Iterator[bytes]:
    """Give the payload with each blank node as an IRI (RDF 1.1 Concepts 3.5)."""
    space = f"<{ROOT}.well-known/genid/{event.case}/".encode()
    for line in event.payload.splitlines():
        yield _BLANK.sub(lambda found: space + (found[1] or found[2]) + b">", line) if b"_:" in line else line


def _provenance(event: Event) -> Iterator[tuple[URIRef, Node]]:
    yield RDF.type, PROV.Bundle
    yield HRC.graphKind, Literal(event.kind)
    yield PROV.wasAttributedTo, speaker(event.kind, event.case, event.office)
    yield PROV.generatedAtTime, Literal(event.time, datatype=XSD.date)
    yield DCT.description, Literal(event.reason, lang="en")
