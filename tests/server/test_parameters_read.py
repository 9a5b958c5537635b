"""What the application reads of the parameters of an address is noted, whatever way it reads."""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder

from server.parameters_read import READING, Reading, WatchedRequest


def watched(query: str) -> tuple[WatchedRequest, Reading]:
    reading = Reading()
    environ = EnvironBuilder("/", query_string=query).get_environ()
    return WatchedRequest({**environ, READING: reading}), reading


def test_where_nobody_looks_everything_counts_as_read() -> None:
    assert Reading().is_whole


def test_a_request_of_which_nothing_was_read_depends_on_nothing() -> None:
    request, reading = watched("a=1&b=2")
    assert request.path == "/"
    assert request.host_url
    assert (reading.is_whole, reading.names) == (False, set())


@pytest.mark.parametrize(
    "read",
    [
        lambda request: request.args["a"],
        lambda request: request.args.get("a"),
        lambda request: request.args.get("a", type=int),
        lambda request: "a" in request.args,
        lambda request: request.args.getlist("a"),
        lambda request: request.args.getlist("a", type=int),
        lambda request: request.values.get("a"),
    ],
)
def test_one_name_is_noted(read: Callable[[WatchedRequest], Any]) -> None:
    request, reading = watched("a=1&b=2")
    assert read(request)
    assert (reading.is_whole, reading.names) == (False, {"a"})


def test_a_name_that_is_not_there_is_noted_too() -> None:
    request, reading = watched("a=1")
    assert request.args.get("c") is None
    assert "d" not in request.args
    assert reading.names == {"c", "d"}


@pytest.mark.parametrize(
    "read",
    [
        lambda request: list(request.args),
        lambda request: dict(request.args),
        lambda request: {**request.args},
        lambda request: request.args.to_dict(),
        lambda request: list(request.args.items()),
        lambda request: list(request.args.items(multi=True)),
        lambda request: list(request.args.keys()),
        lambda request: list(request.args.values()),
        lambda request: list(request.args.lists()),
        lambda request: list(request.args.listvalues()),
        lambda request: request.args.copy(),
        lambda request: request.args.deepcopy(),
        lambda request: len(request.args),
        lambda request: bool(request.args),
        lambda request: request.args == {},
        lambda request: hash(request.args),
        lambda request: repr(request.args),
        lambda request: str(request.args),
        lambda request: request.query_string,
        lambda request: request.full_path,
        lambda request: request.url,
    ],
)
def test_who_goes_through_all_has_read_all(read: Callable[[WatchedRequest], Any]) -> None:
    request, reading = watched("a=1&b=2")
    read(request)
    assert reading.is_whole


def test_parameters_are_what_they_were() -> None:
    request, _ = watched("a=1&a=2&b=%C3%A9")
    assert request.args.to_dict(flat=False) == {"a": ["1", "2"], "b": ["é"]}
    assert request.query_string == b"a=1&a=2&b=%C3%A9"
