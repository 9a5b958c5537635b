"""What peers said, as the acts that the ledger records: in graphs of theirs, beside the default graph; pure.

The list of peers is recorded as well, so that every change of a peer's state is an event. What a peer said is in a
release as long as the peer is active; when it is not, each of its graphs is taken out by an event that says why.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import Final

from rdflib import Graph, URIRef

from registry.events import STEWARD
from registry.model import DraftedEvent, RecordedEvent
from registry.namespaces import ROOT
from registry.peer_ports import PeerGraph
from registry.peers import SPACE, Peer
from registry.ports import Syntax
from registry.sealing import PAYLOAD

TRUST: Final = "trust"
"""The kind of the list of peers, which is current."""
LIST: Final = f"{TRUST}/peers"
SAID: Final = "peer"
"""The kind of what a peer says; the name of the peer follows in the case."""
JUDGED: Final = "peer-assessment"
"""The kind of what this registry finds of what a peer says."""
RUNS: Final = "peer-run"
"""The kind of how and when it was taken."""
BESIDE: Final = frozenset({SAID, JUDGED, RUNS})
"""The kinds that the default graph is not made of."""
KINDS: Final = BESIDE | {TRUST}
GRAPHS: Final = tuple(f"{ROOT}graph/{kind}/" for kind in sorted(BESIDE))
"""How the names of those graphs begin."""


def speaker(kind: str, case: str, office: str) -> URIRef:
    """Give who says a graph: the peer where it is a peer's word, else the office that acted."""
    if kind == SAID:
        return URIRef(SPACE + case.split("/")[1])
    return URIRef(f"{ROOT}id/office/{office}")


def to_record(
    graph: Graph,
    peers: Sequence[Peer],
    taken: Mapping[str, Sequence[PeerGraph]],
    recorded: Iterable[RecordedEvent],
    *,
    at: date,
    syntax: Syntax,
) -> list[DraftedEvent]:
    """Give what has to be recorded so that the ledger says of peers what is so now.

    ``graph`` is the list of peers, ``taken`` gives by slug what came of each. What was recorded already gives nothing.
    """
    last = {event.envelope.case: event for event in recorded if event.envelope.kind in KINDS}
    states = {peer.slug: f"the peer is {peer.state}" for peer in peers}
    wanted = {LIST: PeerGraph(LIST, TRUST, syntax.canonical(graph), "The list of peers, as the registry decided.")}
    wanted |= {one.case: one for peer in peers if peer.is_active for one in taken.get(peer.slug, ())}
    drafts = [_draft(one, last.get(one.case), at) for _, one in sorted(wanted.items()) if _is_news(one, last)]
    return [*drafts, *_taken_out(wanted, last, states, at)]


def _is_news(one: PeerGraph, last: Mapping[str, RecordedEvent]) -> bool:
    known = last.get(one.case)
    if known is None:
        return bool(one.payload)
    return known.envelope.hashes.get(PAYLOAD) != sha256(one.payload).hexdigest()


def _taken_out(
    wanted: Mapping[str, PeerGraph], last: Mapping[str, RecordedEvent], states: Mapping[str, str], at: date
) -> Iterator[DraftedEvent]:
    nothing = sha256(b"").hexdigest()
    for case, known in sorted(last.items()):
        if case not in wanted and known.envelope.hashes.get(PAYLOAD) != nothing:
            state = states.get(case.split("/")[1], "the peer is no longer listed")
            why = "The peer says it no more." if state == "the peer is active" else f"Taken out: {state}."
            yield _draft(PeerGraph(case, known.envelope.kind, b"", why), known, at)


def _draft(one: PeerGraph, known: RecordedEvent | None, at: date) -> DraftedEvent:
    follows = f" It follows event {known.envelope.sequence}." if known is not None else ""
    return DraftedEvent(
        case=one.case,
        kind=one.kind,
        office=STEWARD,
        reason=one.reason + follows,
        claimed=datetime.combine(at, time(), UTC),
        payload=one.payload,
        previous=None if known is None else known.hash,
    )
