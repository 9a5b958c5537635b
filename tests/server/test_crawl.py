"""A crawl of a whole release: every IRI of ours that it names answers over HTTP, and its document speaks of it."""

import random
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.namespaces import ROOT
from server.library import Shelf

pytestmark = pytest.mark.slow

FEWEST = 2_000
SAMPLE = 40


def terms(held: Shelf) -> Iterator[Node]:
    """Give every term of the release: subjects, predicates, objects, datatypes and names of graphs."""
    for name in (None, *held.names):
        if name is not None:
            yield name
        for triple in held.whole(name):
            yield from triple
            yield from (part.datatype for part in triple if isinstance(part, Literal) and part.datatype)


@pytest.fixture(scope="module")
def named(app: Flask) -> dict[str, set[str]]:
    """Every IRI of ours that the release names, by the document it stands in."""
    held, found = app.extensions["library"].shelf(), dict[str, set[str]]()
    for term in terms(held):
        if isinstance(term, URIRef) and term.startswith(ROOT) and "/static/" not in term:
            found.setdefault(term.partition("#")[0], set()).add(str(term))
    return found


def test_the_crawl_has_something_to_find(named: dict[str, set[str]]) -> None:
    assert len(named) > FEWEST
    kinds = ("id/city", "id/office", "id/assessment", "id/organisation", ".well-known/genid", "graph", "vocab", "def")
    assert [kind for kind in kinds if not any(iri.startswith(ROOT + kind) for iri in named)] == []


def test_every_iri_named_in_a_release_answers_as_data_and_is_spoken_of(
    client: FlaskClient, named: dict[str, set[str]]
) -> None:
    dead, silent = [], []
    for iri, fragments in sorted(named.items()):
        address = "/" + iri.removeprefix(ROOT)
        response = client.get(address, headers={"Accept": "application/n-triples"}, follow_redirects=True)
        if response.status_code != 200 or len(response.history) > 1:
            dead.append((address, response.status_code))
        if not address.startswith("/graph/"):  # a graph is what it says, and nothing about itself
            silent += [each for each in fragments if f"<{each}>" not in response.text]
    assert (dead, silent) == ([], [])


def test_a_sample_of_them_answers_as_turtle_and_as_a_page_with_a_place_for_each_part(
    client: FlaskClient, named: dict[str, set[str]]
) -> None:
    kinds = sorted({"/".join(iri.removeprefix(ROOT).split("/")[:2]) for iri in named})
    one_of_each = [next(iri for iri in sorted(named) if iri.startswith(ROOT + kind)) for kind in kinds]
    drawn = random.Random(8).sample(sorted(named), SAMPLE)  # noqa: S311  # a sample, no secret
    for iri in [*one_of_each, *drawn]:
        address = "/" + iri.removeprefix(ROOT)
        turtle = client.get(address, headers={"Accept": "text/turtle"}, follow_redirects=True)
        page = client.get(address, headers={"Accept": "text/html"}, follow_redirects=True)
        assert (address, turtle.status_code, page.status_code) == (address, 200, 200)
        assert len(Graph().parse(data=turtle.data, format="turtle")) > 0
