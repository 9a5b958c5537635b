"""How drafted events become recorded ones: place, time, hash of the one before in the case, signature; pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from registry import envelope as envelopes
from registry.canonical_json import to_base64
from registry.canonical_json import write as write_json
from registry.checkpoint import key_id, read_note
from registry.errors import BackDated, LedgerConflict, MalformedRecord
from registry.ledger_errors import LedgerKeyChanged
from registry.model import Checkpoint, DraftedEvent, Envelope, RecordedEvent
from registry.ports import Signer

TOLERANCE: Final = timedelta(seconds=5)
"""How far the clock may be behind the last recorded time; an event then gets that time, and beyond it is refused."""
PAYLOAD: Final = "payload"
"""The role under which an envelope names the payload that the ledger keeps."""


KEY_CASE: Final = "key/ledger"
KEY_CHANGED: Final = "key-changed"
KEY: Final = "key"
FORMER: Final = "former"
"""The case, the kind of event and the role by which the ledger tells, signed with the old key, of its next one.

The payload holds both keys, under the names of the role and ``former``, so that readers can follow the change.
"""


def key_change(public_key: bytes, *, former: bytes, previous: str | None) -> DraftedEvent:
    """Give the event after which the ledger is signed with another key, named by the SHA-256 of its 32 bytes.

    ``former`` is the key with which that event itself is signed.
    """
    return DraftedEvent(
        case=KEY_CASE,
        kind=KEY_CHANGED,
        office="registry-steward",
        reason="From the next event on, the ledger is signed with another key.",
        hashes={KEY: envelopes.hash_of(public_key)},
        payload=write_json({KEY: to_base64(public_key), FORMER: to_base64(former)}),
        previous=previous,
    )


def demand_key(public_key: bytes, *, change: RecordedEvent | None, head: Checkpoint) -> None:
    """Raise LedgerKeyChanged unless a ledger may be signed with a key.

    ``change`` is the last event that named another key, None when there is none: then it is that of the latest head.
    """
    if change is not None:
        wanted, since = change.envelope.hashes.get(KEY) == envelopes.hash_of(public_key), change.envelope.sequence
        told = f"since event {since} another one signs it"
    else:
        identifier = key_id(head.origin, public_key)
        wanted = identifier in {found for _, found, _ in read_note(head.note).signatures}
        told = f"its {head.size:,} events are signed with another one"
    if not wanted:
        raise LedgerKeyChanged(
            f"The key that is set (HRCR_SIGNING_KEY) is not that of the ledger: {told}; set that one. "
            "To change it, run `hrcr rotate-key FILE` with the old key set."
        )


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
