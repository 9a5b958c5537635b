"""Terms for readers: the label in their language, else something readable, with the language said."""

import pytest
from flask import Flask
from rdflib import Graph, Literal, URIRef

from registry.namespaces import GEO, HRC, ROOT, SKOS, XSD
from server.words import Shown, Words, best_literal, curie, literal, local_name

GRAZ = URIRef(ROOT + "id/city/graz")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([Literal("Graz", lang="de"), Literal("Graz (en)", lang="en")], "Graz (en)"),
        ([Literal("b", lang="de"), Literal("a", lang="sv"), Literal("plain")], "plain"),
        ([Literal("그라츠", lang="ko"), Literal("Gràdac", lang="ca")], "Gràdac"),
        ([], None),
    ],
)
def test_the_label_is_the_one_in_the_readers_language_else_the_first(
    values: list[Literal], expected: str | None
) -> None:
    found = best_literal(values)
    assert (None if found is None else str(found)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Literal("Stadt", lang="de"), Shown("Stadt", "de")),
        (Literal("City", lang="en"), Shown("City")),
        (Literal("true", datatype=XSD.boolean), Shown("yes")),
        (Literal("0", datatype=XSD.boolean), Shown("no")),
        (Literal("2001-02-08", datatype=XSD.date), Shown("2001-02-08")),
        (Literal("POINT(15.44 47.07)", datatype=GEO.wktLiteral), Shown("latitude 47.07, longitude 15.44")),
    ],
)
def test_a_literal_says_its_language_and_reads_well(value: Literal, expected: Shown) -> None:
    assert literal(value) == expected


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        (str(HRC.adoptsAsGuidingNorm), "adopts as guiding norm"),
        (ROOT + "vocab/levels/declared", "declared"),
        ("http://publications.europa.eu/resource/authority/language/DEU", "DEU"),
        ("http://example.org/", "example.org"),
    ],
)
def test_a_term_without_a_label_is_named_by_the_end_of_its_iri(iri: str, expected: str) -> None:
    assert local_name(iri) == expected


def test_an_iri_is_shortened_by_the_one_prefix_table() -> None:
    assert curie(str(SKOS.prefLabel)) == "skos:prefLabel"
    assert curie(str(GRAZ)) == str(GRAZ)


def test_a_term_is_shown_with_its_label_and_its_address(app: Flask) -> None:
    graph = Graph()
    graph.add((GRAZ, SKOS.prefLabel, Literal("Stadt Graz", lang="de")))
    with app.test_request_context():
        words = Words(graph)
        assert words.show(GRAZ) == Shown("Stadt Graz", "de", "/doc/city/graz", False, str(GRAZ))
        page = "https://www.example.org/a/"
        assert words.show(URIRef(page)) == Shown("example.org/a", None, page, True, page)
