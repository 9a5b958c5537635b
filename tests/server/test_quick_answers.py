"""The short way and the long way give the same answers, and nothing is asked twice."""

from collections.abc import Iterable
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import Client, TestResponse

from registry.errors import TimeLimitPassed
from registry.namespaces import ROOT
from server.query_pool import QueryPool
from server.quick_answers import QuickAnswers

CITY = f"<{ROOT}id/city/aldermoor>"
GRAPH = ROOT + "graph/profile/aldermoor"


class Long:
    """The application itself, counting what is left to it."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.asked: list[str] = []

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Answer by the long way."""
        self.asked.append(environ["PATH_INFO"])
        return Flask.wsgi_app(self.app, environ, start_response)


@pytest.fixture
def long(app: Flask) -> Long:
    return Long(app)


@pytest.fixture
def quick(app: Flask, long: Long) -> Client:
    parts = {"library": app.extensions["library"], "pool": app.extensions["query_pool"]}
    return Client(QuickAnswers(long, settings=app.extensions["settings"], **parts))


QUERIES = (
    f"SELECT * {{ {CITY} ?p ?o }} ORDER BY ?p ?o",
    f"ASK {{ {CITY} ?p ?o }}",
    f"CONSTRUCT {{ {CITY} ?p ?o }} WHERE {{ {CITY} ?p ?o }}",
    f"DESCRIBE {CITY}",
    "SELECT * { FILTER(false) }",
    "CONSTRUCT {} WHERE {}",
)
ACCEPTS = (
    None,
    "*/*",
    "text/csv,text/turtle",
    "application/sparql-results+xml,application/rdf+xml",
    "application/json",
)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("accept", ACCEPTS)
@pytest.mark.parametrize("more", [{}, {"default-graph-uri": GRAPH}, {"named-graph-uri": GRAPH}, {"format": "json"}])
def test_both_ways_give_the_same_answer_with_the_same_headers(
    quick: Client, long: Long, query: str, accept: str | None, more: dict[str, str]
) -> None:
    headers = {} if accept is None else {"Accept": accept}
    request = {"query_string": {"query": query, **more}, "headers": headers}
    short = quick.get("/sparql", **request)
    assert (long.asked, short.status_code) == ([], 200)
    assert told(short) == told(Client(long).get("/sparql", **request))


REFUSED = (
    {"query": "SELECT"},
    {"query": "CLEAR ALL"},
    {"query": "SELECT * { SERVICE <urn:x> {} }"},
    {"query": "ASK {}", "format": "nonsense"},
    {"query": "ASK {}", "default-graph-uri": "here"},
    {"query": "ASK {} #" + "x" * 20_000},
    {"query": "ASK {}", "update": "CLEAR ALL"},
    {"query": "ASK {}", "at": "1999-01-01"},
    {"query": "ASK {}", "format": "html"},
    {},
)


@pytest.mark.parametrize("parameters", REFUSED)
def test_what_is_refused_or_not_plain_is_left_to_the_application(
    quick: Client, long: Long, parameters: dict[str, str]
) -> None:
    response = quick.get("/sparql", query_string=parameters)
    assert long.asked == ["/sparql"]
    assert told(response) == told(Client(long).get("/sparql", query_string=parameters))


@pytest.mark.parametrize(
    ("method", "path"), [("HEAD", "/sparql"), ("POST", "/sparql"), ("GET", "/about"), ("GET", "/sparql/")]
)
def test_other_requests_are_left_to_the_application(quick: Client, long: Long, method: str, path: str) -> None:
    quick.open(path, method=method, query_string={"query": "ASK {}"})
    assert long.asked == [path]


def test_a_question_that_failed_is_not_asked_again(quick: Client, long: Long, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def fail(*_: Any, **__: Any) -> bytes:
        asked.append(1)
        raise TimeLimitPassed("Too long.")

    monkeypatch.setattr(QueryPool, "ask", fail)
    response = quick.get("/sparql", query_string={"query": "ASK {}"})
    assert (response.status_code, response.content_type) == (503, "application/problem+json")
    assert (len(asked), long.asked) == (1, ["/sparql"])


def told(response: TestResponse) -> tuple[int, bytes, set[tuple[str, str]]]:
    """Give all that a client sees."""
    headers = Headers(response.headers)
    return response.status_code, response.data, {(name.lower(), value) for name, value in headers}
