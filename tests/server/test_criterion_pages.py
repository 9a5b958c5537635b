"""The pages of the standard: the whole of it, and each criterion with ground, shapes and who demonstrates it."""

import re

from flask import Flask
from flask.testing import FlaskClient

from tests.server.conftest import Page


def read(client: FlaskClient, address: str) -> tuple[Page, str]:
    """Give a page and its text with single spaces."""
    page = Page(client.get(address, headers={"Accept": "text/html"}).text)
    return page, re.sub(r"\s+", " ", page.text)


def test_the_standard_lists_every_criterion_with_its_obligations(app: Flask, client: FlaskClient) -> None:
    standard = app.extensions["library"].shelf().standard
    page, text = read(client, "/standard")
    for criterion in standard.criteria:
        assert f"/standard/{criterion.slug}" in page.addresses
        assert f"{criterion.notation} {criterion.label}" in text
    rows = [attributes for tag, attributes in page.elements if tag == "th" and attributes.get("scope") == "row"]
    assert len(rows) == len(standard.criteria)


def test_every_criterion_has_a_page_that_says_everything_about_it(app: Flask, client: FlaskClient) -> None:
    standard = app.extensions["library"].shelf().standard
    assert len(standard.criteria) > 0
    for criterion in standard.criteria:
        page, text = read(client, f"/standard/{criterion.slug}")
        assert criterion.definition in page.text
        for requirement in criterion.requirements:
            assert requirement.definition in page.text, requirement.iri
            assert requirement.what_to_do in page.text
            assert requirement.what_proves_it in page.text
        assert "Demonstrated from public sources by" in text


def test_a_criterion_shows_ground_thresholds_shapes_and_cities(client: FlaskClient) -> None:
    page, text = read(client, "/standard/formal-act")
    assert "/standard/source/A4" in page.addresses
    assert "Years after which the month or the year of an act is enough 10 Own choice: older records" in text
    assert "hrcsh:FormalActDeclaredShape-adoptedBy a sh:PropertyShape" in page.text
    assert "Demonstrated from public sources by Aldermoor" in text
    assert "/vocab/modes/machine" in page.addresses


def test_a_requirement_nobody_demonstrates_says_so_without_counting(client: FlaskClient) -> None:
    _, text = read(client, "/standard/governing-body")
    assert "Demonstrated from public sources by no city in this release" in text
    assert not re.search(r"\d+ cit(y|ies)", text)
