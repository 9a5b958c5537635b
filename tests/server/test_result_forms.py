"""Which form an answer takes: what real clients send, what nobody should, and junk."""

import pytest
from flask import Flask

from registry.queries import QueryForm
from server.problems import Problem
from server.result_forms import GRAPH_FORMS, SHORT_NAMES, SOLUTIONS, TRIPLES, form_of_answer, form_of_graph

JSON, XML, CSV = "application/sparql-results+json", "application/sparql-results+xml", "text/csv"
TURTLE, RDF_XML, JSON_LD = "text/turtle", "application/rdf+xml", "application/ld+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
RDFLIB = f"{JSON_LD};q=0.5, {RDF_XML};q=0.9, {TURTLE}, {XML}, {JSON};q=0.8"
COMUNICA = "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,text/turtle;q=0.6,text/n3;q=0.35"
JENA = f"{JSON}, {XML};q=0.9, {CSV};q=0.6, text/tab-separated-values;q=0.7, application/json;q=0.2, */*;q=0.1"

CASES = (
    (None, JSON, TURTLE),
    ("", JSON, TURTLE),
    ("*/*", JSON, TURTLE),
    ("*/*;q=0.1", JSON, TURTLE),
    ("*/*; q=0.1", JSON, TURTLE),
    (" */* ", JSON, TURTLE),
    (f"{JSON},{TURTLE}", JSON, TURTLE),
    (f"{TURTLE},{JSON}", JSON, TURTLE),
    (f"{TURTLE}, {XML};q=0.5", XML, TURTLE),
    (f"{TURTLE}, */*;q=0.1", JSON, TURTLE),
    (f"{RDF_XML}, */*;q=0.5", JSON, RDF_XML),
    (BROWSER, "text/html", "text/html"),
    (RDFLIB, XML, TURTLE),
    (COMUNICA, None, "application/n-quads"),
    (JENA, JSON, JSON_LD),
    ("application/json", JSON, JSON_LD),
    ("application/xml", XML, RDF_XML),
    ("text/xml;q=0.2", XML, RDF_XML),
    ("text/*", CSV, TURTLE),
    ("application/*", JSON, "application/n-triples"),
    ("text/*;q=0.3, application/*;q=0.9", JSON, "application/n-triples"),
    ("text/plain", None, "application/n-triples"),
    ("TEXT/CSV", CSV, None),
    ("text/csv; header=present", CSV, None),
    (f"{CSV};q=0.9, {JSON};q=0.8", CSV, None),
    (f"{CSV};q=0, {JSON}", JSON, None),
    (f"{CSV};q=0", None, None),
    ("*/*, text/csv;q=0", JSON, TURTLE),
    (f"{JSON};q=0, {TURTLE};q=0, */*", XML, "application/n-triples"),
    ("image/png", None, None),
    ("application/sparql-results+thrift, application/json;q=0.1", JSON, JSON_LD),
    ("application/rdf+thrift, application/trig;q=0.5", None, "application/trig"),
    ("\x00\x01\x02", JSON, TURTLE),
    ("garbage", JSON, TURTLE),
    (";;;,,,///", JSON, TURTLE),
    ("*", JSON, TURTLE),
    ("*/csv", JSON, TURTLE),
    (f"{CSV};q=nonsense, {JSON};q=0.1", JSON, None),
    (f"{CSV};q=2, {XML};q=0.1", XML, None),
    ("x/y," * 5_000, None, None),
    (f"{CSV}," + "x/y," * 5_000, CSV, None),
    ('text/csv;a="' + "x" * 20_000, CSV, None),
)


def test_at_least_forty_headers_are_tried() -> None:
    assert len(CASES) >= 40


@pytest.mark.parametrize(("accept", "solutions", "triples"), CASES, ids=range(len(CASES)))
def test_each_header_gives_the_form_that_it_asks_for(
    accept: str | None, solutions: str | None, triples: str | None
) -> None:
    for form, wanted in ((QueryForm.SELECT, solutions), (QueryForm.ASK, solutions), (QueryForm.CONSTRUCT, triples)):
        assert chosen(form, None, accept) == wanted


@pytest.mark.parametrize("name", sorted(SHORT_NAMES))
def test_a_short_name_wins_over_the_header_in_either_case(name: str) -> None:
    for form, offers in ((QueryForm.SELECT, SOLUTIONS), (QueryForm.DESCRIBE, TRIPLES)):
        wanted = next((found for found in SHORT_NAMES[name] if found in offers), None)
        assert chosen(form, name, "image/png") == wanted
        assert chosen(form, name.upper(), "text/html") == wanted


def test_a_whole_media_type_is_a_format_even_with_its_plus_lost() -> None:
    assert chosen(QueryForm.SELECT, "application/sparql-results xml", None) == XML
    assert chosen(QueryForm.SELECT, "nonsense", None) is None


def test_a_refusal_lists_every_form_once(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(Problem) as refusal:
        form_of_answer(QueryForm.SELECT, None, "image/png")
    assert refusal.value.members["available"] == list(dict.fromkeys(SOLUTIONS.values()))


def test_a_graph_has_no_page() -> None:
    assert form_of_graph(None, BROWSER) == RDF_XML
    assert form_of_graph("jsonld", None) == JSON_LD
    assert "text/html" not in GRAPH_FORMS.values()


def chosen(form: QueryForm, asked: str | None, accept: str | None) -> str | None:
    """Give the form chosen, None for a refusal."""
    try:
        return form_of_answer(form, asked, accept)
    except Problem as problem:
        return None if problem.code == "not-acceptable" else problem.code
