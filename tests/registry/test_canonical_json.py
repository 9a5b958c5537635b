"""Only the one form of RFC 8785 is read; whatever a lenient reader would take is refused with its reason."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.canonical_json import from_base64, read, to_base64, write
from registry.errors import MalformedRecord


def test_the_example_of_the_sorting_of_rfc_8785_is_met() -> None:
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    order = [json.loads(f'"{name}"') if name != "\r" else "\r" for name in names]
    raw = write(dict.fromkeys(order, 1))
    assert list(json.loads(raw)) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "is not JSON"),
        (b"\xff{}", "is not JSON in UTF-8"),
        (b"[]", "is not an object"),
        (b"null", "is not an object"),
        (b'{"a":1,"a":1}', "the field “a” stands twice"),
        (b'{"a":{"b":1,"b":2}}', "the field “b” stands twice"),
        (b'{"a":1.0}', "1.0 is not a whole number"),
        (b'{"a":1e2}', "1e2 is not a whole number"),
        (b'{"a":NaN}', "NaN is not a whole number"),
        (b'{"a":-Infinity}', "-Infinity is not a whole number"),
        (b'{"a":-0}', "not in the canonical form"),
        (b'{"b":1,"a":1}', "not in the canonical form"),
        (b'{"a": 1}', "not in the canonical form"),
        (b'{"a":1}\n', "not in the canonical form"),
        (b'\xef\xbb\xbf{"a":1}', "is not JSON"),
        (b'{"a":"\\u0041"}', "not in the canonical form"),
        (b'{"a":"\\/"}', "not in the canonical form"),
        (b'{"a":"\\ud800"}', "cannot hold"),
        (b'{"a":9007199254740993}', "cannot hold"),
        (b'{"a":' + b"9" * 5000 + b"}", "is not JSON"),
        (b'{"a":' + b"[" * 100_000, "is not JSON"),
        (b'{"a":1', "is not JSON"),
    ],
    ids=range(22),
)
def test_any_other_form_is_refused_and_says_why(raw: bytes, why: str) -> None:
    with pytest.raises(MalformedRecord, match=why):
        read(raw, what="The record")


@given(st.dictionaries(st.text(), st.none() | st.text() | st.integers(-(2**53) + 1, 2**53 - 1), max_size=5))
def test_what_is_written_is_read_back(value: dict[str, object]) -> None:
    raw = write(value)
    assert read(raw, what="The record") == value
    assert json.loads(raw) == value


def test_base64_is_read_in_its_one_form() -> None:
    assert from_base64(to_base64(b"any bytes"), what="It") == b"any bytes"
    for text, why in ((None, "must be a text"), ("AB=", "is not base64"), ("AA==\n", "is not base64"), ("AB==", "own")):
        with pytest.raises(MalformedRecord, match=why):
            from_base64(text, what="It")
