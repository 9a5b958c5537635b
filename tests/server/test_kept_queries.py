"""Permanent links: made when asked for, the same for the same query, bounded, and followed in any release."""

import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.kept_queries import MOST_A_DAY, KeptQueries, name_of
from server.problems import Problem
from tests.server.conftest import Page

QUERY = "SELECT ?city\nWHERE { ?city a <https://w3id.org/hrcr/def#City> }\nORDER BY ?city\n"


def test_a_query_has_one_name_whatever_its_line_ends(tmp_path: Path) -> None:
    kept = KeptQueries(tmp_path / "queries")
    name = kept.keep(QUERY)
    assert name == name_of(QUERY)
    assert kept.keep(QUERY.replace("\n", "\r\n") + "  \n") == name
    assert kept.find(name) == QUERY
    assert kept.name(" " + QUERY) == name
    assert [path.name for path in (tmp_path / "queries").iterdir()] == [f"{name}.rq"]


@pytest.mark.parametrize("name", ["", "0" * 16, "../../etc/passwd", "0123456789ABCDEF", "0" * 15 + "/"])
def test_a_name_that_was_not_given_finds_nothing(tmp_path: Path, name: str) -> None:
    kept = KeptQueries(tmp_path)
    kept.keep(QUERY)
    assert kept.find(name) is None


def test_where_there_is_no_room_the_oldest_that_nobody_followed_goes(tmp_path: Path) -> None:
    kept = KeptQueries(tmp_path, most=3)
    names = [kept.keep(f"ASK {{ ?s ?p {number} }}") for number in range(3)]
    for age, name in zip((9, 8, 7), names, strict=True):
        os.utime(tmp_path / f"{name}.rq", (1_000 - age, 1_000 - age))
    assert kept.follow(names[0]) == "ASK { ?s ?p 0 }\n"
    assert kept.keep("ASK { ?s ?p 0 }") == names[0]
    newest = kept.keep(QUERY)
    assert [kept.find(name) is not None for name in (*names, newest)] == [True, False, True, True]


def test_what_was_followed_stays_and_who_comes_then_is_told_so(tmp_path: Path) -> None:
    kept = KeptQueries(tmp_path, most=2)
    for name in (kept.keep("ASK {}"), kept.keep("ASK { ?s ?p ?o }")):
        kept.follow(name)
    with pytest.raises(Problem, match="all of them in use"):
        kept.keep(QUERY)


@pytest.mark.slow
def test_one_client_has_so_many_new_links_a_day_and_another_is_served(app: Flask) -> None:
    one, other = ({"REMOTE_ADDR": address} for address in ("192.0.2.7", "192.0.2.8"))
    client = app.test_client()
    for number in range(MOST_A_DAY):
        assert client.post("/q", data={"query": f"ASK {{ ?s ?p {number} }}"}, environ_base=one).status_code == 303
    refused = client.post("/q", data={"query": "ASK { ?s ?p 'more' }"}, environ_base=one)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 80_000
    assert client.post("/q", data={"query": "ASK { ?s ?p 0 }"}, environ_base=one).status_code == 303
    assert client.post("/q", data={"query": "ASK { ?s ?p 'more' }"}, environ_base=other).status_code == 303


@pytest.mark.slow
def test_whoever_asks_for_a_link_is_shown_it_and_the_link_leads_to_the_answer(client: FlaskClient) -> None:
    before = client.get("/sparql", query_string={"query": QUERY, "format": "html"})
    assert "Make a permanent link" in before.text
    made = client.post("/q", data={"query": QUERY})
    assert made.status_code == 303
    page = Page(client.get(made.headers["Location"]).text)
    link = f"/q/{name_of(QUERY)}"
    assert f"http://localhost{link}" in page.addresses
    followed = client.get(link + "?format=csv&at=2026-07-01")
    target = urlsplit(followed.headers["Location"])
    assert (followed.status_code, target.path) == (303, "/sparql")
    assert parse_qs(target.query) == {"query": [QUERY], "format": ["csv"], "at": ["2026-07-01"]}
    assert client.get(followed.headers["Location"]).text.startswith("city\r\n")
    assert client.get("/q/0000000000000000").status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 400, "query-error"),
        ("SELECT ?x { SERVICE <http://localhost/> {} }", 400, "query-error"),
        ("DROP ALL", 405, "update-refused"),
        ("ASK { " + "{" * 200 + "}" * 200 + " }", 400, "query-limit-passed"),
    ],
)
def test_what_would_not_be_answered_is_not_kept(client: FlaskClient, query: str, status: int, code: str) -> None:
    refused = client.post("/q", data={"query": query}, headers={"Accept": "application/problem+json"})
    assert refused.status_code == status
    assert refused.json is not None
    assert refused.json["type"].endswith(f"/{code}")
