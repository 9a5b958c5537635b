"""The Graph Store Protocol, reading: whole graphs, every form, and nothing that is not held."""

import json

import pytest
from flask.testing import FlaskClient
from rdflib import Graph
from werkzeug.test import TestResponse

from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.namespaces import ROOT
from server.result_forms import GRAPH_FORMS

CITY = ROOT + "graph/profile/aldermoor"
PARSERS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/trig": "turtle",
    "application/n-quads": "nt",
}


@pytest.mark.parametrize("media_type", sorted(set(GRAPH_FORMS.values())))
def test_a_named_graph_is_given_whole_in_every_form(client: FlaskClient, media_type: str) -> None:
    response = client.get("/store", query_string={"graph": CITY}, headers={"Accept": media_type})
    assert (response.status_code, response.mimetype) == (200, media_type)
    count = counted(client, {"default-graph-uri": CITY})
    assert count > 50
    assert len(read(response, media_type)) == count


def test_the_default_graph_is_given_whole(client: FlaskClient) -> None:
    response = client.get("/store?default", headers={"Accept": "application/n-triples"})
    assert response.status_code == 200
    assert len(response.text.splitlines()) == counted(client, {}) > 1_000


def test_a_kept_release_has_its_own_store(client: FlaskClient) -> None:
    now = client.get("/store", query_string={"graph": CITY})
    kept = client.get("/releases/2026-06-30-1/store", query_string={"graph": CITY})
    assert (kept.status_code, kept.data) == (200, now.data)
    assert client.get("/releases/1999-01-01-1/store?default").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/store",
        "/store?graph=",
        "/store?graph=relative",
        f"/store?default&graph={CITY}",
        f"/store?graph={CITY}&graph={CITY}",
    ],
)
def test_exactly_one_graph_must_be_named(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response.content_type) == (400, "application/problem+json")


@pytest.mark.parametrize(
    "name", [ROOT + "graph/profile/nowhere", "http://127.0.0.1:9/x", "file:///etc/passwd", "urn:x"]
)
def test_a_graph_that_is_not_held_is_not_fetched(client: FlaskClient, name: str) -> None:
    assert client.get("/store", query_string={"graph": name}).status_code == 404


def test_an_unknown_form_is_refused_with_the_list(client: FlaskClient) -> None:
    for response in (
        client.get("/store?default", headers={"Accept": "image/png"}),
        client.get("/store?default&format=csv"),
    ):
        assert response.status_code == 406
        assert json.loads(response.data)["available"] == list(dict.fromkeys(GRAPH_FORMS.values()))


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_writing_is_refused_with_the_list_of_methods(client: FlaskClient, method: str) -> None:
    response = client.open(
        f"/store?graph={CITY}", method=method, data="<a:a> <a:a> <a:a> .", content_type="text/turtle"
    )
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_head_request_says_what_a_get_would_send(client: FlaskClient) -> None:
    sent, head = (call("/store", query_string={"graph": CITY}) for call in (client.get, client.head))
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(sent.data))
    assert head.headers["ETag"] == sent.headers["ETag"]


def read(response: TestResponse, media_type: str) -> Graph:
    """Parse an answer."""
    if media_type == "application/ld+json":
        return OxigraphSyntax({}).parse(response.data, media_type, base="", most_triples=1_000)
    return Graph().parse(data=response.data, format=PARSERS[media_type])


def counted(client: FlaskClient, dataset: dict[str, str]) -> int:
    """Count the triples of the default graph of a dataset."""
    query = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    return int(client.get("/sparql", query_string={"query": query, "format": "csv", **dataset}).text.split()[1])
