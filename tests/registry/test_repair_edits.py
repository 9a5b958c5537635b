"""A repair grows by statements and questions, and its trial answers keep every bound."""

from datetime import date

import pytest
from rdflib import Graph, Literal, URIRef, Variable

from registry.mending import Choice, Repair
from registry.namespaces import HRC, XSD
from registry.registry import Registry
from registry.repair_edits import (
    NOTHING,
    answers,
    applied,
    asking,
    asking_language,
    bounded,
    name_of,
    putting,
    taking,
)

CITY = URIRef("https://example.org/id/city/test")
PLAN = URIRef(f"{CITY}#plan")
OLD = (PLAN, HRC.endDate, Literal(date(2020, 1, 1)))
AT = date(2026, 6, 30)


def asked(registry: Registry, part: str, field: str, repair: Repair = NOTHING) -> tuple[Repair, Variable]:
    found = registry.entry_plan.parts[part].field(field)
    assert found is not None
    return asking(repair, PLAN, found)


def test_what_is_put_in_and_taken_out_again_is_no_change() -> None:
    assert putting(taking(NOTHING, OLD), OLD) == NOTHING
    assert taking(putting(NOTHING, OLD), OLD) == NOTHING


def test_questions_have_names_of_their_own(registry: Registry) -> None:
    once, first = asked(registry, "ActionPlan", "endDate")
    _, second = asked(registry, "ActionPlan", "endDate", once)
    assert (str(first), str(second)) == ("plan_endDate", "plan_endDate_2")
    assert name_of(NOTHING, CITY, "prefLabel") == "city_prefLabel"


def test_bounds_only_ever_narrow(registry: Registry) -> None:
    repair, name = asked(registry, "ActionPlan", "endDate")
    narrow = bounded(repair, name, least="2026-01-01", most="2027-01-01")
    assert narrow is not None
    narrower = bounded(narrow, name, least="2025-01-01", most="2026-12-31")
    assert narrower is not None
    assert narrower.questions[str(name)].least == "2026-01-01"
    assert narrower.questions[str(name)].most == "2026-12-31"
    assert bounded(narrower, name, least="2027-06-01") is None
    assert bounded(repair, name, options=()) is None


def test_numbers_are_compared_as_numbers(registry: Registry) -> None:
    repair, name = asked(registry, "BudgetLine", "amount")
    assert bounded(repair, name, least="9", most="10") is not None
    assert bounded(repair, name, least="10", most="9") is None


@pytest.mark.parametrize(
    ("least", "most", "wanted"),
    [("2026-12-01", None, "2026-12-01"), (None, "2024-02-29", "2024-02-29"), (None, None, "2026-05-31")],
)
def test_a_day_for_a_trial_lies_within_its_bounds(
    registry: Registry, least: str | None, most: str | None, wanted: str
) -> None:
    repair, name = asked(registry, "ActionPlan", "endDate")
    narrow = bounded(repair, name, least=least, most=most)
    assert narrow is not None
    assert answers(narrow, at=AT)[str(name)] == Literal(date.fromisoformat(wanted))


def test_a_later_day_waits_for_the_earlier_one(registry: Registry) -> None:
    repair, start = asked(registry, "ActionPlan", "startDate")
    repair, end = asked(registry, "ActionPlan", "endDate", repair)
    linked = bounded(repair, end, after=str(start), gap=30)
    assert linked is not None
    given = answers(linked, at=AT)
    assert (given[str(end)].toPython() - given[str(start)].toPython()).days >= 30  # type: ignore[attr-defined]  # days


def test_two_questions_of_one_property_are_answered_differently(registry: Registry) -> None:
    options = (Choice("https://example.org/a", "A"), Choice("https://example.org/b", "B"))
    field = registry.entry_plan.parts["Commitment"].field("servesRight")
    assert field is not None
    repair, _ = asking(NOTHING, PLAN, field, options)
    repair, _ = asking(repair, PLAN, field, options)
    assert set(answers(repair, at=AT).values()) == {URIRef(option.value) for option in options}


def test_applying_changes_a_copy_alone(registry: Registry) -> None:
    graph = Graph()
    graph.add(OLD)
    repair, name = asked(registry, "ActionPlan", "endDate", taking(NOTHING, OLD))
    changed = applied(repair, graph, {str(name): Literal("2027-01-01", datatype=XSD.date)})
    assert set(changed) == {(PLAN, HRC.endDate, Literal("2027-01-01", datatype=XSD.date))}
    assert set(graph) == {OLD}


def test_an_answer_that_is_taken_out_again_is_not_asked_for(registry: Registry) -> None:
    repair, start = asked(registry, "ActionPlan", "startDate")
    repair, end = asked(registry, "ActionPlan", "endDate", repair)
    linked = bounded(repair, end, after=str(start), gap=30)
    assert linked is not None
    without = taking(linked, (PLAN, HRC.startDate, start))
    assert set(without.questions) == {str(end)}
    assert (without.questions[str(end)].after, without.questions[str(end)].gap) == (None, 0)


def test_of_a_text_that_is_known_the_language_is_asked(registry: Registry) -> None:
    field = registry.entry_plan.parts["City"].field("prefLabel")
    assert field is not None
    repair = asking_language(NOTHING, CITY, field, "Oderau", "de")
    assert answers(repair, at=AT) == {"city_prefLabel": Literal("Oderau", lang="de")}
