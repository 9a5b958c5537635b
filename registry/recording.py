"""From the files of an installation to the ledger and back: what has to be recorded, and what is read of it; pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import Final

from rdflib import Graph, Literal, URIRef

from registry.accepted_submissions import KIND as SUBMISSION
from registry.catalogue import release_iri
from registry.city_identity import KIND as IDENTITY
from registry.errors import NoReleaseYet
from registry.events import KINDS, STEWARD
from registry.evidence_filing import KIND as RELEASED_FILE
from registry.link_facts import KIND as LINK_CHECK
from registry.model import DraftedEvent, Envelope, Event, RecordedEvent, Release
from registry.namespaces import DCT, OWL, ROOT, STANDARD
from registry.peer_recording import KINDS as PEER_KINDS
from registry.ports import Syntax
from registry.sealing import PAYLOAD

RELEASE: Final = "release"
"""The kind of event by which a release was published; its case is ``release/`` and the identifier."""
_SUMS: Final = "sums"
_FOLDED: Final = KINDS | PEER_KINDS | {IDENTITY, RELEASED_FILE, LINK_CHECK, SUBMISSION}
"""The kinds of events whose payload is a graph of a release."""


@dataclass(frozen=True, slots=True)
class Published:
    """A release as the ledger tells of it: of how many events it was folded, and the SHA-256 of its file of hashes."""

    size: int
    identifier: str
    day: date
    standard_version: str
    software_version: str
    sums: str


def to_record(events: Iterable[Event], recorded: Iterable[RecordedEvent]) -> list[DraftedEvent]:
    """Give what has to be recorded so that the ledger says what the files say.

    A file that says what was last recorded of its case gives nothing; one that says otherwise gives a correction; a
    case whose file is gone is taken out, which is an event with an empty payload.
    """
    last = {event.envelope.case: event for event in recorded if event.envelope.kind in KINDS}
    drafts, seen = [], set()
    for event in events:
        seen.add(event.case)
        known = last.get(event.case)
        if known is None or known.envelope.hashes.get(PAYLOAD) != sha256(event.payload).hexdigest():
            drafts.append(_draft(event, known))
    for case, known in last.items():
        if case not in seen and known.envelope.hashes.get(PAYLOAD) != sha256(b"").hexdigest():
            kind = known.envelope.kind
            reason = "Taken out: it is no longer among the files of this installation."
            drafts.append(
                DraftedEvent(case=case, kind=kind, office=STEWARD, reason=reason, payload=b"", previous=known.hash)
            )
    return drafts


def as_events(recorded: Iterable[RecordedEvent], payload: Callable[[str], bytes]) -> Iterator[Event]:
    """Give the events that a release is folded from: the last of each case, in the order of the ledger.

    ``payload`` gives a payload by its SHA-256.
    """
    last = {event.envelope.case: event.envelope for event in recorded if event.envelope.kind in _FOLDED}
    for envelope in sorted(last.values(), key=lambda envelope: envelope.sequence):
        yield Event(
            sequence=envelope.sequence,
            kind=envelope.kind,
            case=envelope.case,
            office=envelope.office,
            time=envelope.claimed.date().isoformat(),
            reason=envelope.reason,
            graph=URIRef(f"{ROOT}graph/{envelope.case}"),
            payload=payload(envelope.hashes[PAYLOAD]),
        )


def publication_case(release: str) -> str:
    """Name the case of the event by which a release was published."""
    return f"{RELEASE}/{release}"


def publication(release: Release, sums: bytes, syntax: Syntax, *, size: int) -> DraftedEvent:
    """Give the event by which a release was published, bound to its file of hashes.

    ``size`` is the number of events that it was folded from, from the first on.
    """
    facts, node = Graph(), release_iri(release.id)
    facts.add((node, DCT.identifier, Literal(release.id)))
    facts.add((node, DCT.conformsTo, STANDARD[release.standard_version]))
    facts.add((node, OWL.versionInfo, Literal(release.software_version)))
    facts.add((node, DCT.extent, Literal(size)))
    return DraftedEvent(
        case=publication_case(release.id),
        kind=RELEASE,
        office=STEWARD,
        reason="Published.",
        claimed=_midnight(release.day),
        payload=syntax.canonical(facts),
        hashes={_SUMS: sha256(sums).hexdigest()},
    )


def publications(
    recorded: Iterable[RecordedEvent], payload: Callable[[str], bytes], syntax: Syntax
) -> Iterator[Published]:
    """Give every release that the ledger tells of, the oldest first; ``payload`` gives a payload by its SHA-256."""
    for event in recorded:
        if event.envelope.kind == RELEASE:
            yield _published(event.envelope, payload, syntax)


def last_published(recorded: Iterable[RecordedEvent], payload: Callable[[str], bytes], syntax: Syntax) -> Published:
    """Give the release that was published last; raise NoReleaseYet when there is none."""
    found = None
    for event in recorded:
        found = event.envelope if event.envelope.kind == RELEASE else found
    if found is None:
        raise NoReleaseYet("The ledger tells of no release yet; make one with `hrcr publish`.")
    return _published(found, payload, syntax)


def _published(found: Envelope, payload: Callable[[str], bytes], syntax: Syntax) -> Published:
    raw = payload(found.hashes[PAYLOAD])
    facts = syntax.parse(raw, "application/n-triples", base="", most_triples=100)
    said: Mapping[URIRef, str] = {URIRef(str(predicate)): str(value) for _, predicate, value in facts}
    return Published(
        int(said.get(DCT.extent, found.sequence - 1)),
        said[DCT.identifier],
        found.claimed.date(),
        said[DCT.conformsTo].removeprefix(str(STANDARD)),
        said[OWL.versionInfo],
        found.hashes[_SUMS],
    )


def _draft(event: Event, known: RecordedEvent | None) -> DraftedEvent:
    correction = "" if known is None else f" It corrects event {known.envelope.sequence}."
    return DraftedEvent(
        case=event.case,
        kind=event.kind,
        office=event.office,
        reason=event.reason + correction,
        claimed=_midnight(date.fromisoformat(event.time)),
        payload=event.payload,
        previous=None if known is None else known.hash,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
