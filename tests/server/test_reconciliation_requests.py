"""What a client of the reconciliation service sends: read, or refused with a sentence that names the place."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from registry.reconciliation import Constraint, Question
from server.problems import Problem
from server.reconciliation_requests import MOST_CANDIDATES, MOST_QUERIES, read_batch, read_extension, read_single

GOOD: Mapping[str, tuple[dict[str, Any], Question]] = {
    "a name": ({"query": " Aldermoor "}, Question(text="Aldermoor")),
    "a type": ({"query": "x", "type": "City"}, Question(text="x", kinds=frozenset({"City"}))),
    "types by IRI": (
        {"query": "x", "type": ["https://w3id.org/hrcr/def#City", "Right"]},
        Question(text="x", kinds=frozenset({"City", "Right"})),
    ),
    "types that should be": ({"query": "x", "type": "City", "type_strict": "should"}, Question(text="x")),
    "a limit": ({"query": "x", "limit": 3}, Question(text="x", most=3)),
    "a high limit": ({"query": "x", "limit": 10_000}, Question(text="x", most=MOST_CANDIDATES)),
    "a property": (
        {"query": "x", "properties": [{"pid": "country", "v": "Austria"}]},
        Question(text="x", constraints=(Constraint(property="country", wanted=("Austria",)),)),
    ),
    "values of every form": (
        {"properties": [{"pid": "country", "v": ["AT", 1, True, {"id": "https://w3id.org/hrcr/vocab/countries/AT"}]}]},
        Question(constraints=(Constraint(property="country", wanted=("AT", "1", "true", "vocab/countries/AT")),)),
    ),
}
BAD: Mapping[str, tuple[str, str]] = {
    "no JSON": ("{", "is not JSON"),
    "deep JSON": ("[" * 100_000, "is not JSON"),
    "a list": ("[]", "must be a JSON object"),
    "a query that is none": ('{"a": 1}', "“queries.a” must be a JSON object"),
    "nothing asked": ('{"a": {"query": " "}}', "asks for nothing"),
    "an unknown member": ('{"a": {"query": "x", "types": "City"}}', "“types”, which is not understood"),
    "an unknown type": ('{"a": {"query": "x", "type": "Dog"}}', "no type here; the types are City, Right"),
    "an unknown property": ('{"a": {"query": "x", "properties": [{"pid": "mayor", "v": "y"}]}}', "no property here"),
    "a property without value": (
        '{"a": {"query": "x", "properties": [{"pid": "country"}]}}',
        "must have “pid” and “v”",
    ),
    "a value that is none": ('{"a": {"query": "x", "properties": [{"pid": "country", "v": null}]}}', "must be a text"),
    "a limit of nothing": ('{"a": {"query": "x", "limit": 0}}', "a number from 1 on"),
    "a strictness": ('{"a": {"query": "x", "type_strict": "very"}}', "must be one of any, should, all"),
    "a long text": (json.dumps({"a": {"query": "x" * 501}}), "501 characters"),
    "many queries": (json.dumps({str(number): {"query": "x"} for number in range(MOST_QUERIES + 1)}), "51 queries"),
    "many values": (json.dumps({"a": {"properties": [{"pid": "country", "v": ["x"] * 21}]}}), "21 values"),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_query_is_read(name: str) -> None:
    sent, expected = GOOD[name]
    assert read_batch(json.dumps({"q0": sent})) == {"q0": expected}
    assert read_single(json.dumps(sent)) == expected


def test_a_bare_name_is_a_query() -> None:
    assert read_single("Aldermoor") == Question(text="Aldermoor")


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_in_its_form_is_refused_with_its_place(name: str) -> None:
    sent, sentence = BAD[name]
    with pytest.raises(Problem, match=sentence) as refused:
        read_batch(sent)
    assert refused.value.code == "bad-request"


def test_items_and_properties_are_read_each_once() -> None:
    found = read_extension('{"ids": ["a", "b", "a"], "properties": [{"id": "country"}, {"id": "country"}]}')
    assert (found.ids, found.properties) == (("a", "b"), ("country",))


@pytest.mark.parametrize(
    "sent",
    [
        "{}",
        '{"ids": "a", "properties": []}',
        '{"ids": ["a"], "properties": ["country"]}',
        '{"ids": ["a"], "properties": [{"id": "mayor"}]}',
        json.dumps({"ids": [str(number) for number in range(201)], "properties": []}),
    ],
)
def test_an_extension_that_is_none_is_refused(sent: str) -> None:
    with pytest.raises(Problem, match="extend"):
        read_extension(sent)
