"""What a witness says of a head: C2SP tlog-cosignature, “cosignature/v1”, Ed25519 with the time; pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from registry.canonical_json import from_base64, to_base64
from registry.checkpoint import Note, is_key_name, read_signature
from registry.errors import MalformedRecord
from registry.ports import SignatureCheck, Signer

_COSIGNATURE: Final = b"\x04"
"""The signature type of an Ed25519 cosignature in a signed note."""
_KEY_ID_SIZE: Final = 4
_KEY_SIZE: Final = 32
_TIME_SIZE: Final = 8
_SIZE: Final = _TIME_SIZE + 64
_LATEST: Final = 253_402_300_799
"""The last second that a date here can hold: the end of the year 9999."""
_VKEY: Final = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+(\S+)")


@dataclass(frozen=True, slots=True)
class Cosigner:
    """Who cosigns, as a reader knows it: the name of its key, and the 32 bytes of its public half."""

    name: str
    key: bytes


@dataclass(frozen=True, slots=True)
class Cosignature:
    """That a witness, at a time, had seen no larger tree of a ledger than the head that it signed with this line."""

    cosigner: Cosigner
    at: datetime
    line: str


def key_id(cosigner: Cosigner) -> bytes:
    """Give the four bytes that name the key of a witness in a note; they are not those of a plain note's key."""
    return sha256(cosigner.name.encode() + b"\n" + _COSIGNATURE + cosigner.key).digest()[:_KEY_ID_SIZE]


def cosign(text: str, *, name: str, signer: Signer, at: datetime) -> Cosignature:
    """Cosign the text of a note, which ends in a line feed, under the name of a key, at a whole second."""
    if not is_key_name(name) or not text.endswith("\n"):
        raise MalformedRecord(f"A cosignature needs a text that ends in a line feed, and a plain key name: “{name}”.")
    cosigner, seconds = Cosigner(name, signer.public_key), int(at.timestamp())
    raw = key_id(cosigner) + seconds.to_bytes(_TIME_SIZE, "big") + signer.sign(_message(text, seconds))
    return Cosignature(cosigner, datetime.fromtimestamp(seconds, UTC), f"— {name} {to_base64(raw)}\n")


def cosignatures_on(note: Note, cosigners: Collection[Cosigner], is_signed: SignatureCheck) -> tuple[Cosignature, ...]:
    """Give the good cosignatures of known witnesses on a note, of each the latest; all else is passed over."""
    found: dict[Cosigner, Cosignature] = {}
    known = {(cosigner.name, key_id(cosigner)): cosigner for cosigner in cosigners}
    for name, identifier, signature in note.signatures:
        cosigner = known.get((name, identifier))
        if cosigner is None or len(signature) != _SIZE:
            continue
        seconds = int.from_bytes(signature[:_TIME_SIZE], "big")
        message = _message(note.text, seconds)
        if seconds > _LATEST or not is_signed(cosigner.key, signature[_TIME_SIZE:], message):
            continue
        line = f"— {name} {to_base64(identifier + signature)}\n"
        told = Cosignature(cosigner, datetime.fromtimestamp(seconds, UTC), line)
        if cosigner not in found or told.at > found[cosigner].at:
            found[cosigner] = told
    return tuple(found.values())


def read_lines(text: str, body: str) -> Note:
    """Read the signature lines that a witness answers with, as those of the note of a text; raise MalformedRecord."""
    if not body.endswith("\n"):
        raise MalformedRecord("The answer of the witness holds no lines of signatures.")
    return Note(text, tuple(read_signature(line) for line in body.removesuffix("\n").split("\n")))


def write_vkey(cosigner: Cosigner) -> str:
    """Give the key of a witness in one line (C2SP signed-note, “Verifier keys”)."""
    return f"{cosigner.name}+{key_id(cosigner).hex()}+{to_base64(_COSIGNATURE + cosigner.key)}"


def read_vkeys(text: str) -> tuple[Cosigner, ...]:
    """Read the keys of witnesses, one a line; empty lines and those that begin with “#” are passed over.

    Raises MalformedRecord for another line, another kind of key, and a name that does not fit its number.
    """
    lines = [line.strip() for line in text.splitlines()]
    return tuple(dict.fromkeys(_vkey(line) for line in lines if line and not line.startswith("#")))


def _vkey(line: str) -> Cosigner:
    match = _VKEY.fullmatch(line)
    if match is None:
        raise MalformedRecord(f"The line “{line:.80}” is no key of a witness: “name+number+key”.")
    raw = from_base64(match[3], what=f"The key of the witness {match[1]}")
    if raw[:1] != _COSIGNATURE or len(raw) != 1 + _KEY_SIZE:
        raise MalformedRecord(f"The key of {match[1]} is none for Ed25519 cosignatures (type 04).")
    cosigner = Cosigner(match[1], raw[1:])
    if key_id(cosigner).hex() != match[2]:
        raise MalformedRecord(f"The number of the key of {match[1]} is not that of its name and key.")
    return cosigner


def _message(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()
