"""The cache in front of the application: never another's answer, never an old one, never a private one."""

import json
import threading
import time
from collections.abc import Callable, Iterable
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import Client, TestResponse

from server.response_cache import ResponseCache

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CITY = "https://w3id.org/hrcr/id/city/aldermoor"
SELECT = f"SELECT ?name {{ <{CITY}> <http://www.w3.org/2004/02/skos/core#prefLabel> ?name }} ORDER BY ?name"
HIT = "hrcr; hit"


class Origin:
    """An application that counts what it is asked, and says what the test wants it to say."""

    def __init__(self, **headers: str) -> None:
        self.asked: list[str] = []
        self.headers = {"Cache-Control": "public, max-age=60", "ETag": '"a"', "Vary": "Accept"} | headers
        self.status = "200 OK"
        self.release: str | None = "r1"
        self.meanwhile: Callable[[], None] = lambda: None
        self.body: Callable[[str], Iterable[bytes]] = lambda text: [text.encode()]
        self.closed = 0

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Give a body that tells everything the answer depends on."""
        names = ("REQUEST_METHOD", "HTTP_HOST", "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE")
        text = "|".join([*(environ.get(name, "") for name in names), environ["wsgi.input"].read().decode()])
        self.asked.append(text)
        self.meanwhile()
        headers = [(name, value) for name, value in self.headers.items() if value]
        if "Content-Length" not in self.headers:
            headers.append(("Content-Length", str(len(text.encode()))))
        start_response(self.status, headers)
        return Closing(self, self.body(text))


class Closing:
    """A body that notes that it was closed."""

    def __init__(self, origin: Origin, parts: Iterable[bytes]) -> None:
        self.origin = origin
        self.parts = parts

    def __iter__(self) -> Any:
        return iter(self.parts)

    def close(self) -> None:
        """Note it."""
        self.origin.closed += 1


def cached(origin: Origin, **limits: Any) -> Client:
    """Give a client of an application behind a cache."""
    cache = ResponseCache(origin, lambda: origin.release, **({"most_bytes": 1 << 20} | limits))
    return Client(cache, use_cookies=False)


def is_hit(response: TestResponse) -> bool:
    return response.headers.get("Cache-Status") == HIT


VARIANTS = tuple(
    product(("en", "de"), ("text/html", "text/turtle", "application/ld+json"), ("/thing", "/thing?_mediatype=text/csv"))
)


def test_twelve_variants_for_two_clients_never_cross() -> None:
    origin = Origin(Vary="Accept, Accept-Language")
    clients = [cached(origin)] * 2
    assert len(VARIANTS) == 12
    for _ in range(2):
        for client, (language, accept, address) in product(clients, VARIANTS):
            response = client.get(address, headers={"Accept": accept, "Accept-Language": language})
            query = address.partition("?")[2]
            assert response.text == f"GET|localhost|/thing|{query}|{accept}|{language}|"
    assert len(origin.asked) == 12


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/other"},
        {"query_string": "a=2"},
        {"headers": {"Accept": "text/csv"}},
        {"headers": {"Accept": "text/ html"}},
        {"base_url": "http://elsewhere.example/"},
        {"base_url": "https://localhost/"},
        {"method": "POST", "path": "/sparql", "data": b"x", "content_type": "application/sparql-query"},
    ],
)
def test_another_request_gets_another_answer(other: dict[str, Any]) -> None:
    origin = Origin()
    client = cached(origin)
    first = {"path": "/thing", "query_string": "a=1", "headers": {"Accept": "text/html"}}
    client.open(**first)
    assert is_hit(client.open(**first))
    assert not is_hit(client.open(**(first | other)))


def test_languages_count_only_where_the_answer_varies_by_them() -> None:
    origin = Origin()
    client = cached(origin)
    client.get("/", headers={"Accept-Language": "en"})
    assert is_hit(client.get("/", headers={"Accept-Language": "de"}))


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache-Control": "no-store"},
        {"Cache-Control": "public, no-cache"},
        {"Cache-Control": "private, max-age=60"},
        {"Cache-Control": "max-age=60"},
        {"Cache-Control": ""},
        {"Set-Cookie": "a=b"},
        {"ETag": ""},
        {"ETag": 'W/"a"'},
        {"Vary": "Accept, Cookie"},
        {"Vary": "*"},
        {"Content-Length": ""},
    ],
)
def test_what_is_private_unfinished_or_of_unknown_length_is_not_kept(headers: dict[str, str]) -> None:
    origin = Origin(**headers)
    client = cached(origin)
    assert [is_hit(client.get("/", buffered=True)) for _ in range(3)] == [False] * 3
    assert (len(origin.asked), origin.closed) == (3, 3)


@pytest.mark.parametrize("status", ["206 P", "304 N", "400 B", "404 N", "429 T", "500 I", "503 S"])
def test_an_error_is_never_kept(status: str) -> None:
    origin = Origin()
    origin.status = status
    client = cached(origin)
    assert [is_hit(client.get("/")) for _ in range(2)] == [False, False]
    origin.status = "200 OK"
    assert client.get("/").status_code == 200


def test_an_answer_cut_short_is_not_kept() -> None:
    origin = Origin()
    origin.body = lambda text: [text.encode()[:-1]]
    client = cached(origin)
    client.get("/")
    assert not is_hit(client.get("/"))


@pytest.mark.parametrize("name", ["Authorization", "Cookie", "Range", "If-Range", "If-Match", "If-Unmodified-Since"])
def test_what_is_between_client_and_application_alone_passes_by(name: str) -> None:
    origin = Origin()
    client = cached(origin)
    assert not is_hit(client.get("/", headers={name: "x"}))
    client.get("/")
    assert not is_hit(client.get("/", headers={name: "x"}))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "POST"])
def test_other_methods_pass_by(method: str) -> None:
    origin = Origin()
    client = cached(origin)
    assert [is_hit(client.open("/check", method=method)) for _ in range(2)] == [False, False]


def test_a_posted_query_is_kept_by_its_body_and_read_by_the_application() -> None:
    origin = Origin()
    client = cached(origin)
    answers = [
        client.post("/sparql", data=text, content_type="application/sparql-query") for text in ("one", "two", "one")
    ]
    assert [answer.text.rsplit("|", 1)[1] for answer in answers] == ["one", "two", "one"]
    assert [is_hit(answer) for answer in answers] == [False, False, True]
    assert not is_hit(client.post("/sparql", data="one", content_type="application/x-www-form-urlencoded"))


def test_head_is_answered_from_what_get_left() -> None:
    origin = Origin()
    client = cached(origin)
    assert not is_hit(client.head("/"))
    whole = client.get("/")
    head = client.head("/")
    assert is_hit(head)
    assert (head.data, head.headers["Content-Length"]) == (b"", str(len(whole.data)))


@pytest.mark.parametrize("tags", ['"a"', 'W/"a"', '"b", "a"', "*"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_has_the_answer_is_told_so(tags: str, method: str) -> None:
    origin = Origin(**{"Hrcr-Release": "r1"})
    client = cached(origin)
    for _ in range(3):
        response = client.open("/", method=method, headers={"If-None-Match": tags})
        assert (response.status_code, response.data) == (304, b"")
        assert "Content-Length" not in response.headers
        assert (response.headers["ETag"], response.headers["Hrcr-Release"]) == ('"a"', "r1")
    assert len(origin.asked) == (1 if method == "GET" else 3)
    assert origin.closed == len(origin.asked)
    assert client.get("/", headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_posted_query_is_never_answered_with_not_modified() -> None:
    client = cached(Origin())
    sent = {"data": "x", "content_type": "application/sparql-query", "headers": {"If-None-Match": '"a"'}}
    assert [client.post("/sparql", **sent).status_code for _ in range(2)] == [200, 200]


def test_another_release_empties_it() -> None:
    origin = Origin()
    client = cached(origin)
    client.get("/")
    assert is_hit(client.get("/"))
    origin.release = "r2"
    assert not is_hit(client.get("/"))
    origin.release = None
    assert not is_hit(client.get("/"))


def test_an_answer_begun_under_one_release_is_not_kept_under_the_next() -> None:
    origin = Origin()
    client = cached(origin)
    origin.meanwhile = lambda: setattr(origin, "release", "r2")
    client.get("/")
    origin.meanwhile = lambda: None
    assert not is_hit(client.get("/"))


def test_it_never_keeps_more_than_its_bound() -> None:
    origin = Origin()
    origin.body = lambda text: [text.encode()]
    client = cached(origin, most_bytes=64 * 1024)
    for number in range(100):
        client.get(f"/{number}")
    cache = client.application
    assert isinstance(cache, ResponseCache)
    assert cache.size <= 64 * 1024
    assert is_hit(client.get("/99"))
    assert not is_hit(client.get("/0"))
    assert not is_hit(client.get("/large?" + "x" * 5_000))
    assert not is_hit(client.get("/large?" + "x" * 5_000))


def test_what_many_ask_at_once_is_worked_out_once() -> None:
    origin = Origin()
    origin.meanwhile = lambda: time.sleep(0.3)
    client = cached(origin, most_waiting=8)
    answers = at_once(8, lambda: client.get("/").text)
    assert (len(set(answers)), len(origin.asked)) == (1, 1)


def test_nobody_waits_longer_than_allowed_and_no_more_than_allowed_wait() -> None:
    origin = Origin()
    release = threading.Event()
    origin.meanwhile = lambda: None if len(origin.asked) > 1 else bool(release.wait(5)) or None
    client = cached(origin, most_waiting=1, patience=0.2)
    leader = threading.Thread(target=client.get, args=("/",))
    leader.start()
    while not origin.asked:
        time.sleep(0.01)
    started = time.monotonic()
    answers = at_once(4, lambda: client.get("/").status_code)
    assert answers == [200] * 4
    assert time.monotonic() - started < 2
    assert leader.is_alive()
    release.set()
    leader.join()


def test_a_failure_sets_the_others_free() -> None:
    origin = Origin()

    def fail() -> None:
        if len(origin.asked) == 1:
            raise OSError("gone")

    origin.meanwhile = fail
    client = cached(origin)
    with pytest.raises(OSError, match="gone"):
        client.get("/")
    assert client.get("/").status_code == 200


def test_queries_of_the_registry_are_kept_in_every_way(client: FlaskClient) -> None:
    for send in (
        lambda: client.get("/sparql", query_string={"query": SELECT + " # kept"}),
        lambda: client.post("/sparql", data={"query": SELECT}),
        lambda: client.post("/sparql", data=SELECT, content_type="application/sparql-query"),
    ):
        first, again = send(), send()
        assert (is_hit(first), is_hit(again)) == (False, True)
        assert json.loads(first.data) == json.loads(again.data)
        assert first.headers["ETag"] == again.headers["ETag"]
        assert again.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.slow
def test_a_checked_file_is_never_kept(client: FlaskClient) -> None:
    answers = [client.post("/check", data=b"", content_type="text/turtle") for _ in range(2)]
    assert [(is_hit(answer), answer.headers["Cache-Control"]) for answer in answers] == [(False, "no-store")] * 2


def test_forms_of_one_city_are_kept_apart(app: Flask) -> None:
    for _ in range(2):
        for accept in ("text/html", "text/turtle", "application/ld+json", "application/n-triples"):
            response = app.test_client().get("/doc/city/aldermoor", headers={"Accept": accept})
            assert response.mimetype == accept


def at_once(count: int, work: Callable[[], Any]) -> list[Any]:
    """Do the same in several threads at once and give what came of it."""
    results: list[Any] = []
    threads = [threading.Thread(target=lambda: results.append(work())) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
