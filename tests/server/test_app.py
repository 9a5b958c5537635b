"""What every answer carries, whatever it answers."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

CALL, CONCERN = "/calls/<case>/contribute", "/standings/<slug>/concern"
ADDRESSES = ("/", "/doc/city/aldermoor", "/sparql?query=ASK{}", "/nothing", "/static/registry.css", "/context.jsonld")


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_may_be_read_from_anywhere_and_runs_nothing(client: FlaskClient, address: str) -> None:
    with client.get(address) as response:
        headers = response.headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self';")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("rule", ["/", "/sparql", "/check", "/doc/city/aldermoor", "/cities", "/graph"])
def test_every_address_answers_a_preflight(client: FlaskClient, rule: str) -> None:
    response = client.options(rule, headers={"Origin": "https://example.org", "Access-Control-Request-Method": "GET"})
    assert (response.status_code, response.data) == (204, b"")
    assert {"GET", "HEAD", "OPTIONS"} <= set(response.headers["Access-Control-Allow-Methods"].split(", "))
    assert response.headers["Allow"] == response.headers["Access-Control-Allow-Methods"]


def test_an_unchanged_document_is_not_sent_again(client: FlaskClient) -> None:
    for address in ("/", "/cities", "/doc/city/aldermoor"):
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_forms_of_one_document_have_different_tags(client: FlaskClient) -> None:
    forms = ("text/html", "text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples")
    tags = {client.get("/doc/city/aldermoor", headers={"Accept": form}).headers["ETag"] for form in forms}
    assert len(tags) == 5


def test_every_route_takes_get_and_only_questions_and_files_are_posted(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.methods]
    posts = {rule.rule for rule in rules if rule.methods and "POST" in rule.methods}
    others = {rule.rule for rule in rules if rule.methods and rule.methods - {"GET", "HEAD", "OPTIONS", "POST"}}
    private = ("/account", "/cases", "/contributions", "/desk", "/drafts", "/api/v1/drafts", "/api/v1/renewals")
    public = {rule for rule in posts if not rule.startswith(private)}
    asked = {
        "/sparql",
        "/releases/<release>/sparql",
        "/check",
        "/check/form",
        "/api/v1/check",
        "/q",
        CALL,
        CONCERN,
        "/reconcile",
        "/witness/add-checkpoint",
    }
    assert (public, others) == (asked, {"/api/v1/drafts/<identifier>"})
    assert len(rules) == 173


def test_without_a_release_every_page_says_so_and_nothing_breaks(empty_client: FlaskClient) -> None:
    for address in ("/", "/cities", "/doc/city/graz", "/standard", "/sparql?query=ASK{}"):
        response = empty_client.get(address, headers={"Accept": "text/html"})
        assert (response.status_code, response.mimetype) == (503, "text/html"), address
        assert "No release has been published yet" in response.text
    assert empty_client.get("/about").status_code == 200
