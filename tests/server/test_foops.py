"""What FOOPS looks for in an ontology, asked of ours over HTTP as a stranger would (anchors of the ecosystem)."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import RDF, RDFS, Graph, Literal, URIRef
from rdflib.term import Node

from registry.namespaces import BIBO, DCT, FOAF, HRC, OWL, PREFIXES, ROOT, SCHEMA, SKOS, VANN, VS

ONTOLOGY = URIRef(ROOT + "def")
HEADER = (
    DCT.title,
    DCT.description,
    DCT.abstract,
    DCT.license,
    DCT.creator,
    DCT.contributor,
    DCT.publisher,
    DCT.created,
    DCT.issued,
    DCT.modified,
    DCT.source,
    DCT.bibliographicCitation,
    OWL.versionIRI,
    OWL.versionInfo,
    OWL.priorVersion,
    VANN.preferredNamespaceUri,
    VANN.preferredNamespacePrefix,
    BIBO.status,
    FOAF.logo,
    SCHEMA.includedInDataCatalog,
)
"""No DOI has been given, and no published version came before that this one could be compatible with."""
LICENCES = re.compile(r"https://creativecommons\.org/(licenses|publicdomain)/[a-z]+(-[a-z]+)*/\d\.\d/")
PREFIX_CC = {"dct": "http://purl.org/dc/terms/", "skos": "http://www.w3.org/2004/02/skos/core#", "schema": str(SCHEMA)}


@pytest.fixture(scope="module")
def ontology(app: Flask) -> Graph:
    """The ontology as its own address gives it."""
    return fetched(app.test_client(), "/def")


def fetched(client: FlaskClient, address: str) -> Graph:
    response = client.get(address, headers={"Accept": "text/turtle"}, follow_redirects=True)
    assert (response.status_code, response.mimetype) == (200, "text/turtle")
    return Graph().parse(data=response.data, format="turtle")


def ours(graph: Graph) -> set[Node]:
    return {term for term in graph.subjects(RDF.type) if str(term).startswith(str(HRC))}


@pytest.mark.parametrize("name", HEADER)
def test_the_header_says_everything_that_is_looked_for(ontology: Graph, name: URIRef) -> None:
    assert list(ontology.objects(ONTOLOGY, name)) != []


def test_the_address_is_a_lasting_one_and_the_header_repeats_it() -> None:
    assert str(ONTOLOGY).startswith("https://w3id.org/")


def test_the_licence_is_an_address_that_everybody_knows(ontology: Graph) -> None:
    assert [LICENCES.fullmatch(str(licence)) is not None for licence in ontology.objects(ONTOLOGY, DCT.license)] == [
        True
    ]


def test_the_version_has_an_address_of_its_own_that_answers_with_the_same(client: FlaskClient, ontology: Graph) -> None:
    version = ontology.value(ONTOLOGY, OWL.versionIRI)
    number = str(ontology.value(ONTOLOGY, OWL.versionInfo))
    assert version != ONTOLOGY
    assert str(version) == f"{ONTOLOGY}/{number}"
    assert re.fullmatch(r"\d+\.\d+\.\d+", number)
    assert len(fetched(client, f"/def/{number}")) == len(ontology)
    for name in (OWL.priorVersion, FOAF.logo, SCHEMA.includedInDataCatalog):
        with client.get("/" + str(ontology.value(ONTOLOGY, name)).removeprefix(ROOT)) as response:
            assert response.status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize(
    "media_type", ["text/html", "text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples"]
)
@pytest.mark.parametrize("address", ["/def", "/def/1.0.0", "/alignments", "/shapes", "/standard", "/profile", "/vocab"])
def test_every_artefact_is_given_for_people_and_for_programs_at_one_address(
    client: FlaskClient, address: str, media_type: str
) -> None:
    response = client.get(address, headers={"Accept": media_type})
    assert (response.status_code, response.mimetype) == (200, media_type)


def test_every_term_has_label_definition_origin_and_status(ontology: Graph) -> None:
    terms = ours(ontology)
    assert len(terms) > 400
    for term in terms:
        assert [label.language for label in ontology.objects(term, RDFS.label) if isinstance(label, Literal)] == ["en"]
        assert len(list(ontology.objects(term, SKOS.definition))) == 1, term
        assert list(ontology.objects(term, RDFS.isDefinedBy)) == [ONTOLOGY]
        assert str(ontology.value(term, VS.term_status)) in {"stable", "testing", "unstable", "archaic"}
        if (term, OWL.deprecated, Literal(True)) in ontology:
            assert list(ontology.objects(term, DCT.isReplacedBy)) != []


def test_terms_of_others_are_reused_before_own_ones_are_made(ontology: Graph) -> None:
    narrower = [term for name in (RDFS.subClassOf, RDFS.subPropertyOf) for term in ontology.subjects(name)]
    assert len(set(narrower) & ours(ontology)) > 100
    foreign = {
        str(node).rsplit("#", 1)[0]
        for name in (RDFS.subClassOf, RDFS.subPropertyOf)
        for node in ontology.objects(None, name)
        if not str(node).startswith(ROOT)
    }
    assert len(foreign) > 8


def test_shapes_stand_in_another_namespace_than_terms(client: FlaskClient, ontology: Graph) -> None:
    assert not [term for term in ours(ontology) if "Shape" in str(term).removeprefix(str(HRC))]
    shapes = fetched(client, "/shapes/formal-act")
    assert not [node for node in shapes.subjects() if str(node).startswith(str(HRC))]


def test_prefixes_are_those_that_everybody_uses_and_declared_once() -> None:
    assert {prefix: str(PREFIXES[prefix]) for prefix in PREFIX_CC} == PREFIX_CC
    assert "dcterms" not in PREFIXES
    assert len(set(map(str, PREFIXES.values()))) == len(PREFIXES)


def test_the_page_of_the_ontology_names_the_same_version_and_licence(client: FlaskClient) -> None:
    page = client.get("/def", headers={"Accept": "text/html"}).text
    assert "/def/1.0.0" in page
    assert LICENCES.search(page)
