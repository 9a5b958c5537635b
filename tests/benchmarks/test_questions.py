"""Answers are compared by what they say."""

import json

import pyoxigraph
import pytest

from tests.benchmarks.cities import Generator
from tests.benchmarks.questions import KINDS, Kind, canonical, outvoted, variants

CITIES = 40


@pytest.fixture(scope="module")
def store() -> pyoxigraph.Store:
    held = pyoxigraph.Store()
    for city in Generator().cities(CITIES):
        held.load(city.triples, pyoxigraph.RdfFormat.N_TRIPLES)
    return held


def answer(*rows: dict[str, dict[str, str]]) -> bytes:
    return json.dumps({"head": {"vars": []}, "results": {"bindings": rows}}).encode()


def number(value: str, datatype: str) -> dict[str, dict[str, str]]:
    return {"n": {"type": "literal", "value": value, "datatype": f"http://www.w3.org/2001/XMLSchema#{datatype}"}}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_every_kind_of_query_finds_something_in_the_made_up_cities(store: pyoxigraph.Store, kind: Kind) -> None:
    rows = []
    for query in variants(kind, CITIES, count=20):
        result = store.query(f"{query}1000000")
        assert isinstance(result, pyoxigraph.QuerySolutions)
        rows.append(len(list(result)))
    assert sum(count > 0 for count in rows) >= 15


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_the_same_queries_are_asked_in_every_run(kind: Kind) -> None:
    queries = variants(kind, CITIES, count=20)
    assert queries == variants(kind, CITIES, count=20)
    assert len(set(queries)) > 10


def test_the_order_of_rows_and_the_spelling_of_numbers_make_no_difference() -> None:
    one, two = number("10", "integer"), number("2.50", "decimal")
    assert canonical(answer(one, two)) == canonical(answer(number("2.5", "double"), number("10.0", "decimal")))


def test_a_missing_row_a_doubled_row_and_another_value_make_a_difference() -> None:
    one, two = number("1", "integer"), number("2", "integer")
    whole = canonical(answer(one, two))
    assert canonical(answer(one)) != whole
    assert canonical(answer(one, two, two)) != whole
    assert canonical(answer(one, number("3", "integer"))) != whole


def test_an_iri_is_not_a_literal_of_the_same_letters() -> None:
    iri, text = {"x": {"type": "uri", "value": "urn:a"}}, {"x": {"type": "literal", "value": "urn:a"}}
    assert canonical(answer(iri)) != canonical(answer(text))


def test_who_answers_otherwise_than_most_is_named() -> None:
    right, wrong = answer(number("1", "integer")), answer(number("2", "integer"))
    assert outvoted({"a": right, "b": wrong, "c": right}) == {"b"}
    assert outvoted({"a": right, "b": right}) == set()
