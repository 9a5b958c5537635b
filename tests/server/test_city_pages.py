"""The page of a city: everything known, who says so, what is shown and what is not, and never a verdict."""

import re

import pytest
from flask.testing import FlaskClient

from tests.server.conftest import Page

KNOWN = {"/doc/city/aldermoor", "/doc/city/graz"}


@pytest.fixture
def page(client: FlaskClient) -> Page:
    """The page of the invented city."""
    return Page(client.get("/doc/city/aldermoor", headers={"Accept": "text/html"}).text)


def words(page: Page) -> str:
    """The text of a page with single spaces."""
    return re.sub(r"\s+", " ", page.text)


def test_it_says_when_and_from_what_it_was_compiled_and_how_to_correct_it(page: Page) -> None:
    assert (
        "Compiled on 2026-06-30 from public sources. The city did not submit it, and nobody has decided on a level. "
        "Missing here means not found in public sources, never that it does not exist. How to have something corrected."
    ) in words(page)
    assert "/about#corrections" in page.addresses


def test_it_shows_name_country_and_standing(page: Page) -> None:
    assert "City · Germany" in words(page)
    assert "Standing: Listed" in words(page)
    assert [attributes["lang"] for attributes in page.all("span") if attributes.get("lang")][:1] == ["de"]


def test_each_requirement_has_its_outcome_in_words(page: Page) -> None:
    text = words(page)
    assert (
        "MCS-05 A dated act of the competent body, in the official record must demonstrated from public sources" in text
    )
    assert re.search(r"MCS-09 .{5,90} not demonstrated from public sources Name the body that governs\.", text)
    assert re.search(r"MCS-14 .{5,90} not tested", text)


def test_a_profile_from_public_sources_never_shows_a_level_or_a_failure(client: FlaskClient) -> None:
    source = client.get("/doc/city/aldermoor", headers={"Accept": "text/html"}).text
    assert not re.search(r"\bfail", source, re.IGNORECASE)
    assert "machine level" not in source.casefold()
    assert "accredited" not in source.casefold()
    assert not re.search(
        r"\b\d+ (of|/) \d+\b|\d ?%|\bscore\b|\brank", re.sub(r"<footer.*", "", source, flags=re.DOTALL)
    )


def test_what_speaks_against_it_and_the_sources_are_there(page: Page) -> None:
    text = words(page)
    assert "What speaks against it Public sources also say this." in text
    assert "Money for the plan was cut" in text
    assert "Menschenrechte in Ellernmoor de. City of Aldermoor, 2024-03-01. aldermoor.example.org/rights" in text


def test_a_city_known_by_name_only_says_so(client: FlaskClient) -> None:
    listed = Page(client.get("/cities", headers={"Accept": "text/html"}).text)
    address = next(found for found in listed.addresses if found.startswith("/doc/city/") and found not in KNOWN)
    text = words(Page(client.get(address, headers={"Accept": "text/html"}).text))
    assert "This city is known by name only; there is no profile yet." in text


def test_every_place_on_the_page_that_is_linked_exists(page: Page) -> None:
    places = {str(attributes["id"]) for _, attributes in page.elements if "id" in attributes}
    assert [address for address in page.addresses if address.startswith("#") and address[1:] not in places] == []
