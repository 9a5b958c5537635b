"""The public page of links says how each stands, those in trouble first, and nothing bad of a city."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, URIRef
from rdflib.term import Node

from registry.artefacts import Artefacts
from registry.evidence_model import Copy, LinkState, Visit
from registry.link_facts import facts, links_of
from registry.namespaces import HRC, RDF, ROOT
from server.library import Row, Shelf
from tests.server.conftest import Page, Publish, turtle

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
HTML = {"Accept": "text/html"}
COPY = Copy(sha256="a" * 64, fingerprint="b" * 64, media_type="text/html", size=12, at=NOON)


@pytest.fixture(scope="module")
def looked(publish: Publish, artefacts: Artefacts) -> FlaskClient:
    """The application over a city of whose links the first is gone, the second moved, the third gives another kind of
    document, and the others answer, and over another city with one link that answers."""
    city = turtle("aldermoor.ttl")
    links = list(links_of(URIRef(f"{ROOT}graph/profile/aldermoor"), city))
    last = max(links, key=lambda link: link.address)
    states = [(LinkState.GONE, 404, ""), (LinkState.MOVED, 200, "https://new.example/there")]
    states += [(LinkState.TYPE_CHANGED, 200, "")]
    states += [(LinkState.ANSWERS, 200, "")] * len(links)
    visits = {
        address: Visit(
            address=address,
            tried=NOON,
            due=NOON,
            state=state,
            status=status,
            settled=NOON,
            final=final,
            first=COPY,
        )
        for address, (state, status, final) in zip(sorted({link.address for link in links}), states, strict=False)
    }
    app = publish(
        {
            "profile/aldermoor": city,
            "profile/graz": artefacts.files.cities["graz"],
            "link-check/aldermoor": facts(links, visits, base=ROOT),
            "link-check/elsewhere": facts([replace(last, group="elsewhere")], visits, base=ROOT),
            "link-check/submission/aldermoor-1": facts(
                [replace(last, group="submission/aldermoor-1")], visits, base=ROOT
            ),
        }
    )
    return app.test_client()


def test_what_cannot_be_read_is_listed_and_each_city_is_counted(looked: FlaskClient) -> None:
    page = Page(looked.get("/evidence", headers=HTML).text)
    text = " ".join(page.text.split())
    assert "1 gone" in text
    assert "Gone (404)" in text
    for words in ("Moved", "Of another kind"):
        assert words.lower() in text.lower()
        assert words not in text
    assert "/evidence?of=aldermoor" in page.addresses
    assert "2026-06-30" in text
    assert "says nothing of the city" in text


def test_the_page_of_one_city_lists_every_link_those_in_trouble_first(looked: FlaskClient) -> None:
    text = " ".join(Page(looked.get("/evidence?of=aldermoor", headers=HTML).text).text.split())
    assert 0 < text.index("Gone (404)") < text.index("Answers")
    assert "new address" in text
    rows = [
        looked.get(f"/evidence?of={group}", headers=HTML).text.count("<tr>") for group in ("aldermoor", "elsewhere")
    ]
    assert rows[0] > 4
    assert rows[1] == 2


def test_of_a_name_that_is_not_there_nothing_is_asked(looked: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def rows(_shelf: Shelf, query: str, **_terms: Node) -> list[Row]:
        asked.append(query)
        return []

    monkeypatch.setattr(Shelf, "rows", rows)
    assert looked.get("/evidence?of=nowhere", headers=HTML).status_code == 404
    assert "links" not in asked


def test_the_facts_can_be_asked_for_and_followed(looked: FlaskClient) -> None:
    query = (
        "SELECT ?c WHERE { ?c a <https://w3id.org/hrcr/def#LinkCheck> ; <https://w3id.org/hrcr/def#httpStatus> 404 }"
    )
    found = looked.get("/sparql", query_string={"query": query}, headers={"Accept": "application/sparql-results+json"})
    (row,) = found.get_json()["results"]["bindings"]
    path = row["c"]["value"].removeprefix(ROOT)
    assert looked.get(f"/{path}", headers=HTML).status_code == 303
    assert looked.get("/" + path.replace("id/", "doc/", 1), headers={"Accept": "text/turtle"}).status_code == 200


def test_what_was_found_of_a_submission_stands_in_its_own_graph_and_can_be_followed(looked: FlaskClient) -> None:
    graph = looked.get("/graph/link-check/submission/aldermoor-1", headers={"Accept": "text/turtle"})
    (check,) = Graph().parse(data=graph.text, format="turtle").subjects(RDF.type, HRC.LinkCheck)
    query = f"ASK {{ <{check}> ?says ?what }}"
    answer = looked.get("/sparql", query_string={"query": query}, headers={"Accept": "application/sparql-results+json"})
    assert answer.get_json()["boolean"] is False
    page = looked.get("/" + str(check).removeprefix(ROOT), headers={"Accept": "text/turtle"}, follow_redirects=True)
    assert (URIRef(str(check)), RDF.type, HRC.LinkCheck) in Graph().parse(data=page.text, format="turtle")
    assert looked.get("/evidence?of=submission/aldermoor-1", headers=HTML).text.count("<tr>") == 2


def test_before_the_first_look_it_says_so(client: FlaskClient) -> None:
    assert "No address has been looked at yet" in client.get("/evidence", headers=HTML).text


def test_no_copy_is_given_out(looked: FlaskClient) -> None:
    for address in (f"/evidence/{'a' * 64}", f"/evidence/files/{'a' * 64}"):
        assert looked.get(address, headers=HTML).status_code == 404


def test_a_graph_of_links_is_named_for_what_it_is(looked: FlaskClient) -> None:
    graph = looked.get("/graph/link-check/aldermoor", headers={"Accept": "text/turtle"})
    assert graph.status_code == 200
    assert len(Graph().parse(data=graph.text, format="turtle")) > 10
