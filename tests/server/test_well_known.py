"""What machines look for at fixed addresses."""

import xml.etree.ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from protego import Protego

from registry.settings import Settings

pytestmark = pytest.mark.slow


def test_robots_leave_queries_alone_and_find_the_sitemap(client: FlaskClient) -> None:
    told = client.get("/robots.txt")
    assert told.mimetype == "text/plain"
    assert "Disallow: /sparql\n" in told.text
    assert "Sitemap: http://localhost/sitemap.xml" in told.text


def test_a_registry_like_this_one_may_ask_what_a_crawler_leaves_alone(client: FlaskClient) -> None:
    rules = Protego.parse(client.get("/robots.txt").text)
    found = {who: rules.can_fetch("http://localhost/sparql", who) for who in ("hrcr", "crawler")}
    assert found == {"hrcr": True, "crawler": False}
    assert not rules.can_fetch("http://localhost/check", "hrcr")


def test_every_address_of_the_sitemap_answers_and_has_the_day_of_the_release(client: FlaskClient) -> None:
    tree = ET.fromstring(client.get("/sitemap.xml").data)  # noqa: S314  # our own answer
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    told = [(entry.findtext(f"{space}loc"), entry.findtext(f"{space}lastmod")) for entry in tree]
    assert len(told) > 500
    assert {day for _, day in told} == {"2026-06-30"}
    addresses = [str(address).removeprefix("http://localhost") for address, _ in told]
    assert "/doc/city/aldermoor" in addresses
    assert len(set(addresses)) == len(addresses)
    for address in addresses[:: max(1, len(addresses) // 60)]:
        assert client.get(address, headers={"Accept": "text/html"}, follow_redirects=True).status_code == 200, address


def test_a_contact_is_named_only_when_one_is_set(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = client.get("/.well-known/security.txt")
    assert refused.status_code == 404
    assert "HRCR_CONTACT" in refused.text
    set_up = Settings.load({}, contact="mailto:registry@example.org")
    monkeypatch.setitem(app.extensions, "settings", set_up)
    told = client.get("/.well-known/security.txt", headers={"If-Range": "x"})  # which no cache answers
    assert told.mimetype == "text/plain"
    assert told.text.splitlines()[:2] == ["Contact: mailto:registry@example.org", "Expires: 2027-06-30T00:00:00Z"]


def test_health_names_the_release_and_is_a_problem_without_one(client: FlaskClient, empty_client: FlaskClient) -> None:
    told = client.get("/health")
    assert told.json == {"status": "ok", "release": "2026-06-30-1"}
    assert told.headers["Cache-Control"] == "no-store"
    refused = empty_client.get("/health")
    assert (refused.status_code, refused.mimetype) == (503, "application/problem+json")
