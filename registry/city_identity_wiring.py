"""Deciding which cities are the same, on the release and the ledger of one installation."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from registry.city_identity import KIND, Candidate, Decision, candidates, case_of, cities_of, decisions, drafted, places
from registry.errors import NotAdmitted
from registry.guard import TURTLE, Limits
from registry.ledger_wiring import open_ledger
from registry.lexical import check_iri
from registry.loading import artefacts
from registry.sealing import PAYLOAD
from registry.settings import Settings
from registry.wiring import wire

_MOST_TRIPLES: Final = 1_000_000
_LONGEST_REASON: Final = 1_000


def review(settings: Settings, files: Sequence[Path] = ()) -> tuple[Candidate, ...]:
    """Give the candidates in the current release, and in files (Turtle) of what somebody else says.

    What was decided after that release counts as well. Raises NoReleaseYet, and SubmissionError for a file that cannot
    be read.
    """
    reader, syntax = wire(settings).current().reader, artefacts().syntax
    ours, theirs = cities_of(reader.names(), reader.graph)
    for path in files:
        graph = syntax.parse(path.read_bytes(), TURTLE, base="", most_triples=_MOST_TRIPLES)
        theirs += places([(path.name, graph)]).values()
    return candidates(ours.values(), theirs, recorded_decisions(settings))


def recorded_decisions(settings: Settings) -> list[Decision]:
    """Give what the ledger holds of decisions, the latest of each two cities."""
    with closing(open_ledger(settings)) as ledger:
        latest = {event.envelope.case: event for event in ledger.read() if event.envelope.kind == KIND}
        payloads = [ledger.payload(event.envelope.hashes[PAYLOAD]) for event in latest.values()]
    parse = artefacts().syntax.parse
    return list(
        decisions(parse(payload, "application/n-triples", base="", most_triples=_MOST_TRIPLES) for payload in payloads)
    )


def decide(settings: Settings, decision: Decision) -> int:
    """Record a decision; give the number of its event.

    Raises NotAdmitted for a city that is none of ours, for an address that is none, and without a reason, and what the
    ledger raises.
    """
    reader = wire(settings).current().reader
    ours, _ = cities_of(reader.names(), reader.graph)
    if decision.ours not in ours:
        raise NotAdmitted(f"{decision.ours} is no city of this registry; `hrcr identity list` shows the candidates.")
    if decision.theirs == decision.ours:
        raise NotAdmitted("Both are the same IRI, so there is nothing to decide.")
    check_iri(decision.theirs, limits=Limits())
    if not decision.reason.strip() or len(decision.reason) > _LONGEST_REASON:
        raise NotAdmitted(f"A decision has a reason of 1 to {_LONGEST_REASON:,} characters; it becomes public.")
    with closing(open_ledger(settings)) as ledger:
        known = [*ledger.case(case_of(decision.ours, decision.theirs))]
        (receipt,) = ledger.append([drafted(decision, known[-1] if known else None, artefacts().syntax)])
    return receipt.event.envelope.sequence
