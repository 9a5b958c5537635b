"""A new class and field of the profile are in form, workbook, template, schema and documentation: no Python knows."""

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, Literal, URIRef

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.release_directories import ReleaseDirectories
from registry.adapters.spreadsheet import OpenXmlSheets
from registry.artefacts import Artefacts
from registry.entry import CITY, Entry, Link, Record, Text, entry_of, write
from registry.entry_form import form_fields, read_form
from registry.fold import fold
from registry.intake import admit
from registry.model import ArtefactFiles
from registry.namespaces import HRC
from registry.registry import Registry
from registry.settings import Settings
from registry.template import template
from registry.workbook_reading import read_book
from server.app import create_app
from tests.entries import CITY_IRI
from tests.server.conftest import DAY, Page, events

ADDED = """
@prefix hrc: <https://w3id.org/hrcr/def#> .
@prefix hrcsh: <https://w3id.org/hrcr/shapes#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

hrcsh:CityProfile sh:property hrcsh:CityProfile-festival .

hrcsh:CityProfile-festival a sh:PropertyShape ;
    sh:path hrc:festival ; sh:name "Rights festival"@en ; sh:order 40 ; sh:group hrcsh:ExchangeGroup ;
    sh:description "A festival at which rights are celebrated."@en ;
    sh:class hrc:Festival ; sh:message "Rights festival: describe it."@en .

hrcsh:FestivalProfile a sh:NodeShape ;
    rdfs:label "Festival"@en ; rdfs:comment "A public feast of rights."@en ;
    sh:targetClass hrc:Festival ; sh:order 90 ; sh:property hrcsh:FestivalProfile-visitors .

hrcsh:FestivalProfile-visitors a sh:PropertyShape ;
    sh:path hrc:visitors ; sh:name "Number of visitors"@en ; sh:order 1 ; sh:group hrcsh:WhatGroup ;
    sh:description "How many people came."@en ; sh:datatype xsd:integer ; sh:maxCount 1 ;
    hrc:example "\\"1200\\"^^xsd:integer" ; sh:message "Number of visitors: a whole number."@en .
"""


@pytest.fixture(scope="module")
def grown(
    artefacts: Artefacts, published: dict[str, Graph], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Registry, FlaskClient]]:
    """An installation, published, whose profile has one more class and two more fields."""
    files = artefacts.files
    profile = files.shapes["submission"] + Graph().parse(data=ADDED, format="turtle")
    kept = {field.name: getattr(files, field.name) for field in fields(files)}
    changed = ArtefactFiles(**{**kept, "shapes": {**files.shapes, "submission": profile}})
    home: Path = tmp_path_factory.mktemp("home")
    releases = ReleaseDirectories(home)
    registry = Registry(
        Artefacts(changed, artefacts.syntax),
        validator=PyShaclValidator,
        releases=releases,
        clock=lambda: datetime(2026, 6, 30, tzinfo=UTC),
        sheets=OpenXmlSheets(),
    )
    content = fold(events({**published, "shapes/submission": profile}), artefacts.syntax)
    releases.build(content, day=DAY, standard_version="1.0.0", software_version="0.1.0", files=registry.files_of)
    app = create_app(registry, Settings.load({}, home=home))
    yield registry, app.test_client()
    app.extensions["query_pool"].close()


def festive() -> Entry:
    festival = Record("Festival", {"visitors": (Text("1200"),)})
    return Entry(CITY_IRI, {CITY: Record("City", {"festival": (Link("f"),)}), "f": festival})


def test_it_is_asked_in_the_form(grown: tuple[Registry, FlaskClient]) -> None:
    _, client = grown
    assert "A festival at which rights are celebrated." in Page(client.get("/check/form").text).text
    page = Page(client.post("/check/form", data={":city": "x", "do": "add festival Festival"}).text)
    assert "Number of visitors" in page.text
    assert "festival[1].visitors" in {each.get("name") for each in page.all("input")}


def test_it_is_said_by_form_and_workbook_alike(grown: tuple[Registry, FlaskClient]) -> None:
    registry, _ = grown
    plan, entry = registry.entry_plan, festive()
    graph = write(entry, plan).graph
    assert (URIRef(f"{CITY_IRI}#f"), HRC.visitors, Literal(1200)) in graph
    sent: dict[str, list[str]] = {}
    for name, value in form_fields(entry, plan):
        sent.setdefault(name, []).append(value)
    assert set(write(read_form(sent, plan), plan).graph) == set(graph)
    grids = OpenXmlSheets().read(registry.workbook(entry))
    assert "Festival" in [grid.title for grid in grids]
    assert set(write(read_book(grids, plan).entry, plan).graph) == set(graph)


def test_intake_admits_it_and_gives_it_back(grown: tuple[Registry, FlaskClient]) -> None:
    registry, _ = grown
    graph = write(festive(), registry.entry_plan).graph
    found = admit(graph, "0", profile=registry.profile, syntax=registry.artefacts.syntax)
    assert entry_of(found.graph, found.city, registry.entry_plan).records["f"].of("visitors") == (Text("1200"),)


def test_it_stands_in_template_schema_and_documentation(grown: tuple[Registry, FlaskClient]) -> None:
    registry, client = grown
    text = template(registry.profile, registry.standard)
    assert "hrc:visitors" in text
    assert "How many people came." in text
    assert "Festival" in json.loads(client.get("/check/form/schema.json").data)["$defs"]
    described = json.loads(client.get("/api/v1/openapi.json").data)["components"]["schemas"]
    assert "visitors" in described["Entry-Festival"]["properties"]["values"]["properties"]
    assert "How many people came." in Page(client.get("/api", headers={"Accept": "text/html"}).text).text
    page = Page(client.get("/profile", headers={"Accept": "text/html"}).text)
    assert "Number of visitors" in page.text
    assert "A public feast of rights." in page.text
