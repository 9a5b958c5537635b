"""Addresses: routes of this application for our own IRIs, the web for the rest, nothing else."""

import pytest
from flask import Flask

from registry.namespaces import ROOT
from server.links import address, is_path, local_address

OURS = {
    "": "/",
    "def": "/def",
    "def#City": "/def#City",
    "shapes": "/shapes",
    "shapes#FormalActDeclaredShape": "/shapes#FormalActDeclaredShape",
    "shapes/formal-act": "/shapes/formal-act",
    "standard": "/standard",
    "standard/formal-act": "/standard/formal-act",
    "standard/formal-act/declared": "/standard/formal-act/declared",
    "vocab": "/vocab",
    "vocab/levels/declared": "/vocab/levels/declared",
    "id/city/graz": "/doc/city/graz",
    "id/city/graz#declaration-2001": "/doc/city/graz#declaration-2001",
    "def/1.0.0": "/def/1.0.0",
    ".well-known/genid/shapes/x/c14n0": "/.well-known/genid/shapes/x/c14n0",
    "release/2026-06-30-1": "/releases/2026-06-30-1",
    "graph": "/graph",
    "graph/profile/graz": "/graph/profile/graz",
    "problem/not-found": "/problem/not-found",
    "context.jsonld": "/context.jsonld",
    "feed": "/feed",
    "feed/3#117": "/feed/3#117",
    "federation": "/federation",
}


@pytest.mark.parametrize(("path", "expected"), sorted(OURS.items()))
def test_each_of_our_iris_has_its_route(app: Flask, path: str, expected: str) -> None:
    with app.test_request_context():
        assert address(ROOT + path) == (expected, False)


@pytest.mark.parametrize(
    "iri",
    [
        ROOT + ".well-known/genid/../x",
        ROOT + "unknown/thing",
        ROOT + "id/../../etc/passwd",
        ROOT + "id//evil.example",
        ROOT + "feed/0",
        ROOT + "feed/1/2",
        "urn:isbn:1",
        "http://metadata.un.org/sdg/../x",
        "javascript:alert(1)",
    ],
)
def test_whatever_has_no_route_here_gets_none(app: Flask, iri: str) -> None:
    with app.test_request_context():
        assert local_address(iri) is None


def test_a_goal_is_shown_here_and_other_addresses_lead_away(app: Flask) -> None:
    with app.test_request_context():
        assert address("http://metadata.un.org/sdg/11.1") == ("/sdg/11.1", False)
        assert address("https://example.org/a") == ("https://example.org/a", True)
        assert address("urn:isbn:1") == (None, False)


@pytest.mark.parametrize(
    ("path", "expected"),
    [("city/graz", True), ("a", True), ("", False), ("a//b", False), ("../a", False), ("a/./b", False), ("a b", False)],
)
def test_a_path_is_plain_segments(path: str, expected: bool) -> None:
    assert is_path(path) is expected
