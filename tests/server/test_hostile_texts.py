"""Whatever a text says, a page shows it as text; whatever an address is, only http and https can be clicked."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.links import is_web
from tests.server.conftest import Page, Publish
from tests.server.hostile import SCHEMES, TEXTS, hostile

TAGS = {
    *(
        "a",
        "abbr",
        "article",
        "aside",
        "body",
        "br",
        "button",
        "caption",
        "code",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "em",
    ),
    *("footer", "form", "h1", "h2", "h3", "head", "header", "html", "img", "input", "label", "li", "link", "main"),
    *("meta", "nav", "ol", "option", "p", "pre", "section", "select", "span", "strong", "summary", "table", "tbody"),
    *("td", "textarea", "th", "thead", "time", "title", "tr", "ul"),
}
"""Every element that our own templates use."""

ADDRESSES = (
    "/",
    "/cities",
    "/cities?country=AT",
    "/networks",
    "/instruments",
    "/doc/city/hostile-000",
    "/doc/network/hostile-001",
    "/vocab/countries/AT",
    "/vocab/instruments/hostile-002",
    "/graph/profile/hostile",
    "/graph",
    "/sparql?format=html&query=SELECT+*+%7B%3Fs+%3Chttp://www.w3.org/2004/02/skos/core%23prefLabel%3E+%3Fo%7D",
    "/sparql?format=html&query=DESCRIBE+%3Chttps://w3id.org/hrcr/id/city/hostile-000%3E",
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def hostile_app(publish: Publish) -> Flask:
    """The application over a release full of hostile texts."""
    return publish(hostile())


@pytest.fixture
def hostile_client(hostile_app: Flask) -> FlaskClient:
    return hostile_app.test_client()


def is_ours(script: dict[str, str | None]) -> bool:
    """Say whether a script is data, or one of the two files of the query editor and nothing else."""
    files = ({"src": f"/static/{name}", "defer": None} for name in ("built/yasgui.min.js", "query.js"))
    return script in ({"type": "application/ld+json"}, *files)


def assert_harmless(source: str) -> Page:
    """Check that a page holds only our elements, no script but data, no event, no style, and only web addresses."""
    page = Page(source)
    assert page.tags <= TAGS | {"script"}
    assert [script for script in page.all("script") if not is_ours(script)] == []
    for tag, attributes in page.elements:
        assert not [
            name for name in attributes if name.startswith("on") or name in ("style", "srcdoc", "formaction")
        ], tag
        for name in ("href", "src", "action"):
            address = attributes.get(name)
            assert address is None or re.match(r"(?i)(https?://[^/]|/(?!/)|[?#])", address), address
    return page


def test_the_corpora_keep_their_size() -> None:
    assert (len(set(TEXTS)), len(set(SCHEMES)), len(ADDRESSES)) == (300, 40, 13)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_shows_every_hostile_text_as_text(hostile_client: FlaskClient, address: str) -> None:
    response = hostile_client.get(address, headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (200, "text/html")
    page = assert_harmless(response.text)
    if address in ("/", "/cities", "/networks", "/instruments", "/doc/city/hostile-000", "/vocab/countries/AT"):
        assert [text for text in TEXTS if text not in page.text] == []


@pytest.mark.parametrize("text", TEXTS[::6])
def test_what_is_sent_comes_back_as_text(client: FlaskClient, text: str) -> None:
    answers = [
        client.get("/sparql", query_string={"query": text, "format": "html"}),
        client.get("/sparql", query_string={"query": f"SELECT ('''{text}''' AS ?x) {{}}", "format": "html"}),
        client.get("/cities", query_string={"country": text}),
        client.get("/doc/" + text, headers={"Accept": "text/html"}),
        client.get("/doc/city/aldermoor", query_string={"_mediatype": text}, headers={"Accept": "text/html"}),
        client.post("/sparql", data=b"", content_type=text.encode("ascii", "ignore"), headers={"Accept": "text/html"}),
        client.post("/check", data={"text": "", "at": text, "kind": text}, headers={"Accept": "text/html"}),
    ]
    for response in answers:
        assert response.status_code < 500
        assert_harmless(response.text)


@pytest.mark.parametrize(("address", "expected"), SCHEMES)
def test_only_web_addresses_can_be_clicked(address: str, expected: bool) -> None:
    assert is_web(address) is expected


def test_every_foreign_link_on_a_page_is_a_web_address_and_marked(hostile_client: FlaskClient) -> None:
    page = Page(hostile_client.get("/doc/city/hostile-000", headers={"Accept": "text/html"}).text)
    foreign = [link for link in page.all("a") if re.match(r"[a-z]+:", str(link["href"]), re.IGNORECASE)]
    data = [link for link in foreign if "creativecommons" not in str(link["href"])]
    clickable = {address for address, is_clickable in SCHEMES if is_clickable}
    assert {str(link["href"]) for link in data} == clickable
    assert {link["rel"] for link in data} == {"nofollow noopener ugc"}


def test_every_page_forbids_scripts_and_foreign_assets(client: FlaskClient) -> None:
    for address in ("/", "/doc/city/aldermoor", "/check", "/nothing"):
        headers = client.get(address, headers={"Accept": "text/html"}).headers
        assert headers["Content-Security-Policy"] == (
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
    policy = client.get("/sparql", headers={"Accept": "text/html"}).headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; " in policy
    assert "unsafe" not in policy
    assert "http" not in policy
