"""A cache that leaves out parameters gives the same answers as no cache, whatever an application reads."""

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client, EnvironBuilder
from werkzeug.wrappers import Response

from server.cache_keys import Keys
from server.parameters_read import Reading, WatchedRequest
from server.response_cache import ResponseCache

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HIT = "hrcr; hit"
NAMES = "abc"
PROGRAMS = st.recursive(
    st.sampled_from(["x", "y", "all"]), lambda inner: st.tuples(st.sampled_from(NAMES), inner, inner), max_leaves=8
)
"""What an application does: read a parameter and go one way or the other by its value, then answer or read all."""
QUERIES = st.lists(st.tuples(st.sampled_from([*NAMES, "utm"]), st.sampled_from("01")), max_size=4)


class Program:
    """An application that reads parameters as a program says, and counts what it was asked."""

    def __init__(self, program: object) -> None:
        self.program = program
        self.asked = 0

    def answer(self, request: WatchedRequest) -> str:
        """Follow the program; tell what was read on the way."""
        step, told = self.program, ""
        while isinstance(step, tuple):
            value = request.args.get(step[0], "")
            told += step[0] + value
            step = step[1] if value == "1" else step[2]
        return f"{told} {request.query_string!r}" if step == "all" else f"{told} {step}"

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer so that it may be kept."""
        self.asked += 1
        response = Response(self.answer(WatchedRequest(environ)))
        response.headers["Cache-Control"] = "public"
        response.set_etag(hashlib.sha256(response.get_data()).hexdigest())
        return response(environ, start_response)


@given(PROGRAMS, st.lists(QUERIES, min_size=1, max_size=12))
def test_an_answer_is_the_same_from_the_cache(program: object, queries: list[list[tuple[str, str]]]) -> None:
    cached = Client(ResponseCache(Program(program), lambda: "r1", most_bytes=1_000_000))
    for query in queries:
        encoded = "&".join(f"{name}={value}" for name, value in query)
        plain = Program(program).answer(WatchedRequest(EnvironBuilder("/", query_string=encoded).get_environ()))
        assert cached.get("/?" + encoded).text == plain


def test_parameters_that_are_not_read_cost_nothing() -> None:
    program = Program(("a", "x", "y"))
    client = Client(ResponseCache(program, lambda: "r1", most_bytes=1_000_000))
    statuses = [client.get(f"/?utm={number}&a=1").headers.get("Cache-Status") for number in range(50)]
    assert statuses == [None] + [HIT] * 49
    assert client.get("/?a=0").headers.get("Cache-Status") is None
    assert program.asked == 2


def test_pages_of_the_application_are_kept_whatever_is_added_to_their_address(app: Flask) -> None:
    client = Client(app)
    headers = {"Accept": "text/html", "Host": "parameters.example.org"}
    first = client.get("/cities?utm_source=a", headers=headers)
    second = client.get("/cities?fbclid=b&utm_source=c", headers=headers)
    assert (second.headers.get("Cache-Status"), second.data) == (HIT, first.data)
    assert client.get("/cities?country=AUT", headers=headers).headers.get("Cache-Status") is None
    query = "/sparql?query=ASK+%7B%7D&format=csv"
    assert client.get(query + "&x=1", headers=headers).headers.get("Cache-Status") is None
    assert client.get(query + "&x=2", headers=headers).headers.get("Cache-Status") is None


def test_of_so_many_paths_is_learned_and_of_any_more_everything_matters() -> None:
    keys, reading = Keys(), Reading()
    reading.is_whole = False
    for number in range(10_001):
        environ = EnvironBuilder(f"/{number}", query_string="x=1").get_environ()
        key = keys.of(environ)
        assert key is not None
        kept = keys.learned(key, environ, reading)
        assert ("x=1" in kept) is (number == 10_000)
    keys.forget()
    assert "x=1" in (keys.of(EnvironBuilder("/1", query_string="x=1").get_environ()) or ())
