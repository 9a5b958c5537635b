"""The ledger as one file that anybody can check: JSON Lines, the checkpoint first, then one line an event; pure."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Final

from registry import checkpoint as checkpoints
from registry import envelope as envelopes
from registry.canonical_json import from_base64, to_base64
from registry.canonical_json import read as read_json
from registry.canonical_json import write as write_json
from registry.errors import MalformedRecord
from registry.model import Checkpoint, Envelope, RecordedEvent
from registry.ports import Ledger
from registry.sealing import PAYLOAD

FORMAT: Final = "hrcr-ledger-export"
VERSION: Final = 1

_START: Final = b'{"checkpoint":"'
_HEADER: Final = frozenset({"checkpoint", "format", "version"})
_EVENT: Final = frozenset({"envelope", "payload", "signature"})


@dataclass(frozen=True, slots=True)
class ExportedEvent:
    """One line of an export: the event, and its payload where it is enclosed."""

    event: RecordedEvent
    payload: bytes | None


def everything(event: RecordedEvent) -> bool:  # noqa: ARG001  # the shape of what chooses
    """Enclose the payload of every event."""
    return True


def export_lines(ledger: Ledger, *, encloses: Callable[[RecordedEvent], bool] = everything) -> Iterator[bytes]:
    """Give the lines of an export, each with its line feed: the latest checkpoint and the events under it.

    ``encloses`` says of which events the payload is enclosed; of the others its hash stands in the envelope alone.
    Raises what the ledger raises when it is damaged or cannot be reached.
    """
    head = ledger.checkpoint()
    yield exported_line({"format": FORMAT, "version": VERSION, "checkpoint": head.note})
    for event in islice(ledger.read(), head.size):
        digest = event.envelope.hashes.get(PAYLOAD)
        enclosed = digest is not None and encloses(event)
        yield exported_line(
            {
                "envelope": event.raw.decode("utf-8"),
                "signature": to_base64(event.signature),
                "payload": to_base64(ledger.payload(digest)) if digest and enclosed else None,
            }
        )


def is_export(start: bytes) -> bool:
    """Say whether a file that begins so is meant as an export of a ledger."""
    return start.startswith(_START)


def read_header(line: bytes) -> Checkpoint:
    """Read the first line; raise MalformedRecord when it is not that of an export of this version."""
    fields = fields_of(line, _HEADER, "The first line")
    if (fields["format"], fields["version"]) != (FORMAT, VERSION) or fields["version"] is True:
        raise MalformedRecord(f"The first line does not say “{FORMAT}”, version {VERSION}, which this software reads.")
    if not isinstance(fields["checkpoint"], str):
        raise MalformedRecord("The checkpoint in the first line is no text.")
    return checkpoints.read(fields["checkpoint"])


def read_event(line: bytes, *, number: int) -> ExportedEvent:
    """Read the line of an event, which is the ``number``-th of the file; raise MalformedRecord for anything else."""
    return read_event_fields(fields_of(line, _EVENT, f"Line {number}"), number=number)


def read_event_fields(fields: dict[str, object], *, number: int) -> ExportedEvent:
    """Read envelope, signature and payload of the event in the ``number``-th line; raise MalformedRecord."""
    what = f"Line {number}"
    if not isinstance(fields["envelope"], str):
        raise MalformedRecord(f"{what}: the envelope is no text.")
    raw = fields["envelope"].encode("utf-8")
    try:
        envelope = envelopes.read(raw)
    except MalformedRecord as fault:
        raise MalformedRecord(f"{what}: {fault}") from fault
    signature = from_base64(fields["signature"], what=f"The signature in line {number}")
    payload = fields["payload"]
    body = None if payload is None else from_base64(payload, what=f"The payload in line {number}")
    return ExportedEvent(RecordedEvent(envelope, raw, signature), body)


def envelopes_in(lines: Iterable[bytes]) -> Iterator[Envelope]:
    """Give the envelopes in the lines of an export of a ledger or of a case; what is none is passed over."""
    for line in islice(lines, 1, None):
        with suppress(MalformedRecord):
            yield envelopes.read(str(read_json(line.rstrip(b"\n"), what="The line").get("envelope")).encode("utf-8"))


def exported_line(fields: dict[str, object]) -> bytes:
    """Write a line of an export: canonical JSON and a line feed."""
    return write_json(fields) + b"\n"


def fields_of(line: bytes, wanted: frozenset[str], what: str) -> dict[str, object]:
    """Read a line that has just the fields wanted; raise MalformedRecord, which says ``what`` line it was."""
    if not line.endswith(b"\n"):
        raise MalformedRecord(f"{what} is cut off: it does not end in a line feed.")
    fields = read_json(line[:-1], what=what)
    if wrong := sorted(wanted ^ set(fields)):
        kind = "lacks the field" if wrong[0] in wanted else "has the unknown field"
        raise MalformedRecord(f"{what} {kind} “{wrong[0]}”.")
    return fields
