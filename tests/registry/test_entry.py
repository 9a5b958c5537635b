"""Entries and graphs say the same, both ways; what cannot be written is told at its place and stays in the entry."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph, Literal, URIRef

from registry.entry import ADDRESS_OF_CITY, CITY, Entry, Link, Place, Record, Text, empty_entry, entry_of, rough, write
from registry.errors import NotAdmitted
from registry.intake import Submission, read_submission
from registry.namespaces import HRC, RDF, SKOS, XSD
from registry.registry import Registry
from tests.entries import CITY_IRI, EACH_EXAMPLE, EXAMPLES, NUMBER_OF_EXAMPLES, entries, said


def submission(registry: Registry, path: Path) -> Submission:
    syntax = registry.artefacts.syntax
    return read_submission(path.read_bytes(), "text/turtle", profile=registry.profile, syntax=syntax)


def test_every_example_is_looked_at() -> None:
    assert len(EXAMPLES) == NUMBER_OF_EXAMPLES


@pytest.mark.parametrize("path", EACH_EXAMPLE)
def test_an_example_is_the_same_graph_after_an_entry(registry: Registry, path: Path) -> None:
    found = submission(registry, path)
    written = write(entry_of(found.graph, found.city, registry.entry_plan), registry.entry_plan)
    assert written.faults == ()
    assert set(written.graph) == set(found.graph)
    assert written.city == found.city


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_what_is_entered_comes_back_from_its_graph(registry: Registry, data: st.DataObject) -> None:
    plan = registry.entry_plan
    entry = data.draw(entries(plan))
    written = write(entry, plan)
    assert written.faults == ()
    again = entry_of(written.graph, written.city, plan)
    assert set(write(again, plan).graph) == set(written.graph)
    assert {key: record.kind for key, record in again.records.items()} == {
        key: record.kind for key, record in entry.records.items()
    }
    assert said(again).keys() == said(entry).keys()


def city(**values: object) -> Entry:
    given = {name: value if isinstance(value, tuple) else (value,) for name, value in values.items()}
    return Entry(CITY_IRI, {CITY: Record("City", given)})  # type: ignore[arg-type]  # values of a test


FAULTY = [
    ("termStart", Text("31.12.2026"), "is not a date as wanted here"),
    ("termStart", Text("2026-02-30"), "there is no day"),
    ("departmentCount", Text("nine"), "is not a whole number"),
    ("prefLabel", Text("Oderau"), "the language is missing"),
    ("prefLabel", Text("Oderau", "not a tag"), "is not a language tag"),
    ("country", Text("Austria"), "does not begin with http"),
    ("country", Text("https://example.org/AT"), "is not on the list"),
    ("contactPage", Text("www.oderau.example"), "does not begin with http"),
    ("contactPage", Text("https://oderau.example/a b"), "contains a space"),
    ("currentPlan", Link("plan-9"), "there is no part called “plan-9”"),
    ("currentPlan", Text("https://oderau.example/plan"), "only a part described here"),
    ("nonsense", Text("x"), "There is no field nonsense"),
]


@pytest.mark.parametrize(("name", "value", "words"), FAULTY)
def test_a_fault_names_its_field_says_why_and_nothing_is_lost(
    registry: Registry, name: str, value: Text | Link, words: str
) -> None:
    entry = city(**{name: value})
    written = write(entry, registry.entry_plan)
    assert [fault.place for fault in written.faults] == [Place(CITY, name, 1)]
    assert words.lower() in written.faults[0].sentence.lower()
    assert written.faults[0].sentence.endswith(".")
    assert set(written.graph) == {(URIRef(CITY_IRI), RDF.type, HRC.City)}
    assert entry.records[CITY].of(name) == (value,)


@pytest.mark.parametrize("address", ["", "  ", "oderau", "ftp://x", "https://exa mple.org/"])
def test_a_city_without_an_honest_address_is_told_so(registry: Registry, address: str) -> None:
    written = write(Entry(address, {CITY: Record("City")}), registry.entry_plan)
    assert [fault.place for fault in written.faults] == [Place(CITY, ADDRESS_OF_CITY)]
    assert "address of the city" in written.faults[0].sentence.lower()
    assert len(written.graph) == 0


def test_blank_answers_say_nothing(registry: Registry) -> None:
    written = write(city(prefLabel=(Text("", "en"), Text("  ")), termStart=Text("")), registry.entry_plan)
    assert (written.faults, len(written.graph)) == ((), 1)


def test_yes_and_coordinates_are_understood(registry: Registry) -> None:
    records = {
        CITY: Record("City"),
        "s": Record("Seat", {"appointedByMunicipality": (Text("Yes"),)}),
        "p": Record("Geometry", {"asWKT": (Text("15.44, 47.07"),)}),
    }
    graph = write(Entry(CITY_IRI, records), registry.entry_plan).graph
    assert Literal(True) in set(graph.objects(URIRef(f"{CITY_IRI}#s")))
    assert "POINT(15.44 47.07)" in {str(term) for term in graph.objects(URIRef(f"{CITY_IRI}#p"))}


def test_an_empty_entry_says_that_there_is_a_city(registry: Registry) -> None:
    written = write(empty_entry(registry.entry_plan, CITY_IRI), registry.entry_plan)
    assert set(written.graph) == {(URIRef(CITY_IRI), RDF.type, HRC.City)}


def test_a_graph_that_no_field_can_hold_is_refused(registry: Registry) -> None:
    graph = Graph()
    graph.add((URIRef(CITY_IRI), RDF.type, HRC.City))
    graph.add((URIRef(CITY_IRI), HRC.nonsense, Literal("x")))
    with pytest.raises(NotAdmitted, match="no field"):
        entry_of(graph, URIRef(CITY_IRI), registry.entry_plan)
    graph = Graph()
    graph.add((URIRef(CITY_IRI), RDF.type, HRC.Nonsense))
    with pytest.raises(NotAdmitted, match="no field"):
        entry_of(graph, URIRef(CITY_IRI), registry.entry_plan)


def test_a_result_of_the_profile_finds_its_value_field_or_part(registry: Registry) -> None:
    plan = registry.entry_plan
    written = write(city(prefLabel=(Text("A", "en"), Text("B", "de"))), plan)
    label = plan.city.field("prefLabel")
    assert label is not None
    node = URIRef(CITY_IRI)
    assert written.place_of(node, label.iri, Literal("B", lang="de"), plan) == Place(CITY, "prefLabel", 2)
    assert written.place_of(node, label.iri, None, plan) == Place(CITY, "prefLabel")
    assert written.place_of(node, None, None, plan) == Place(CITY)


def test_what_is_faulty_stands_in_the_rough_as_the_nearest_term(registry: Registry) -> None:
    entry = city(
        prefLabel=Text("Oderau"),
        termStart=Text("1.10.2023"),
        contactPage=Text("see our page"),
        country=Text("Ardania"),
        currentPlan=Link("plan"),
        departmentCount=Text("3"),
    )
    node, found = URIRef(CITY_IRI), rough(entry, registry.entry_plan)
    assert len(found.faults) == 5
    for name, term in (
        (SKOS.prefLabel, Literal("Oderau")),
        (HRC.termStart, Literal("1.10.2023", datatype=XSD.date, normalize=False)),
        (HRC.contactPage, Literal("see our page")),
        (HRC.country, Literal("Ardania")),
        (HRC.currentPlan, URIRef(f"{CITY_IRI}#plan")),
        (HRC.departmentCount, Literal("3", datatype=XSD.integer)),
    ):
        assert (node, name, term) in found.graph
        assert found.places[node, name, term].number == 1
    assert found.graph.serialize(format="nt")
