"""Candidates and decisions on cities of peers, as page, CSV and RDF."""

import csv
from io import StringIO

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, URIRef

from registry.city_identity import Decision, mapping
from registry.namespaces import SKOS
from tests.server.conftest import Publish, turtle

OURS, THEIRS = "https://w3id.org/hrcr/id/city/aldermoor", "https://peer.example/city/"
TOLD = """@prefix hrc: <https://w3id.org/hrcr/def#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://peer.example/city/{}> a hrc:City ; skos:prefLabel "{}"@de ;
    hrc:country <https://w3id.org/hrcr/vocab/countries/DE> ."""


@pytest.fixture(scope="module")
def client_with_peer(publish: Publish) -> FlaskClient:
    """The application over a release in which a peer tells of two cities, and one was decided."""
    decided = Decision(ours=OURS, theirs=THEIRS + "b", is_same=True, reason="The same <council>.")
    more = {
        "profile/aldermoor": turtle("aldermoor.ttl"),
        "peer/north/a": Graph().parse(data=TOLD.format("a", "Ellernmoor"), format="turtle"),
        "peer/north/b": Graph().parse(data=TOLD.format("b", "Aldermoor <b>"), format="turtle"),
        "identity/0123": mapping(decided),
    }
    return publish(more).test_client()


def test_the_page_tells_what_a_candidate_rests_on_and_what_was_decided(client_with_peer: FlaskClient) -> None:
    page = client_with_peer.get("/identity", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "name: Ellernmoor" in page.text
    assert "the same city: The same &lt;council&gt;." in page.text
    assert '<span class="note">open</span>' in page.text


def test_the_same_is_given_as_csv(client_with_peer: FlaskClient) -> None:
    table = client_with_peer.get("/identity.csv")
    rows = list(csv.DictReader(StringIO(table.text)))
    assert {(row["theirs"], row["state"], row["source"]) for row in rows} == {
        (THEIRS + "a", "open", "north"),
        (THEIRS + "b", "same", "north"),
    }


def test_decisions_are_given_as_rdf(client_with_peer: FlaskClient) -> None:
    found = client_with_peer.get("/identity", headers={"Accept": "text/turtle"})
    graph = Graph().parse(data=found.text, format="turtle")
    assert (URIRef(OURS), SKOS.exactMatch, URIRef(THEIRS + "b")) in graph
    assert (URIRef(OURS), SKOS.exactMatch, URIRef(THEIRS + "a")) not in graph


def test_without_peers_the_page_says_that_there_is_nothing(client: FlaskClient) -> None:
    assert "No city of a peer is in this release" in client.get("/identity", headers={"Accept": "text/html"}).text
