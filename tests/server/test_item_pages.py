"""The general pages: what is known about an item, what points at it, and the lists of terms."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.server.conftest import Page

pytestmark = pytest.mark.slow


def read(client: FlaskClient, address: str) -> tuple[Page, str]:
    """Give a page and its text with single spaces."""
    page = Page(client.get(address, headers={"Accept": "text/html"}).text)
    return page, re.sub(r"\s+", " ", page.text)


def test_an_instrument_lists_who_points_at_it_how_and_on_whose_word(client: FlaskClient) -> None:
    page, text = read(client, "/vocab/instruments/universal-declaration-of-human-rights")
    assert "Aldermoor Declaration of Aldermoor cites profile" in text
    assert "/doc/city/aldermoor" in page.addresses
    assert "/doc/city/aldermoor#declaration-2019" in page.addresses
    assert "/graph/profile/aldermoor" in page.addresses


def test_a_target_lists_the_commitment_that_serves_it(client: FlaskClient) -> None:
    _, text = read(client, "/sdg/11.1")
    assert "Aldermoor No eviction without an offer" in text


def test_a_list_can_be_narrowed_to_a_country(client: FlaskClient) -> None:
    page, text = read(client, "/doc/network/eccar")
    codes = [str(option["value"]) for option in page.all("option") if option["value"]]
    assert len(codes) > 1
    _, narrowed = read(client, f"/doc/network/eccar?country={codes[0]}")
    assert len(narrowed) < len(text)


def test_the_ontology_page_has_a_place_for_every_term(app: Flask, client: FlaskClient) -> None:
    page, _ = read(client, "/def")
    held = app.extensions["library"].shelf()
    prefix = "https://w3id.org/hrcr/def#"
    terms = {str(term).removeprefix(prefix) for term in held.terms.subjects() if str(term).startswith(prefix)}
    places = {str(attributes["id"]) for _, attributes in page.elements if "id" in attributes}
    assert terms - places == set()
    assert len(terms) > 100


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/vocab/levels", "Declared"),
        ("/vocab", "Rights instruments"),
        ("/shapes", "formal-act"),
        ("/graph", "Put together for a test."),
        ("/graph/profile/aldermoor", "hrc:dateWording"),
        ("/doc/network/eccar", "European Coalition of Cities against Racism"),
    ],
)
def test_each_list_shows_its_entries(client: FlaskClient, address: str, sentence: str) -> None:
    _, text = read(client, address)
    assert sentence in text


def test_every_scheme_has_a_page_that_lists_its_concepts(client: FlaskClient) -> None:
    page, _ = read(client, "/vocab")
    schemes = [address for address in page.addresses if re.fullmatch(r"/vocab/[a-z-]+", address)]
    assert len(schemes) > 25
    for scheme in schemes:
        listed, _ = read(client, scheme)
        assert [a for a in listed.addresses if a.startswith((scheme + "/", "/sdg/", "/vocab/", "http"))] != [], scheme
