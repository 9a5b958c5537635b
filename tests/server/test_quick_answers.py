"""The short way and the long way give the same answers, and nothing is asked twice."""

import time
from typing import Any

import pytest
from flask import Flask, Request
from werkzeug.datastructures import Headers
from werkzeug.test import Client, EnvironBuilder, TestResponse, run_wsgi_app

from registry.errors import TimeLimitPassed
from registry.namespaces import ROOT
from server.query_pool import QueryPool
from server.quick_answers import Begun, QuickAnswers
from server.response_cache import ResponseCache

CITY = f"<{ROOT}id/city/aldermoor>"
GRAPH = ROOT + "graph/profile/aldermoor"


class Quick:
    """The short way over the application, and whether each request took it."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.long = Client(app)
        parts = {"library": app.extensions["library"], "pool": app.extensions["query_pool"]}
        self._cache = ResponseCache(app, lambda: "r1", most_bytes=0)
        self._quick = QuickAnswers(self._cache, settings=app.extensions["settings"], **parts)

    def open(self, path: str, **request: Any) -> TestResponse | None:
        """Give the answer of the short way, None when the request is left to the long one."""
        environ = self.environ(path, **request)
        begun = self.begin(environ)
        answer = None if begun is None else self._quick.finish(begun, environ)
        return None if answer is None else TestResponse([answer[2]], answer[0], Headers(answer[1]), Request(environ))

    def environ(self, path: str, **request: Any) -> dict[str, Any]:
        """Give the environment of a request."""
        return EnvironBuilder(path, **request).get_environ()

    def begin(self, environ: dict[str, Any]) -> Begun | None:
        """Have a question begun."""
        question = self._quick.question(environ)
        return None if question is None else self._quick.begin(question, environ)

    def finish(self, begun: Begun, environ: dict[str, Any]) -> object:
        """Have it finished."""
        return self._quick.finish(begun, environ)


@pytest.fixture
def quick(app: Flask) -> Quick:
    found = Quick(app)
    while found.open("/sparql", query_string={"query": "ASK {}"}) is None:
        time.sleep(0.1)  # until the workers have opened the release
    return found


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
    quick: Quick, query: str, accept: str | None, more: dict[str, str]
) -> None:
    headers = {} if accept is None else {"Accept": accept}
    request = {"query_string": {"query": query, **more}, "headers": headers}
    short = quick.open("/sparql", **request)
    assert short is not None
    assert short.status_code == 200
    assert told(short) == told(quick.long.get("/sparql", **request))


def test_who_has_the_answer_already_is_told_so(quick: Quick) -> None:
    request = {"query_string": {"query": f"ASK {{ {CITY} ?p ?o }}"}}
    tag = quick.long.get("/sparql", **request).headers["ETag"]
    again = quick.open("/sparql", **request, headers={"If-None-Match": tag})
    assert again is not None
    assert (again.status_code, again.data) == (304, b"")


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
def test_what_is_refused_or_not_plain_is_left_to_the_application(quick: Quick, parameters: dict[str, str]) -> None:
    assert quick.open("/sparql", query_string=parameters) is None


@pytest.mark.parametrize(
    ("method", "path"), [("HEAD", "/sparql"), ("POST", "/sparql"), ("GET", "/about"), ("GET", "/sparql/")]
)
def test_other_requests_are_left_to_the_application(quick: Quick, method: str, path: str) -> None:
    assert quick.open(path, method=method, query_string={"query": "ASK {}"}) is None


def test_a_question_that_failed_is_not_asked_again(quick: Quick, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def fail(*_: Any, **__: Any) -> bytes:
        asked.append(1)
        raise TimeLimitPassed("Too long.")

    environ = quick.environ("/sparql", query_string={"query": "SELECT ?wrong {} GROUP BY ?other"})
    begun = quick.begin(environ)
    assert begun is not None
    assert quick.finish(begun, environ) is None
    monkeypatch.setattr(QueryPool, "ask", fail)
    _, status, headers = run_wsgi_app(quick.app, environ)
    assert (status, headers["Content-Type"]) == ("400 BAD REQUEST", "application/problem+json")
    assert asked == []


def test_one_request_of_many_alike_takes_the_short_way(quick: Quick) -> None:
    first, second = (quick.environ("/sparql", query_string={"query": "ASK {}"}) for _ in range(2))
    begun = quick.begin(first)
    assert begun is not None
    assert quick.begin(second) is None
    quick.finish(begun, first)
    again = quick.begin(second)
    assert again is not None
    quick.finish(again, second)


def told(response: TestResponse) -> tuple[int, bytes, set[tuple[str, str]]]:
    """Give all that a client sees, but for whether it was kept."""
    headers = {(name.lower(), value) for name, value in Headers(response.headers)}
    return response.status_code, response.data, {pair for pair in headers if pair[0] != "cache-status"}
