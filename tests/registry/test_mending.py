"""A repair says how much there is to do, and what it touches."""

from rdflib import Literal, URIRef, Variable

from registry.mending import Question, Repair
from registry.namespaces import HRC, RDF

CITY = URIRef("https://example.org/id/city/test")
BODY = URIRef(f"{CITY}#body")


def test_statements_and_questions_count() -> None:
    repair = Repair(
        frozenset({(BODY, HRC.mandate, Literal("old"))}),
        ((BODY, HRC.mandate, Variable("body_mandate")), (BODY, RDF.type, HRC.GoverningBody)),
        {"body_mandate": Question(subject=BODY, predicate=HRC.mandate, kind="text")},
    )
    assert repair.size == 4
    assert repair.predicates == {HRC.mandate, RDF.type, HRC.GoverningBody}
    assert not repair.rewrites


def test_a_link_that_is_taken_out_rewrites_what_was_said() -> None:
    assert Repair(frozenset({(CITY, HRC.governedBy, BODY)})).rewrites
