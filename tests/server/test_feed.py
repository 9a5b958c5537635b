"""The feed over HTTP: every form, the way from page to page, and that what was published once never changes."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph
import pytest
from defusedxml.ElementTree import fromstring
from flask import Flask
from flask.testing import FlaskClient
from rdflib import Graph, URIRef

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.release_directories import ReleaseDirectories
from registry.artefacts import Artefacts
from registry.catalogue import FEED
from registry.loading import now
from registry.namespaces import AS, DCT, LDES, PROV, RDF, SCHEMA, TREE
from registry.ports import CARRIED
from registry.registry import Registry
from registry.settings import Settings
from server.app import create_app
from server.response_headers import IMMUTABLE
from tests.editions import DAY, publish, replica
from tests.server.conftest import Page

ATOM, HISTORY = "{http://www.w3.org/2005/Atom}", "{http://purl.org/syndication/history/1.0}"
QUADS, TURTLE = {"Accept": "application/n-quads"}, {"Accept": "text/turtle"}
BROWSER = {"Accept": "text/html"}
FIRST = {f"profile/c{number:03}": "one" for number in range(120)}
SECOND = {**FIRST, "profile/c003": "two", "profile/c004": ""}
THIRD = {**SECOND, **{f"profile/d{number:03}": "one" for number in range(40)}, "submission/c-1": "then"}
TOLD = ("text/turtle", "application/rdf+xml", "application/n-triples")
WHOLE = ("application/trig", "application/n-quads", "application/ld+json")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases: a hundred and twenty graphs, then one that says otherwise and one that is gone."""
    place = tmp_path_factory.mktemp("home")
    publish(place, FIRST)
    publish(place, SECOND, DAY + timedelta(days=1))
    return place


@pytest.fixture(scope="module")
def fed(home: Path, artefacts: Artefacts) -> Iterator[Flask]:
    yield from serve(home, artefacts)


@pytest.fixture
def reader(fed: Flask) -> FlaskClient:
    return fed.test_client()


def serve(home: Path, artefacts: Artefacts) -> Iterator[Flask]:
    registry = Registry(artefacts, validator=PyShaclValidator, releases=ReleaseDirectories(home), clock=now)
    made = create_app(registry, Settings.load({}, home=home, repair_seconds=0))
    yield made
    made.extensions["query_pool"].close()


def graph(client: FlaskClient, address: str) -> Graph:
    answer = client.get(address, headers=TURTLE)
    assert (answer.status_code, answer.mimetype) == (200, "text/turtle")
    return Graph().parse(data=answer.data, format="turtle")


def quads_of(raw: bytes, media_type: str = "application/n-quads") -> Iterator[pyoxigraph.Quad]:
    form = pyoxigraph.RdfFormat.from_media_type(media_type)
    assert form is not None
    yield from pyoxigraph.parse(raw, form)


def walked(client: FlaskClient, address: str = "/feed") -> Iterator[tuple[str, bytes]]:
    """Follow every relation from the view on, as a client does that knows no address but that one."""
    todo, seen = [f"http://localhost{address}"], set[str]()
    while todo:
        here = todo.pop()
        seen.add(here)
        answer = client.get(urlsplit(here)._replace(scheme="", netloc="").geturl(), headers=QUADS)
        assert answer.status_code == 200
        yield here, answer.data
        said = [quad.triple for quad in quads_of(answer.data)]
        ways = {t.object for t in said if (t.subject.value, t.predicate.value) == (here, str(TREE.relation))}
        nodes = [t.object.value for t in said if t.subject in ways and t.predicate.value == str(TREE.node)]
        todo += [node for node in nodes if node not in seen]


def test_the_view_tells_of_the_stream_under_the_address_that_was_asked(reader: FlaskClient) -> None:
    told = graph(reader, "/feed")
    here = URIRef("http://localhost/feed")
    assert (FEED, RDF.type, LDES.EventStream) in told
    assert list(told.objects(FEED, TREE.view)) == [here]
    assert (told.value(FEED, TREE.shape), None, None) in told
    relation = told.value(here, TREE.relation)
    assert told.value(relation, TREE.node) == URIRef("http://localhost/feed/1")
    other = reader.get("/feed", headers=TURTLE, base_url="http://registry.example").text
    assert "http://registry.example/feed/1" in other
    assert "localhost" not in other


def test_whoever_follows_the_relations_has_what_the_current_release_holds(reader: FlaskClient, home: Path) -> None:
    pages = dict(walked(reader))
    assert list(pages) == [f"http://localhost/feed{end}" for end in ("", "/1", "/2", "/3")]
    quads = [quad for raw in pages.values() for quad in quads_of(raw)]
    assert replica(quads) == (home / "current" / "hrcr.nq").read_bytes()


def test_deletions_and_supersessions_are_members(reader: FlaskClient) -> None:
    told = graph(reader, "/feed/3")
    kinds = {
        str(told.value(member, DCT.isVersionOf)).rsplit("/", 1)[1]: set(told.objects(member, RDF.type)) - {PROV.Bundle}
        for member in told.objects(FEED, TREE.member)
        if int(str(told.value(member, SCHEMA.position))) > 120
    }
    assert kinds == {"c003": {AS.Update}, "c004": {AS.Delete}}


@pytest.mark.parametrize("media_type", [*TOLD, *WHOLE])
def test_every_form_says_the_same_of_members_and_some_say_what_they_say(reader: FlaskClient, media_type: str) -> None:
    answer = reader.get("/feed/1", headers={"Accept": media_type})
    assert answer.mimetype == media_type
    predicates = Counter(quad.predicate.value for quad in quads_of(answer.data, media_type))
    assert predicates[str(TREE.member)] == 50
    assert predicates["https://example.org/says"] == (50 if media_type in WHOLE else 0)
    view = reader.get("/feed", headers={"Accept": media_type})
    assert (view.status_code, view.mimetype) == (200, media_type)


def test_a_full_page_is_kept_for_ever_and_the_last_one_for_a_minute(reader: FlaskClient) -> None:
    full, last = (reader.get(address, headers=QUADS) for address in ("/feed/1", "/feed/3"))
    assert full.headers["Cache-Control"] == IMMUTABLE
    assert last.headers["Cache-Control"] == "public, max-age=60"
    assert full.headers["ETag"].startswith('"')
    assert b"immutable" in full.data
    assert b"immutable" not in last.data
    again = reader.get("/feed/1", headers={**QUADS, "If-None-Match": full.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "Accept" in full.headers["Vary"]


@pytest.mark.slow
def test_what_was_published_is_the_same_bytes_after_every_later_release(tmp_path: Path, artefacts: Artefacts) -> None:
    publish(tmp_path, FIRST)
    addresses = ["/feed/1", "/feed/2", "/feed/1.atom", "/feed/2.atom"]
    forms = [{"Accept": media_type} for media_type in (*TOLD, *WHOLE)]
    for made in serve(tmp_path, artefacts):
        client = made.test_client()
        before = [client.get(address, headers=form) for address in addresses for form in forms]
        open_page = client.get("/feed/3", headers=QUADS).data
    for said, days in ((SECOND, 1), (THIRD, 2), ({"profile/d001": "three"}, 0)):
        publish(tmp_path, said, DAY + timedelta(days=days))
    for made in serve(tmp_path, artefacts):
        client = made.test_client()
        after = [client.get(address, headers=form) for address in addresses for form in forms]
        longer = client.get("/feed/3", headers=QUADS).data
        quads = [quad for _, raw in walked(client) for quad in quads_of(raw)]
    assert [(each.data, each.headers["ETag"]) for each in after] == [(e.data, e.headers["ETag"]) for e in before]
    assert {each.headers["Cache-Control"] for each in after} == {IMMUTABLE}
    assert longer != open_page
    assert replica(quads) == (tmp_path / "current" / "hrcr.nq").read_bytes()


def test_the_feed_of_a_day_is_the_one_that_was_there(reader: FlaskClient) -> None:
    pages = dict(walked(reader, f"/feed?at={DAY.isoformat()}"))
    assert list(pages)[-1] == f"http://localhost/feed/3?at={DAY.isoformat()}"
    assert f"{FEED}/3#120> ".encode() in list(pages.values())[-1]
    assert f"{FEED}/3#121> ".encode() not in list(pages.values())[-1]


def test_a_page_that_is_not_there_is_a_problem_that_says_how_many_there_are(reader: FlaskClient) -> None:
    for address, words in (
        ("/feed/4", "The feed has 3 pages"),
        ("/feed/0", "The feed has 3 pages"),
        ("/feed/3.atom", "The feed has 2 full pages"),
    ):
        answer = reader.get(address, headers=TURTLE)
        assert answer.status_code == 404
        assert words in answer.text
    assert reader.get("/feed", headers={"Accept": "image/png"}).status_code == 406


def test_atom_shows_the_newest_and_leads_back_to_the_first(reader: FlaskClient) -> None:
    address, titles, numbers = "/feed.atom", [], []
    while address:
        answer = reader.get(address)
        assert answer.mimetype == "application/atom+xml"
        feed = fromstring(answer.data)
        numbers += [int(str(entry.findtext(f"{ATOM}id")).rpartition("#")[2]) for entry in feed.iter(f"{ATOM}entry")]
        titles += [str(entry.findtext(f"{ATOM}title")) for entry in feed.iter(f"{ATOM}entry")]
        links = {link.get("rel"): str(link.get("href")) for link in feed.findall(f"{ATOM}link")}
        assert links["self"] == f"http://localhost{address}"
        is_archive = address != "/feed.atom"
        assert (feed.find(f"{HISTORY}archive") is not None) == is_archive
        assert links.get("current") == ("http://localhost/feed.atom" if is_archive else None)
        assert answer.headers["Cache-Control"] == (IMMUTABLE if is_archive else "public, max-age=60")
        address = links.get("prev-archive", "").removeprefix("http://localhost")
    assert numbers == list(range(122, 0, -1))
    assert titles[:2] == ["profile/c004: taken out", "profile/c003: changed"]
    assert titles[-1] == "profile/c000: new"


def test_people_read_what_happened_the_newest_first(reader: FlaskClient) -> None:
    page = Page(reader.get("/feed", headers=BROWSER).text)
    assert "122" in page.text
    rows = [attributes["id"] for attributes in page.all("tr") if "id" in attributes]
    assert rows[0] == "122"
    assert "/graph/profile/c003" in page.addresses
    assert "/graph/profile/c004" not in page.addresses
    third = Page(reader.get("/feed/3", headers=BROWSER).text)
    assert [attributes["id"] for attributes in third.all("tr") if "id" in attributes][-1] == "122"
    assert "/feed/2" in third.addresses


@pytest.mark.parametrize("address", ["/feed", "/feed/1", "/feed.atom", "/feed/1.atom"])
def test_of_a_release_without_a_feed_nobody_is_told_that_nothing_changed(
    address: str, tmp_path: Path, artefacts: Artefacts
) -> None:
    release = publish(tmp_path, {"profile/a": "one"}, is_whole=False)
    shutil.rmtree(release.directory / CARRIED)
    for made in serve(tmp_path, artefacts):
        for form in (TURTLE, BROWSER):
            answer = made.test_client().get(address, headers=form)
            assert answer.status_code == 404
            assert "without a change feed" in answer.text


def test_the_feed_of_a_release_without_a_graph_is_empty(tmp_path: Path, artefacts: Artefacts) -> None:
    publish(tmp_path, {}, is_whole=False)
    for made in serve(tmp_path, artefacts):
        client = made.test_client()
        assert list(graph(client, "/feed/1").objects(FEED, TREE.member)) == []
        assert fromstring(client.get("/feed.atom").data).find(f"{ATOM}entry") is None
        assert "No release has told of a change yet" in client.get("/feed", headers=BROWSER).text
