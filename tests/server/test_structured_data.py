"""schema.org in pages: types from the alignments, names in every language, and nothing that leaves its block."""

import json
import re

from flask.testing import FlaskClient
from rdflib import Graph, Literal, URIRef

from registry.namespaces import RDF, ROOT, SCHEMA, SKOS
from server.structured_data import types

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def block(client: FlaskClient, address: str) -> dict[str, object]:
    found = BLOCK.findall(client.get(address, headers={"Accept": "text/html"}).text)
    assert len(found) == 1
    document = json.loads(found[0])
    assert isinstance(document, dict)
    return document


def test_a_city_is_an_organisation_of_government_with_its_names(client: FlaskClient) -> None:
    found = block(client, "/doc/city/aldermoor")
    assert found["@context"] == SCHEMA.rstrip("/")
    assert (found["@id"], found["url"]) == (ROOT + "id/city/aldermoor", "http://localhost/doc/city/aldermoor")
    assert "GovernmentOrganization" in str(found["@type"])
    assert found["name"] == {"@value": "Aldermoor", "@language": "en"}
    assert found["alternateName"] == [{"@value": "Ellernmoor", "@language": "de"}]
    dataset = found["subjectOf"]
    assert isinstance(dataset, dict)
    assert dataset["@id"] == ROOT + "release/2026-06-30-1"
    assert dataset["name"]["@value"] == "Human Rights Cities Registry, release 2026-06-30-1"


def test_a_concept_is_a_defined_term_of_its_set(client: FlaskClient) -> None:
    found = block(client, "/vocab/act-types/resolution")
    assert (found["@type"], found["inDefinedTermSet"]) == (["DefinedTerm"], ROOT + "vocab/act-types")
    assert block(client, "/vocab/act-types")["@type"] == ["DefinedTermSet"]


def test_what_schema_org_has_no_type_for_is_a_thing() -> None:
    item, graph = URIRef("https://example.org/x"), Graph()
    graph.add((item, SKOS.prefLabel, Literal("x")))
    assert types(graph, item, Graph()) == ["Thing"]
    graph.add((item, RDF.type, SKOS.Concept))
    assert types(graph, item, Graph()) == ["DefinedTerm"]
