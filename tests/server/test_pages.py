"""The pages beside the items: home, lists, and what a reader should know; all well-made."""

import re
from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.server.conftest import Page

ADDRESSES = (
    "/",
    "/cities",
    "/cities?country=AT",
    "/standard",
    "/standard/formal-act",
    "/instruments",
    "/rights",
    "/sdgs",
    "/sdg/11",
    "/networks",
    "/doc/network/eccar",
    "/doc/city/aldermoor",
    "/vocab/instruments/universal-declaration-of-human-rights",
    "/vocab",
    "/vocab/levels",
    "/def",
    "/shapes",
    "/shapes/formal-act",
    "/profile",
    "/check/form",
    "/graph",
    "/releases",
    "/releases/2026-06-30-1",
    "/catalogue",
    "/feed",
    "/feed/1",
    "/federation",
    "/about",
    "/data",
    "/accessibility",
    "/problem",
    "/problem/not-found",
    "/check",
    "/sparql",
    "/account/sign-in",
    "/account/recover",
    "/nothing",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_is_well_made(client: FlaskClient, address: str) -> None:
    source = client.get(address, headers={"Accept": "text/html"}).text
    page = Page(source)
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    identifiers = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    labelled = {attributes["for"] for attributes in page.all("label")}
    asked = [a for tag, a in page.elements if tag in ("input", "select", "textarea")]
    fields = [field for field in asked if field.get("type") != "hidden"]
    assert page.all("html")[0]["lang"] == "en"
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert len(identifiers) == len(set(identifiers))
    assert page.addresses[0] == "#content"
    assert [field["id"] for field in fields if field["id"] not in labelled] == []
    assert len(page.all("caption")) == len(page.all("table"))
    assert [cell for cell in page.all("th") if "scope" not in cell] == []
    assert [image for image in page.all("img") if "alt" not in image] == []
    assert not re.search(
        r"<script(?! type=.application/ld\+json.>| src=./static/)|javascript:|\bon[a-z]+=|<style|style=", source
    )
    assert not re.search(r'(src|action)="(?!/)', source)
    assert "/static/registry.css" in [link["href"] for link in page.all("link")]


@pytest.mark.slow
def test_every_link_within_the_registry_leads_somewhere(client: FlaskClient) -> None:
    seen = set()
    for address in ADDRESSES:
        page = Page(client.get(address, headers={"Accept": "text/html"}).text)
        seen |= {link.partition("#")[0] for link in page.addresses if link.startswith("/")}
    checked = sorted(link for link in seen if not link.startswith(("/sparql?", "/doc/", "/vocab/", "/sdg/", "/graph/")))
    assert len(checked) > 60
    broken = [link for link in checked if _status(client, link) not in (200, 303)]
    assert broken == []


def _status(client: FlaskClient, link: str) -> int:
    with client.get(link, headers={"Accept": "text/html"}) as answer:
        return answer.status_code


def test_home_lists_every_city_under_its_country_with_its_standing(client: FlaskClient) -> None:
    text = re.sub(r"\s+", " ", Page(client.get("/").text).text)
    assert "Germany Aldermoor Listed" in text
    assert "It does not rank cities and computes no score." in text


def test_cities_stand_in_alphabetical_order(client: FlaskClient) -> None:
    source = client.get("/cities").text
    names = re.findall(r'<th scope="row"><a href="/doc/city/[^"]+"[^>]*>([^<]+)</a>', source)
    assert len(names) > 50
    assert names == sorted(names, key=str.casefold)


def test_cities_can_be_narrowed_to_a_country(client: FlaskClient) -> None:
    narrowed = client.get("/cities?country=AT").text
    assert set(re.findall(r"</th><td>([^<]*)</td>", narrowed)) == {"Austria"}


def test_the_goals_list_every_target(client: FlaskClient) -> None:
    codes = {
        address.removeprefix("/sdg/") for address in Page(client.get("/sdgs").text).addresses if "/sdg/" in address
    }
    assert (len([code for code in codes if "." not in code]), len([code for code in codes if "." in code])) == (17, 169)


def test_the_release_says_what_it_is(client: FlaskClient) -> None:
    text = client.get("/releases/2026-06-30-1", headers={"Accept": "text/html"}).text
    assert "2026-06-30-1" in text
    assert "version 1.0.0" in text


@pytest.mark.parametrize("name", ["none.ttl", "../cities/graz.ttl", "near-miss/none.ttl"])
def test_an_example_that_is_not_there_is_a_404(client: FlaskClient, name: str) -> None:
    assert client.get("/examples/" + name).status_code == 404


def test_every_page_names_the_release(app: Flask, client: FlaskClient) -> None:
    release = app.extensions["library"].shelf().release.id
    for address in ("/", "/about", "/doc/city/aldermoor"):
        response = client.get(address)
        assert response.headers["Hrcr-Release"] == release
        assert f"Release {release}" in response.text
