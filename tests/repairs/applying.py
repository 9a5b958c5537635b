"""A program that sees only a faulty file and the repair shown, as JSON, and applies it.

What only the city knows it is asked for, and answers as the city would: with what the undamaged file says in that very
place, where that is an answer to the question. Where the undamaged file does not say it, the program answers from a
table by kind of field; that is all it knows of the city.
"""

import re
from datetime import date, timedelta
from typing import Any, Final

from rdflib import XSD, Graph, Literal, URIRef
from rdflib.term import Node

Json = dict[str, Any]

TODAY: Final = date(2026, 11, 28)
TEXTS: Final = {"language-text": ("What the city says of it.", "en"), "text": ("4/2026", None)}
ADDRESSES: Final = "https://city.example/document-{number}"


def apply(repair: Json, said: Graph, city: Graph | None = None) -> Graph:
    """Give what a file says after a repair: statements out, statements in, each question answered by the city."""
    changed = Graph()
    for triple in said:
        changed.add(_plain(triple))
    for statement in repair["remove"]:
        changed.remove(_statement(statement, {}))
    given = _answers(repair["ask"], changed, Graph() if city is None else city)
    for statement in repair["add"]:
        changed.add(_statement(statement, given))
    return changed


def _plain(triple: tuple[Node, Node, Node]) -> tuple[Node, Node, Node]:
    """Give a statement with a text as RDF 1.1 has it: that it is an xsd:string is not said."""
    subject, predicate, value = triple
    is_plain = isinstance(value, Literal) and value.datatype == XSD.string
    return subject, predicate, Literal(str(value)) if is_plain else value


def _answers(questions: Json, said: Graph, city: Graph) -> dict[str, Node]:
    given: dict[str, Node] = {}
    for name in sorted(questions, key=lambda name: "after" in questions[name]):
        question = questions[name]
        others = {given[each] for each in given if questions[each]["predicate"] == question["predicate"]}
        subject, predicate = URIRef(question["subject"]), URIRef(question["predicate"])
        taken = {*said.objects(subject, predicate), *others}
        known = [each for each in sorted(city.objects(subject, predicate), key=str) if each not in taken]
        fitting = [each for each in known if _fits(each, question, given)]
        given[name] = fitting[0] if fitting else _answer(question, given, others, len(given))
    return given


def _fits(value: Node, question: Json, given: dict[str, Node]) -> bool:
    """Say whether what the city knows is an answer to a question, within its list and its bounds."""
    kind, text = question["kind"], str(value)
    if kind == "language":
        return text == str(question["text"])
    if "options" in question:
        return text in [option["value"] for option in question["options"]]
    if kind in ("integer", "decimal"):
        number = float(text)
        return float(question.get("least", number)) <= number <= float(question.get("most", number))
    if kind == "date":
        earlier = given.get(question.get("after", ""))
        first = date.fromisoformat(str(earlier)) + timedelta(days=question.get("days", 0)) if earlier else date.min
        return bool(max(question.get("least", text), first.isoformat()) <= text <= question.get("most", text))
    return "pattern" not in question or re.search(question["pattern"], text) is not None


def _answer(question: Json, given: dict[str, Node], others: set[Node], number: int) -> Node:
    kind = question["kind"]
    if kind == "language":
        return Literal(question["text"], lang=question["example"])
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
