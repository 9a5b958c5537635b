"""What catalogues and query editors read over HTTP: DCAT, VoID and the example queries."""

import pytest
from flask.testing import FlaskClient
from rdflib import RDF, RDFS, Graph, URIRef

from registry.namespaces import DCAT, SCHEMA, SH, VOID
from server.catalogue import EXAMPLES, example_graph
from server.questions import example_questions

pytestmark = pytest.mark.slow

TURTLE = {"Accept": "text/turtle"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def graph(client: FlaskClient, address: str) -> Graph:
    answer = client.get(address, headers=TURTLE)
    assert (answer.status_code, answer.mimetype) == (200, "text/turtle")
    return Graph().parse(data=answer.text, format="turtle")


def test_the_catalogue_has_the_series_the_current_release_and_the_endpoint(client: FlaskClient) -> None:
    told = graph(client, "/catalogue")
    catalogue = URIRef("https://w3id.org/hrcr/catalogue")
    assert (catalogue, RDF.type, DCAT.Catalog) in told
    assert set(told.objects(catalogue, DCAT.dataset)) == {
        URIRef("https://w3id.org/hrcr/releases"),
        URIRef("https://w3id.org/hrcr/release/2026-06-30-1"),
    }
    services = {URIRef("https://w3id.org/hrcr/sparql"), URIRef("https://w3id.org/hrcr/feed")}
    assert set(told.objects(catalogue, DCAT.service)) == services


def test_void_is_found_at_its_well_known_place_in_the_forms_asked_for(client: FlaskClient) -> None:
    told = graph(client, "/.well-known/void")
    assert len(list(told.objects(None, VOID.classPartition))) > 20
    assert client.get("/.well-known/void", headers={"Accept": "application/ld+json"}).mimetype == "application/ld+json"
    assert client.get("/.well-known/void").mimetype == "text/turtle"
    page = client.get("/.well-known/void", headers=BROWSER)
    assert (page.status_code, page.headers["Location"]) == (302, "/catalogue")


def test_every_question_is_an_example_query_in_the_convention_of_sib(client: FlaskClient) -> None:
    told = graph(client, "/.well-known/sparql-examples")
    executables = set(told.subjects(RDF.type, SH.SPARQLExecutable))
    assert len(executables) == len(example_questions()) >= 50
    for node in executables:
        texts = [text for form in (SH.select, SH.ask, SH.construct, SH.describe) for text in told.objects(node, form)]
        assert len(texts) == 1
        assert str(told.value(node, RDFS.comment)).endswith("?") or "?" in str(told.value(node, RDFS.comment))
        assert told.value(node, SCHEMA.target) == URIRef("https://w3id.org/hrcr/sparql")
        assert told.value(node, SCHEMA.audience)
        assert list(told.objects(node, SCHEMA.keywords))
    declared = {str(told.value(node, SH.prefix)) for node in told.objects(URIRef(f"{EXAMPLES}#prefixes"), SH.declare)}
    assert {"hrc", "dct", "skos", "schema"} <= declared


def test_an_example_query_is_told_by_its_form() -> None:
    told = example_graph(example_questions())
    selects = set(told.subjects(RDF.type, SH.SPARQLSelectExecutable))
    assert set(told.subjects(SH.select)) == selects


def test_questions_on_contradictions_and_on_who_says_so_show_graph() -> None:
    texts = {question.slug: question.query for question in example_questions()}
    assert sum("GRAPH" in text for text in texts.values()) >= 3
    assert "GRAPH" in texts["36-which-graph-says-so"]
