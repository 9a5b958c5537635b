"""Single terms: literals in one form, honest addresses, readable names."""

import time
from contextlib import suppress

import pytest
from rdflib import XSD, BNode, Literal, URIRef
from rdflib.term import Node

from registry.errors import NotAdmitted, SubmissionError
from registry.guard import Limits
from registry.lexical import INTEGERS, admitted_literal, check_iri, readable, text_fault
from registry.namespaces import GEO, HRC, RDF, VOCAB

LIMITS = Limits()


def typed(text: str, datatype: URIRef) -> Literal:
    return Literal(text, datatype=datatype, normalize=False)


def kept(literal: Literal, *wanted: URIRef) -> str:
    return admitted_literal(literal, wanted=wanted, limits=LIMITS).n3()


@pytest.mark.parametrize(
    ("literal", "form"),
    [
        (Literal("a"), '"a"'),
        (typed("a", XSD.string), '"a"'),
        (Literal("a", lang="de-at"), '"a"@de-at'),
        (Literal("a", lang="zh-hant-tw"), '"a"@zh-hant-tw'),
        (typed("2024-02-29", XSD.date), f'"2024-02-29"^^<{XSD.date}>'),
        (typed("1000-01-01", XSD.date), f'"1000-01-01"^^<{XSD.date}>'),
        (typed("9999-12-31", XSD.date), f'"9999-12-31"^^<{XSD.date}>'),
        (typed("1", XSD.boolean), f'"true"^^<{XSD.boolean}>'),
        (typed("0", XSD.boolean), f'"false"^^<{XSD.boolean}>'),
        (typed("+08", XSD.integer), f'"8"^^<{XSD.integer}>'),
        (typed("-128", XSD.byte), f'"-128"^^<{XSD.integer}>'),
        (typed("18446744073709551615"[:18], XSD.unsignedLong), f'"184467440737095516"^^<{XSD.integer}>'),
        (typed("007.500", XSD.decimal), f'"7.5"^^<{XSD.decimal}>'),
        (typed("-.0", XSD.decimal), f'"0"^^<{XSD.decimal}>'),
        (typed("1.25E5", XSD.decimal), f'"125000"^^<{XSD.decimal}>'),
        (typed("1E2", XSD.double), f'"100"^^<{XSD.decimal}>'),
        (typed("POINT (15.44 47.07)", GEO.wktLiteral), f'"POINT(15.44 47.07)"^^<{GEO.wktLiteral}>'),
        (
            typed("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(-0.5 51)", GEO.wktLiteral),
            f'"POINT(-0.5 51)"^^<{GEO.wktLiteral}>',
        ),
    ],
)
def test_a_literal_is_kept_in_one_form(literal: Literal, form: str) -> None:
    assert kept(literal) == form


def test_a_number_becomes_what_its_field_wants() -> None:
    assert kept(typed("5", XSD.int), XSD.decimal) == f'"5"^^<{XSD.decimal}>'
    assert kept(typed("5", XSD.int), XSD.decimal, XSD.integer) == f'"5"^^<{XSD.integer}>'
    assert kept(typed("5", XSD.int), XSD.date) == f'"5"^^<{XSD.integer}>'


EDGES = [
    (datatype, edge, step)
    for datatype, span in INTEGERS.items()
    for edge, step in zip(span, (-1, 1), strict=True)
    if edge is not None and abs(edge) < 10**18
]


@pytest.mark.parametrize(("datatype", "edge", "step"), EDGES)
def test_each_whole_number_type_ends_where_it_ends(datatype: URIRef, edge: int, step: int) -> None:
    assert kept(typed(str(edge), datatype)) == f'"{edge}"^^<{XSD.integer}>'
    with pytest.raises(NotAdmitted, match="is outside its datatype"):
        kept(typed(str(edge + step), datatype))


def test_every_whole_number_type_of_xml_schema_is_known() -> None:
    assert (len(INTEGERS), len(EDGES)) == (13, 17)


PUMPED = (
    typed("1" * 60_000 + "x", XSD.integer),
    typed("1" * 60_000 + "x", XSD.decimal),
    typed("1." + "1" * 60_000 + "x", XSD.double),
    typed("1e" + "1" * 60_000, XSD.double),
    typed("2" * 60_000 + "-01-01", XSD.date),
    typed("POINT(" + "1" * 60_000, GEO.wktLiteral),
    typed("POINT" + " " * 60_000 + "(1 1)", GEO.wktLiteral),
)


@pytest.mark.parametrize("literal", PUMPED, ids=range(len(PUMPED)))
def test_no_pattern_of_a_literal_can_be_pumped(literal: Literal) -> None:
    start = time.process_time()
    with pytest.raises(NotAdmitted):
        kept(literal)
    assert time.process_time() - start < 0.2


@pytest.mark.parametrize("iri", [f"https://{'a.' * 900}x/", f"https://{'a-' * 1_000}/", "https://" + "xn--" * 500])
def test_no_pattern_of_an_address_can_be_pumped(iri: str) -> None:
    start = time.process_time()
    with suppress(SubmissionError):
        check_iri(iri, limits=LIMITS)
    assert time.process_time() - start < 0.2


def test_an_address_comes_back_in_parts() -> None:
    parts = check_iri("https://graz.example:8443/a?b=c#d", limits=LIMITS)
    assert (parts.hostname, parts.port, parts.path, parts.query, parts.fragment) == (
        "graz.example",
        8443,
        "/a",
        "b=c",
        "d",
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("plain", None),
        ("line\nand\ttab", None),
        ("", None),
        ("a\u202eb", "the character U+202E (RIGHT-TO-LEFT OVERRIDE) at position 2"),
        ("\x00", "the character U+0000 (a control character) at position 1"),
        ("ab\ue000", "the character U+E000 (a character for private use) at position 3"),
        ("\uffff", "the character U+FFFF (not a character) at position 1"),
        ("می\u200cروم", None),
        ("\u200cمی", "the character U+200C (ZERO WIDTH NON-JOINER) at position 1"),
        ("a\u200cb", "the character U+200C (ZERO WIDTH NON-JOINER) at position 2"),
    ],
)
def test_the_first_hidden_character_is_named(text: str, fault: str | None) -> None:
    assert text_fault(text) == fault


@pytest.mark.parametrize(
    ("term", "shown"),
    [
        (HRC.City, "hrc:City"),
        (RDF.type, "rdf:type"),
        (VOCAB["levels/declared"], "<https://w3id.org/hrcr/vocab/levels/declared>"),
        (URIRef("https://example.org/id/city/test#d"), "<#d>"),
        (URIRef("https://example.org/id/city/test"), "<https://example.org/id/city/test>"),
        (URIRef("https://example.org/id/city/test2#d"), "<https://example.org/id/city/test2#d>"),
        (URIRef("https://example.org/\u202e"), "<https://example.org/\\u202E>"),
        (URIRef("https://example.org/" + "x" * 200), f"<https://example.org/{'x' * 140}…>"),
        (Literal("Graz", lang="de"), '"Graz"@de'),
        (Literal('"\n', lang="de"), '"\\u0022\\u000A"@de'),
        (Literal("x" * 41), f'"{"x" * 40}…"'),
        (typed("7", XSD.integer), '"7"^^xsd:integer'),
        (BNode("board"), "_:board"),
        (BNode("0123456789abcdef0123456789abcdef"), "[…]"),
    ],
)
def test_a_term_is_shown_as_people_write_it(term: Node, shown: str) -> None:
    assert readable(term, city="https://example.org/id/city/test") == shown
