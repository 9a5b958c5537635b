"""JSON-LD before an engine sees it: contexts are put in, never fetched, and nothing is dropped in silence."""

import json

import pytest

from registry.adapters.json_ld import with_bundled_contexts
from registry.errors import SubmissionError, SubmissionTooLarge, UnreadableSubmission

BUNDLED = {
    "https://example.org/context": {"name": "https://example.org/name", "n": {"@id": "x:n", "@container": "@language"}}
}
IRI = "https://example.org/context"


def prepared(document: object) -> object:
    return json.loads(with_bundled_contexts(json.dumps(document).encode(), BUNDLED))


def test_a_document_without_remote_context_stays_byte_for_byte() -> None:
    raw = b'{ "@id": "x:a",\n "x:b": 1.50 }'
    assert with_bundled_contexts(raw, BUNDLED) == raw


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (IRI, BUNDLED[IRI]),
        ([IRI, {"x": "x:x"}], [BUNDLED[IRI], {"x": "x:x"}]),
        ({"x": {"@id": "x:x", "@context": IRI}}, {"x": {"@id": "x:x", "@context": BUNDLED[IRI]}}),
        ([None, IRI], [None, BUNDLED[IRI]]),
    ],
)
def test_a_bundled_context_is_put_in_its_place(before: object, after: object) -> None:
    assert prepared({"@context": before, "name": "ü"}) == {"@context": after, "name": "ü"}


@pytest.mark.parametrize(
    "document",
    [
        {"@context": IRI, "n": {"de": "x", "en": "y"}},
        {"@context": {"@vocab": "https://example.org/"}, "anything": 1},
        {"@context": {"c": {"@id": "x:c", "@container": ["@id", "@set"]}}, "c": {"x": {"@id": "x:d"}}},
        {"x:whole": {"https://example.org/y": [{"@value": 1}]}},
        [],
        {},
        7,
        "text",
        None,
    ],
)
def test_what_is_explained_passes(document: object) -> None:
    assert with_bundled_contexts(json.dumps(document).encode(), BUNDLED)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b'{"a": }', "The file is not JSON-LD: line 1, column 7: Expecting value."),
        (b"\xff", "The file is not JSON-LD: it is not UTF-8 text; save it as UTF-8."),
        (b'{"@id": 1, "@id": 2}', 'The JSON-LD file gives the key "@id" twice in one object; keep one of them.'),
        (b'{"@id": Infinity}', "The file is not JSON-LD: Infinity is not a JSON number."),
        (b"1" * 41, "The JSON-LD file contains a number of 41 digits; write at most 18."),
        (
            b'{"na\\u202eme": 1}',
            'The JSON-LD file uses the key "na\\u{202E}me", which no context explains; '
            "correct its spelling, add it to the context, or remove it.",
        ),
        (
            b'{"@context": "https://example.org/other"}',
            "The JSON-LD file asks for the context https://example.org/other, and nothing is fetched: "
            "use https://example.org/context, or write the context into the file.",
        ),
        (
            b'{"@context": {"@import": 7}}',
            "The JSON-LD file imports the context 7, and nothing is fetched: "
            "use https://example.org/context, or write the context into the file.",
        ),
        (b'{"@context": IRI, "c": {"x": 1}}', "The file is not JSON-LD: line 1, column 14: Expecting value."),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(raw: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableSubmission) as caught:
        with_bundled_contexts(raw, BUNDLED)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("depth", [110, 5_000, 500_000])
def test_depth_is_limited_here_too(depth: int) -> None:
    for raw in (b"[" * depth + b"]" * depth, b'{"@context":' * depth + b"{}" + b"}" * depth):
        with pytest.raises(SubmissionTooLarge, match="nested deeper than 100 levels"):
            with_bundled_contexts(raw, BUNDLED)


def test_a_long_string_in_a_context_is_refused() -> None:
    for context in ({"a": "x" * 2_049}, {"a": {"@id": ["x" * 2_049]}}, [{"@vocab": "x" * 2_049}]):
        with pytest.raises(SubmissionError, match="string of over 2,048 characters"):
            prepared({"@context": context})
