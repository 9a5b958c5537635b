"""Older releases on pages: said clearly, linked with the current one, and kept while a reader clicks on."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, Literal

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.release_directories import ReleaseDirectories
from registry.artefacts import Artefacts
from registry.fold import fold
from registry.namespaces import ROOT
from registry.registry import Registry
from registry.settings import Settings
from server.app import create_app
from tests.server.conftest import NOON, Page, events, turtle

pytestmark = pytest.mark.slow

CITY = "/doc/city/aldermoor"
DAYS = (date(2026, 1, 31), date(2026, 3, 31), date(2026, 6, 30))


@pytest.fixture(scope="module")
def history(artefacts: Artefacts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Three releases: the city was not in the first, and its name in the second ends with “before”."""
    home: Path = tmp_path_factory.mktemp("history")
    releases, now = ReleaseDirectories(home), turtle("aldermoor.ttl")
    before = Graph()
    for subject, predicate, value in now:
        before.add((subject, predicate, Literal("Aldermoor before", lang="en") if str(value) == "Aldermoor" else value))
    files = artefacts.files
    always = {f"standard/{slug}": graph for slug, graph in files.standard.items()}
    always |= {"vocabulary/levels": files.vocabularies["levels"], "ontology/hrc": files.ontology["hrc"]}
    for day, graphs in zip(DAYS, ({}, {"profile/aldermoor": before}, {"profile/aldermoor": now}), strict=True):
        quads = fold(events({**always, **graphs}), artefacts.syntax)
        releases.build(quads, day=day, standard_version="1.0.0", software_version="0.1.0")
    registry = Registry(artefacts, validator=PyShaclValidator, releases=releases, clock=lambda: NOON)
    app = create_app(registry, Settings.load({}, home=home))
    yield app.test_client()
    app.extensions["query_pool"].close()


def read(client: FlaskClient, address: str) -> tuple[str, Page]:
    response = client.get(address, headers={"Accept": "text/html"}, follow_redirects=True)
    assert response.status_code == 200, address
    return response.text, Page(response.text)


def test_an_older_page_says_that_it_is_old_and_leads_to_the_current_one(history: FlaskClient) -> None:
    text, page = read(history, f"{CITY}?at=2026-04-15")
    assert "Aldermoor before" in text
    assert "release 2026-03-31-1, the one in force on" in text
    assert CITY in page.addresses
    for address in (CITY, f"{CITY}?at=2026-06-30", f"{CITY}?at=2026-12-31"):
        text, _ = read(history, address)
        assert "Aldermoor before" not in text
        assert "the one in force on" not in text


def test_every_link_inside_an_older_page_stays_in_its_day(history: FlaskClient) -> None:
    _, page = read(history, f"{CITY}?at=2026-04-15")
    inside = [link for link in page.addresses if link.startswith("/") and link != CITY]
    assert len(inside) > 20
    assert [link for link in inside if "at=2026-04-15" not in link] == []
    other_forms = [link for link in page.addresses if link.startswith("?_mediatype")]
    assert len(other_forms) == 6
    assert [link for link in other_forms if not link.endswith("&at=2026-04-15")] == []


def test_a_thing_of_an_older_day_leads_to_its_document_of_that_day(history: FlaskClient) -> None:
    response = history.get("/id/city/aldermoor?at=2026-04-15")
    assert (response.status_code, response.headers["Location"]) == (303, f"{CITY}?at=2026-04-15")
    assert history.get("/id/city/aldermoor?at=2026-02-01").status_code == 404


def test_the_links_name_the_release_before_and_after_and_the_latest(history: FlaskClient) -> None:
    older, current = (history.get(address).headers["Link"] for address in (f"{CITY}?at=2026-04-15", CITY))
    assert f'<http://localhost{CITY}?at=2026-06-30>; rel="successor-version"' in older
    assert f'<http://localhost{CITY}>; rel="latest-version"' in older
    assert "predecessor-version" not in older, "the city was not in the first release"
    assert f'<http://localhost{CITY}?at=2026-03-31>; rel="predecessor-version"' in current
    assert "latest-version" not in current
    assert '<http://localhost/releases>; rel="version-history"' in current
    assert f'<{ROOT}id/city/aldermoor>; rel="cite-as"' in older


@pytest.mark.parametrize(
    "query",
    ["at=yesterday", "at=2026-04-15%22%3E%3Cscript%3E", "at=2026-04-15&_scheme=javascript", "at=2026-04-15&endpoint=x"],
)
def test_no_query_leads_an_older_page_astray(history: FlaskClient, query: str) -> None:
    response = history.get(f"{CITY}?{query}", headers={"Accept": "text/html"})
    assert response.status_code in (200, 400)
    assert [link for link in Page(response.text).addresses if not link.startswith(("/", "?", "#", "https://"))] == []
    missed = history.get(f"//evil.example/?{query}", headers={"Accept": "text/html"})
    assert not [link for link in Page(missed.text).addresses if "evil" in link]


def test_the_list_of_cities_keeps_the_day_in_its_form(history: FlaskClient) -> None:
    text, page = read(history, "/cities?at=2026-04-15&country=DE")
    assert '<input type="hidden" name="at" value="2026-04-15">' in text
    assert "/cities?country=DE" in page.addresses
