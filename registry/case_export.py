"""One closed case as a file that anybody can check: JSON Lines, a checkpoint, then each event with its proof.

Where the key of the ledger has changed, the first line also holds each change of it, with its proof.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from registry import checkpoint as checkpoints
from registry.canonical_json import from_base64, to_base64
from registry.canonical_json import read as read_json
from registry.errors import MalformedRecord, UnknownCase
from registry.ledger_export import ExportedEvent, exported_line, fields_of, read_event_fields
from registry.model import Checkpoint, Receipt
from registry.ports import Ledger
from registry.sealing import KEY_CASE, PAYLOAD

FORMAT: Final = "hrcr-case-export"
VERSION: Final = 1
WITH_KEYS: Final = 2
"""The version where the key has changed; every other export is of the first, which earlier software reads too."""

_START: Final = b'{"case":"'
_HEADER: Final = frozenset({"case", "checkpoint", "format", "version"})
_HEADERS: Final = {VERSION: _HEADER, WITH_KEYS: _HEADER | {"keys"}}
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
    receipts, changes = _under_one_head(ledger, name)
    note = receipts[0].checkpoint.note
    header: dict[str, object] = {"format": FORMAT, "version": VERSION, "case": name, "checkpoint": note}
    if changes:
        header |= {"version": WITH_KEYS, "keys": [_fields_of(change, ledger) for change in changes]}
    yield exported_line(header)
    for receipt in receipts:
        yield exported_line(_fields_of(receipt, ledger))


def is_case_export(start: bytes) -> bool:
    """Say whether a file that begins so is meant as the export of a case."""
    return start.startswith(_START)


def read_header(line: bytes) -> tuple[str, Checkpoint, tuple[ProvenEvent, ...]]:
    """Read the first line: the name of the case, the checkpoint, and the changes of the key.

    Raises MalformedRecord for any other line.
    """
    what = "The first line"
    stated = read_json(line[:-1], what=what).get("version") if line.endswith(b"\n") else None
    fields = fields_of(line, _HEADERS.get(stated, _HEADER) if type(stated) is int else _HEADER, what)
    if fields["format"] != FORMAT or type(stated) is not int or stated not in _HEADERS:
        raise MalformedRecord(f"{what} does not say “{FORMAT}”, version {VERSION} or {WITH_KEYS}, which can be read.")
    name, note, changes = fields["case"], fields["checkpoint"], fields.get("keys", [])
    if not isinstance(name, str) or not isinstance(note, str):
        raise MalformedRecord("The case and the checkpoint in the first line must be texts.")
    if not isinstance(changes, list):
        raise MalformedRecord("The changes of the key in the first line are no list.")
    return name, checkpoints.read(note), tuple(_read_change(change) for change in changes)


def read_proven(line: bytes, *, number: int) -> ProvenEvent:
    """Read the line of an event, which is the ``number``-th of the file; raise MalformedRecord for anything else."""
    return _read_fields(fields_of(line, _EVENT, f"Line {number}"), number)


def _read_change(change: object) -> ProvenEvent:
    if not isinstance(change, dict) or set(change) != _EVENT:
        raise MalformedRecord("A change of the key in the first line is no event with its proof.")
    return _read_fields(dict(change), 1)


def _read_fields(fields: dict[str, object], number: int) -> ProvenEvent:
    proof = fields.pop("proof")
    if not isinstance(proof, list):
        raise MalformedRecord(f"Line {number}: the proof is no list.")
    steps = tuple(from_base64(step, what=f"A step of the proof in line {number}") for step in proof)
    return ProvenEvent(read_event_fields(fields, number=number), steps)


def _under_one_head(ledger: Ledger, name: str) -> tuple[Sequence[Receipt], Sequence[Receipt]]:
    """Give the receipts of a case and of the changes of the key, again where something was recorded in between."""
    while True:
        receipts, changes = ledger.receipts(name), ledger.receipts(KEY_CASE)
        if not receipts:
            raise UnknownCase(f"There is no case “{name}”; look at the list of cases.")
        if not changes or changes[0].checkpoint == receipts[0].checkpoint:
            return receipts, changes


def _fields_of(receipt: Receipt, ledger: Ledger) -> dict[str, object]:
    digest = receipt.event.envelope.hashes.get(PAYLOAD)
    return {
        "envelope": receipt.event.raw.decode("utf-8"),
        "signature": to_base64(receipt.event.signature),
        "payload": to_base64(ledger.payload(digest)) if digest else None,
        "proof": [to_base64(step) for step in receipt.proof],
    }
