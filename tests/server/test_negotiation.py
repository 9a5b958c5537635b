"""Content negotiation: forty Accept headers and the type each one gets."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.negotiation import MediaRange, choose, parse_accept

HTML, TURTLE, JSON_LD, RDF_XML, N_TRIPLES = OFFERS = (
    "text/html",
    "text/turtle",
    "application/ld+json",
    "application/rdf+xml",
    "application/n-triples",
)
CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
JENA = (
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,"
    "application/n-quads;q=0.6,*/*;q=0.3"
)
RDFLIB = "text/html,application/xhtml+xml, application/xml;q=0.9,text/turtle;q=0.95,*/*;q=0.1"

HEADERS: tuple[tuple[str | None, str | None], ...] = (
    (None, HTML),
    ("", HTML),
    ("*/*", HTML),
    ("*/*;q=0.1", HTML),
    (CHROMIUM, HTML),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
    (JENA, TURTLE),
    (RDFLIB, HTML),
    ("text/turtle", TURTLE),
    ("TEXT/Turtle", TURTLE),
    (" text/turtle ; q=0.5 ", TURTLE),
    ("text/turtle;charset=utf-8", TURTLE),
    ("application/ld+json", JSON_LD),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', JSON_LD),
    ('application/ld+json;profile="a,b;q=0";q=0.9, text/turtle;q=0.1', JSON_LD),
    ("application/rdf+xml", RDF_XML),
    ("application/n-triples", N_TRIPLES),
    ("text/turtle, */*", TURTLE),
    ("*/*, text/turtle", TURTLE),
    ("text/*", HTML),
    ("text/*;q=0.5, text/turtle", TURTLE),
    ("text/*, text/html;q=0", TURTLE),
    ("application/*", JSON_LD),
    ("application/*;q=0.4, text/turtle;q=0.5", TURTLE),
    ("text/turtle;q=0.5, application/ld+json;q=0.6", JSON_LD),
    ("text/turtle;q=0.5, application/ld+json;q=0.5", TURTLE),
    ("text/html;q=0, */*;q=0.1", TURTLE),
    ("text/turtle;q=0", None),
    ("*/*;q=0", None),
    ("image/png", None),
    ("application/json", None),
    ("application/sparql-results+json,text/turtle", TURTLE),
    ("application/xml, application/n-triples;q=0.001", N_TRIPLES),
    ("text/turtle;q=NaN, application/ld+json;q=0.1", JSON_LD),
    ("text/turtle;q=1e9", HTML),
    ("text/turtle;q=2, application/ld+json", JSON_LD),
    ("*/turtle, application/n-triples", N_TRIPLES),
    (",,, ,text/turtle,,", TURTLE),
    ("junk", HTML),
    ("text/turtle;q=0.9;q=0.1, application/ld+json;q=0.5", TURTLE),
)


def test_there_are_forty_headers() -> None:
    assert len(HEADERS) == 40


@pytest.mark.parametrize(("header", "expected"), HEADERS)
def test_each_header_gets_its_type(header: str | None, expected: str | None) -> None:
    assert choose(header, OFFERS) == expected


def test_a_header_is_read_whole() -> None:
    assert parse_accept("text/*;q=0.3, text/html;level=1;q=0.7, */*;q=0.5") == (
        MediaRange("text", "*", 0.3),
        MediaRange("text", "html", 0.7),
        MediaRange("*", "*", 0.5),
    )


def test_what_comes_after_the_fiftieth_range_says_nothing() -> None:
    assert choose("image/png," * 49 + "text/turtle", OFFERS) == TURTLE
    assert choose("image/png," * 50 + "text/turtle", OFFERS) is None


@pytest.mark.parametrize(
    "header",
    [
        "a" * 1_000_000,
        "text/turtle;" * 100_000,
        "text/html;q=" + "0" * 100_000,
        '"' * 100_000,
        'a/b;c="' + "\\" * 50_000,
    ],
)
def test_a_monstrous_header_is_read_within_a_moment(header: str) -> None:
    started = time.process_time()
    choose(header, OFFERS)
    assert time.process_time() - started < 0.1


@given(st.text(alphabet='text/hmlurapicon*,;=q0.19" \\+-', max_size=200))
def test_the_choice_is_an_offer_that_was_not_refused(header: str) -> None:
    chosen = choose(header, OFFERS)
    ranges = parse_accept(header)
    assert chosen is None or chosen in OFFERS
    if ranges and chosen is not None:
        assert any(found.covers(chosen) and found.weight > 0 for found in ranges)
