"""SERVICE clauses are found, refused where they cannot be answered alike, and replaced by the answer."""

import contextlib
from collections.abc import Sequence
from dataclasses import replace

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from registry.adapters.oxigraph_terms import to_rdflib
from registry.errors import QueryError, QueryLimitPassed
from registry.federation import (
    NOTHING_KNOWN,
    Clause,
    check_answer,
    find_clauses,
    with_answers,
    with_room,
    with_room_for_groups,
    without_peers,
)
from registry.federation_errors import PeerAnswerRefused
from registry.model import Solutions
from registry.namespaces import XSD
from registry.queries import USUAL, QueryForm, examine_query
from tests.registry.test_queries import GLUED, SERVICE_SPELLINGS

HERE = "https://peer.example/sparql"
PLAIN = """PREFIX e: <https://example.org/>
PREFIX unused: <https://example.org/add#> # a comment
SELECT * {
  ?a e:b ?c .
  SERVICE <https://peer.example/sparql> {
    ?a e:d ?e . # } not here
    FILTER (?e != "}")
  }
  ?c e:f ?g
}"""

REFUSED = {
    "SELECT * { SERVICE ?e { ?s ?p ?o } }": "by an IRI in full",
    "PREFIX e: <https://peer.example/> SELECT * { SERVICE e:sparql { ?s ?p ?o } }": "by an IRI in full",
    "SELECT * { SERVICE SILENT ?e { ?s ?p ?o } }": "by an IRI in full",
    f"SELECT * {{ SERVICE <{HERE}> {{ SERVICE <{HERE}> {{ ?s ?p ?o }} }} }}": "SERVICE inside SERVICE",
    f"SELECT * {{ SERVICE <{HERE}> {{ {{ SELECT * {{ SERVICE <{HERE}> {{}} }} }} }} }}": "SERVICE inside SERVICE",
    f"SELECT * {{ FILTER EXISTS {{ SERVICE <{HERE}> {{ ?s ?p ?o }} }} }}": "inside EXISTS",
    f"SELECT * {{ FILTER NOT EXISTS {{ {{ SERVICE <{HERE}> {{ ?s ?p ?o }} }} }} }}": "inside EXISTS",
    f"SELECT * {{ GRAPH ?g {{ SERVICE <{HERE}> {{ ?s ?p ?o }} }} }}": "inside GRAPH",
    f"SELECT * {{ GRAPH <a:a> {{ OPTIONAL {{ SERVICE <{HERE}> {{ ?s ?p ?o }} }} }} }}": "inside GRAPH",
    f"CONSTRUCT {{ SERVICE <{HERE}> {{ ?s ?p ?o }} }} {{ ?s ?p ?o }}": "no part of a template",
    f"SELECT * {{ SERVICE <{HERE}> ?s ?p ?o }}": "a group in braces is expected",
    f"SELECT * {{ SERVICE <{HERE}> (?s) }}": "a group in braces is expected",
    f"SELECT * {{ SERVICE <{HERE}> {{ ?s ?p ?o ": "has no end",
    "SELECT * { SERVICE }": "by an IRI in full",
    "SELECT * { SERVICE SILENT }": "by an IRI in full",
    f"SELECT * {{ {f'SERVICE <{HERE}> {{}} ' * 5} }}": "more than 4 SERVICE clauses",
}


def one(text: str) -> Clause:
    (clause,) = find_clauses(text, USUAL)
    return clause


def rows_of(text: str) -> list[tuple[Node | None, ...]]:
    """Give what an engine makes of a query over nothing."""
    found = pyoxigraph.Store().query(text)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return [tuple(None if term is None else to_rdflib(term) for term in row) for row in found]


def test_a_clause_is_found_with_its_endpoint_its_group_and_the_prefixes() -> None:
    clause = one(PLAIN)
    assert (clause.endpoint, clause.is_silent, clause.place) == (HERE, False, (5, 3))
    assert clause.variables == {"a", "e"}
    assert clause.query.startswith(
        "PREFIX e: <https://example.org/>\nPREFIX unused: <https://example.org/add#>\nSELECT * WHERE {"
    )
    assert clause.query.endswith('FILTER (?e != "}")\n  }')
    assert "comment" not in clause.query
    pyoxigraph.Store().query(clause.query)


def test_base_and_silent_are_taken_along() -> None:
    clause = one(f"base <https://example.org/> ASK {{ service Silent <{HERE}> {{ <a> <b> ?c }} }}")
    assert (clause.is_silent, clause.query) == (True, "BASE <https://example.org/>\nSELECT * WHERE { <a> <b> ?c }")


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_answered_alike_is_refused_where_it_stands(text: str) -> None:
    with pytest.raises(QueryError, match=REFUSED[text]) as refused:
        find_clauses(text, USUAL)
    assert (refused.value.line, refused.value.column is not None) == (1, True)


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p 'SERVICE <https://peer.example/sparql> {}' } # SERVICE",
        "SELECT ?service { ?service ?p <https://example.org/SERVICE> }",
    ],
)
def test_a_word_that_is_none_is_no_clause(text: str) -> None:
    assert find_clauses(text, USUAL) == ()


@pytest.mark.parametrize("text", [*SERVICE_SPELLINGS, *GLUED])
def test_whatever_is_found_the_guard_refuses_what_is_left(text: str) -> None:
    """No spelling leaves a SERVICE that the guard does not see: it is found, or refused here, or refused there."""
    try:
        clauses = find_clauses(text, USUAL)
    except QueryError:
        return
    bare = without_peers(text, clauses)
    try:
        examine_query(bare, with_room_for_groups(USUAL, clauses))
    except QueryError:
        return
    with contextlib.suppress(SyntaxError):
        pyoxigraph.Store().query(bare)  # whoever is asked for anything does not answer, which is an OSError
    assert clauses
    for clause in clauses:
        assert clause.endpoint == "http://127.0.0.1:9/"


def test_limits_count_what_stands_in_clauses_too() -> None:
    many = "?a ?b ?c ." * 65
    with pytest.raises(QueryLimitPassed, match="triple patterns"):
        find_clauses(f"SELECT * {{ SERVICE <{HERE}> {{ {many} }} }}", USUAL)


def test_an_answer_stands_where_the_clause_stood_and_lines_keep_their_numbers() -> None:
    answer = Solutions(("a", "e"), ((URIRef("https://example.org/1"), None),))
    written = with_answers(PLAIN, [one(PLAIN)], [answer])
    assert "VALUES (?a ?e) { (<https://example.org/1> UNDEF) }" in written
    assert written.count("\n") == PLAIN.count("\n")
    assert written.splitlines()[-2].strip() == "?c e:f ?g"
    assert examine_query(written) is QueryForm.SELECT


@pytest.mark.parametrize("between", [" ", "\n", " # <https://peer.example/sparql> {\r\n\t"])
def test_asked_of_nobody_a_query_is_read_whole_and_every_sign_stands_where_it_stood(between: str) -> None:
    text = PLAIN.replace("SERVICE <", f"SERVICE SILENT{between}<")
    alone = without_peers(text, find_clauses(text, USUAL))
    assert len(alone) == len(text)
    assert [sign in "\r\n" for sign in alone] == [sign in "\r\n" for sign in text]
    clause = one(text)
    assert (alone[: clause.start], alone[clause.group :]) == (text[: clause.start], text[clause.group :])
    assert alone[clause.start : clause.group].split() == ["OPTIONAL"]
    assert rows_of(alone) == []


def test_optional_groups_of_ones_own_have_the_room_they_had() -> None:
    own = "OPTIONAL { ?a ?b ?c } " * USUAL.optionals
    text = f"SELECT * {{ {own} SERVICE <{HERE}> {{ ?a ?b ?c }} }}"
    clauses = find_clauses(text, replace(USUAL, patterns=100))
    assert examine_query(without_peers(text, clauses), with_room_for_groups(replace(USUAL, patterns=100), clauses))


def test_several_clauses_are_answered_each_in_its_place() -> None:
    text = f"SELECT * {{ {{ SERVICE <{HERE}> {{ ?a ?b 1 }} }} UNION {{ SERVICE SILENT <{HERE}> {{ ?c ?d 2 }} }} }}"
    first, second = find_clauses(text, USUAL)
    answers = [Solutions(("a",), ((Literal("x"),),)), NOTHING_KNOWN]
    assert len(rows_of(with_answers(text, [first, second], answers))) == 2


@pytest.mark.parametrize(("answer", "rows"), [(NOTHING_KNOWN, 1), (Solutions((), ()), 0), (Solutions(("a",), ()), 0)])
def test_an_answer_without_bindings_is_none_or_one_that_binds_nothing(answer: Solutions, rows: int) -> None:
    text = f"SELECT * {{ SERVICE <{HERE}> {{ ?a ?b ?c }} }}"
    assert len(rows_of(with_answers(text, [one(text)], [answer]))) == rows


TEXTS = st.text(max_size=20) | st.sampled_from(
    ["\\u0027", "\\\\u0022", 'SERVICE <a:a> {}" }', "'''", '\\" } # ', "\u2028", "\x00", "\\U0001F600", "a\r\nb\tc"]
)
LITERALS = st.builds(Literal, TEXTS) | st.builds(Literal, TEXTS, lang=st.sampled_from(["en", "de-at"]))
TYPED = st.builds(
    Literal,
    st.sampled_from(["1", "x", "-5", "2026-06-30"]),
    datatype=st.sampled_from([XSD.integer, XSD.date]),
    normalize=st.just(False),
)
TERMS = st.none() | LITERALS | TYPED | st.builds(URIRef, st.sampled_from(["https://example.org/a?b=c#d", "urn:x:ü"]))


@settings(max_examples=150)
@given(st.lists(st.tuples(TERMS, TERMS), max_size=4))
def test_what_a_peer_answers_comes_back_term_for_term(rows: Sequence[tuple[Node | None, Node | None]]) -> None:
    text = f"SELECT ?a ?c {{ SERVICE <{HERE}> {{ ?a ?b ?c }} }}"
    answer = Solutions(("a", "c"), tuple(rows))
    check_answer(one(text), answer, 5_000)
    written = with_answers(text, [one(text)], [answer])
    assert examine_query(written, with_room(USUAL, written, [answer])) is QueryForm.SELECT
    assert rows_of(written) == list(rows)


def test_five_thousand_rows_have_room_and_nobody_else_gets_any() -> None:
    text = f"SELECT * {{ SERVICE <{HERE}> {{ ?a ?b ?c }} }}"
    answer = Solutions(("a",), tuple((Literal(str(number), datatype=XSD.integer),) for number in range(5_000)))
    written = with_answers(text, [one(text)], [answer])
    room = with_room(USUAL, written, [answer])
    assert examine_query(written, room) is QueryForm.SELECT
    with pytest.raises(QueryLimitPassed):
        examine_query(written)
    with pytest.raises(QueryLimitPassed, match="triple patterns"):
        examine_query(written.replace("SELECT * {", "SELECT * {" + "?a ?b ?c ." * 65), replace(room, characters=10**6))
    assert room.rows == USUAL.rows + 5_000


STRANGE = {
    "a blank node": Solutions(("a",), ((BNode("x"),),)),
    "a variable of its own": Solutions(("x",), ((Literal("x"),),)),
    "an IRI that ends early": Solutions(("a",), ((URIRef("https://example.org/> } #"),),)),
    "a relative IRI": Solutions(("a",), ((URIRef("a"),),)),
    "a datatype that is none": Solutions(("a",), ((Literal("x", datatype=URIRef("a:> }")),),)),
    "too many rows": Solutions(("a",), ((Literal("x"),),) * 6),
}


@pytest.mark.parametrize("name", STRANGE)
def test_an_answer_that_cannot_be_put_in_is_refused(name: str) -> None:
    clause = one(f"SELECT * {{ SERVICE <{HERE}> {{ ?a ?b ?c }} }}")
    with pytest.raises(PeerAnswerRefused, match=HERE):
        check_answer(clause, STRANGE[name], 5)
