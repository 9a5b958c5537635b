"""The forms of one thing: chosen by header or address, each with the links to the others."""

import pytest
from flask import Flask
from rdflib import Graph, Literal, URIRef

from registry.namespaces import RDFS, ROOT
from server.problems import Problem
from server.representations import OFFERS, negotiated, present
from server.serialisation import DATASETS, FORMATS

IRI = ROOT + "id/thing/one"


def graph() -> Graph:
    found = Graph()
    found.add((URIRef(IRI), RDFS.label, Literal("One", lang="en")))
    return found


def test_seven_forms_are_offered_and_the_page_comes_first() -> None:
    assert (OFFERS[0], len(OFFERS)) == ("text/html", 7)
    assert set(OFFERS[1:]) == {*FORMATS, *DATASETS}


@pytest.mark.parametrize("media_type", OFFERS)
def test_the_form_asked_for_is_the_form_sent(app: Flask, media_type: str) -> None:
    with app.test_request_context("/doc/thing/one", headers={"Accept": media_type}):
        response = present(IRI, graph, lambda: "<p>One</p>")
    assert response.mimetype == media_type
    assert b"One" in response.data
    assert response.headers["Link"].count('rel="alternate"') == 6
    assert f'<{IRI}>; rel="cite-as"' in response.headers["Link"]


def test_the_address_wins_over_the_header_and_an_unknown_form_is_refused(app: Flask) -> None:
    with app.test_request_context("/?_mediatype=application/trig", headers={"Accept": "text/html"}):
        assert negotiated() == "application/trig"
    with app.test_request_context("/?_mediatype=image/png"), pytest.raises(Problem) as refused:
        negotiated()
    assert refused.value.members["available"] == list(OFFERS)
