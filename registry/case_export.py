"""One closed case as a file that anybody can check: JSON Lines, a checkpoint, then each event with its proof."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from registry import checkpoint as checkpoints
from registry.canonical_json import from_base64, to_base64
from registry.errors import MalformedRecord, UnknownCase
from registry.ledger_export import ExportedEvent, exported_line, fields_of, read_event_fields
from registry.model import Checkpoint, Receipt
from registry.ports import Ledger
from registry.sealing import PAYLOAD

FORMAT: Final = "hrcr-case-export"
VERSION: Final = 1

_START: Final = b'{"case":"'
_HEADER: Final = frozenset({"case", "checkpoint", "format", "version"})
_EVENT: Final = frozenset({"envelope", "payload", "proof", "signature"})


@dataclass(frozen=True, slots=True)
class ProvenEvent:
    """One line of the export of a case: the event with its payload, and its proof under the checkpoint."""

    found: ExportedEvent
    proof: tuple[bytes, ...]


def case_lines(ledger: Ledger, name: str) -> Iterator[bytes]:
    """Give the lines of the export of one case, each with its line feed.

    Whether the case may be read by everybody is for whoever asks to know: every payload is enclosed. Raises
    UnknownCase when nothing was recorded under the name, and what the ledger raises.
    """
    receipts = ledger.receipts(name)
    if not receipts:
        raise UnknownCase(f"There is no case “{name}”; look at the list of cases.")
    note = receipts[0].checkpoint.note
    yield exported_line({"format": FORMAT, "version": VERSION, "case": name, "checkpoint": note})
    for receipt in receipts:
        yield exported_line(_fields_of(receipt, ledger))


def is_case_export(start: bytes) -> bool:
    """Say whether a file that begins so is meant as the export of a case."""
    return start.startswith(_START)


def read_header(line: bytes) -> tuple[str, Checkpoint]:
    """Read the first line: the name of the case, and the checkpoint; raise MalformedRecord for any other line."""
    fields = fields_of(line, _HEADER, "The first line")
    if (fields["format"], fields["version"]) != (FORMAT, VERSION) or fields["version"] is True:
        raise MalformedRecord(f"The first line does not say “{FORMAT}”, version {VERSION}, which this software reads.")
    name, note = fields["case"], fields["checkpoint"]
    if not isinstance(name, str) or not isinstance(note, str):
        raise MalformedRecord("The case and the checkpoint in the first line must be texts.")
    return name, checkpoints.read(note)


def read_proven(line: bytes, *, number: int) -> ProvenEvent:
    """Read the line of an event, which is the ``number``-th of the file; raise MalformedRecord for anything else."""
    fields = fields_of(line, _EVENT, f"Line {number}")
    proof = fields.pop("proof")
    if not isinstance(proof, list):
        raise MalformedRecord(f"Line {number}: the proof is no list.")
    steps = tuple(from_base64(step, what=f"A step of the proof in line {number}") for step in proof)
    return ProvenEvent(read_event_fields(fields, number=number), steps)


def _fields_of(receipt: Receipt, ledger: Ledger) -> dict[str, object]:
    digest = receipt.event.envelope.hashes.get(PAYLOAD)
    return {
        "envelope": receipt.event.raw.decode("utf-8"),
        "signature": to_base64(receipt.event.signature),
        "payload": to_base64(ledger.payload(digest)) if digest else None,
        "proof": [to_base64(step) for step in receipt.proof],
    }
