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
            "end": {"kind": "date", "predicate": str(HRC.endDate), "after": "start", "days": 30},
            "start": {"kind": "date", "predicate": str(HRC.startDate), "most": "2026-11-20"},
        },
    }
    changed = apply(repair, said())
    assert str(changed.value(PLAN, HRC.startDate)) == "2026-11-20"
    assert str(changed.value(PLAN, HRC.endDate)) == "2026-12-20" > TODAY.isoformat()
    assert len(changed) == 3


def test_of_a_list_each_question_takes_another_value() -> None:
    options = [{"value": f"https://example.org/{name}", "label": name} for name in "ab"]
    question = {"kind": "choice", "predicate": str(HRC.priorityGroup), "options": options}
    repair = {
        "remove": [],
        "add": [statement(HRC.priorityGroup, {"ask": name}) for name in ("one", "two")],
        "ask": {"one": question, "two": question},
    }
    assert len(set(apply(repair, said()).objects(PLAN, HRC.priorityGroup))) == 2
