"""What a program needs to apply a repair stands in the JSON, and nothing else is needed."""

import json
from datetime import date

from rdflib import Literal, URIRef, Variable

from registry.mending import Change, Choice, Explanation, Fact, Question, Repair, Spot
from registry.namespaces import HRC, STANDARD, XSD
from registry.registry import Registry
from registry.repair_json import explanation_json, repair_json

CITY = URIRef("https://example.org/id/city/test")
PLAN = URIRef(f"{CITY}#plan")
QUESTION = Question(subject=PLAN, predicate=HRC.endDate, kind="date", datatype=XSD.date, least="2026-06-30")
REPAIR = Repair(
    frozenset({(PLAN, HRC.endDate, Literal(date(2020, 1, 1)))}),
    ((PLAN, HRC.endDate, Variable("plan_endDate")), (CITY, HRC.currentPlan, PLAN)),
    {"plan_endDate": QUESTION},
)


def test_terms_are_told_as_sparql_results_tell_them() -> None:
    told = repair_json(REPAIR)
    assert told["remove"] == [
        {
            "subject": str(PLAN),
            "predicate": str(HRC.endDate),
            "object": {"type": "literal", "value": "2020-01-01", "datatype": str(XSD.date)},
        }
    ]
    assert [each["object"] for each in told["add"]] == [  # type: ignore[union-attr, attr-defined]  # a list
        {"ask": "plan_endDate"},
        {"type": "uri", "value": str(PLAN)},
    ]


def test_a_question_has_its_bounds_and_options() -> None:
    told = repair_json(REPAIR)["ask"]
    assert told == {
        "plan_endDate": {
            "subject": str(PLAN),
            "predicate": str(HRC.endDate),
            "kind": "date",
            "datatype": str(XSD.date),
            "least": "2026-06-30",
        }
    }
    chosen = Question(
        subject=PLAN, predicate=HRC.priorityGroup, kind="choice", options=(Choice("https://x.example/", "X"),)
    )
    told = repair_json(Repair(questions={"x": chosen}))["ask"]
    assert told["x"]["options"] == [{"value": "https://x.example/", "label": "X"}]  # type: ignore[index]  # a mapping


def test_an_explanation_says_what_where_why_and_how(registry: Registry) -> None:
    requirement = next(each for each in registry.standard.requirements if each.iri == STANDARD["budget/committed"])
    spot = Spot("Action plan › Last day", "currentPlan.endDate", "plan", "endDate")
    explanation = Explanation(
        requirement=requirement.iri,
        facts=(Fact("Not over", "It is not over.", "2020-01-01", (spot,)),),
        why="Because.",
        sources=(("A text", "https://example.org/text"),),
        thresholds=(("Years", "6"),),
        example="committed",
        repair=REPAIR,
        changes=(Change("answer", spot, question=QUESTION),),
        clears=(requirement.iri,),
    )
    told = json.loads(json.dumps(explanation_json(explanation, requirement)))
    assert told["found"][0]["where"] == [{"words": spot.words, "field": spot.path}]
    assert (told["why"], told["required"], told["example"]) == ("Because.", requirement.definition, "committed")
    assert told["repair"]["clears"] == [str(requirement.iri)]
    assert told["repair"]["changes"] == [{"do": "answer", "where": {"words": spot.words, "field": spot.path}}]
