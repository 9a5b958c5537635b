"""Rows of the ledger's tables, written and read back: a row is taken only when it is what its envelope says."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from registry import checkpoint as checkpoints
from registry import envelope as envelopes
from registry.adapters.ledger_tables import CHECKPOINTS, EVENTS, PAYLOADS
from registry.errors import LedgerDamaged, MalformedRecord
from registry.model import Checkpoint, RecordedEvent

_AT_ONCE: Final = 500


def event_row(event: RecordedEvent) -> Mapping[str, object]:
    """Give the row of an event; what stands beside the envelope is there to be found and repeats it."""
    return {
        "sequence": event.envelope.sequence,
        "case": event.envelope.case,
        "hash": event.hash,
        "envelope": event.raw,
        "signature": event.signature,
        "payload": event.envelope.hashes.get("payload"),
    }


def event_of(row: Row[Any]) -> RecordedEvent:
    """Read the row of an event; raise LedgerDamaged when it is not what its envelope says."""
    what = f"The event {row.sequence}"
    raw, signature = bytes_of(row.envelope, what), bytes_of(row.signature, what)
    try:
        event = RecordedEvent(envelopes.read(raw), raw, signature)
    except MalformedRecord as fault:
        raise LedgerDamaged(f"{what} is stored with another envelope than was recorded: {fault}") from fault
    if dict(row._mapping) != event_row(event):
        raise LedgerDamaged(f"{what} is stored in a row that does not agree with its envelope.")
    return event


def events_of_case(connection: Connection, name: str) -> tuple[RecordedEvent, ...]:
    """Read the events of a case in their order; raise LedgerDamaged when one does not name the one before it."""
    rows = connection.execute(select(EVENTS).where(EVENTS.c.case == name).order_by(EVENTS.c.sequence)).all()
    events = tuple(map(event_of, rows))
    for before, event in zip((None, *events), events, strict=False):
        if event.envelope.previous != (before.hash if before else None):
            raise LedgerDamaged(f"The event {event.envelope.sequence} does not follow the one before it in {name}.")
    return events


def checkpoint_row(head: Checkpoint) -> Mapping[str, object]:
    """Give the row of a checkpoint."""
    return {"size": head.size, "note": head.note}


def checkpoint_of(row: Row[Any]) -> Checkpoint:
    """Read the row of a checkpoint; raise LedgerDamaged when it is none, or one of another size."""
    try:
        head = checkpoints.read(str(row.note))
    except MalformedRecord as fault:
        raise LedgerDamaged(f"The checkpoint of size {row.size} is damaged: {fault}") from fault
    if head.size != row.size:
        raise LedgerDamaged(f"The checkpoint of size {row.size} states the size {head.size}.")
    return head


def last_checkpoint(connection: Connection) -> Checkpoint:
    """Read the latest checkpoint; raise LedgerDamaged when there is none: every ledger begins with one."""
    row = connection.execute(select(CHECKPOINTS).order_by(CHECKPOINTS.c.size.desc()).limit(1)).one_or_none()
    if row is None:
        raise LedgerDamaged("The ledger has no checkpoint, though it was made with one; restore it from a backup.")
    return checkpoint_of(row)


def last_event(connection: Connection) -> RecordedEvent | None:
    """Read the event with the greatest number; None in an empty ledger."""
    row = connection.execute(select(EVENTS).order_by(EVENTS.c.sequence.desc()).limit(1)).one_or_none()
    return event_of(row) if row is not None else None


def last_hashes(connection: Connection, cases: Iterable[str]) -> Mapping[str, str | None]:
    """Give the hash of the last event of each case, None for a case without events."""
    found: dict[str, str | None] = {}
    for case in cases:
        query = select(EVENTS.c.hash).where(EVENTS.c.case == case).order_by(EVENTS.c.sequence.desc()).limit(1)
        found[case] = connection.execute(query).scalar_one_or_none()
    return found


def fresh_payloads(connection: Connection, bodies: Iterable[bytes]) -> Sequence[Mapping[str, object]]:
    """Give the rows of payloads that are not there yet, each once."""
    wanted = {envelopes.hash_of(body): body for body in bodies}
    digests = list(wanted)
    for place in range(0, len(digests), _AT_ONCE):
        some = digests[place : place + _AT_ONCE]
        for digest in connection.execute(select(PAYLOADS.c.sha256).where(PAYLOADS.c.sha256.in_(some))).scalars():
            del wanted[digest]
    return [{"sha256": digest, "body": body} for digest, body in wanted.items()]


def bytes_of(value: object, what: str) -> bytes:
    """Give stored bytes; raise LedgerDamaged when something else is stored, which SQLite would allow."""
    if not isinstance(value, bytes):
        raise LedgerDamaged(f"{what} is stored as something else than bytes.")
    return value
