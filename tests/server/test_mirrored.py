"""A mirror gives what releases tell, says of all else where it is, and records nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.adapters.mirrored_releases import HomeOfMirror
from registry.mirror_ports import Source
from registry.settings import Settings
from registry.wiring import wire
from server.app import create_app
from server.mirrored import ANSWERED
from server.route_rules import RULES
from tests.server.conftest import Page

pytestmark = pytest.mark.slow

SITE = "https://registry.example/"
HTML = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def mirror(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application over a mirror of the small release."""
    home = tmp_path_factory.mktemp("mirror")
    own = Path(app.extensions["settings"].home)
    (home / "releases").symlink_to(own / "releases")
    (home / "current").symlink_to((own / "current").resolve())
    HomeOfMirror(home).pin(Source(address="http://10.0.0.1:8000/", site=SITE, keys=(b"k" * 32,)))
    settings = Settings.load({}, home=home)
    application = create_app(wire(settings), settings)
    yield application
    application.extensions["query_pool"].close()


@pytest.fixture
def reader(mirror: Flask) -> FlaskClient:
    return mirror.test_client()


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/cities",
        "/doc/city/aldermoor",
        "/releases",
        "/catalogue",
        "/about",
        "/evidence",
        "/sparql",
        "/health",
        "/identity",
        "/reconcile",
    ],
)
def test_what_releases_tell_is_the_same_as_at_the_registry_itself(
    reader: FlaskClient, client: FlaskClient, address: str
) -> None:
    here, there = reader.get(address, headers={"Accept": "*/*"}), client.get(address, headers={"Accept": "*/*"})
    assert here.status_code == there.status_code == 200
    assert here.headers["Hrcr-Release"] == there.headers["Hrcr-Release"]


def test_data_is_the_same_byte_for_byte(reader: FlaskClient, client: FlaskClient) -> None:
    query = "/sparql?query=SELECT%20*%20%7B%3Fs%20a%20%3Chttps%3A%2F%2Fw3id.org%2Fhrcr%2Fdef%23City%3E%7D"
    for address in (query, "/doc/city/aldermoor", "/store?default"):
        here, there = (each.get(address, headers={"Accept": "*/*"}) for each in (reader, client))
        if here.mimetype != "text/html":
            assert (here.data, here.headers.get("ETag")) == (there.data, there.headers.get("ETag")), address


def test_every_other_page_says_in_one_sentence_that_this_is_a_mirror_and_leads_on(
    mirror: Flask, reader: FlaskClient
) -> None:
    shut = [rule for rule in mirror.url_map.iter_rules() if rule.endpoint not in ANSWERED]
    assert len(shut) > 60
    for rule in shut:
        path = re.sub(r"<[^>]+>", "1", re.sub(r"<any\((\w+)[^>]*>", r"\1", str(rule)))
        method = min((rule.methods or set()) - {"HEAD", "OPTIONS"})
        answer = reader.open(path, method=method, headers=JSON)
        if answer.status_code == 307:
            assert answer.headers["Location"] == SITE + path[1:]
            continue
        assert (answer.status_code, answer.json["type"].rsplit("/", 1)[1]) == (403, "mirror-reads-only"), path
        assert answer.json["there"] == SITE + path[1:]


def test_every_public_route_is_answered_by_releases_or_named_as_shut() -> None:
    public = {endpoint for endpoint, rule in RULES.items() if rule.is_public}
    assert public >= ANSWERED
    blueprints = {endpoint.partition(".")[0] for endpoint in public - ANSWERED}
    assert blueprints >= {"calls", "standings", "agreement", "api", "submissions", "kept_queries"}


def test_pages_offer_nothing_that_is_not_here(reader: FlaskClient) -> None:
    page = Page(reader.get("/", headers=HTML).text)
    assert SITE in page.addresses
    assert "This is a mirror, for reading alone" in page.text
    assert "Sign in" not in page.text
    shut = Page(reader.get("/account/sign-in?next=/desk", headers=HTML).text)
    assert SITE + "account/sign-in?next=/desk" in shut.addresses
    assert "http://10.0.0.1" not in page.text + shut.text


@pytest.mark.parametrize("address", ["evidence/files/" + "0" * 64, "feed", "feed/3", "q/0000000000000000"])
def test_what_the_registry_alone_has_for_everybody_is_linked_back(reader: FlaskClient, address: str) -> None:
    answer = reader.get("/" + address)
    assert (answer.status_code, answer.headers["Location"]) == (307, SITE + address)


def test_a_mirror_records_nothing_whatever_is_asked(mirror: Flask, reader: FlaskClient) -> None:
    for address in ("/", "/doc/case/oderau-1", "/cases", "/desk", "/calls", "/standings", "/q/0000000000000000"):
        assert reader.get(address, headers=HTML).status_code < 500, address
    reader.post("/q", data={"query": "ASK {}"})
    home = Path(mirror.extensions["settings"].home)
    assert sorted(path.name for path in home.iterdir()) == ["current", "mirror.json", "releases"]


def test_a_query_here_asks_no_peer_and_leads_to_the_registry_itself(mirror: Flask, reader: FlaskClient) -> None:
    assert not mirror.extensions["federation"].peers
    asking = "SELECT * { SERVICE <https://peer.example/sparql> { ?a ?b ?c } }"
    refused = reader.get("/sparql", query_string={"query": asking}, headers=JSON)
    assert refused.status_code == 400
    assert f"this is a mirror, which asks no peer. Ask the registry itself, at {SITE}sparql" in refused.text
    word = 'SELECT ("SERVICE <https://peer.example/sparql> {" AS ?text) {}'
    assert reader.get("/sparql", query_string={"query": word}, headers=JSON).status_code == 200
