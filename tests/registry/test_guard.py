"""The first look at the bytes: what kind of file it is said to be, and whether a parser may see it."""

import pytest

from registry.errors import SubmissionError, SubmissionTooLarge, UnreadableSubmission, UnsupportedFormat
from registry.guard import JSON_LD, TURTLE, Limits, checked_bytes, media_type_of


@pytest.mark.parametrize(
    ("name", "declared", "raw", "media_type"),
    [
        ("city.ttl", None, b"", TURTLE),
        ("CITY.TTL", None, b"", TURTLE),
        ("a/b/city.nt", None, b"", "application/n-triples"),
        ("city.nq", None, b"", "application/n-quads"),
        ("city.trig", None, b"", "application/trig"),
        ("city.jsonld", None, b"", JSON_LD),
        ("city.json", None, b"", JSON_LD),
        (None, "text/turtle", b"", TURTLE),
        ("city.jsonld", "text/turtle; charset=utf-8", b"", TURTLE),
        (None, "Application/LD+JSON; profile=x", b"", JSON_LD),
        (None, "application/json", b"", JSON_LD),
        ("city.nt", "application/octet-stream", b"", "application/n-triples"),
        ("city.ttl", "text/plain", b"", TURTLE),
        (None, None, b' \n {"@id": 1}', JSON_LD),
        (None, None, b"\xef\xbb\xbf[]", JSON_LD),
        (None, None, b"<a> <b> <c> .", TURTLE),
        ("pasted.txt", "", b"{", JSON_LD),
        ("", 'text/turtle;charset="UTF-8"', b"", TURTLE),
    ],
)
def test_the_declaration_counts_before_the_name_and_the_name_before_the_content(
    name: str | None, declared: str | None, raw: bytes, media_type: str
) -> None:
    assert media_type_of(name, declared, raw) == media_type


@pytest.mark.parametrize(
    ("name", "declared", "sentence"),
    [
        (None, "application/pdf", "application/pdf is not accepted; send Turtle, N-Triples or JSON-LD."),
        (None, "a\u202eb/c", "a?b/c is not accepted; send Turtle, N-Triples or JSON-LD."),
        ("city.ttl", "application/rdf+xml", "RDF/XML and other XML or HTML are not accepted; send Turtle"),
        ("city.ods", None, "A workbook that ends in .ods is not accepted; save the template's workbook as .xlsx."),
        ("city.XLSM", None, "A workbook that ends in .xlsm is not accepted; save"),
        ("city.n3", None, "A file that ends in .n3 is not accepted"),
        ("city.ttl", "text/turtle; charset=iso-8859-1", "The character encoding iso-8859-1 is not accepted; save"),
    ],
)
def test_what_is_not_accepted_is_named(name: str | None, declared: str | None, sentence: str) -> None:
    with pytest.raises(UnsupportedFormat) as caught:
        media_type_of(name, declared, b"")
    assert str(caught.value).startswith(sentence)


def test_good_bytes_come_back_without_their_byte_order_mark() -> None:
    raw = '<a> <b> "ü ((( " . # [[[\n'.encode()
    assert checked_bytes(raw, TURTLE, limits=Limits()) == raw
    assert checked_bytes(b"\xef\xbb\xbf" + raw, TURTLE, limits=Limits()) == raw


@pytest.mark.parametrize(
    ("raw", "error", "sentence"),
    [
        (b"12345678901", SubmissionTooLarge, "The file has 11 bytes and may have 10; send less, or several files."),
        (b"\x1f\x8b", UnsupportedFormat, "The file is compressed (gzip); send Turtle"),
        (b"", UnreadableSubmission, "The file is empty; `hrcr template` writes one to fill in."),
        (b"a\nb\xff", UnreadableSubmission, "The file is not UTF-8 text: line 2, column 2: save it as plain"),
        (b"a\n\0", UnreadableSubmission, "The file contains a NUL character: line 2, column 1: save it"),
        (b"a\n[[[", SubmissionTooLarge, "The file is nested deeper than 2 levels: line 2, column 3: write"),
        (b"a\n <<", UnreadableSubmission, "The file uses triple terms or annotations of RDF 1.2: line 2, column 2:"),
        (b"a <12345>", SubmissionTooLarge, "An IRI has more than 4 characters: line 1, column 3: write"),
    ],
)
def test_what_a_parser_should_not_see_is_refused_with_its_place(
    raw: bytes, error: type[SubmissionError], sentence: str
) -> None:
    with pytest.raises(error) as caught:
        checked_bytes(raw, TURTLE, limits=Limits(most_bytes=10, depth=2, iri_characters=4))
    assert type(caught.value) is error
    assert str(caught.value).startswith(sentence)


def test_line_and_column_are_kept_with_the_error() -> None:
    with pytest.raises(UnreadableSubmission) as caught:
        checked_bytes("ä\nä\xffä".encode("latin-1"), TURTLE, limits=Limits())
    assert (caught.value.line, caught.value.column) == (1, 1)


def test_the_limits_are_those_that_are_published() -> None:
    limits = Limits()
    assert (
        limits.most_bytes,
        limits.most_triples,
        limits.literal_bytes,
        limits.iri_characters,
        limits.blank_nodes,
        limits.depth,
    ) == (5_000_000, 50_000, 65_536, 2_048, 200, 64)
