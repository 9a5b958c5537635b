"""The envelope of one event: canonical JSON (RFC 8785) that is hashed, signed and read back strictly; pure."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from registry.canonical_json import read as read_json
from registry.canonical_json import write as write_json
from registry.errors import MalformedRecord
from registry.model import Envelope, RecordedEvent
from registry.ports import SignatureCheck, Signer

VERSION: Final = 1
LARGEST: Final = 65_536
"""The most bytes that an envelope may have; whatever is long is payload or evidence, bound by its hash."""

_SLUG: Final = re.compile(r"(?=.{1,64}\Z)[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CASE: Final = re.compile(r"(?=.{1,200}\Z)[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_ACCOUNT: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
REASON: Final = re.compile(r"[^\x00-\x09\x0b-\x1f\x7f]{1,4096}")
"""The form of a reason: what is read again must be what was taken in."""

_FORMS: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    "case": (_CASE, "a path of names such as “profile/york”"),
    "kind": (_SLUG, "a name in small letters, digits and single dashes"),
    "office": (_SLUG, "a name in small letters, digits and single dashes"),
    "account": (_ACCOUNT, "16 to 64 letters, digits, dashes and underscores that tell nothing of the person"),
    "claimed": (_TIME, "a time in UTC such as 2026-06-30T12:00:00.000000Z (RFC 3339)"),
    "recorded": (_TIME, "a time in UTC such as 2026-06-30T12:00:00.000000Z (RFC 3339)"),
    "previous": (_HASH, "a SHA-256 in 64 small hexadecimal digits"),
    "reason": (REASON, "a text of 1 to 4,096 characters without control characters"),
}
_MAY_BE_NULL: Final = frozenset({"account", "previous"})
_FIELDS: Final = frozenset({*_FORMS, "version", "sequence", "hashes"})


def write(envelope: Envelope) -> bytes:
    """Give the bytes of an envelope; raise MalformedRecord when they could not be read back."""
    fields = {
        "version": VERSION,
        "sequence": envelope.sequence,
        "case": envelope.case,
        "kind": envelope.kind,
        "office": envelope.office,
        "account": envelope.account,
        "claimed": _written(envelope.claimed),
        "recorded": _written(envelope.recorded),
        "hashes": dict(envelope.hashes),
        "previous": envelope.previous,
        "reason": envelope.reason,
    }
    raw = write_json(fields)
    read(raw)
    return raw


def read(raw: bytes) -> Envelope:
    """Read the bytes of an envelope.

    Raises MalformedRecord, naming the field, for anything but canonical JSON with exactly the fields of this version,
    each in its form.
    """
    if len(raw) > LARGEST:
        raise MalformedRecord(
            f"The envelope has {len(raw):,} bytes, more than {LARGEST:,}; put long texts in a payload."
        )
    fields = read_json(raw, what="The envelope")
    if wrong := sorted(_FIELDS ^ set(fields)):
        kind = "lacks the field" if wrong[0] in _FIELDS else "has the unknown field"
        raise MalformedRecord(f"The envelope {kind} “{wrong[0]}”.")
    if type(fields["version"]) is not int or fields["version"] != VERSION:
        raise MalformedRecord(f"The envelope has version {fields['version']!r}; this software reads version {VERSION}.")
    texts = {name: _text(name, fields[name]) for name in _FORMS}
    return Envelope(
        sequence=_sequence(fields["sequence"]),
        case=texts["case"] or "",
        kind=texts["kind"] or "",
        office=texts["office"] or "",
        account=texts["account"],
        claimed=_time("claimed", texts["claimed"] or ""),
        recorded=_time("recorded", texts["recorded"] or ""),
        hashes=_hashes(fields["hashes"]),
        previous=texts["previous"],
        reason=texts["reason"] or "",
    )


def hash_of(raw: bytes) -> str:
    """Give the SHA-256 of bytes in small hexadecimal digits, as envelopes state it."""
    return sha256(raw).hexdigest()


def sign(envelope: Envelope, signer: Signer) -> RecordedEvent:
    """Write an envelope and sign its bytes (Ed25519, RFC 8032)."""
    raw = write(envelope)
    return RecordedEvent(envelope, raw, signer.sign(raw))


def is_signed_by(event: RecordedEvent, keys: Collection[bytes], is_signed: SignatureCheck) -> bool:
    """Say whether one of some public keys signed an event."""
    return any(is_signed(key, event.signature, event.raw) for key in keys)


def _written(time: datetime) -> str:
    if time.tzinfo is None:
        raise MalformedRecord(f"The time {time.isoformat()} of an event has no zone; give it in UTC.")
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _text(name: str, value: object) -> str | None:
    form, words = _FORMS[name]
    if value is None and name in _MAY_BE_NULL:
        return None
    if not isinstance(value, str) or form.fullmatch(value) is None:
        raise MalformedRecord(f"The field “{name}” of the envelope is {value!r:.80}; it must be {words}.")
    return value


def _time(name: str, text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as fault:
        raise MalformedRecord(f"The field “{name}” of the envelope is {text}, which is no time: {fault}.") from fault


def _sequence(value: object) -> int:
    if type(value) is not int or value < 1:
        raise MalformedRecord(
            f"The field “sequence” of the envelope is {value!r:.80}; it must be a whole number from 1."
        )
    return value


def _hashes(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise MalformedRecord("The field “hashes” of the envelope must be an object from role to SHA-256.")
    for role, digest in value.items():
        if _SLUG.fullmatch(role) is None:
            raise MalformedRecord(f"The role {role!r:.80} in “hashes” must be {_FORMS['kind'][1]}.")
        if not isinstance(digest, str) or _HASH.fullmatch(digest) is None:
            raise MalformedRecord(f"The hash of “{role}” is {digest!r:.80}; it must be {_FORMS['previous'][1]}.")
    return value
