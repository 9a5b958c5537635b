"""Another registry finds in one file all that it needs, and every address in it answers."""

from flask import Flask
from flask.testing import FlaskClient
from rdflib import RDF, Graph, URIRef

from registry.catalogue import ENDPOINT, FEED
from registry.descriptor import DESCRIPTOR
from registry.namespaces import DCAT, DCT, FOAF, SKOS
from server.links import local_address
from tests.server.conftest import Page


def told(client: FlaskClient) -> Graph:
    answer = client.get("/federation", headers={"Accept": "text/turtle"})
    assert (answer.status_code, answer.mimetype) == (200, "text/turtle")
    return Graph().parse(data=answer.data, format="turtle")


def test_one_file_leads_to_everything_that_there_is_to_take(app: Flask, client: FlaskClient) -> None:
    graph = told(client)
    assert set(graph.objects(DESCRIPTOR, DCAT.service)) == {ENDPOINT, FEED}
    for service in (ENDPOINT, FEED):
        with app.test_request_context():
            place = local_address(str(graph.value(service, DCAT.endpointURL)))
        assert place is not None
        assert client.get(place).status_code == 200
    release = URIRef("https://w3id.org/hrcr/release/2026-06-30-1")
    assert (DESCRIPTOR, DCAT.dataset, release) in graph
    files = {str(graph.value(node, DCAT.downloadURL)) for node in graph.objects(release, DCAT.distribution)}
    assert "https://w3id.org/hrcr/releases/2026-06-30-1/hrcr.nq" in files
    for file in files:
        with client.get(file.removeprefix("https://w3id.org/hrcr")) as answer:
            assert answer.status_code == 200


def test_it_names_standard_licence_publisher_and_code_lists(client: FlaskClient) -> None:
    graph = told(client)
    assert graph.value(DESCRIPTOR, DCT.conformsTo) == URIRef("https://w3id.org/hrcr/standard/1.0.0")
    assert graph.value(DESCRIPTOR, DCT.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert graph.value(graph.value(DESCRIPTOR, DCT.publisher), FOAF.name) is not None
    schemes = set(graph.objects(DESCRIPTOR, DCT.hasPart))
    assert URIRef("https://w3id.org/hrcr/vocab/levels") in schemes
    assert all((scheme, RDF.type, SKOS.ConceptScheme) in graph for scheme in schemes)
    assert graph.value(DESCRIPTOR, DCT.relation) == URIRef("https://w3id.org/hrcr/alignments")


def test_people_find_the_three_ways(client: FlaskClient) -> None:
    page = Page(client.get("/federation", headers={"Accept": "text/html"}).text)
    assert {"/feed", "/sparql", "/releases/2026-06-30-1", "/alignments"} <= set(page.addresses)
    assert "named none yet" in page.text
