"""The signed tree head of the ledger: C2SP tlog-checkpoint in a C2SP signed-note, Ed25519; pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from registry.canonical_json import from_base64, to_base64
from registry.errors import MalformedRecord
from registry.merkle import HASH_SIZE
from registry.model import Checkpoint
from registry.ports import SignatureCheck, Signer

LARGEST: Final = 16_384
"""The most characters that a note may have."""

_ED25519: Final = b"\x01"
"""The signature type of Ed25519 in a signed note."""
_KEY_ID_SIZE: Final = 4
_NAME: Final = re.compile(r"[^\s+\x00-\x1f\x7f]{1,200}")
_SIGNATURE: Final = re.compile(r"— ([^\s+]+) (\S+)")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,15}")
_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Note:
    """A signed note: its text, which ends in a line feed, and each signature as (key name, key id, signature)."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]


def key_id(name: str, public_key: bytes) -> bytes:
    """Give the four bytes that name an Ed25519 key in a note (C2SP signed-note, “Signatures”)."""
    return sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:_KEY_ID_SIZE]


def sign_note(text: str, *, name: str, signer: Signer) -> str:
    """Give a text that ends in a line feed as a note with one signature; raise MalformedRecord for another text."""
    if not text.endswith("\n") or not is_key_name(name):
        raise MalformedRecord(f"A note needs a text that ends in a line feed, and a key name without spaces: “{name}”.")
    signature = to_base64(key_id(name, signer.public_key) + signer.sign(text.encode()))
    return f"{text}\n— {name} {signature}\n"


def read_note(note: str) -> Note:
    """Read a signed note (C2SP signed-note, “Format”); raise MalformedRecord for any other text."""
    text, separator, lines = note.rpartition("\n\n")
    if len(note) > LARGEST or not separator or not lines.endswith("\n") or _controls(note):
        raise MalformedRecord("The checkpoint is no signed note: text, an empty line, then lines of signatures.")
    return Note(text + "\n", tuple(read_signature(line) for line in lines.removesuffix("\n").split("\n")))


def is_signed_by(note: Note, name: str, keys: Collection[bytes], is_signed: SignatureCheck) -> bool:
    """Say whether a note bears a signature, under a key name, of one of some public keys; others are passed over."""
    message = note.text.encode()
    return any(
        (signer, identifier) == (name, key_id(name, key)) and is_signed(key, signature, message)
        for signer, identifier, signature in note.signatures
        for key in keys
    )


def write(origin: str, size: int, root: bytes, signer: Signer) -> Checkpoint:
    """Sign the head of a tree; the key bears the name of the ledger's origin (C2SP tlog-checkpoint).

    Raises MalformedRecord when the origin has a space or a plus sign, or is empty.
    """
    text = f"{origin}\n{size}\n{to_base64(root)}\n"
    return read(sign_note(text, name=origin, signer=signer))


def read(note: str) -> Checkpoint:
    """Read a checkpoint: origin, size and root, each on a line, without extension lines.

    Raises MalformedRecord for anything else. That a signature is there does not say that it is good.
    """
    lines = read_note(note).text.removesuffix("\n").split("\n")
    if len(lines) != _LINES or not lines[0] or _SIZE.fullmatch(lines[1]) is None:
        raise MalformedRecord("The checkpoint must state an origin, a size and a root, each on a line, and no more.")
    root = from_base64(lines[2], what="The root of the checkpoint")
    if len(root) != HASH_SIZE:
        raise MalformedRecord(f"The root of the checkpoint has {len(root)} bytes; a SHA-256 has {HASH_SIZE}.")
    return Checkpoint(lines[0], int(lines[1]), root, note)


def is_key_name(name: str) -> bool:
    """Say whether a key may bear a name in a note: no spaces, no plus sign, nothing unseen."""
    return _NAME.fullmatch(name) is not None


def read_signature(line: str) -> tuple[str, bytes, bytes]:
    """Read a line of a signature: name and number of its key, and the signature; raise MalformedRecord."""
    found = _SIGNATURE.fullmatch(line)
    if found is None:
        raise MalformedRecord(f"The line “{line:.80}” of the checkpoint is no signature: “— name base64”.")
    raw = from_base64(found[2], what=f"The signature of “{found[1]}” on the checkpoint")
    if len(raw) <= _KEY_ID_SIZE:
        raise MalformedRecord(f"The signature of “{found[1]}” on the checkpoint is cut off.")
    return found[1], raw[:_KEY_ID_SIZE], raw[_KEY_ID_SIZE:]


def _controls(text: str) -> bool:
    return any((character < " " and character != "\n") or character == "\x7f" for character in text)
