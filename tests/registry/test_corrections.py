"""Each thing that is refused is put right in the nearest way first."""

from datetime import date

from rdflib import Graph, Literal, URIRef

from registry.corrections import Corrections, Wrong
from registry.mending import Repair
from registry.namespaces import DCT, HRC, ORG, RDF, SH, SKOS, VOCAB, XSD
from registry.registry import Registry
from registry.repair_edits import NOTHING
from registry.repair_search import Mender
from registry.repair_view import View

CITY = URIRef("https://example.org/id/city/test")
PLAN = URIRef(f"{CITY}#plan")
BODY = URIRef(f"{CITY}#body")
START = Literal("2025-01-01", datatype=XSD.date)
END = Literal("2024-01-01", datatype=XSD.date)
TITLE = Literal("Plan of action", lang="en")


def corrections(registry: Registry, *said: tuple[URIRef, URIRef, URIRef | Literal]) -> Corrections:
    graph = Graph()
    graph.add((CITY, RDF.type, HRC.City))
    for triple in said:
        graph.add(triple)
    view = View(
        graph=graph,
        said=graph,
        city=CITY,
        assessment=URIRef("urn:none"),
        plan=registry.entry_plan,
        table=(),
        at=date(2026, 11, 28),
        shapes=registry.artefacts.profile_shapes,
    )
    return Corrections(Mender.of(view))


def first(found: Corrections, wrong: Wrong) -> Repair:
    return found.of(wrong, NOTHING)[0]


def test_a_thing_gets_the_type_that_its_link_leaves_open(registry: Registry) -> None:
    said = ((CITY, HRC.currentPlan, PLAN), (PLAN, RDF.type, HRC.Commitment), (PLAN, DCT.title, TITLE))
    repair = first(corrections(registry, *said), Wrong(PLAN, DCT.title, TITLE))
    assert repair.gone == {(PLAN, RDF.type, HRC.Commitment)}
    assert repair.added[0] == (PLAN, RDF.type, HRC.ActionPlan)


def test_a_slip_in_a_property_is_put_right_before_it_is_taken_out(registry: Registry) -> None:
    slip = URIRef(f"{HRC}currentPaln")
    said = ((CITY, slip, PLAN), (PLAN, RDF.type, HRC.ActionPlan))
    renamed, without, *_ = corrections(registry, *said).of(Wrong(CITY, slip, PLAN), NOTHING)
    assert (CITY, HRC.currentPlan, PLAN) in renamed.added
    assert without == Repair(frozenset({(CITY, slip, PLAN)}))


def test_which_of_several_values_it_is_is_asked_with_each_of_them_first_in_turn(registry: Registry) -> None:
    said = ((CITY, HRC.termStart, START), (CITY, HRC.termStart, END))
    found = corrections(registry, *said).of(Wrong(CITY, HRC.termStart, None), NOTHING)
    options = [[option.value for option in each.questions["city_termStart"].options] for each in found[:2]]
    assert options == [[str(END), str(START)], [str(START), str(END)]]


def test_two_texts_in_one_language_are_asked_for_the_language_of_the_second(registry: Registry) -> None:
    said = ((CITY, SKOS.prefLabel, Literal("Oderau", lang="de")), (CITY, SKOS.prefLabel, Literal("Odra", lang="de")))
    repair = first(corrections(registry, *said), Wrong(CITY, SKOS.prefLabel, None))
    (question,) = repair.questions.values()
    assert (question.kind, question.text, question.example) == ("language", "Odra", "en")


def test_a_link_to_nothing_leads_to_the_one_thing_that_nothing_leads_to(registry: Registry) -> None:
    dead = URIRef(f"{CITY}#plna")
    said = ((CITY, HRC.currentPlan, dead), (PLAN, RDF.type, HRC.ActionPlan))
    repair = first(corrections(registry, *said), Wrong(CITY, HRC.currentPlan, dead))
    assert repair == Repair(frozenset({(CITY, HRC.currentPlan, dead)}), ((CITY, HRC.currentPlan, PLAN),))


def test_a_thing_that_hangs_on_nothing_is_linked_from_its_one_place(registry: Registry) -> None:
    found = corrections(registry, (BODY, RDF.type, HRC.GoverningBody))
    repair = first(found, Wrong(URIRef("https://example.org/under-check"), None, BODY))
    assert repair.added == ((CITY, HRC.governedBy, BODY),)


def test_a_thing_in_another_space_gets_its_name_in_the_citys(registry: Registry) -> None:
    other = URIRef("http://example.org/id/city/test#plan")
    found = corrections(registry, (CITY, HRC.currentPlan, other), (other, RDF.type, HRC.ActionPlan))
    repair = first(found, Wrong(other, RDF.type, HRC.ActionPlan))
    assert set(repair.added) >= {(CITY, HRC.currentPlan, PLAN), (PLAN, RDF.type, HRC.ActionPlan)}


def test_two_days_out_of_order_are_both_asked(registry: Registry) -> None:
    shapes = registry.artefacts.profile_shapes
    shape = next(
        each
        for each in sorted(shapes.subjects(SH.lessThanOrEquals, HRC.endDate), key=str)
        if "ActionPlan" in str(each) and shapes.value(each, SH.path) == HRC.startDate
    )
    said = ((PLAN, RDF.type, HRC.ActionPlan), (PLAN, HRC.startDate, START), (PLAN, HRC.endDate, END))
    repair = first(corrections(registry, *said), Wrong(PLAN, HRC.startDate, START, shape))
    assert {question.predicate for question in repair.questions.values()} == {HRC.startDate, HRC.endDate}
    assert repair.questions["plan_endDate"].after == "plan_startDate"


def test_what_is_not_in_the_file_is_left_alone(registry: Registry) -> None:
    assert corrections(registry).of(Wrong(CITY, HRC.termStart, START), NOTHING) == []


def test_a_link_to_what_is_not_described_is_kept_and_it_is_described(registry: Registry) -> None:
    gone, other = URIRef(f"{CITY}#town"), URIRef(f"{CITY}#newspaper")
    paper, its = URIRef(f"{CITY}#article"), URIRef(f"{CITY}#minutes")
    said = (
        (paper, RDF.type, HRC.Evidence),
        (paper, DCT.publisher, other),
        (other, RDF.type, ORG.Organization),
        (its, RDF.type, HRC.Evidence),
        (its, DCT.publisher, gone),
    )
    repair = first(corrections(registry, *said), Wrong(its, DCT.publisher, gone))
    assert (gone, RDF.type, ORG.Organization) in repair.added
    assert not repair.gone


def test_evidence_that_hangs_on_nothing_is_given_to_no_claim_but_one_of_its_topic(registry: Registry) -> None:
    minutes = URIRef(f"{CITY}#minutes")
    said = (
        (CITY, HRC.reliesOn, PLAN),
        (PLAN, RDF.type, HRC.Declaration),
        (BODY, RDF.type, HRC.GoverningBody),
        (minutes, RDF.type, HRC.Evidence),
    )
    assert corrections(registry, *said).of(Wrong(URIRef("https://example.org/check"), None, minutes), NOTHING) == []
    topic = (minutes, HRC.evidenceTopic, VOCAB["evidence-topics/declaration"])
    repair = first(corrections(registry, *said, topic), Wrong(URIRef("https://example.org/check"), None, minutes))
    assert repair.added == ((PLAN, HRC.supportedBy, minutes),)
