"""The service description: what it says is what is so."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import Graph, Literal, Namespace, URIRef

from registry.catalogue import ENDPOINT
from registry.namespaces import RDF, RDFS, SCHEMA
from registry.settings import Settings
from server.endpoint_description import SD, endpoint_description
from server.result_forms import SOLUTIONS, TRIPLES

FORMATS = Namespace("http://www.w3.org/ns/formats/")
NAMES = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/ld+json": "JSON-LD",
    "application/rdf+xml": "RDF_XML",
    "application/trig": "TriG",
    "application/n-quads": "N-Quads",
}


@pytest.fixture
def described(client: FlaskClient) -> Graph:
    return Graph().parse(data=client.get("/sparql", headers={"Accept": "text/turtle"}).data, format="turtle")


def test_it_names_the_address_the_language_and_every_form_on_offer(described: Graph) -> None:
    assert set(described.objects(ENDPOINT, SD.endpoint)) == {URIRef("http://localhost/sparql")}
    assert set(described.objects(ENDPOINT, SD.supportedLanguage)) == {SD.SPARQL11Query}
    sent = ({*SOLUTIONS.values()} | {*TRIPLES.values()}) - {"text/html"}
    assert set(described.objects(ENDPOINT, SD.resultFormat)) == {FORMATS[NAMES[form]] for form in sent}


def test_it_claims_no_feature_that_is_not_there(described: Graph) -> None:
    assert set(described.objects(None, SD.feature)) == set()


def test_it_describes_the_dataset_with_every_named_graph(described: Graph, app: Flask) -> None:
    held = app.extensions["library"].shelf()
    dataset = described.value(ENDPOINT, SD.defaultDataset)
    assert (dataset, RDF.type, SD.Dataset) in described
    assert described.value(dataset, SD.defaultGraph) is not None
    named = set(described.objects(dataset, SD.namedGraph))
    assert {described.value(node, SD.name) for node in named} == set(held.names)
    assert all((node, RDF.type, SD.NamedGraph) in described for node in named)
    assert "2026-06-30-1" in {str(value) for value in described.objects(dataset)}


def test_it_gives_the_limits_in_force_and_where_they_are_explained(app: Flask, described: Graph) -> None:
    assert (ENDPOINT, RDFS.seeAlso, URIRef("http://localhost/limits")) in described
    limits = {
        str(described.value(limit, SCHEMA.propertyID)): described.value(limit, SCHEMA.maxValue)
        for limit in described.objects(ENDPOINT, SCHEMA.additionalProperty)
    }
    assert limits["seconds"] == Literal(app.extensions["settings"].query_seconds)
    assert {(name, Literal(most)) for name, most, _ in Settings().query_limits.described()} <= set(limits.items())


def test_many_graphs_are_left_to_void_so_that_it_stays_small(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    held = app.extensions["library"].shelf()
    monkeypatch.setattr("server.endpoint_description.MOST_GRAPHS", 3)
    described = endpoint_description(held, Settings(), "http://localhost/sparql", "http://localhost/")
    assert set(described.objects(None, SD.namedGraph)) == set()
    assert URIRef("http://localhost/.well-known/void") in set(described.objects(None, RDFS.seeAlso))


@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json", "application/rdf+xml", "*/*", "", "text/*"])
def test_a_bare_request_gets_it_in_the_form_asked_for(client: FlaskClient, accept: str) -> None:
    response = client.get("/sparql", headers={"Accept": accept})
    wanted = accept if accept.startswith(("text/t", "application")) else "text/turtle"
    assert (response.status_code, response.mimetype) == (200, wanted)
    assert len(response.data) < 60_000


def test_a_kept_release_describes_itself(client: FlaskClient) -> None:
    address = "/releases/2026-06-30-1/sparql"
    described = Graph().parse(data=client.get(address, headers={"Accept": "text/turtle"}).data, format="turtle")
    assert set(described.objects(ENDPOINT, SD.endpoint)) == {URIRef("http://localhost" + address)}
