"""Every refusal on the way to the judges is told at the place where it can be mended, once."""

from rdflib import Literal, URIRef

from registry.entering import addressed, all_faults
from registry.entry import ADDRESS_OF_CITY, CITY, Entry, Place, Record, Text, write
from registry.errors import NotAdmitted, ProfileFault
from registry.model import ProfileResult
from registry.namespaces import HRC, SKOS
from registry.registry import Registry
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
