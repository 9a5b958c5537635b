"""An explanation as plain JSON, so that a program can apply the repair that is shown; documented in docs/repairs.md."""

from rdflib import BNode, Literal, URIRef, Variable
from rdflib.term import Node

from registry.mending import Change, Explanation, Mending, Question, Repair, Spot, Statement
from registry.model import Requirement

Json = dict[str, object]


def explanation_json(explanation: Explanation, requirement: Requirement) -> Json:
    """Give all that is explained of one requirement that is not met."""
    return {
        "found": [
            {
                "what": fact.name,
                "required": fact.message,
                "found": fact.found or None,
                "where": [_spot(spot) for spot in fact.spots],
            }
            for fact in explanation.facts
        ],
        "required": requirement.definition,
        "why": explanation.why,
        "sources": [{"title": title, "address": address} for title, address in explanation.sources],
        "thresholds": [{"what": what, "value": value} for what, value in explanation.thresholds],
        "example": explanation.example,
        "repair": None if explanation.repair is None else _repair(explanation, explanation.repair),
    }


def repair_json(repair: Repair) -> Json:
    """Give the statements and the questions of a repair."""
    return {
        "remove": [_statement(each) for each in sorted(repair.gone, key=str)],
        "add": [_statement(each) for each in repair.added],
        "ask": {name: _question(question) for name, question in repair.questions.items()},
    }


def mending_json(mending: Mending) -> Json:
    """Give the repair of a file that was refused; ``whole`` says whether the file is taken after it."""
    return {**repair_json(mending.repair), "changes": _changes(mending.changes), "whole": mending.is_whole}


def _repair(explanation: Explanation, repair: Repair) -> Json:
    clears = [str(requirement) for requirement in explanation.clears]
    opens = str(explanation.opens) if explanation.opens else None
    return {**repair_json(repair), "changes": _changes(explanation.changes), "clears": clears, "opens": opens}


def _changes(changes: tuple[Change, ...]) -> list[Json]:
    return [
        {"do": change.act, "where": _spot(change.spot), **({"value": change.value} if change.value else {})}
        for change in changes
    ]


def _spot(spot: Spot) -> Json:
    return {"words": spot.words, "field": spot.path}


def _statement(statement: Statement) -> Json:
    subject, predicate, value = statement
    return {"subject": str(subject), "predicate": str(predicate), "object": _term(value)}


def _term(term: Node) -> Json:
    """Give a term as in the SPARQL 1.1 Query Results JSON Format; an answer to come as ``{"ask": NAME}``."""
    if isinstance(term, Variable):
        return {"ask": str(term)}
    if isinstance(term, Literal):
        language = {"xml:lang": term.language} if term.language else {}
        datatype = {"datatype": str(term.datatype)} if term.datatype and not term.language else {}
        return {"type": "literal", "value": str(term), **language, **datatype}
    return {"type": "bnode" if isinstance(term, BNode) else "uri", "value": str(term)}


def _question(question: Question) -> Json:
    found: Json = {
        "subject": str(question.subject),
        "predicate": str(question.predicate),
        "kind": question.kind,
        "datatype": str(question.datatype) if isinstance(question.datatype, URIRef) else None,
        "least": question.least,
        "most": question.most,
        "after": question.after,
        "days": question.gap or None,
        "pattern": question.pattern,
        "example": question.example or None,
        "text": question.text or None,
    }
    options = [{"value": choice.value, "label": choice.label} for choice in question.options]
    return {
        **{name: value for name, value in found.items() if value is not None},
        **({"options": options} if options else {}),
    }
