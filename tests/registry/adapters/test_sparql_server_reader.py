"""What a server says of a release is what the embedded store says; what it does not say rightly is a StoreError."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Literal, URIRef

from registry.adapters.oxigraph_store import OxigraphBuilder, OxigraphReader
from registry.adapters.sparql_server import RESULTS, TRIPLES, SparqlServer
from registry.adapters.sparql_server_builder import SparqlServerBuilder
from registry.adapters.sparql_server_reader import SparqlServerReader
from registry.errors import StoreError
from registry.ports import ReleaseReader
from registry.store_errors import ReleaseNotInStore
from tests.graph_stores import GraphStore, graph_store
from tests.stores.contract import QUADS


@pytest.fixture
def place() -> Iterator[GraphStore]:
    with graph_store() as held:
        SparqlServerBuilder(SparqlServer(held.address)).load(QUADS)
        yield held


@pytest.fixture
def embedded(tmp_path: Path) -> OxigraphReader:
    OxigraphBuilder().build(tmp_path / "store", QUADS.splitlines())
    return OxigraphReader(tmp_path / "store")


WRONG = {
    "page": ("text/html", b"<html/>"),
    "empty": (RESULTS, b""),
    "no results": (RESULTS, b'{"a": 1}'),
    "cut": (RESULTS, b'{"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "uri", "val'),
    "truth": (RESULTS, b'{"head": {}, "boolean": true}'),
    "no IRI": (RESULTS, b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"no iri"}}]}}'),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_answer_that_is_not_rows_is_refused(place: GraphStore, name: str) -> None:
    kind, body = WRONG[name]
    place.answering = lambda *_: (200, {"Content-Type": kind, "Content-Length": str(len(body))}, body)
    with pytest.raises(StoreError):
        SparqlServerReader(SparqlServer(place.address)).query("SELECT ?s { ?s ?p ?o }")


@pytest.mark.parametrize("kind", [TRIPLES, "text/turtle"], ids=["broken", "turtle"])
def test_an_answer_that_is_no_triples_is_refused(place: GraphStore, kind: str) -> None:
    body = b"<urn:a> <urn:p> <urn:b> .\n<urn:a> <urn:p> <ur"
    place.answering = lambda *_: (200, {"Content-Type": kind, "Content-Length": str(len(body))}, body)
    reader = SparqlServerReader(SparqlServer(place.address))
    with pytest.raises(StoreError):
        reader.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    with pytest.raises(StoreError):
        reader.dump("application/n-quads")


def test_rows_where_a_truth_value_is_due_are_refused_but_for_one_known_form(place: GraphStore) -> None:
    reader = SparqlServerReader(SparqlServer(place.address))
    for name, value, expected in (("__ASK_RETVAL", "1", True), ("__ASK_RETVAL", "0", False), ("s", "1", None)):
        row = {name: {"type": "literal", "value": value}}
        body = json.dumps({"head": {"vars": [name]}, "results": {"bindings": [row]}}).encode()
        place.answering = lambda *_, b=body: (200, {"Content-Type": RESULTS, "Content-Length": str(len(b))}, b)
        if expected is None:
            with pytest.raises(StoreError, match="truth value"):
                reader.query("ASK { ?s ?p ?o }")
        else:
            assert reader.query("ASK { ?s ?p ?o }") is expected


def test_where_the_place_was_given_away_another_reader_answers(place: GraphStore, embedded: OxigraphReader) -> None:
    moved: list[ReleaseReader] = []
    reader = SparqlServerReader(SparqlServer(place.address), lambda: moved[0] if moved else None)
    before = reader.dump("application/n-quads")
    place.store.clear()
    assert reader.dump("application/n-quads") == b""
    moved.append(embedded)
    assert reader.dump("application/n-quads") == before
    assert list(reader.names()) == list(embedded.names())
    place.answering = lambda *_: None
    assert reader.query("ASK { ?s ?p ?o }") is True
    assert len(reader.graph(None)) == len(embedded.graph(None))


def test_where_nobody_answers_any_more_that_is_told(place: GraphStore) -> None:
    def gone() -> ReleaseReader | None:
        raise ReleaseNotInStore("gone")

    with pytest.raises(ReleaseNotInStore):
        SparqlServerReader(SparqlServer(place.address), gone).names()


def test_a_bound_term_never_breaks_out(place: GraphStore) -> None:
    breakout = Literal('x" } INSERT DATA { <urn:a> <urn:b> "c')
    reader = SparqlServerReader(SparqlServer(place.address))
    found = reader.query("SELECT ?s ?v { ?s ?p ?v }", {"v": breakout})
    assert not found.rows  # type: ignore[union-attr]  # a SELECT gives rows
    with pytest.raises(StoreError):
        reader.query("ASK { ?s ?p ?v } nonsense", {"v": URIRef("urn:x")})
