"""A program that sees only a faulty file and the repair shown, as JSON, and applies it.

What only the city knows it takes from a table by kind of field; that is all it knows of the city.
"""

from datetime import date, timedelta
from typing import Any, Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

Json = dict[str, Any]

TODAY: Final = date(2026, 11, 28)
TEXTS: Final = {"language-text": ("What the city says of it.", "en"), "text": ("4/2026", None)}
ADDRESSES: Final = "https://city.example/document-{number}"


def apply(repair: Json, said: Graph) -> Graph:
    """Give what a file says after a repair: statements out, statements in, each question answered."""
    changed = Graph()
    changed += said
    for statement in repair["remove"]:
        changed.remove(_statement(statement, {}))
    given = _answers(repair["ask"])
    for statement in repair["add"]:
        changed.add(_statement(statement, given))
    return changed


def _answers(questions: Json) -> dict[str, Node]:
    given: dict[str, Node] = {}
    for name in sorted(questions, key=lambda name: "after" in questions[name]):
        question = questions[name]
        others = {given[each] for each in given if questions[each]["predicate"] == question["predicate"]}
        given[name] = _answer(question, given, others, len(given))
    return given


def _answer(question: Json, given: dict[str, Node], others: set[Node], number: int) -> Node:
    kind = question["kind"]
    if "options" in question:
        found = [_typed(option["value"], question) for option in question["options"]]
        return next((each for each in found if each not in others), found[0])
    if kind == "date":
        return Literal(_day(question, given))
    if kind in ("integer", "decimal"):
        return _typed(question.get("least") or question.get("most") or "12", question)
    if kind == "address":
        return URIRef(ADDRESSES.format(number=number))
    if "pattern" in question or kind == "point":
        return _typed(question["example"], question)
    text, language = TEXTS["language-text" if question.get("datatype", "").endswith("langString") else "text"]
    return Literal(text, lang=language)


def _day(question: Json, given: dict[str, Node]) -> date:
    """Know a day: the last one possible, else today or what comes first after it."""
    least = [date.fromisoformat(question["least"])] if "least" in question else []
    if question.get("after") in given:
        earlier = date.fromisoformat(str(given[question["after"]]))
        least.append(earlier + timedelta(days=question.get("days", 0)))
    if "most" in question:
        return max([date.fromisoformat(question["most"]), *least])
    return max([TODAY, *least]) if least else TODAY - timedelta(days=20)


def _typed(value: str, question: Json) -> Node:
    if value.startswith(("http://", "https://")):
        return URIRef(value)
    return Literal(value, datatype=URIRef(question["datatype"]) if "datatype" in question else None)


def _statement(statement: Json, given: dict[str, Node]) -> tuple[Node, Node, Node]:
    return URIRef(statement["subject"]), URIRef(statement["predicate"]), _term(statement["object"], given)


def _term(told: Json, given: dict[str, Node]) -> Node:
    if "ask" in told:
        return given[told["ask"]]
    if told["type"] == "uri":
        return URIRef(told["value"])
    datatype = URIRef(told["datatype"]) if "datatype" in told else None
    return Literal(told["value"], lang=told.get("xml:lang"), datatype=datatype, normalize=False)
