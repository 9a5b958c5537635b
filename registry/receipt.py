"""The receipt of one event as a file that whoever acted keeps: canonical JSON, read back strictly; pure."""

from typing import Final

from registry import checkpoint as checkpoints
from registry import envelope as envelopes
from registry.canonical_json import from_base64, to_base64
from registry.canonical_json import read as read_json
from registry.canonical_json import write as write_json
from registry.errors import MalformedRecord
from registry.model import Receipt, RecordedEvent

FORMAT: Final = "hrcr-ledger-receipt"
VERSION: Final = 1

_FIELDS: Final = frozenset({"checkpoint", "envelope", "format", "index", "proof", "signature", "version"})
_MARK: Final = f'"format":"{FORMAT}"'.encode()


def write(receipt: Receipt) -> bytes:
    """Give the receipt as one line of canonical JSON."""
    fields = {
        "format": FORMAT,
        "version": VERSION,
        "envelope": receipt.event.raw.decode("utf-8"),
        "signature": to_base64(receipt.event.signature),
        "index": receipt.index,
        "checkpoint": receipt.checkpoint.note,
        "proof": [to_base64(step) for step in receipt.proof],
    }
    return write_json(fields) + b"\n"


def is_receipt(raw: bytes) -> bool:
    """Say whether bytes are meant as a receipt."""
    return raw.startswith(b'{"checkpoint":"') and _MARK in raw


def read(raw: bytes) -> Receipt:
    """Read a receipt; raise MalformedRecord for anything but the form in which it is written.

    That it can be read does not say that its signatures and its proof are good.
    """
    fields = read_json(raw.removesuffix(b"\n"), what="The receipt")
    if wrong := sorted(_FIELDS ^ set(fields)):
        kind = "lacks the field" if wrong[0] in _FIELDS else "has the unknown field"
        raise MalformedRecord(f"The receipt {kind} “{wrong[0]}”.")
    if fields["format"] != FORMAT or type(fields["version"]) is not int or fields["version"] != VERSION:
        raise MalformedRecord(f"The receipt is not “{FORMAT}”, version {VERSION}, which this software reads.")
    note, text, index, proof = (fields[name] for name in ("checkpoint", "envelope", "index", "proof"))
    if not isinstance(note, str) or not isinstance(text, str) or not isinstance(proof, list):
        raise MalformedRecord("The receipt must hold checkpoint and envelope as texts, and the proof as a list.")
    if type(index) is not int or index < 0:
        raise MalformedRecord(f"The index of the receipt is {index!r:.80}; it must be a whole number from 0.")
    raw_envelope = text.encode("utf-8")
    signature = from_base64(fields["signature"], what="The signature of the receipt")
    return Receipt(
        RecordedEvent(envelopes.read(raw_envelope), raw_envelope, signature),
        index,
        checkpoints.read(note),
        tuple(from_base64(step, what="A step of the proof of the receipt") for step in proof),
    )
