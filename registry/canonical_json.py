"""Canonical JSON (RFC 8785) and base64 of what the ledger hashes: written in one form, read in that form only; pure."""

import base64
import json
from collections.abc import Mapping
from typing import NoReturn

import rfc8785

from registry.errors import MalformedRecord


def write(value: Mapping[str, object]) -> bytes:
    """Give the one form of an object of texts, whole numbers, nulls, lists and objects; else raise MalformedRecord.

    Whole numbers keep to what every reader holds exactly (RFC 8785, 3.2.2.3): at most 2**53 - 1 from zero.
    """
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]  # it looks at each value itself
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as fault:
        raise MalformedRecord(f"A record has a value that canonical JSON cannot hold: {fault}.") from fault


def read(raw: bytes, *, what: str) -> dict[str, object]:
    """Read an object that stands in the one form of RFC 8785; ``what`` names it in messages.

    Raises MalformedRecord for any other bytes: not UTF-8, not JSON, not an object, a field twice, a number that is
    not whole, fields in another order, white space, another way to write a character.
    """
    try:
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_once, parse_float=_not_whole, parse_constant=_not_whole
        )
    except MalformedRecord as fault:
        raise MalformedRecord(f"{what}: {fault}") from fault
    except (ValueError, RecursionError) as fault:
        raise MalformedRecord(f"{what} is not JSON in UTF-8: {fault}.") from fault
    if not isinstance(value, dict):
        raise MalformedRecord(f"{what} is not an object of JSON.")
    if write(value) != raw:
        raise MalformedRecord(f"{what} is not in the canonical form of RFC 8785 (order, spaces or escapes differ).")
    return value


def to_base64(raw: bytes) -> str:
    """Give bytes in base64 (RFC 4648, section 4)."""
    return base64.b64encode(raw).decode("ascii")


def from_base64(text: object, *, what: str) -> bytes:
    """Read base64 in its one form, in which the bits that pad are zero (RFC 4648, 3.5); else raise MalformedRecord."""
    if not isinstance(text, str):
        raise MalformedRecord(f"{what} is {text!r:.80}; it must be a text in base64.")
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError as fault:
        raise MalformedRecord(f"{what}, “{text:.80}”, is not base64: {fault}.") from fault
    if to_base64(raw) != text:
        raise MalformedRecord(f"{what}, “{text:.80}”, is base64 in another form than its own.")
    return raw


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise MalformedRecord(f"the field “{twice}” stands twice.")
    return fields


def _not_whole(text: str) -> NoReturn:
    raise MalformedRecord(f"the number {text} is not a whole number.")
