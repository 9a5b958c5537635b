"""The library: one opened release, followed when another becomes current."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import Graph, Literal, URIRef

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.release_directories import ReleaseDirectories
from registry.artefacts import Artefacts
from registry.errors import UnknownRelease
from registry.model import Folded
from registry.namespaces import RDF, RDFS, SKOS
from registry.registry import Registry
from server.library import Kept, Library, Shelf, shelf
from tests.server.conftest import DAY, NOON

pytestmark = pytest.mark.slow


def test_a_library_without_a_release_says_so(artefacts: Artefacts, tmp_path: Path) -> None:
    releases = ReleaseDirectories(tmp_path)
    registry = Registry(artefacts, validator=PyShaclValidator, releases=releases, clock=lambda: NOON)
    with pytest.raises(UnknownRelease):
        Library(registry).shelf()


def test_a_new_release_is_followed_and_the_same_one_stays_open(artefacts: Artefacts, tmp_path: Path) -> None:
    releases = ReleaseDirectories(tmp_path)
    registry = Registry(artefacts, validator=PyShaclValidator, releases=releases, clock=lambda: NOON)
    library = Library(registry, seconds=0)
    releases.build(Folded({}), day=DAY, standard_version="1.0.0", software_version="0.1.0")
    first = library.shelf()
    assert library.shelf() is first
    releases.build(Folded({}), day=DAY, standard_version="1.0.0", software_version="0.1.0")
    assert (first.release.id, library.shelf().release.id) == ("2026-06-30-1", "2026-06-30-2")


def test_every_item_with_a_page_is_a_document_with_its_label(app: Flask) -> None:
    documents = app.extensions["library"].shelf().documents
    assert documents["https://w3id.org/hrcr/id/city/aldermoor"].text == "Aldermoor"
    assert [iri for iri in documents if "#" in iri or ".well-known" in iri] == []


def test_an_item_without_a_label_has_none(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = app.extensions["library"].registry
    held = Shelf(registry.current(), {}, registry.profile, Graph())
    rows = [{"document": URIRef("https://x.example/a"), "label": None}]
    rows.append({"document": URIRef("https://x.example/b"), "label": Literal("A city", lang="en")})
    monkeypatch.setattr(held, "rows", lambda _query: rows)
    assert [held.label(f"https://x.example/{name}") for name in "abc"] == ["", "A city", ""]
    assert held.documents["https://x.example/a"].text == "a"


def test_written_documents_are_kept_up_to_a_bound() -> None:
    kept, written = Kept(10), []

    def write(body: bytes) -> bytes:
        written.append(body)
        return body

    for body in (b"aaaa", b"bbbb", b"aaaa", b"cccc", b"aaaa", b"bbbb"):
        assert kept.get((body.decode(), "text/turtle"), lambda body=body: write(body)) == body
    assert written == [b"aaaa", b"bbbb", b"cccc", b"bbbb"]
    assert kept.get(("large", "text/turtle"), lambda: b"x" * 11) == b"x" * 11


def test_every_property_that_a_page_shows_has_a_label(app: Flask) -> None:
    held = app.extensions["library"].shelf()
    kinds = ("profile/", "reference/", "vocabulary/", "standard/", "assessment/")
    used = {predicate for kind in kinds for graph in held.graphs(kind).values() for predicate in graph.predicates()}
    beside = {RDF.type, RDF.subject, RDF.predicate, RDF.object, SKOS.editorialNote}
    named = set((held.terms + Graph().parse("server/labels.ttl")).subjects(RDFS.label))
    assert sorted(used - named - beside) == []


def test_the_release_of_a_day_is_given_and_an_earlier_day_has_none(artefacts: Artefacts, tmp_path: Path) -> None:
    releases = ReleaseDirectories(tmp_path)
    registry = Registry(artefacts, validator=PyShaclValidator, releases=releases, clock=lambda: NOON)
    library = Library(registry, seconds=0)
    for day in (DAY, DAY, DAY + timedelta(days=2)):
        releases.build(Folded({}), day=day, standard_version="1.0.0", software_version="0.1.0")
    assert library.shelf_at(DAY + timedelta(days=1)).release.id == "2026-06-30-2"
    assert library.shelf_at(DAY + timedelta(days=9)) is library.shelf()
    with pytest.raises(UnknownRelease, match="No release is as old as 2026-06-29"):
        library.shelf_at(DAY - timedelta(days=1))


def test_a_page_and_a_query_speak_of_the_release_of_the_day_asked_for(client: FlaskClient) -> None:
    assert client.get("/cities?at=2026-07-01").headers["Hrcr-Release"] == "2026-06-30-1"
    assert client.get("/sparql?query=ASK{}&at=2026-07-01").headers["Hrcr-Release"] == "2026-06-30-1"
    assert client.get("/cities?at=2026-06-29").status_code == 404
    assert client.get("/cities?at=yesterday").status_code == 400


def test_a_request_keeps_the_release_it_began_with(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.test_request_context("/"):
        began = shelf()
        monkeypatch.setattr(Library, "shelf", lambda _: None)
        assert shelf() is began
