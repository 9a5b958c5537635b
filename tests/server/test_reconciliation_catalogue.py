"""What can be reconciled is what the release holds, in the words of the service."""

from flask import Flask

from registry.reconciliation import Catalogue
from server.reconciliation_catalogue import catalogue, description, properties, properties_of, types


def test_cities_instruments_and_rights_are_there_with_every_name(app: Flask) -> None:
    found = read(app)
    aldermoor = found.find("id/city/aldermoor")
    declaration = found.find("vocab/instruments/universal-declaration-of-human-rights")
    assert aldermoor is not None
    assert declaration is not None
    assert (aldermoor.name, set(aldermoor.names), aldermoor.kind) == ("Aldermoor", {"Aldermoor", "Ellernmoor"}, "City")
    assert set(declaration.names) == {"Universal Declaration of Human Rights", "UDHR"}
    assert found.find("vocab/rights/life-and-safety") is not None


def test_values_are_links_dates_and_texts(app: Flask) -> None:
    graz = read(app).find("id/city/graz")
    declaration = read(app).find("vocab/instruments/universal-declaration-of-human-rights")
    assert graz is not None
    assert declaration is not None
    assert {value.names for value in graz.values["geonames"]} == {("https://sws.geonames.org/2778067/",)}
    assert set(graz.values["country"][0].names) == {"Austria", "AT"}
    assert [value.kind for value in declaration.values["issued"]] == ["date"]
    assert description(graz) == "Austria"


def test_each_property_has_words_and_belongs_to_a_type() -> None:
    assert {one.id for one in types()} == {"City", "RightsInstrument", "Right"}
    assert all(one.name and one.description and set(one.of) <= {kind.id for kind in types()} for one in properties())
    assert {one.id for one in properties_of("Right")} == {"rightsGroup"}
    assert properties_of(None) == properties()


def read(app: Flask) -> Catalogue:
    return catalogue(app.extensions["library"].shelf())
