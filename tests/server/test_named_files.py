"""A file may be named by its address: it is fetched under guard and judged like one that was sent."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.fetch_ports import FetchLimits
from registry.fetch_wiring import open_fetch
from server.budget import Budget
from server.named_files import examination_of
from tests.odd_servers import OddServer, leads_to, odd_server, sends, whole
from tests.server.conftest import Page
from tests.server.test_submissions import CITY

JSON = {"Accept": "application/json"}


@pytest.fixture
def web(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[OddServer]:
    """A server that the application may ask though it is not public."""
    with odd_server({"/city.ttl": whole(CITY.encode())}) as server:
        fetch = open_fetch(
            app.extensions["settings"], FetchLimits(seconds=2, most_bytes=100_000), exempt={server.place}
        )
        monkeypatch.setitem(app.extensions, "fetch", lambda: fetch)
        monkeypatch.setitem(app.extensions, "fetch_budget", Budget(60))
        yield server


@pytest.mark.parametrize(
    ("path", "media_type", "name"),
    [
        ("/city.ttl", "text/turtle; charset=utf-8", "city.ttl"),
        ("/raw/city.ttl?token=1", "text/plain", "city.ttl"),
        ("/download", "application/octet-stream", "download"),
        ("/d%C3%A4ten.jsonld", "application/ld+json", "däten.jsonld"),
        ("/", "text/turtle", "submission.ttl"),
    ],
)
def test_what_a_file_is_told_by_its_type_or_its_ending(
    app: Flask, web: OddServer, path: str, media_type: str, name: str
) -> None:
    web.answers[path] = whole(b"text", media_type=media_type)
    with app.test_request_context("/check"):
        found = examination_of(web.address(path))
    assert (found.raw, found.name) == (b"text", name)
    assert found.media_type in (media_type.partition(";")[0], None)


@pytest.mark.slow
def test_a_file_that_is_named_gets_the_verdict_of_one_that_is_sent(client: FlaskClient, web: OddServer) -> None:
    web.answers["/old"] = leads_to("/city.ttl")
    named = client.post("/check", data={"address": web.address("/old"), "at": "2026-06-30"}, headers=JSON)
    sent = client.post("/check?at=2026-06-30", data=CITY.encode(), content_type="text/turtle", headers=JSON)
    assert named.status_code == 200
    verdicts = [{key: value for key, value in found.json.items() if key != "name"} for found in (named, sent)]  # type: ignore[union-attr]  # JSON it is
    assert verdicts[0] == verdicts[1]


FAILURES = {
    "a place that is not public": ("http://127.0.0.1:1/", 422, "address-refused"),
    "the place of a cloud's secrets": ("http://169.254.169.254/latest/meta-data/", 422, "address-refused"),
    "no address": ("graz", 422, "address-refused"),
    "a page": ("/page", 422, "media-type-refused"),
    "nothing there": ("/nothing", 422, "address-without-file"),
    "a circle": ("/circle", 422, "redirect-refused"),
    "too much": ("/large", 422, "fetch-too-large"),
    "half of it": ("/half", 502, "broken-answer"),
    "an unknown name": ("http://does-not-exist.invalid/a.ttl", 502, "unreachable"),
}


@pytest.mark.parametrize("kind", FAILURES)
def test_what_cannot_be_had_is_told_on_the_page_and_to_programs(client: FlaskClient, web: OddServer, kind: str) -> None:
    web.answers |= {
        "/page": whole(b"<p>", media_type="text/html"),
        "/circle": leads_to("/circle"),
        "/large": whole(b"#" * 100_001),
        "/half": sends(b"HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\nContent-Length: 99\r\n\r\n<"),
    }
    place, status, code = FAILURES[kind]
    address = web.address(place) if place.startswith("/") else place
    problem = client.post("/check", data={"address": address}, headers=JSON)
    assert (problem.status_code, problem.json["type"].rsplit("/", 1)[1]) == (status, code)  # type: ignore[index]  # JSON it is
    page = client.post("/check", data={"address": address}, headers={"Accept": "text/html"})
    assert page.status_code == status
    assert problem.json["detail"] in Page(page.text).text  # type: ignore[index]  # JSON it is
    typed = next(each for each in Page(page.text).all("input") if each.get("name") == "address")
    assert typed["value"] == address


def test_a_client_has_its_share_of_fetching_and_all_clients_have_few_places(
    app: Flask, client: FlaskClient, web: OddServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "fetch_places", threading.BoundedSemaphore(1))
    assert app.extensions["fetch_places"].acquire()
    busy = client.post("/check", data={"address": web.address("/city.ttl")}, headers=JSON)
    assert (busy.status_code, web.asked) == (503, [])
    monkeypatch.setitem(app.extensions, "fetch_budget", Budget(0.0, words="Fetching took {spent:g} seconds"))
    app.extensions["fetch_budget"].charge("127.0.0.1", 1)
    refused = client.post("/check", data={"address": web.address("/city.ttl")}, headers=JSON)
    assert (refused.status_code, web.asked) == (429, [])
    assert "Retry-After" in refused.headers
