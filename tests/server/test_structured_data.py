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


def test_the_catalogue_is_a_data_catalogue_of_datasets_that_can_be_downloaded(client: FlaskClient) -> None:
    found = block(client, "/catalogue")
    assert (found["@type"], found["@id"]) == ("DataCatalog", ROOT + "catalogue")
    assert found["url"] == "http://localhost/catalogue"
    assert found["name"]
    assert isinstance(found["dataset"], list)
    (dataset,) = found["dataset"]
    assert (dataset["@type"], dataset["@id"]) == ("Dataset", ROOT + "release/2026-06-30-1")
    assert dataset["includedInDataCatalog"] == {"@id": ROOT + "catalogue"}
    assert 50 < len(dataset["description"]["@value"]) < 5_000
    assert dataset["license"].startswith("https://creativecommons.org/")
    assert (dataset["datePublished"], dataset["version"]) == ("2026-06-30", "2026-06-30-1")
    assert dataset["creator"]["@type"] == "Organization"
    assert dataset["creator"]["name"]
    kinds = {part["encodingFormat"] for part in dataset["distribution"]}
    assert {"text/turtle", "application/n-quads", "application/ld+json", "text/csv"} <= kinds
    for part in dataset["distribution"]:
        address = part["contentUrl"].removeprefix(ROOT.rstrip("/"))
        assert len(client.get(address, buffered=True).data) == int(part["contentSize"])
