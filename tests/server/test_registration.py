"""What is no longer in use: the retired stay with their successor, of the gone a tombstone stays."""

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import URIRef

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.release_directories import ReleaseDirectories
from registry.artefacts import Artefacts
from registry.fold import fold
from registry.namespaces import REG, ROOT
from registry.registry import Registry
from registry.settings import Settings
from server.app import create_app
from server.registration import ended, tombstone
from tests.server.conftest import DAY, NOON, Page, events, turtle


@pytest.fixture(scope="module")
def register(artefacts: Artefacts, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application over items of which some are no longer in use."""
    home: Path = tmp_path_factory.mktemp("register")
    releases = ReleaseDirectories(home)
    standard = {f"standard/{slug}": graph for slug, graph in artefacts.files.standard.items()}
    standard["vocabulary/levels"] = artefacts.files.vocabularies["levels"]
    standard["vocabulary/record-statuses"] = artefacts.files.vocabularies["record-statuses"]
    quads = fold(events({**standard, "profile/retired": turtle("retired.ttl")}), artefacts.syntax)
    releases.build(quads, day=DAY, standard_version="1.0.0", software_version="0.1.0")
    registry = Registry(artefacts, validator=PyShaclValidator, releases=releases, clock=lambda: NOON)
    app = create_app(registry, Settings.load({}, home=home, query_workers=1))
    app.extensions["query_pool"].close()
    return app


@pytest.fixture
def reader(register: Flask) -> FlaskClient:
    return register.test_client()


def test_a_retired_item_stays_and_leads_to_its_successor(reader: FlaskClient) -> None:
    response = reader.get("/doc/city/fenmoor", headers={"Accept": "text/html"})
    assert response.status_code == 200
    assert "marked <strong>retired</strong> since" in response.text
    assert "Merged with its neighbour." in response.text
    assert "/doc/city/new-fenmoor" in Page(response.text).addresses
    data = reader.get("/doc/city/fenmoor", headers={"Accept": "text/turtle"})
    assert "dct:isReplacedBy <https://w3id.org/hrcr/id/city/new-fenmoor>" in data.text
    for answer in (response, data):
        assert '<http://localhost/doc/city/new-fenmoor>; rel="successor-version"' in answer.headers["Link"]


def test_an_item_with_one_valid_record_is_in_use(reader: FlaskClient) -> None:
    assert "In the register this is marked" not in reader.get("/doc/city/new-fenmoor").text


@pytest.mark.parametrize("address", ["/id/city/gone-moor", "/doc/city/gone-moor"])
def test_of_a_gone_item_a_tombstone_stays_for_programs_and_for_readers(reader: FlaskClient, address: str) -> None:
    response = reader.get(address, headers={"Accept": "application/json"})
    document = json.loads(response.data)
    assert (response.status_code, response.mimetype) == (410, "application/problem+json")
    assert (document["type"], document["since"]) == (ROOT + "problem/gone", "2026-05-02")
    assert document["recordStatus"] == str(REG.statusInvalid)
    assert document["successors"] == [
        {"label": "New Fenmoor", "iri": ROOT + "id/city/new-fenmoor", "address": "/doc/city/new-fenmoor"}
    ]
    page = reader.get(address, headers={"Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (410, "text/html")
    assert "Entered by mistake: there is no such city." in page.text
    assert "/doc/city/new-fenmoor" in Page(page.text).addresses


def test_what_never_was_is_missing_and_not_gone(reader: FlaskClient) -> None:
    assert reader.get("/doc/city/never").status_code == 404


def test_the_end_of_an_item_is_read_from_its_records(register: Flask) -> None:
    held = register.extensions["library"].shelf()
    city = ROOT + "id/city/"
    with register.test_request_context():
        end = ended(held, URIRef(city + "fenmoor"))
        assert end is not None
        assert (end.day, [each.text for each in end.successors]) == ("2026-05-01", ["New Fenmoor"])
        assert ended(held, URIRef(city + "new-fenmoor")) is None
        assert tombstone(held, URIRef(city + "never")) is None
