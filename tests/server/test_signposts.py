"""The Link header: every link once, whole, and nothing that breaks out of it."""

import re

from flask import Flask
from rdflib import RDF, Graph, URIRef

from registry.namespaces import DCT, HRC, ROOT, SKOS, VOCAB
from server.signposts import MOST_ITEMS, Signpost, header, of_artefact, of_forms, of_item

LEVEL, SCHEME = VOCAB["levels/declared"], VOCAB["levels"]
HERE = "http://localhost"


def test_a_header_has_each_link_once_and_none_that_breaks_out() -> None:
    lures = [Signpost(f"https://example.org/{lure}", "type") for lure in ('">', "> ", "\r\nX: y", "<", "\\")]
    post = Signpost("https://example.org/a", "type")
    assert header([post, *lures, post]) == '<https://example.org/a>; rel="type"'


def test_the_form_at_hand_is_no_alternate_and_the_query_is_carried_on() -> None:
    posts = of_forms("http://localhost/x", "text/html", ("text/html", "application/ld+json"), "at=2026-01-01")
    assert posts == [
        Signpost(
            "http://localhost/x?_mediatype=application/ld%2Bjson&at=2026-01-01", "alternate", "application/ld+json"
        )
    ]


def test_a_concept_points_at_its_types_its_scheme_and_what_replaced_it(app: Flask) -> None:
    graph = Graph()
    graph.add((LEVEL, RDF.type, SKOS.Concept))
    graph.add((LEVEL, SKOS.inScheme, SCHEME))
    graph.add((LEVEL, DCT.isReplacedBy, VOCAB["levels/committed"]))
    with app.test_request_context():
        posts = of_item(graph, LEVEL, HERE)
        assert Signpost(HERE + "/vocab/levels/committed", "successor-version") in posts
        assert posts[:2] == [Signpost(str(SKOS.Concept), "type"), Signpost(HERE + "/vocab/levels", "collection")]
        assert Signpost(HERE + "/vocab/levels/declared", "item") in of_item(graph, SCHEME, HERE)


def test_a_scheme_with_very_many_concepts_leaves_them_to_its_document(app: Flask) -> None:
    graph = Graph()
    for number in range(MOST_ITEMS + 1):
        graph.add((URIRef(f"{LEVEL}-{number}"), SKOS.inScheme, SCHEME))
    with app.test_request_context():
        assert of_item(graph, SCHEME, HERE) == []


def test_an_artefact_points_at_the_version_in_force_and_the_one_before(app: Flask) -> None:
    held = app.extensions["library"].shelf()
    with app.test_request_context():
        told = header(of_artefact(held.header(ROOT + "def"), URIRef(ROOT + "def"), HERE))
    version = re.escape(HERE) + r"/def/[0-9.]+"
    assert re.fullmatch(rf'<{version}>; rel="latest-version", <{version}>; rel="predecessor-version"', told)
    assert str(HRC.City) not in told
