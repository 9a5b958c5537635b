"""How drafted events become recorded ones: place, time, hash of the one before in the case, signature; pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from registry import envelope as envelopes
from registry.errors import BackDated, LedgerConflict, MalformedRecord
from registry.model import DraftedEvent, Envelope, RecordedEvent
from registry.ports import Signer

TOLERANCE: Final = timedelta(seconds=5)
"""How far the clock may be behind the last recorded time; an event then gets that time, and beyond it is refused."""
PAYLOAD: Final = "payload"
"""The role under which an envelope names the payload that the ledger keeps."""


def time_of_record(now: datetime, last: datetime | None) -> datetime:
    """Give the recorded time of the next events, never before that of the last one; raise BackDated when far from it.

    ``now`` is what the clock says, ``last`` the latest recorded time, None in an empty ledger.
    """
    if last is None:
        return now
    if now < last - TOLERANCE:
        raise BackDated(
            f"The clock says {now.isoformat()}, but the last event was recorded at {last.isoformat()}; "
            "set the clock right and try again."
        )
    return max(now, last)


def seal(
    drafts: Sequence[DraftedEvent],
    *,
    start: int,
    recorded: datetime,
    latest: Mapping[str, str | None],
    signer: Signer,
) -> tuple[RecordedEvent, ...]:
    """Give drafts their sequence numbers from ``start`` on, their recorded time, and a signature.

    ``latest`` are the hashes of the last event of each case; each draft must name that of its own, and several of one
    case then follow one another. Raises LedgerConflict when one names another, BackDated when one claims a time after
    ``recorded``, MalformedRecord when one has a field of a wrong form.
    """
    known, sealed = dict(latest), []
    for sequence, draft in enumerate(drafts, start=start):
        _agree(draft, latest[draft.case])
        event = envelopes.sign(_envelope(draft, sequence, recorded, known[draft.case]), signer)
        known[draft.case] = event.hash
        sealed.append(event)
    return tuple(sealed)


def _agree(draft: DraftedEvent, latest: str | None) -> None:
    if draft.previous != latest:
        raise LedgerConflict(
            f"The case {draft.case} has moved on: its last event is {latest or 'none'}, not "
            f"{draft.previous or 'none'}; read it again and decide anew.",
            latest=latest,
        )


def _envelope(draft: DraftedEvent, sequence: int, recorded: datetime, previous: str | None) -> Envelope:
    claimed = recorded if draft.claimed is None else draft.claimed
    if claimed.tzinfo is None or claimed > recorded:
        raise BackDated(
            f"The event “{draft.kind}” in {draft.case} claims the time {claimed.isoformat()}, which is not in UTC or "
            f"after now, {recorded.isoformat()}; give the time at which it happened."
        )
    hashes = dict(draft.hashes)
    if PAYLOAD in hashes:
        raise MalformedRecord("The hash of the payload is made from the payload; give another role to other bytes.")
    if draft.payload is not None:
        hashes[PAYLOAD] = envelopes.hash_of(draft.payload)
    return Envelope(
        sequence=sequence,
        case=draft.case,
        kind=draft.kind,
        office=draft.office,
        account=draft.account,
        claimed=claimed,
        recorded=recorded,
        hashes=hashes,
        previous=previous,
        reason=draft.reason,
    )
