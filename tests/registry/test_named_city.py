"""A file speaks of one city, whose IRI can name a city."""

import pytest
from rdflib import Graph, URIRef

from registry.errors import ProfileFault
from registry.guard import Limits
from registry.named_city import NO_BASE, city_of, legible
from registry.namespaces import HRC, RDF
from registry.profile import Profile

CITY = URIRef("https://example.org/id/city/test")


def graph(*cities: str) -> Graph:
    found = Graph()
    for city in cities:
        found.add((URIRef(city), RDF.type, HRC.City))
    return found


def test_the_one_city_is_found() -> None:
    assert city_of(graph(CITY), Profile({}), Limits()) == CITY


@pytest.mark.parametrize(
    ("cities", "words"),
    [
        ((), "names no city"),
        ((CITY, f"{CITY}-2"), "names 2 cities"),
        ((f"{CITY}#part",), "fragment"),
        ((f"{NO_BASE}city",), "relative"),
        (("https://example.org/id/body/test",), "ends in /id/city/"),
    ],
)
def test_no_city_several_or_an_iri_that_names_none_is_refused(cities: tuple[str, ...], words: str) -> None:
    with pytest.raises(ProfileFault, match=words):
        city_of(graph(*cities), Profile({}), Limits())


def test_a_relative_iri_is_written_as_it_was() -> None:
    assert legible(URIRef(f"{NO_BASE}plan")) == "<plan>"
    assert legible(URIRef(f"{CITY}#plan"), CITY) == "<#plan>"
