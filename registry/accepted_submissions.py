"""What cities said on whose word a level was granted, to be recorded so that a release holds it; pure.

Each stands in a graph of its own. It is what the city said then, not what this registry holds as current.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from registry.cases import Act, Case
from registry.model import DraftedEvent, RecordedEvent
from registry.positions import CASE
from registry.report_verification import SUBMISSION

KIND: Final = "submission"
"""The kind of these events, and of the graphs that they give."""
_RECEIVED: Final = "submission-received"


def accepted(case: Case) -> Act | None:
    """Give the act by which that was handed in on which a case granted a level last; None where it granted none."""
    granted = [ruling.number for ruling in case.rulings if ruling.particulars.level]
    handed_in = [
        act
        for act in case.acts
        if granted and act.kind == _RECEIVED and act.number < granted[-1] and SUBMISSION in act.hashes
    ]
    return handed_in[-1] if handed_in else None


def superseded(cases: Iterable[Case]) -> frozenset[str]:
    """Give, as cases of the ledger, the accepted submissions of each city but the one that was accepted last."""
    latest: dict[str, str] = {}
    granted = [
        (max(ruling.at for ruling in case.rulings if ruling.particulars.level), case)
        for case in cases
        if accepted(case) is not None
    ]
    for _, case in sorted(granted, key=lambda found: found[0]):
        latest[case.city] = case.name
    return frozenset(_name(case) for _, case in granted if latest[case.city] != case.name)


def to_record(
    cases: Iterable[Case],
    recorded: Callable[[str], Sequence[RecordedEvent]],
    statements: Callable[[str], bytes | None],
) -> Iterator[DraftedEvent]:
    """Give what has to be recorded so that the ledger holds every submission that was accepted.

    ``recorded`` gives the events of a case of the ledger; ``statements`` gives a submission by its SHA-256 in canonical
    N-Triples, None when it cannot be read now: it is then left for the next time.
    """
    for case in cases:
        act = accepted(case)
        if act is None:
            continue
        name = _name(case)
        known, digest = recorded(name), act.hashes[SUBMISSION]
        if known and known[-1].envelope.hashes.get(SUBMISSION) == digest:
            continue
        payload = statements(digest)
        if payload is not None:
            yield DraftedEvent(
                case=name,
                kind=KIND,
                office=act.office,
                reason=f"What the city said when it was granted a level, in {case.name}; handed in by the city.",
                claimed=act.at,
                payload=payload,
                hashes={SUBMISSION: digest},
                previous=known[-1].hash if known else None,
            )


def _name(case: Case) -> str:
    return f"{KIND}/{case.name.removeprefix(CASE)}"
