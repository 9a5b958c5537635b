"""A repair is told line by line, each at its place."""

from rdflib import Graph, Literal, URIRef

from registry.namespaces import DCT, HRC, RDF
from registry.registry import Registry
from registry.repair_edits import NOTHING, putting, taking
from registry.repair_lines import describable, lines, value_words
from registry.spots import Spots

CITY = URIRef("https://example.org/id/city/test")
PLAN = URIRef(f"{CITY}#plan")
TITLE = (PLAN, DCT.title, Literal("Plan", lang="en"))


def graph() -> Graph:
    found = Graph()
    for triple in ((CITY, RDF.type, HRC.City), (CITY, HRC.currentPlan, PLAN), (PLAN, RDF.type, HRC.ActionPlan), TITLE):
        found.add(triple)
    return found


def spots(registry: Registry, said: Graph) -> Spots:
    return Spots.of(describable(said, CITY, registry.entry_plan), CITY, registry.entry_plan)


def test_another_type_is_told_as_what_the_thing_is_called_and_a_new_part_as_one_more(registry: Registry) -> None:
    before = spots(registry, graph())
    body = URIRef(f"{CITY}#body")
    called = putting(taking(NOTHING, (PLAN, RDF.type, HRC.ActionPlan)), (PLAN, RDF.type, HRC.Commitment))
    described = putting(NOTHING, (CITY, HRC.governedBy, body), (body, RDF.type, HRC.GoverningBody))
    (change,) = lines(called, before, before)
    assert (change.act, change.spot.key) == ("call", "plan")
    after = spots(
        registry, graph() + Graph().add((CITY, HRC.governedBy, body)).add((body, RDF.type, HRC.GoverningBody))
    )
    (change,) = lines(described, before, after)
    assert (change.act, change.spot.path) == ("part", "governedBy")


def test_a_property_without_a_field_is_named_in_the_place(registry: Registry) -> None:
    before = spots(registry, graph())
    (change,) = lines(taking(NOTHING, (PLAN, HRC.colour, Literal("blue"))), before, before)
    assert change.spot.words.endswith("› hrc:colour")
    assert change.value == "blue"


def test_only_what_has_a_place_in_the_form_is_described(registry: Registry) -> None:
    said = graph()
    strange = URIRef(f"{CITY}#strange")
    for triple in (
        (PLAN, HRC.colour, Literal("blue")),
        (strange, RDF.type, HRC.Colour),
        (URIRef("https://example.org/other#plan"), RDF.type, HRC.ActionPlan),
    ):
        said.add(triple)
    assert set(describable(said, CITY, registry.entry_plan)) == set(graph())


def test_a_city_that_is_called_something_else_as_well_has_its_place_all_the_same(registry: Registry) -> None:
    said = graph().add((CITY, RDF.type, HRC.GoverningBody))
    assert set(describable(said, CITY, registry.entry_plan)) == set(graph())
    assert spots(registry, said).describes(PLAN)


def test_a_value_is_shown_by_its_name(registry: Registry) -> None:
    found = spots(registry, graph())
    council = URIRef("https://w3id.org/hrcr/vocab/body-kinds/elected-council")
    assert value_words(PLAN, found) == found.title(PLAN)
    assert value_words(council, found, HRC.bodyKind).casefold() == "elected council"
    assert value_words(Literal("x"), found) == "x"
