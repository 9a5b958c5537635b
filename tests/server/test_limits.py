"""The page of limits says the numbers in force, and every problem it names has a page."""

import re

from flask import Flask
from flask.testing import FlaskClient

from server.problems import KINDS
from tests.server.conftest import Page


def rows(client: FlaskClient) -> dict[str, str]:
    """Give the text of each row of the page by its identifier."""
    source = client.get("/limits").text
    cells = re.findall(r'<tr id="([a-z_]+)"><th scope="row">([^<]+)</th><td>([^<]+)</td>', source)
    return {name: value for name, _, value in cells}


def test_every_limit_of_a_query_is_on_the_page_with_its_number(app: Flask, client: FlaskClient) -> None:
    shown, limits = rows(client), app.extensions["settings"].query_limits
    for name, most, _ in limits.described():
        assert shown[name] == f"{most:,}"


def test_the_numbers_are_those_of_the_settings(app: Flask, client: FlaskClient) -> None:
    shown, settings = rows(client), app.extensions["settings"]
    assert shown["seconds"] == f"{settings.query_seconds} seconds"
    assert shown["megabytes"] == f"{settings.query_megabytes:,} MB"
    assert shown["budget"] == f"{settings.query_budget} seconds"


def test_every_problem_named_has_a_page(client: FlaskClient) -> None:
    named = set(re.findall(r'href="/problem/([a-z-]+)"', client.get("/limits").text))
    assert len(named) >= 9
    for code in named:
        assert code in KINDS
        assert client.get(f"/problem/{code}").status_code == 200


def test_the_page_of_the_endpoint_leads_to_the_limits(client: FlaskClient) -> None:
    page = Page(client.get("/sparql", headers={"Accept": "text/html"}).text)
    assert "/limits" in page.addresses
