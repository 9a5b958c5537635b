"""Putting a repair together step by step, and answering its questions for a trial; pure."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from rdflib import Graph, Literal, URIRef, Variable
from rdflib.term import Node

from registry.entry_plan import Field, Kind
from registry.mending import Choice, Question, Repair, Statement
from registry.namespaces import RDF, XSD

NOTHING: Final = Repair()
"""The repair that changes nothing."""

LANGUAGE: Final = "language"
"""The kind of a question after the language of a text that is known."""

_LATER: Final = timedelta(days=30)
_DATATYPES: Final = {
    Kind.DATE: XSD.date,
    Kind.INTEGER: XSD.integer,
    Kind.DECIMAL: XSD.decimal,
    Kind.BOOLEAN: XSD.boolean,
    Kind.LANGUAGE_TEXT: RDF.langString,
}


def putting(repair: Repair, *statements: Statement) -> Repair:
    """Give the repair with statements put in; one that it took out before simply stays."""
    gone = repair.gone - frozenset(statements)
    added = tuple(each for each in statements if each not in repair.gone and each not in repair.added)
    return replace(repair, gone=gone, added=(*repair.added, *added))


def taking(repair: Repair, *statements: Statement) -> Repair:
    """Give the repair with statements taken out; one that it put in before is simply not put in, nor asked for."""
    added = tuple(each for each in repair.added if each not in statements)
    gone = frozenset(each for each in statements if each not in repair.added)
    awaited = {str(value) for _, _, value in added if isinstance(value, Variable)}
    questions = {
        name: replace(question, after=None, gap=0) if question.after and question.after not in awaited else question
        for name, question in repair.questions.items()
        if name in awaited
    }
    return replace(repair, gone=repair.gone | gone, added=added, questions=questions)


def asking(repair: Repair, subject: Node, each: Field, options: tuple[Choice, ...] = ()) -> tuple[Repair, Variable]:
    """Give the repair with one more value of a field, which only the city knows, and the name of the answer."""
    name = name_of(repair, subject, each.name)
    question = Question(
        subject=URIRef(str(subject)),
        predicate=each.iri,
        kind=str(each.kind) if not options or each.kind is Kind.BOOLEAN else str(Kind.CHOICE),
        datatype=_DATATYPES.get(each.kind, next(iter(sorted(each.datatypes)), None)),
        pattern=each.pattern,
        example=each.example,
        least=each.least,
        options=options,
    )
    asked = replace(repair, questions={**repair.questions, name: question})
    return putting(asked, (subject, each.iri, Variable(name))), Variable(name)


def asking_language(repair: Repair, subject: Node, each: Field, text: str, free: str) -> Repair:
    """Give the repair with a text whose language only the city knows; ``free`` is a tag that it may have."""
    name = name_of(repair, subject, each.name)
    question = Question(subject=URIRef(str(subject)), predicate=each.iri, kind=LANGUAGE, text=text, example=free)
    asked = replace(repair, questions={**repair.questions, name: question})
    return putting(asked, (subject, each.iri, Variable(name)))


def name_of(repair: Repair, subject: Node, field: str) -> str:
    """Give a name for one more question: the part and the field, and a number from the second on."""
    part = str(subject).rpartition("#")[2] if "#" in str(subject) else "city"
    stem = "".join(sign if sign.isalnum() else "_" for sign in f"{part}_{field}")
    number = 1
    while (name := stem if number == 1 else f"{stem}_{number}") in repair.questions:
        number += 1
    return name


def bounded(
    repair: Repair,
    variable: Variable,
    *,
    least: str | None = None,
    most: str | None = None,
    after: str | None = None,
    gap: int = 0,
    options: tuple[Choice, ...] | None = None,
) -> Repair | None:
    """Give the repair with a question asked more narrowly; None when no answer would be left."""
    question = repair.questions[str(variable)]
    key: Callable[[str], float | str] = float if question.kind in (Kind.INTEGER, Kind.DECIMAL) else str
    low = max((each for each in (question.least, least) if each is not None), key=key, default=None)
    high = min((each for each in (question.most, most) if each is not None), key=key, default=None)
    if low is not None and high is not None and max(low, high, key=key) != high:
        return None
    if options is not None and not options:
        return None
    narrowed = replace(
        question,
        least=low,
        most=high,
        after=after or question.after,
        gap=max(gap, question.gap),
        options=question.options if options is None else options,
    )
    return replace(repair, questions={**repair.questions, str(variable): narrowed})


def answers(repair: Repair, *, at: date) -> dict[str, Node]:
    """Answer every question for a trial, with values of the right kind within the bounds; they are never shown.

    Two questions about one property are answered differently where the options allow it.
    """
    found: dict[str, Node] = {}
    waiting = dict(repair.questions)
    while waiting:
        name = next((each for each, asked in waiting.items() if asked.after not in waiting), next(iter(waiting)))
        question = waiting.pop(name)
        others = {found[each] for each in found if repair.questions[each].predicate == question.predicate}
        found[name] = _answer(name, question, found, others, at)
    return found


def applied(repair: Repair, graph: Graph, given: Mapping[str, Node]) -> Graph:
    """Give a copy of a graph after the repair, with the answers given."""
    changed = Graph(bind_namespaces="none")
    changed += graph
    for statement in repair.gone:
        changed.remove(statement)
    for subject, predicate, value in repair.added:
        changed.add((subject, predicate, given[str(value)] if isinstance(value, Variable) else value))
    return changed


def _answer(name: str, question: Question, given: Mapping[str, Node], others: Collection[Node], at: date) -> Node:
    if question.options:
        values = [_typed(option.value, question) for option in question.options]
        return next((value for value in values if value not in others), values[0])
    if question.kind == LANGUAGE:
        return Literal(question.text, lang=question.example)
    if question.kind == Kind.DATE:
        return Literal(_day(question, given, at))
    if question.kind in (Kind.INTEGER, Kind.DECIMAL):
        number = question.least or question.most or "1"
        return Literal(number, datatype=question.datatype)
    if question.kind == Kind.ADDRESS:
        return URIRef(f"https://answer.example/{name}")
    if question.example and (question.pattern or question.kind == Kind.POINT):
        return _typed(question.example, question)
    return _typed(f"An answer to {name.replace('_', ' ')}.", question)


def _typed(value: str, question: Question) -> Node:
    if value.startswith(("http://", "https://")) and question.kind in (Kind.CHOICE, Kind.ADDRESS, Kind.PART):
        return URIRef(value)
    if question.kind == Kind.BOOLEAN:
        return Literal(value, datatype=XSD.boolean)
    if question.datatype == RDF.langString:
        return Literal(value, lang="en")
    if question.datatype is None or question.datatype == XSD.string:
        return Literal(value)
    return Literal(value, datatype=question.datatype)


def _day(question: Question, given: Mapping[str, Node], at: date) -> date:
    earlier = given.get(str(question.after))
    least = [date.fromisoformat(question.least)] if question.least else []
    least += [date.fromisoformat(str(earlier)) + timedelta(days=question.gap)] if earlier is not None else []
    if question.most is not None:
        return max(date.fromisoformat(question.most), *least, date.min)
    return max(at, *least) if least else at - _LATER
