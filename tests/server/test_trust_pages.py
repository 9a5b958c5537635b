"""The pages about peers say whose statements are taken, by whose decision, and give the same as RDF."""

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.namespaces import DCAT, DCT, EARL, HRC, RDF, REG, ROOT, SKOS, VOCAB, XSD
from server import trust_pages
from server.library import Row, Shelf
from tests.registry.peers import PREFIXES, key_turtle, peer_turtle
from tests.server.conftest import Page, Publish, turtle

PAGE = {"Accept": "text/html"}
TURTLE = {"Accept": "text/turtle"}

pytestmark = pytest.mark.slow

CITY = f"{ROOT}id/city/aldermoor"
SAID = f"""@prefix hrc: <{HRC}> . @prefix skos: <{SKOS}> . @prefix earl: <{EARL}> . @prefix dcat: <{DCAT}> .
@prefix dct: <{DCT}> . @prefix xsd: <{XSD}> . @prefix reg: <{REG}> .
<{CITY}> a hrc:City ; skos:prefLabel "Fallen city"@en , "Gefallene Stadt"@de , "Ville déchue"@fr ;
    hrc:standing <{VOCAB}standings/withdrawn> ;
    hrc:criticism "said by nobody else"@en ; hrc:partner <https://north.example/id/city/x> .
<https://north.example/record> hrc:recordOf <{CITY}> ; reg:status <{VOCAB}record-statuses/retired> .
<https://north.example/check> a hrc:LinkCheck ; hrc:checks <{CITY}#gone> ; dcat:accessURL <https://gone.example/> ;
    dct:date "2026-06-01"^^xsd:date ; hrc:linkState <{VOCAB}link-states/gone> .
<https://north.example/a#1> earl:subject <{CITY}> ; earl:result <https://north.example/a#2> .
<https://north.example/a#2> earl:outcome earl:failed .
"""
FOUND = f"""@prefix earl: <{EARL}> .
<{ROOT}id/assessment/x#1> earl:subject <{CITY}> ; earl:result <{ROOT}id/assessment/x#2> .
<{ROOT}id/assessment/x#2> earl:outcome earl:passed .
<{ROOT}id/assessment/x#3> earl:subject <{CITY}> ; earl:result <{ROOT}id/assessment/x#4> .
<{ROOT}id/assessment/x#4> earl:outcome earl:cantTell .
"""


@pytest.fixture(scope="module")
def peered(publish: Publish) -> FlaskClient:
    said = [
        peer_turtle(
            peerKind="peer-kinds:hrcr-release",
            publicKey=key_turtle(),
            sparqlEndpoint="<https://north.example/sparql>",
            permitsFederatedQuery="true",
        ),
        peer_turtle("east", prefLabel='"Eastern <b>network</b>"@en', peerState="peer-states:suspended"),
    ]
    listed = Graph().parse(data=PREFIXES + "\n".join(said), format="turtle")
    return publish(
        {
            "trust/peers": listed,
            "profile/aldermoor": turtle("aldermoor.ttl"),
            "peer/north/profile/aldermoor": Graph().parse(data=SAID, format="turtle"),
            "peer-assessment/north/profile/aldermoor": Graph().parse(data=FOUND, format="turtle"),
        }
    ).test_client()


def test_without_peers_the_page_says_so(client: FlaskClient) -> None:
    assert "There is no peer" in client.get("/trust", headers=PAGE).text


def test_the_list_tells_of_every_peer_in_whatever_state(peered: FlaskClient) -> None:
    page = Page(peered.get("/trust", headers=PAGE).text)
    for words in ("Registry of the north", "Active", "Suspended", "2026-06-01", "https://north.example/id/city/"):
        assert words in page.text
    assert {"/trust/north", "/trust/east"} <= set(page.addresses)
    assert "Eastern <b>network</b>" in page.text
    graph = Graph().parse(data=peered.get("/trust", headers=TURTLE).text, format="turtle")
    assert set(graph.subjects(RDF.type, HRC.Peer)) == {URIRef(f"{ROOT}id/peer/{slug}") for slug in ("north", "east")}


def test_the_page_of_a_peer_tells_key_endpoint_and_that_its_word_is_its_own(peered: FlaskClient) -> None:
    page = Page(peered.get("/trust/north", headers=PAGE).text)
    assert bytes(range(32)).hex() in page.text
    assert "https://north.example/sparql (queries here may ask it)" in page.text
    assert "What this peer says is its own word." in page.text
    graph = Graph().parse(data=peered.get("/trust/north", headers=TURTLE).text, format="turtle")
    north = URIRef(f"{ROOT}id/peer/north")
    assert graph.value(north, HRC.peerState) == URIRef(f"{VOCAB}peer-states/active")
    assert graph.value(north, SKOS.prefLabel) == Literal("Registry of the north", lang="en")
    assert set(graph.subjects()) == {north}


def test_an_unknown_peer_is_not_found(peered: FlaskClient) -> None:
    response = peered.get("/trust/west", headers=PAGE)
    assert response.status_code == 404
    assert "those listed are: east, north" in response.text


def test_both_verdicts_stand_side_by_side_each_by_its_judge(peered: FlaskClient) -> None:
    response = peered.get("/trust/north", headers=PAGE)
    assert response.headers["Cache-Control"] == "no-cache"
    words = " ".join(Page(response.text).text.split())
    assert "Registry of the north finds This registry finds" in words
    assert f"Fallen city {CITY} Withdrawn. 1 not met 1 not demonstrated, 1 shown" in words
    assert "It was not asked yet." in words
    assert "This release holds nothing of what it says." in peered.get("/trust/east", headers=PAGE).text


def test_a_city_of_a_peer_is_named_in_the_language_asked_for(peered: FlaskClient) -> None:
    for language, name in (("de", "Gefallene Stadt"), ("fr", "Ville déchue"), ("en", "Fallen city")):
        page = Page(peered.get("/trust/north", headers={**PAGE, "Accept-Language": language}).text)
        assert name in page.text


def test_where_a_peer_says_more_than_a_page_reads_the_page_says_so(
    peered: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "This page is not whole" not in peered.get("/trust/north", headers=PAGE).text
    monkeypatch.setattr(trust_pages, "MOST_GRAPHS", 0)
    words = " ".join(Page(peered.get("/trust/north", headers=PAGE).text).text.split())
    assert "This page is not whole: it reads the first 0 of 1 graphs of the peer." in words


def test_the_graphs_of_a_peer_are_read_once_for_a_release(peered: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    trust_pages._cities.cache_clear()
    asked: list[str] = []
    rows = Shelf.rows

    def noted(held: Shelf, query: str, **bindings: Node) -> list[Row]:
        asked.append(query)
        return rows(held, query, **bindings)

    monkeypatch.setattr(Shelf, "rows", noted)
    for _ in range(3):
        peered.get("/trust/north", headers=PAGE)
    assert asked.count("peer-verdicts") == 2


@pytest.mark.parametrize("path", ["/doc/city/aldermoor", "/cities", "/evidence", "/", "/networks"])
def test_what_a_peer_says_of_our_city_is_on_none_of_our_pages(peered: FlaskClient, path: str) -> None:
    page = peered.get(path, headers=PAGE)
    assert page.status_code == 200
    for words in ("Fallen city", "gone.example", "said by nobody else", "north.example"):
        assert words not in page.text


def test_as_data_it_is_never_without_the_graph_that_says_it(peered: FlaskClient) -> None:
    assert "Fallen" not in peered.get("/doc/city/aldermoor", headers=TURTLE).text
    quads = peered.get("/doc/city/aldermoor", headers={"Accept": "application/n-quads"}).text.splitlines()
    theirs = [line for line in quads if "Fallen" in line]
    assert theirs
    assert all(f"<{ROOT}graph/peer/north/profile/aldermoor> ." in line for line in theirs)
    query = 'ASK { ?city ?property "Fallen city"@en }'
    asked = peered.get("/sparql", query_string={"query": query}, headers={"Accept": "application/json"})
    assert asked.get_json()["boolean"] is False
    query = 'SELECT ?graph { GRAPH ?graph { ?city ?property "Fallen city"@en } }'
    asked = peered.get("/sparql", query_string={"query": query}, headers={"Accept": "application/json"})
    found = [row["graph"]["value"] for row in asked.get_json()["results"]["bindings"]]
    assert found == [f"{ROOT}graph/peer/north/profile/aldermoor"]
