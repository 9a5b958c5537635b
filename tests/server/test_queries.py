"""The queries of the pages: files bound by terms, never strings put together; no parameter breaks out."""

import ast
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

SERVER = Path("server")
QUERIES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((SERVER / "queries").glob("*.rq"))}
SOURCES = {path.name: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SERVER.glob("*.py"))}
READING = ("rows", "triples", "text")

LOOKS_LIKE_SPARQL = re.compile(r"\b(SELECT|CONSTRUCT|ASK|DESCRIBE|WHERE|FILTER|INSERT|DELETE)\b[^a-z]*[{?<(]")

INJECTIONS = tuple(
    before + inside
    for before in ("", '"', "'", ">", "AT", "}", '"""', "\\", "%22", "\u2019")
    for inside in (
        " } UNION { ?s ?p ?o } #",
        ") . ?s ?p ?o . FILTER(1=1",
        "> ; ?p ?o . <",
        " SERVICE <http://127.0.0.1:9/> { ?s ?p ?o }",
        "\n} ; DROP ALL #",
    )
)


def calls() -> list[tuple[str, ast.Call]]:
    """Every call that reads from the release by the name of a query."""
    return [
        (name, node)
        for name, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READING
    ]


def test_every_query_is_asked_by_a_constant_name_and_bound_terms() -> None:
    for name, call in calls():
        assert len(call.args) == 1, name
        assert isinstance(call.args[0], ast.Constant), name
        assert call.args[0].value in QUERIES, name
        assert not [keyword for keyword in call.keywords if keyword.arg is None], name


def test_every_query_is_used() -> None:
    used = {call.args[0].value for _, call in calls() if isinstance(call.args[0], ast.Constant)}
    assert used == set(QUERIES)
    assert used


def test_no_python_of_the_server_holds_sparql() -> None:
    wrong = [
        f"{name}:{node.lineno}"
        for name, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and LOOKS_LIKE_SPARQL.search(node.value)
    ]
    assert wrong == []


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_each_query_begins_with_what_it_gives(name: str) -> None:
    assert re.match(r"# [A-Z][^\n]+\.\n", QUERIES[name])


def test_there_are_fifty_injections() -> None:
    assert len(set(INJECTIONS)) == 50


@pytest.mark.parametrize(
    "address", ["/cities", "/vocab/countries/AT", pytest.param("/doc/network/eccar", marks=pytest.mark.slow)]
)
def test_a_country_that_is_none_changes_nothing(client: FlaskClient, address: str) -> None:
    plain = client.get(address, headers={"Accept": "text/html"})
    for injection in INJECTIONS:
        response = client.get(address, query_string={"country": injection}, headers={"Accept": "text/html"})
        assert (response.status_code, response.data) == (200, plain.data), injection


@pytest.mark.parametrize(
    "start",
    ["/doc/city/", "/id/city/", "/vocab/", "/standard/", "/graph/", "/shapes/", "/sdg/", "/examples/", "/problem/"],
)
def test_a_path_that_is_a_query_finds_nothing(client: FlaskClient, start: str) -> None:
    for injection in INJECTIONS:
        response = client.get(start + injection.replace("#", "%23").replace("?", "%3F"))
        assert response.status_code == 404, injection


@pytest.mark.parametrize("parameter", ["_mediatype", "format", "default-graph-uri", "named-graph-uri"])
def test_a_parameter_that_is_a_query_is_refused(client: FlaskClient, parameter: str) -> None:
    address = "/doc/city/aldermoor" if parameter == "_mediatype" else "/sparql"
    for injection in INJECTIONS:
        response = client.get(address, query_string={parameter: injection, "query": "ASK {}"})
        assert response.status_code in (400, 406), injection
