"""A thing on a page: fields in the order of the profile, each with who says so."""

import pytest
from flask import Flask
from rdflib import Graph, URIRef

from registry.namespaces import ROOT
from server.descriptions import describe
from server.things import Field, Thing, ThingReader
from server.words import Shown

CITY = URIRef(ROOT + "id/city/aldermoor")


@pytest.fixture
def reader(app: Flask) -> ThingReader:
    """A reader of the invented city."""
    with app.test_request_context():
        held = app.extensions["library"].shelf()
        graph: Graph = describe(held, CITY)
        return ThingReader(graph, held.words(graph), held.profile, CITY)


def field(thing: Thing, label: str) -> Field:
    """Find a field by its label."""
    return next(found for found in thing.fields if found.label.text == label)


def test_sections_and_fields_stand_in_the_order_of_the_profile(app: Flask, reader: ThingReader) -> None:
    with app.test_request_context():
        city = reader.thing(CITY)
    assert [section.label for section in city.sections] == [
        "The city",
        "The commitment",
        "Action plan",
        "Exchange and request",
        "More that is known",
    ]
    declaration = field(city, "Act relied on").values[0].thing
    assert declaration is not None
    labels = [found.label.text for found in declaration.fields]
    assert labels.index("Type of act") < labels.index("Date of adoption") < labels.index("Adopted by")


def test_names_come_best_first_and_say_their_language(app: Flask, reader: ThingReader) -> None:
    with app.test_request_context():
        assert reader.thing(CITY).names == (Shown("Aldermoor"), Shown("Ellernmoor", "de"))


def test_each_fact_says_who_says_so_how_well_and_what_was_noted(app: Flask, reader: ThingReader) -> None:
    with app.test_request_context():
        declaration = field(reader.thing(CITY), "Act relied on").values[0].thing
        assert declaration is not None
        issued = field(declaration, "Date of adoption").values[0]
    assert [
        (voice.publisher.text, [source.title.text for source in voice.sources]) for voice in issued.grounds.voices
    ] == [("City of Aldermoor", ["Minutes of the council"])]
    assert issued.grounds.confidence is not None
    assert (issued.grounds.confidence.text, issued.grounds.notes) == (
        "Single source",
        (Shown("The minutes give the day."),),
    )
    assert declaration.grounds.confidence is not None
    assert declaration.grounds.confidence.text == "Confirmed"


def test_a_wording_of_a_date_stands_for_its_bounds(app: Flask, reader: ThingReader) -> None:
    with app.test_request_context():
        plan = field(reader.thing(CITY), "Latest action plan").values[0].thing
    assert plan is not None
    texts = [value.shown.text for found in plan.fields for value in found.values]
    assert "some time in 2024" in texts
    assert "2024-12-31" not in texts


def test_what_speaks_against_stands_apart(app: Flask, reader: ThingReader) -> None:
    with app.test_request_context():
        city = reader.thing(CITY)
        against = reader.contradictions()
    assert [thing.names[0].text for thing in against] == ["Money for the plan was cut"]
    assert [found for found in city.fields if found.label.text.casefold().startswith("criticism")] == []


def test_sources_are_numbered_in_the_order_they_are_met(app: Flask, reader: ThingReader) -> None:
    with app.test_request_context():
        reader.thing(CITY)
        reader.contradictions()
    assert [(source.number, source.place) for source in reader.sources()] == [
        (1, "source-2"),
        (2, "source-1"),
        (3, "source-3"),
    ]
