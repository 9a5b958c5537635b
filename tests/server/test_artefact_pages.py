"""The documentation of ontology, profile and shapes says all that the artefacts say, each thing at its own place."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import RDF, URIRef

from registry.namespaces import HRC, HRCSH, SCHEMA, SH, SKOS
from tests.server.conftest import Page

pytestmark = pytest.mark.slow


def read(client: FlaskClient, address: str) -> tuple[Page, str, set[str]]:
    """Give a page, its text with single spaces, and the places on it."""
    page = Page(client.get(address, headers={"Accept": "text/html"}).text)
    places = {str(attributes["id"]) for _, attributes in page.elements if "id" in attributes}
    return page, re.sub(r"\s+", " ", page.text), places


def test_every_term_has_its_place_its_definition_and_an_entry_in_the_contents(app: Flask, client: FlaskClient) -> None:
    page, text, places = read(client, "/def")
    terms = app.extensions["library"].shelf().terms
    ours = {str(term).removeprefix(str(HRC)) for term in terms.subjects(SKOS.definition) if str(term).startswith(HRC)}
    assert len(ours) > 400
    assert ours - places == set()
    assert {f"#{name}" for name in ours} - set(page.addresses) == set()
    for name in ours:
        definition = re.sub(r"\s+", " ", str(terms.value(HRC[name], SKOS.definition)))
        assert definition in text, name


def test_a_term_says_what_it_is_used_of_what_it_takes_who_may_state_it_and_what_to_compare(client: FlaskClient) -> None:
    page, text, _ = read(client, "/def")
    assert "Used of city Takes standing May be stated by the registry" in text
    assert "https://schema.org/GovernmentOrganization" in page.addresses
    assert "stable" in text


def test_the_head_of_the_ontology_gives_version_licence_and_how_to_cite(client: FlaskClient) -> None:
    page, text, _ = read(client, "/def")
    assert "Version 1.0.0 Address of this version" in text
    assert "https://creativecommons.org/licenses/by/4.0/" in page.addresses
    assert "/def/0.1.0" in page.addresses
    assert "How to cite Human Rights Cities Registry (2026)." in text


def test_the_profile_documents_every_class_and_field(app: Flask, client: FlaskClient) -> None:
    page, text, places = read(client, "/profile")
    held = app.extensions["library"].shelf()
    fields = [field for found in held.profile.classes.values() for field in found.properties]
    assert len([tag for tag, _ in page.elements if tag == "tr"]) == len(fields) + len(held.profile.classes)
    for field in fields:
        assert re.sub(r"\s+", " ", field.description) in text
    assert {"City", "City-country", "Declaration"} <= places
    assert "/vocab/countries" in page.addresses
    assert "/standard/further-instruments" in page.addresses


@pytest.mark.parametrize(
    ("anchor", "words"),
    [("City-country", "exactly one"), ("City-prefLabel", "one or more"), ("City-spatial", "at most one")],
)
def test_the_profile_says_how_often_a_field_may_stand(client: FlaskClient, anchor: str, words: str) -> None:
    source = client.get("/profile", headers={"Accept": "text/html"}).text
    row = source.partition(f'id="{anchor}"')[2].partition("</tr>")[0]
    assert words in row


def test_every_shape_has_its_place_with_what_it_says_and_decides(app: Flask, client: FlaskClient) -> None:
    page, text, places = read(client, "/shapes")
    graphs = app.extensions["library"].shelf().graphs("shapes/").values()
    shapes = {
        node for graph in graphs for kind in (SH.NodeShape, SH.PropertyShape) for node in graph.subjects(RDF.type, kind)
    }
    named = {str(node).removeprefix(str(HRCSH)) for node in shapes if str(node).startswith(str(HRCSH))}
    assert len(named) > 1_000
    assert named - places == set()
    messages = {re.sub(r"\s+", " ", str(told)) for graph in graphs for told in graph.objects(None, SH.message)}
    assert [message for message in messages if message not in text] == []
    assert "/standard/formal-act/declared" in page.addresses


def test_a_shape_file_shows_its_shapes_in_words_and_as_they_are_run(client: FlaskClient) -> None:
    _, text, places = read(client, "/shapes/formal-act")
    assert "The city relies on exactly one act." in text
    assert "hrcsh:FormalActDeclaredShape-reliesOn a sh:PropertyShape" in text
    assert "FormalActDeclaredShape-reliesOn" in places


def test_every_link_of_the_documentation_to_a_place_on_its_own_page_arrives(client: FlaskClient) -> None:
    for address in ("/def", "/profile", "/shapes"):
        page, _, places = read(client, address)
        assert [link for link in page.addresses if link.startswith("#") and link[1:] not in places] == []


def test_the_terms_of_schema_org_are_written_by_one_spelling(app: Flask) -> None:
    terms = app.extensions["library"].shelf().terms
    spelt = {str(node) for triple in terms for node in triple if isinstance(node, URIRef) and "schema.org" in node}
    assert [iri for iri in spelt if not iri.startswith(str(SCHEMA))] == []
