"""The program that applies a repair does what the repair says, and answers within the bounds asked for."""

from rdflib import Graph, Literal, URIRef

from registry.namespaces import HRC, RDF, XSD
from tests.repairs.applying import TODAY, Json, apply

PLAN = URIRef("https://example.org/id/city/test#plan")


def said() -> Graph:
    graph = Graph()
    graph.add((PLAN, RDF.type, HRC.ActionPlan))
    graph.add((PLAN, HRC.endDate, Literal("2020-01-01", datatype=XSD.date)))
    return graph


def statement(predicate: URIRef, told: Json) -> Json:
    return {"subject": str(PLAN), "predicate": str(predicate), "object": told}


def test_statements_go_and_come_and_questions_are_answered_within_their_bounds() -> None:
    old = {"type": "literal", "value": "2020-01-01", "datatype": str(XSD.date)}
    repair = {
        "remove": [statement(HRC.endDate, old)],
        "add": [statement(HRC.startDate, {"ask": "start"}), statement(HRC.endDate, {"ask": "end"})],
        "ask": {
            "end": {"kind": "date", "subject": str(PLAN), "predicate": str(HRC.endDate), "after": "start", "days": 30},
            "start": {
                "kind": "date",
                "subject": str(PLAN),
                "predicate": str(HRC.startDate),
                "most": "2026-11-20",
            },
        },
    }
    changed = apply(repair, said())
    assert str(changed.value(PLAN, HRC.startDate)) == "2026-11-20"
    assert str(changed.value(PLAN, HRC.endDate)) == "2026-12-20" > TODAY.isoformat()
    assert len(changed) == 3


def test_of_a_list_each_question_takes_another_value() -> None:
    options = [{"value": f"https://example.org/{name}", "label": name} for name in "ab"]
    question = {"kind": "choice", "subject": str(PLAN), "predicate": str(HRC.priorityGroup), "options": options}
    repair = {
        "remove": [],
        "add": [statement(HRC.priorityGroup, {"ask": name}) for name in ("one", "two")],
        "ask": {"one": question, "two": question},
    }
    assert len(set(apply(repair, said()).objects(PLAN, HRC.priorityGroup))) == 2


def test_the_city_answers_with_what_it_knows_in_that_place_where_it_is_an_answer() -> None:
    city = Graph()
    city.add((PLAN, HRC.startDate, Literal("2024-05-05", datatype=XSD.date)))
    city.add((PLAN, HRC.endDate, Literal("2025-05-05", datatype=XSD.date)))
    city.add((PLAN, HRC.title, Literal("Plan", lang="de")))
    ask = {
        "start": {"kind": "date", "subject": str(PLAN), "predicate": str(HRC.startDate), "most": "2026-11-20"},
        "end": {"kind": "date", "subject": str(PLAN), "predicate": str(HRC.endDate), "least": "2026-01-01"},
        "title": {
            "kind": "language",
            "subject": str(PLAN),
            "predicate": str(HRC.title),
            "text": "Plan",
            "example": "en",
        },
    }
    names = {"start": HRC.startDate, "end": HRC.endDate, "title": HRC.title}
    add = [statement(predicate, {"ask": name}) for name, predicate in names.items()]
    changed = apply({"remove": [], "add": add, "ask": ask}, Graph(), city)
    assert str(changed.value(PLAN, HRC.startDate)) == "2024-05-05"
    assert (
        str(changed.value(PLAN, HRC.endDate)) == TODAY.isoformat()
    )  # what it knows lies before the first day asked for
    assert changed.value(PLAN, HRC.title) == Literal("Plan", lang="de")
