"""Whatever store holds a release, the same questions have the same answers."""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from rdflib import XSD, Graph, Literal, URIRef
from rdflib.term import Node

from registry.adapters.release_directories import ReleaseDirectories
from registry.adapters.sparql_server_builder import valued
from registry.adapters.store_address import read_address
from registry.errors import ReleaseError, StoreError
from registry.model import Folded, Solutions
from registry.namespaces import ROOT
from tests.server.conftest import DAY
from tests.stores.conftest import Store
from tests.stores.contract import same

pytestmark = pytest.mark.slow

HOUSE = Path(__file__).parents[2]
FILES = sorted([*HOUSE.glob("server/queries/*.rq"), *HOUSE.glob("ontology/**/*.rq")])
TRUSTED = {
    path.relative_to(HOUSE).with_suffix("").as_posix(): path
    for path in FILES
    if path.parent.name not in ("harvest", "mappings")
}
ALDERMOOR, GRAZ = URIRef(f"{ROOT}id/city/aldermoor"), URIRef(f"{ROOT}id/city/graz")
GRAZ_GRAPH = f"{ROOT}graph/profile/graz"
BOUND: dict[str, tuple[Mapping[str, Node], ...]] = {
    "concepts": ({"scheme": URIRef(f"{ROOT}vocab/level")}, {"scheme": URIRef(f"{ROOT}vocab/levels")}),
    "decisions-of-city": ({"city": GRAZ},),
    "demonstrating": ({"requirement": URIRef(f"{ROOT}standard/declaration/beginning")},),
    "description": ({"item": GRAZ}, {"item": ALDERMOOR}),
    "description-of-node": ({"node": GRAZ}, {"node": URIRef(f"{ROOT}graph/profile/graz")}),
    "findings-of-city": ({"city": GRAZ},),
    "labels-around": ({"item": GRAZ},),
    "labels-of-linked": ({"item": GRAZ},),
    "labels-of-pointing": ({"item": GRAZ},),
    "links": ({}, {"graph": URIRef(f"{ROOT}graph/case/none")}),
    "outcomes-of-city": ({"city": ALDERMOOR},),
    "peer-verdicts": ({"graph": URIRef(f"{ROOT}graph/profile/graz")},),
    "pointing-at": ({"item": GRAZ},),
    "provenance": ({"graph": URIRef(f"{ROOT}graph/profile/graz")},),
    "record-of-city": ({"city": GRAZ},),
    "registration": ({"item": GRAZ},),
    "released-file": ({"digest": Literal("00")},),
    "statements": ({"item": GRAZ}, {"item": Literal('no "item')}),
    "statements-of-node": ({"node": URIRef(f"{GRAZ}#declaration-2001")},),
    "version-of": ({"version": URIRef(f"{ROOT}def/1.0.0")},),
}
"""What pages bind in the trusted queries."""

WRONG = {("virtuoso", "ontology/questions/09-posts-and-units"), ("fuseki", "server/queries/description")}
"""What an engine answers wrongly, as the operators' page says: NOT EXISTS in an OR, and a join over whole decimals."""


def rows(answer: Solutions | Graph | bool, *, values: bool) -> object:
    """Give an answer in a form in which equal ones are equal; by value where the store rewrites literals."""
    if isinstance(answer, Graph):
        return sorted(_term(*triple, values=values) for triple in answer)
    if isinstance(answer, Solutions):
        names = sorted(answer.variables)
        found = [_term(*(row[name] for name in names), values=values) for row in answer.records()]
        return names, sorted(found)
    return answer


def _term(*terms: Node | None, values: bool) -> str:
    written = [each.n3() if isinstance(each, URIRef | Literal) else "-" for each in terms]
    found = " ".join(valued(f"s p {each}") if values else each for each in written)
    return (
        found.replace(f'"true"^^{XSD.boolean}', f"1^^{XSD.integer}").replace(
            f'"false"^^{XSD.boolean}', f"0^^{XSD.integer}"
        )
        if values
        else found
    )


@pytest.mark.parametrize("name", TRUSTED)
def test_every_trusted_query_has_the_same_answer(embedded: Store, far: Store, name: str) -> None:
    text = TRUSTED[name].read_text(encoding="utf-8")
    differing = []
    for bindings in BOUND.get(name.rpartition("/")[2], ({},)):
        expected = rows(embedded.reader.query(text, bindings), values=far.rewrites)
        found = rows(far.reader.query(text, bindings), values=far.rewrites)
        differing += [] if found == expected else [bindings]
    assert bool(differing) is ((far.name, name) in WRONG), differing


def test_the_release_is_there_whole_and_its_public_files_are_the_same_bytes(embedded: Store, far: Store) -> None:
    assert read_address(far.release.directory) is not None
    before, after = (store.reader.dump("application/n-quads") for store in (embedded, far))
    assert same(after) == same(before)
    assert (after == before) is not far.rewrites
    for path in ("hrcr.nq", "hrcr.ttl", "hrcr.jsonld", "SHA256SUMS"):
        assert (far.release.directory / path).read_bytes() == (embedded.release.directory / path).read_bytes()


def test_graphs_are_named_and_given_alike(embedded: Store, far: Store) -> None:
    assert list(far.reader.names()) == list(embedded.reader.names())
    for name in (None, URIRef(f"{ROOT}graph/profile/graz"), URIRef(f"{ROOT}graph/nowhere")):
        expected = rows(embedded.reader.graph(name), values=far.rewrites)
        assert rows(far.reader.graph(name), values=far.rewrites) == expected


def test_what_is_no_query_is_told_as_such(far: Store) -> None:
    with pytest.raises(StoreError):
        far.reader.query("SELECT ?s WHERE { ?s ?p ")
    assert far.reader.query("ASK { ?s ?p ?o }") is True
    assert far.reader.query("ASK { <urn:nothing> ?p ?o }") is False


@pytest.mark.parametrize("path", ["/", "/doc/city/graz", "/cities", "/standard", "/doc/city/graz?format=nq", "/feed"])
def test_pages_are_the_same_over_either(embedded: Store, far: Store, path: str) -> None:
    here, there = (store.app.test_client().get(path) for store in (embedded, far))
    assert there.status_code == here.status_code
    if not far.rewrites:
        assert there.data == here.data


def test_the_public_endpoint_answers_from_the_server(embedded: Store, far: Store) -> None:
    queries = (
        "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
        "SELECT (COUNT(DISTINCT ?g) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }",
        "SELECT (COUNT(*) AS ?n) WHERE { GRAPH <GRAZ> { ?s ?p ?o } }",
        "SELECT (COUNT(*) AS ?n) FROM <GRAZ> { ?s ?p ?o }",
        "SELECT (COUNT(*) AS ?n) { ?s a ?kind FILTER EXISTS { GRAPH <GRAZ> { ?s a ?kind } } }",
        "ASK { ?s ?p ?o }",
    )
    for query in (text.replace("<GRAZ>", f"<{GRAZ_GRAPH}>") for text in queries):
        here, there = (
            store.app.test_client().post(
                "/sparql", data={"query": query}, headers={"Accept": "text/csv" if "COUNT" in query else "*/*"}
            )
            for store in (embedded, far)
        )
        assert there.status_code == 200, there.text
        assert there.data == here.data, query


def _said(number: int) -> Iterator[bytes]:
    for place in range(200):
        yield f'<urn:thing:{place}> <urn:said> "{number}" .'.encode()


def test_no_reader_ever_sees_two_releases_mixed_and_old_ones_stay_readable(places: Store, tmp_path: Path) -> None:
    facts: dict[str, Any] = {"day": DAY, "standard_version": "1.0.0", "software_version": "0.1.0"}
    releases = ReleaseDirectories(tmp_path, places.servers)
    releases.build(Folded({}, tuple(_said(1))), **facts)
    seen, is_over = [], threading.Event()

    def read() -> None:
        while not is_over.is_set():
            found = (
                ReleaseDirectories(tmp_path)
                .current()
                .reader.query("SELECT ?o (COUNT(*) AS ?n) { ?s <urn:said> ?o } GROUP BY ?o")
            )
            assert isinstance(found, Solutions)
            seen.append([(str(row[0]), str(row[1])) for row in found.rows])

    opened = releases.current().reader
    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in (2, 3, 4):
            releases.build(Folded({}, tuple(_said(number))), **facts)
    finally:
        is_over.set()
        reader.join()
    assert seen
    assert all(len(rows) == 1 and rows[0][1] == "200" for rows in seen)
    assert {str(value) for _, _, value in opened.graph(None)} == {"1"}
    for number, release in enumerate(releases.kept(), 1):
        assert {str(value) for _, _, value in releases.open(release.id).reader.graph(None)} == {str(number)}


def test_what_a_server_cannot_hold_is_refused_and_nothing_changes(places: Store, tmp_path: Path) -> None:
    facts: dict[str, Any] = {"day": DAY, "standard_version": "1.0.0", "software_version": "0.1.0"}
    releases = ReleaseDirectories(tmp_path, places.servers)
    kept = releases.build(Folded({}, tuple(_said(1))), **facts)
    integer, boolean = (f"http://www.w3.org/2001/XMLSchema#{kind}" for kind in ("integer", "boolean"))
    lines = (f'<urn:a> <urn:p> "1"^^<{integer}> .'.encode(), f'<urn:a> <urn:p> "true"^^<{boolean}> .'.encode())
    if places.name != "virtuoso":
        assert releases.build(Folded({}, lines), **facts).quads == 2
        return
    with pytest.raises(ReleaseError, match="does not hold what was put"):
        releases.build(Folded({}, lines), **facts)
    assert releases.current().release.id == kept.id
