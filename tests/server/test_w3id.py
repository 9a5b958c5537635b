"""The redirect rules of w3id.org: every lasting address leads to a route that answers."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from registry.namespaces import ROOT

RULES = re.findall(
    r"^RewriteRule (\S+)\s+https://registry\.example\.org(\S*) \[R=302,L\]$",
    Path("docs/w3id/.htaccess").read_text(encoding="utf-8"),
    re.MULTILINE,
)
ADDRESSES = (
    "",
    "def",
    "def/1.0.0",
    "alignments",
    "alignments/1.0.0",
    "shapes",
    "shapes/formal-act",
    "profile",
    "profile/1.0.0",
    "standard",
    "standard/1.0.0",
    "standard/formal-act",
    "standard/formal-act/declared",
    "standard/source/A4",
    "vocab",
    "vocab/levels",
    "vocab/levels/declared",
    "vocab/instruments/universal-declaration-of-human-rights/article-1",
    "context.jsonld",
    "static/mark.svg",
    "id/city/aldermoor",
    "id/network/eccar",
    "graph",
    "trust",
    "mappings",
    "mappings/schema-org-city.rq",
    "graph/profile/aldermoor",
    "problem",
    "problem/not-found",
    "sparql",
    "catalogue",
    "feed",
    "feed/1",
    "federation",
    "releases",
    "release/2026-06-30-1",
    "releases/2026-06-30-1",
    "check",
)


def redirected(path: str) -> str | None:
    """Do what Apache does: the first rule whose pattern matches the path gives the address."""
    for pattern, target in RULES:
        match = re.search(pattern, path)
        if match is not None:
            return match.expand(target.replace("$", "\\"))
    return None


def test_there_are_four_rules() -> None:
    assert len(RULES) == 4


@pytest.mark.parametrize("path", ADDRESSES)
def test_each_lasting_address_leads_to_a_route_that_answers(client: FlaskClient, path: str) -> None:
    target = redirected(path)
    assert target is not None
    with client.get(target, headers={"Accept": "text/html"}) as response:
        assert response.status_code in (200, 303)


def test_every_item_of_a_release_has_a_lasting_address_that_leads_to_it(client: FlaskClient) -> None:
    shelf = client.application.extensions["library"].shelf()
    paths = [iri.removeprefix(ROOT) for iri in shelf.documents]
    paths += [str(node).removeprefix(ROOT) for node in shelf.graph("shapes/prefixes").objects() if "genid" in node]
    assert len(paths) > 1_000
    assert [path for path in paths if redirected(path) is None] == []


@pytest.mark.parametrize("path", ["nothing", "static/registry.css", "cities", "definitely"])
def test_an_address_that_is_no_identifier_is_not_redirected(path: str) -> None:
    assert redirected(path) is None


@pytest.mark.parametrize("path", ["//evil.example/", "id/../../x", "@evil.example", "id/x?next=//evil.example"])
def test_no_rule_leads_to_another_host(path: str) -> None:
    target = redirected(path)
    assert target is None or urlsplit("https://registry.example.org" + target).hostname == "registry.example.org"
