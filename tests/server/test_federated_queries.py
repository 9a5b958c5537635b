"""Queries that ask peers: a second registry gives what the first one would, and nobody else is asked."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pyoxigraph
import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import BNode, Graph, Literal

from registry.errors import QueryError, QueueFull, TooManyRequests
from registry.federation_errors import PeerAnswerRefused
from registry.federation_ports import AskLimits
from registry.federation_wiring import open_peer_endpoint
from registry.fetch_errors import FetchTimeLimitPassed, Unreachable
from registry.model import Solutions
from registry.queries import USUAL, QueryForm
from server.budget import Budget
from server.federated_queries import AT_ONCE, Federation, Source, permitted, told, without_place
from tests.registry.peers import PREFIXES as PEER_PREFIXES
from tests.registry.peers import peer_turtle
from tests.server.conftest import Publish
from tests.serving import serving

PEER: Final = "https://peer.example/sparql"
ASKING: Final = f"SELECT * {{ SERVICE <{PEER}> {{ ?a ?b ?c }} }}"
HERE: Final = {"Accept": "application/sparql-results+json"}


class Asked:
    """Notes what a peer is asked, and answers as it is told."""

    def __init__(self, answer: Callable[[], Solutions]) -> None:
        self.answer = answer
        self.queries: list[tuple[str, str, AskLimits]] = []

    def __call__(self, address: str, query: str, limits: AskLimits) -> Solutions:
        """Answer."""
        self.queries.append((address, query, limits))
        return self.answer()


def federation(asked: Asked, *, peers: Mapping[str, str] | None = None, budget: Budget | None = None) -> Federation:
    known = {PEER: "Peer"} if peers is None else peers
    return Federation(lambda: known, asked, limits=AskLimits(seconds=5, most_rows=10), budget=budget)


def rows(*values: str) -> Asked:
    return Asked(lambda: Solutions(("a",), tuple((Literal(value),) for value in values)))


def failing(fault: Exception) -> Asked:
    def fail() -> Solutions:
        raise fault

    return Asked(fail)


def test_a_peer_is_asked_the_group_alone_and_its_answer_stands_in_the_query() -> None:
    asked = rows("x", "y")
    found = federation(asked)
    read = found.read(ASKING, USUAL)
    assert (read.form, asked.queries) == (QueryForm.SELECT, [])
    text, sources = found.answer(read, USUAL, "client")
    assert [(address, query) for address, query, _ in asked.queries] == [(PEER, "SELECT * WHERE { ?a ?b ?c }")]
    assert 'VALUES (?a) { ("x") ("y") }' in text
    assert "SERVICE" not in text
    assert sources == (Source(endpoint=PEER, name="Peer", rows=2),)
    assert told(sources) == f"<{PEER}>; rows=2"


def test_without_peers_every_service_is_refused_as_before() -> None:
    with pytest.raises(QueryError, match="SERVICE is refused here"):
        federation(rows(), peers={}).read(ASKING, USUAL)


@pytest.mark.parametrize(
    "text",
    [
        ASKING.replace(PEER, PEER + "/"),
        ASKING.replace(PEER, "https://peer.example/SPARQL"),
        ASKING.replace(PEER, "http://peer.example/sparql"),
        ASKING.replace(PEER, "http://127.0.0.1:9/"),
        f"SELECT * {{ SERVICE <{PEER}> {{}} SERVICE <https://other.example/sparql> {{}} }}",
    ],
)
def test_nobody_is_asked_who_is_not_registered_by_this_very_address(text: str) -> None:
    asked = rows()
    with pytest.raises(QueryError, match="/trust lists them") as refused:
        federation(asked).read(text, USUAL)
    assert (refused.value.line, asked.queries) == (1, [])


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ SERVICE <{PEER}> {{ ?a ?b ?c }} LOAD <a:a> }}",
        f"SELECT * {{ \\u0053ERVICE <http://127.0.0.1:9/> {{}} SERVICE <{PEER}> {{}} }}",
        f"SELECT * {{ FILTER EXISTS {{ SERVICE <{PEER}> {{ ?a ?b ?c }} }} }}",
        f"SERVICE <{PEER}> {{ ?a ?b ?c }}",
    ],
)
def test_what_will_be_refused_asks_nobody(text: str) -> None:
    asked = rows()
    with pytest.raises(QueryError):
        federation(asked).answer(federation(asked).read(text, USUAL), USUAL, "client")
    assert asked.queries == []


def test_an_update_is_named_as_such_and_asks_nobody() -> None:
    asked = rows()
    text = f"DELETE {{ ?a ?b ?c }} WHERE {{ SERVICE <{PEER}> {{ ?a ?b ?c }} }}"
    assert federation(asked).read(text, USUAL).form is QueryForm.UPDATE
    assert asked.queries == []


def test_rows_are_counted_over_all_clauses() -> None:
    text = f"SELECT * {{ SERVICE <{PEER}> {{ ?a ?b 1 }} SERVICE <{PEER}> {{ ?a ?b 2 }} }}"
    asked = rows(*"abcdef")
    found = federation(asked)
    with pytest.raises(PeerAnswerRefused, match="more than 4 rows"):
        found.answer(found.read(text, USUAL), USUAL, "client")
    assert [limits.most_rows for _, _, limits in asked.queries] == [10, 4]
    assert all(0 < limits.seconds <= 5 for _, _, limits in asked.queries)


@pytest.mark.parametrize(
    "asked",
    [
        failing(Unreachable("Nobody answers.")),
        failing(FetchTimeLimitPassed("Too slow.")),
        failing(PeerAnswerRefused("No.")),
        Asked(lambda: Solutions(("a",), ((BNode("x"),),))),
    ],
    ids=["unreachable", "slow", "refused", "blank"],
)
def test_a_peer_that_fails_ends_the_query_unless_it_says_silent(asked: Asked) -> None:
    found = federation(asked)
    with pytest.raises((Unreachable, FetchTimeLimitPassed, PeerAnswerRefused)):
        found.answer(found.read(ASKING, USUAL), USUAL, "client")
    silent = ASKING.replace("SERVICE", "SERVICE SILENT")
    text, sources = found.answer(found.read(silent, USUAL), USUAL, "client")
    assert "VALUES () { () }" in text
    assert told(sources) == f"<{PEER}>; failed"


def test_a_client_and_all_together_may_ask_peers_only_so_often() -> None:
    found = federation(rows("x"), budget=Budget(2, words="{spent:g}"))
    for _ in range(2):
        found.answer(found.read(ASKING, USUAL), USUAL, "client")
    with pytest.raises(TooManyRequests):
        found.answer(found.read(ASKING, USUAL), USUAL, "client")
    found.answer(found.read(ASKING, USUAL), USUAL, "another")


def test_no_more_queries_wait_for_peers_than_may() -> None:
    depth = 0
    found: Federation

    def ask_again() -> Solutions:
        nonlocal depth
        depth += 1
        found.answer(found.read(ASKING, USUAL), USUAL, f"client {depth}")
        return Solutions((), ())

    found = federation(Asked(ask_again))
    with pytest.raises(QueueFull):
        found.answer(found.read(ASKING, USUAL), USUAL, "client")
    assert depth == AT_ONCE
    with pytest.raises(QueueFull):  # whoever was refused gave the turn back
        found.answer(found.read(ASKING, USUAL), USUAL, "client")


def test_a_fault_of_a_rewritten_query_has_no_place() -> None:
    fault = without_place(QueryError("No.", line=3, column=4))
    assert (str(fault), fault.line, fault.column) == ("No.", None, None)


QUERIES: Final = {
    "a join": "SELECT ?city ?name { ?city a hrc:City . SERVICE <PEER> { ?city skos:prefLabel ?name } }",
    "both sides": "SELECT ?a ?b { SERVICE <PEER> { ?a hrc:country ?c } SERVICE <PEER> { ?b hrc:country ?c } }",
    "an optional": "SELECT ?city ?b { ?city a hrc:City OPTIONAL { SERVICE <PEER> { ?city hrc:governedBy ?b } } }",
    "a union": "SELECT ?a { { SERVICE <PEER> { ?a a hrc:City } } UNION { ?a a hrc:Right } }",
    "a minus": "SELECT ?a { ?a a hrc:City MINUS { SERVICE <PEER> { ?a hrc:governedBy ?b } } }",
    "a count": "SELECT ?n { SERVICE <PEER> { SELECT (COUNT(*) AS ?n) { ?a a hrc:Right } } }",
    "a filter": 'SELECT ?a { SERVICE <PEER> { ?a skos:prefLabel ?b FILTER (STRSTARTS(?b, "Alder") && 1 < 2) } }',
    "texts": "SELECT ?b { SERVICE <PEER> { ?a a hrc:RightsInstrument ; skos:definition ?b } }",
    "within a sub-select": "SELECT ?a { { SELECT ?a { SERVICE <PEER> { ?a a hrc:City } } ORDER BY ?a LIMIT 1 } }",
    "a truth value": "ASK { SERVICE <PEER> { ?a skos:prefLabel 'Aldermoor'@en } }",
    "values of theirs": "SELECT ?b { SERVICE <PEER> { VALUES ?a { hrc:City } ?a ?b ?c FILTER (isLiteral(?c)) } }",
}
PREFIXES: Final = "PREFIX hrc: <https://w3id.org/hrcr/def#>\nPREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"


@pytest.fixture(scope="module")
def peer(app: Flask) -> Iterator[str]:
    """The endpoint of a second registry, in a process of its own, which the first one may ask."""
    settings, before = app.extensions["settings"], app.extensions["federation"]
    with serving(Path(settings.home)) as served:
        address = f"http://127.0.0.1:{served.port}/sparql"
        ask = open_peer_endpoint(settings, exempt={("127.0.0.1", served.port)})
        app.extensions["federation"] = Federation(
            lambda: {address: "Second registry"}, ask, limits=AskLimits(), budget=Budget(10_000)
        )
        yield address
        app.extensions["federation"] = before


def answer(client: FlaskClient, query: str) -> object:
    """Give the answer to a query with its rows in order."""
    response = client.post("/sparql", data={"query": PREFIXES + query}, headers=HERE)
    assert response.status_code == 200, response.text
    document = json.loads(response.data)
    return document.get("boolean", sorted(map(json.dumps, document.get("results", {}).get("bindings", []))))


@pytest.mark.slow
@pytest.mark.parametrize("name", QUERIES)
def test_a_second_registry_gives_what_the_first_would(client: FlaskClient, peer: str, name: str) -> None:
    query = QUERIES[name]
    alone = answer(client, query.replace("SERVICE <PEER>", ""))
    assert alone
    assert answer(client, query.replace("PEER", peer)) == alone


@pytest.mark.slow
def test_an_answer_names_its_sources_and_is_never_kept(client: FlaskClient, peer: str) -> None:
    query = f"{PREFIXES}CONSTRUCT {{ ?a a hrc:City }} WHERE {{ SERVICE <{peer}> {{ ?a a hrc:City }} }}"
    for address in ("/sparql", "/releases/2026-06-30-1/sparql"):
        found = client.get(address, query_string={"query": query}, headers={"Accept": "text/turtle"})
        assert found.status_code == 200
        assert found.headers["Hrcr-Sources"] == f"<{peer}>; rows={len(Graph().parse(data=found.text))}"
        assert found.headers["Cache-Control"] == "no-store"
        assert "ETag" not in found.headers
    page = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/html"})
    assert f"In part from Second registry ({peer})." in page.text
    assert page.headers["Cache-Control"] == "no-store"
    alone = client.get("/sparql", query_string={"query": "ASK {}"}, headers=HERE)
    assert "Hrcr-Sources" not in alone.headers


@pytest.mark.slow
def test_what_is_refused_is_refused_as_a_problem_with_a_sentence(client: FlaskClient, peer: str) -> None:
    blank = f"SELECT * {{ SERVICE <{peer}> {{ SELECT ?b {{ {{ SELECT (BNODE() AS ?b) {{}} }} }} }} }}"
    many = f"SELECT * {{ SERVICE <{peer}> {{ SELECT ?a ?d {{ ?a ?b ?c . ?d ?e ?f }} LIMIT 6000 }} }}"
    other = "SELECT * { SERVICE <https://other.example/sparql> { ?a ?b ?c } }"
    wrong = f"SELECT * {{ SERVICE <{peer}> {{ ?a ?b }} }}"
    for query, status, code in (
        (blank, 502, "peer-answer-refused"),
        (many, 502, "peer-answer-refused"),
        (other, 400, "query-error"),
        (wrong, 400, "query-error"),
    ):
        found = client.get("/sparql", query_string={"query": query}, headers=HERE)
        assert (found.status_code, found.get_json()["type"].rsplit("/", 1)[1]) == (status, code), found.text
        assert found.get_json()["detail"].endswith(".")
        assert found.headers["Cache-Control"] == "no-store"


MALFORMED: Final = {
    "outside, before": f"SELECT * {{ ?a ?b SERVICE <{PEER}> {{ ?a ?b ?c }} }}",
    "outside, after": f"SELECT * {{\n  SERVICE\n<{PEER}>\n{{ ?a ?b ?c }} ?d ?e . ?f }}",
    "in the clause": f"SELECT * {{ SERVICE SILENT <{PEER}> {{ ?a ?b }} }}",
    "as a branch": f"SELECT * {{ {{ ?a ?b ?c }} UNION SERVICE <{PEER}> {{ ?a ?b ?c }} }}",
    "before a branch": f"SELECT * {{ SERVICE <{PEER}> {{ ?a ?b ?c }} UNION {{ ?a ?b ?c }} }}",
    "in a short template": f"CONSTRUCT WHERE {{ SERVICE <{PEER}> {{ ?a ?b ?c }} }}",
    "a name that is taken": f"SELECT * {{ SERVICE <{PEER}> {{ ?a ?b ?c }} BIND (1 AS ?c) }}",
    "an unknown prefix": f"SELECT * {{ SERVICE <{PEER}> {{ ?a no:b ?c }} }}",
}
AT_ITS_HEAD: Final = ("outside, before", "as a branch", "in a short template")


@pytest.fixture
def asked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What a peer of the first registry is asked, which answers one row."""
    found = rows("x")
    monkeypatch.setitem(app.extensions, "federation", federation(found))
    return found


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_no_sparql_asks_nobody_and_is_told_where_the_engine_sees_it(
    client: FlaskClient, asked: Asked, name: str
) -> None:
    query = MALFORMED[name]
    with pytest.raises(SyntaxError) as seen:
        pyoxigraph.Store().query(query)
    found = client.get("/sparql", query_string={"query": query})
    assert (found.status_code, found.get_json()["type"].rsplit("/", 1)[1]) == (400, "query-error")
    line, column = (int(number) for number in re.findall(r"\d+", str(seen.value))[:2])
    assert found.get_json()["line"] == line
    if name in AT_ITS_HEAD:  # told where the name of the peer ends
        assert column < found.get_json()["column"] <= column + len(f"SERVICE <{PEER}>")
    else:
        assert found.get_json()["column"] == column
    assert asked.queries == []


@pytest.mark.parametrize("query", [*(each.replace("PEER", PEER) for each in QUERIES.values()), ASKING])
def test_what_is_sparql_is_asked_whatever_the_release_holds(client: FlaskClient, asked: Asked, query: str) -> None:
    client.post("/sparql", data={"query": PREFIXES + query}, headers=HERE)
    assert asked.queries


@pytest.mark.slow
def test_the_page_says_whom_queries_may_ask(client: FlaskClient, peer: str) -> None:
    assert peer in client.get("/sparql", headers={"Accept": "text/html"}).text


def test_whom_queries_may_ask_is_what_the_release_lists_as_active_and_permitted(publish: Publish) -> None:
    def endpoint(slug: str) -> str:
        return f"<https://{slug}.example/sparql>"

    told = [
        peer_turtle("north", sparqlEndpoint=endpoint("north"), permitsFederatedQuery="true"),
        peer_turtle("south", sparqlEndpoint=endpoint("south"), permitsFederatedQuery="false"),
        peer_turtle("east", sparqlEndpoint=endpoint("east")),
        peer_turtle(
            "west",
            sparqlEndpoint=endpoint("west"),
            permitsFederatedQuery="true",
            peerState="peer-states:suspended",
        ),
        peer_turtle("centre", permitsFederatedQuery="true"),
    ]
    listed = Graph().parse(data=PEER_PREFIXES + "\n".join(told), format="turtle")
    app = publish({"trust/peers": listed})
    assert permitted(app.extensions["library"]) == {"https://north.example/sparql": "Registry of the north"}
    refused = app.test_client().get(
        "/sparql", query_string={"query": "SELECT * { SERVICE <https://west.example/sparql> {} }"}, headers=HERE
    )
    assert (refused.status_code, "/trust lists them" in refused.text) == (400, True)
    page = app.test_client().get("/sparql", headers={"Accept": "text/html"})
    assert "Registry of the north" in page.text


def test_without_a_release_or_a_list_nobody_may_be_asked(app: Flask, empty_client: FlaskClient) -> None:
    assert permitted(app.extensions["library"]) == {}
    assert permitted(empty_client.application.extensions["library"]) == {}
