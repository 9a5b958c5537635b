"""The protocol's own list of cases for the query operation (SPARQL 1.1 Protocol tests), and what is near them."""

import json
from urllib.parse import parse_qsl, urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from registry.namespaces import ROOT
from server.problems import KINDS, Problem
from server.query_request import pairs_of

FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
CITY, LEVELS, ABSENT = (ROOT + "graph/" + end for end in ("profile/aldermoor", "vocabulary/levels", "profile/nowhere"))
A_CITY, A_CONCEPT = f"{{ ?s a <{ROOT}def#City> }}", "{ ?s a <http://www.w3.org/2004/02/skos/core#Concept> }"
BOTH_DEFAULT = f"ASK {{ {A_CITY} {A_CONCEPT.replace('?s', '?c')} }}"
IN_GRAPHS = f"ASK {{ GRAPH ?g {A_CITY} GRAPH ?h {A_CONCEPT.replace('?s', '?c')} }}"
SOLUTION_TYPES = {"application/sparql-results+json", "application/sparql-results+xml", "text/csv"}
GRAPH_TYPES = {"text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"}

REFUSED: dict[str, tuple[str, str, str | None, bytes, int]] = {
    # name: method, query string, content type, body, status
    "bad_query_method": ("PUT", "query=ASK%20%7B%7D", None, b"", 405),
    "bad_multiple_queries get": ("GET", "query=ASK%20%7B%7D&query=SELECT%20*%20%7B%7D", None, b"", 400),
    "bad_multiple_queries form": ("POST", "", FORM, b"query=ASK%20%7B%7D&query=ASK%20%7B%7D", 400),
    "bad_multiple_queries direct": ("POST", "query=ASK%20%7B%7D", DIRECT, b"ASK {}", 400),
    "bad_query_wrong_media_type": ("POST", "", "text/plain", b"ASK {}", 415),
    "bad_query_missing_form_type": ("POST", "", None, b"query=ASK%20%7B%7D", 415),
    "bad_query_missing_direct_type": ("POST", "", None, b"ASK {}", 415),
    "bad_query_non_utf8": ("POST", "", DIRECT + "; charset=UTF-16", "ASK {}".encode("utf-16"), 415),
    "bad_query_non_utf8 unsaid": ("POST", "", DIRECT, "ASK { ?s ?p 'é' }".encode("latin-1"), 400),
    "bad_query_syntax get": ("GET", "query=ASK%20%7B", None, b"", 400),
    "bad_query_syntax form": ("POST", "", FORM, b"query=ASK%20%7B", 400),
    "bad_query_syntax direct": ("POST", "", DIRECT, b"ASK {", 400),
    "update_post_form": ("POST", "", FORM, b"update=CLEAR%20ALL", 405),
    "update_post_direct": ("POST", "", "application/sparql-update", b"CLEAR ALL", 405),
    "update_get": ("GET", "update=CLEAR%20ALL", None, b"", 405),
    "update sent as query": ("POST", "", DIRECT, b"CLEAR ALL", 405),
    "graph name that is no IRI": ("GET", "query=ASK%20%7B%7D&named-graph-uri=here", None, b"", 400),
    "post without a query": ("POST", "", FORM, b"default-graph-uri=urn%3Ax", 400),
    "too many parameters": ("GET", "&".join(["x=y"] * 200), None, b"", 400),
    "too long": ("POST", "", DIRECT, b"ASK {} #" + b"x" * 200_000, 413),
}

DATASETS: dict[str, tuple[str, list[str], list[str], bool]] = {
    # name: query, default graphs, named graphs, answer
    "query_dataset_default_graph": (f"ASK {A_CITY}", [CITY], [], True),
    "query_dataset_default_graph of another": (f"ASK {A_CITY}", [LEVELS], [], False),
    "query_dataset_default_graphs": (BOTH_DEFAULT, [CITY, LEVELS], [], True),
    "query_dataset_default_graphs one missing": (BOTH_DEFAULT, [CITY], [], False),
    "query_dataset_named_graphs": (IN_GRAPHS, [], [CITY, LEVELS], True),
    "query_dataset_named_graphs one missing": (IN_GRAPHS, [], [CITY], False),
    "query_dataset_named_graphs leave the default empty": (f"ASK {A_CITY}", [], [CITY], False),
    "query_dataset_full": (f"ASK {{ {A_CITY} GRAPH ?g {A_CONCEPT.replace('?s', '?c')} }}", [CITY], [LEVELS], True),
    "query_dataset_full swapped": (f"ASK {{ {A_CITY} GRAPH ?g {A_CONCEPT} }}", [LEVELS], [CITY], False),
    "query_multiple_dataset": (f"ASK FROM <{LEVELS}> {A_CITY}", [CITY], [], True),
    "query_multiple_dataset loses FROM": (f"ASK FROM <{CITY}> {A_CITY}", [LEVELS], [], False),
    "query_multiple_dataset loses FROM NAMED": (
        f"ASK FROM NAMED <{CITY}> {{ GRAPH ?g {A_CITY} }}",
        [],
        [LEVELS],
        False,
    ),
    "FROM alone": (f"ASK FROM <{CITY}> {A_CITY}", [], [], True),
    "FROM NAMED alone": (f"ASK FROM NAMED <{CITY}> {{ GRAPH ?g {A_CITY} }}", [], [], True),
    "a graph that is not held is empty": ("ASK { ?s ?p ?o }", [ABSENT], [], False),
    "an address is not fetched": ("ASK { ?s ?p ?o }", ["http://127.0.0.1:9/x"], [], False),
    "a file is not read": ("ASK { GRAPH ?g { ?s ?p ?o } }", [], ["file:///etc/passwd"], False),
    "FROM fetches nothing": ("ASK FROM <http://127.0.0.1:9/x> { ?s ?p ?o }", [], [], False),
    "a graph named twice is there once": (
        "ASK { { SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT *) AS ?d) { ?s ?p ?o } } FILTER(?n = ?d) }",
        [CITY, CITY],
        [],
        True,
    ),
}

FORMS: dict[str, tuple[str, set[str]]] = {
    "query_content_type_select": ("SELECT (1 AS ?value) {}", SOLUTION_TYPES),
    "query_content_type_ask": ("ASK {}", SOLUTION_TYPES),
    "query_content_type_describe": (f"DESCRIBE <{ROOT}id/city/aldermoor>", GRAPH_TYPES),
    "query_content_type_construct": ("CONSTRUCT { <urn:s> <urn:p> 1 } WHERE {}", GRAPH_TYPES),
}


def test_the_cases_are_no_fewer_than_the_protocol_has() -> None:
    assert len(REFUSED) + len(DATASETS) + len(FORMS) + 3 >= 34


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_outside_the_protocol_is_refused_as_a_problem(client: FlaskClient, name: str) -> None:
    method, address, media_type, body, status = REFUSED[name]
    response = client.open("/sparql?" + address, method=method, data=body, content_type=media_type)
    assert (response.status_code, response.content_type) == (status, "application/problem+json")
    document = json.loads(response.data)
    assert KINDS[document["type"].rsplit("/", 1)[-1]].status == document["status"] == status
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert ("line" in document) == ("syntax" in name)


@pytest.mark.parametrize("way", ["get", "form", "direct"])
@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_is_chosen_among_the_graphs_held(client: FlaskClient, name: str, way: str) -> None:
    query, default_graphs, named_graphs, expected = DATASETS[name]
    pairs = [("default-graph-uri", graph) for graph in default_graphs]
    pairs += [("named-graph-uri", graph) for graph in named_graphs]
    assert json.loads(sent(client, way, query, pairs).data)["boolean"] is expected


@pytest.mark.parametrize("way", ["get", "form", "direct"])
@pytest.mark.parametrize("name", FORMS)
def test_each_form_of_query_has_a_type_of_its_own_by_default(client: FlaskClient, name: str, way: str) -> None:
    query, types = FORMS[name]
    response = sent(client, way, query, [])
    assert response.status_code == 200
    assert response.mimetype in types


def test_a_charset_that_is_utf_8_is_taken(client: FlaskClient) -> None:
    for media_type in (DIRECT, FORM):
        body = b"ASK {}" if media_type == DIRECT else b"query=ASK%20%7B%7D"
        response = client.post("/sparql", data=body, content_type=media_type + "; charset=UTF-8")
        assert (response.status_code, json.loads(response.data)["boolean"]) == (200, True)


def sent(client: FlaskClient, way: str, query: str, pairs: list[tuple[str, str]]) -> TestResponse:
    """Send a query in one of the three ways of the protocol, with more parameters."""
    if way == "get":
        return client.get("/sparql?" + urlencode([("query", query), *pairs]))
    if way == "form":
        return client.post("/sparql", data=urlencode([("query", query), *pairs]), content_type=FORM)
    return client.post("/sparql?" + urlencode(pairs), data=query.encode(), content_type=DIRECT)


ENCODED = st.lists(
    st.sampled_from([*"ab=&+%;2 é", "%41", "%C3%A9", "%c3", "%%41", "%2B", "%26", "%3D", "%zz", "query="]), max_size=30
)


@given(ENCODED.map("".join))
def test_parameters_are_cut_as_the_standard_library_cuts_them(encoded: str) -> None:
    try:
        expected: object = parse_qsl(encoded, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        expected = "not well-formed"
    try:
        found: object = pairs_of(encoded.encode())
    except Problem:
        found = "not well-formed"
    assert found == expected


def test_there_may_be_a_hundred_parameters_and_no_more() -> None:
    assert len(pairs_of(b"&".join([b"a=b"] * 100))) == 100
    with pytest.raises(Problem, match="too many"):
        pairs_of(b"&".join([b"a=b"] * 101))
