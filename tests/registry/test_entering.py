"""Every refusal on the way to the judges is told at the place where it can be mended, once."""

import pytest
from rdflib import Graph, Literal, URIRef

from registry.entering import addressed, all_faults, changes_at, take_book
from registry.entry import ADDRESS_OF_CITY, CITY, Entry, Fault, Place, Record, Text, rough, write
from registry.errors import NotAdmitted, ProfileFault, SheetFault
from registry.intake import Submission
from registry.mending import Change, Mending, Question, Repair, Spot
from registry.model import ProfileResult
from registry.namespaces import HRC, SKOS, XSD
from registry.registry import Registry
from registry.sheets import CellPlace
from registry.workbook_reading import ReadBook
from tests.entries import CITY_IRI


def test_a_short_name_becomes_the_address_of_the_city() -> None:
    assert addressed(Entry(" bad-ischl ", {}), "https://w3id.org/hrcr/").city == (
        "https://w3id.org/hrcr/id/city/bad-ischl"
    )
    assert addressed(Entry(CITY_IRI, {}), "https://w3id.org/hrcr/").city == CITY_IRI
    assert addressed(Entry("Bad Ischl", {}), "https://w3id.org/hrcr/").city == "Bad Ischl"


def test_results_of_the_profile_are_told_at_their_places_and_only_where_no_value_is_at_fault(
    registry: Registry,
) -> None:
    plan, node = registry.entry_plan, URIRef(CITY_IRI)
    values = {"termStart": (Text("x"),), "departmentCount": (Text("-1"),)}
    written = write(Entry(CITY_IRI, {CITY: Record("City", values)}), plan)
    results = (
        ProfileResult("Say when.", node, HRC.termStart, None),
        ProfileResult("Name the city.", node, SKOS.prefLabel, None),
        ProfileResult("Not negative.", node, HRC.departmentCount, Literal(-1)),
    )
    found = all_faults(written, ProfileFault("No.", ("a", "b", "c"), results), plan)
    assert [fault.place for fault in found] == [
        Place(CITY, "termStart", 1),
        Place(CITY, "prefLabel"),
        Place(CITY, "departmentCount", 1),
    ]
    assert found[1].sentence == "Name the city."


def test_a_sentence_does_not_repeat_the_name_of_its_field(registry: Registry) -> None:
    plan, node = registry.entry_plan, URIRef(CITY_IRI)
    written = write(Entry(CITY_IRI, {CITY: Record("City")}), plan)
    field = plan.city.field("termStart")
    assert field is not None
    results = (
        ProfileResult(f"{field.label} (the city): one day, because terms differ. Write it.", node, HRC.termStart, None),
        ProfileResult("Another thing (of the city): one. Write it.", node, HRC.departmentCount, None),
    )
    found = all_faults(written, ProfileFault("No.", ("a", "b"), results), plan)
    assert [fault.sentence for fault in found] == [
        "One day, because terms differ. Write it.",
        "Another thing (of the city): one. Write it.",
    ]


def test_a_refusal_without_a_place_is_the_citys(registry: Registry) -> None:
    plan = registry.entry_plan
    written = write(Entry(CITY_IRI, {CITY: Record("City")}), plan)
    city = all_faults(written, ProfileFault("It is a vocabulary.", ("It is a vocabulary.",)), plan)
    assert [fault.place for fault in city] == [Place(CITY, ADDRESS_OF_CITY)]
    other = all_faults(written, NotAdmitted("Not so."), plan)
    assert [(fault.place, fault.sentence) for fault in other] == [(Place(CITY), "Not so.")]
    missing = write(Entry("", {CITY: Record("City")}), plan)
    assert len(all_faults(missing, ProfileFault("The file names no city.", ("x",)), plan)) == 1


def test_a_change_is_told_where_it_is_made_and_what_it_replaces_is_not_told_apart(registry: Registry) -> None:
    plan, node = registry.entry_plan, URIRef(CITY_IRI)
    values = {"termStart": (Text("1.10.2023"),), "prefLabel": (Text("Oderau", "de"), Text("Odra"))}
    entered = rough(Entry(CITY_IRI, {CITY: Record("City", values)}), plan)
    old = next(entered.graph.objects(node, HRC.termStart))
    day = Spot("First day", "termStart", CITY, "termStart")
    name = Spot("Name", "prefLabel", CITY, "prefLabel")
    question = Question(subject=node, predicate=SKOS.prefLabel, kind="language", text="Odra", example="pl")
    repair = Repair(
        frozenset({(node, HRC.termStart, old), (node, SKOS.prefLabel, Literal("Odra"))}),
        ((node, HRC.termStart, Literal("2023-10-01", datatype=XSD.date)),),
        {"name": question},
    )
    changes = (
        Change("take", day, "1.10.2023"),
        Change("take", name, "Odra"),
        Change("put", day, "2023-10-01"),
        Change("answer", name, question=question),
    )
    found = changes_at(Mending(repair, changes, is_whole=True), entered)
    assert found == (
        Fault(Place(CITY, "termStart", 1), "To mend it, write “2023-10-01”."),
        Fault(Place(CITY, "prefLabel", 2), "To mend it, state the language of “Odra”, by its tag, such as pl."),
    )


def test_a_workbook_that_is_refused_names_its_cells_and_one_that_is_taken_is_given(registry: Registry) -> None:
    plan = registry.entry_plan
    cell = CellPlace("City", 3, 2)
    record = Record("City", {"termStart": (Text("2023-10-01"),)})
    book = ReadBook(Entry("test", {CITY: record}), {Place(CITY, "termStart"): cell}, ())
    taken = take_book(book, "https://example.org/", plan, lambda graph: Submission(URIRef("x"), graph, ""))
    assert (URIRef("https://example.org/id/city/test"), HRC.termStart, None) in taken.graph

    def refuse(graph: Graph) -> Submission:
        raise ProfileFault("No.", ("x",), (ProfileResult("Say when.", next(graph.subjects()), HRC.termStart, None),))

    with pytest.raises(SheetFault) as refused:
        take_book(book, "https://example.org/", plan, refuse)
    assert refused.value.cells == ((cell, "Say when."),)
