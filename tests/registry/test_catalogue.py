"""A release and the catalogue for machines: valid DCAT-AP, right counts, a hash of every file, the same each time."""

from datetime import date
from hashlib import sha256
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.term import BNode

from registry.adapters.oxigraph_store import OxigraphBuilder, OxigraphReader
from registry.artefacts import Artefacts
from registry.catalogue import CATALOGUE, ENDPOINT, FEED, catalogue, citation, manifest, release_iri
from registry.fold import fold
from registry.model import Release
from registry.namespaces import DCAT, DCT, PROV, SH, SPDX, STANDARD, VOID
from tests.server.conftest import events, turtle

FILES = {
    "hrcr.nq": b"<a:b> <a:c> <a:d> .\n",
    "hrcr.ttl": b"",
    "hrcr.jsonld": b"[]",
    "tables/cities.csv": b"city\r\n",
    "tables/csvw.json": b"{}",
    "tables/codebook.md": b"#",
    "public-key.pem": b"-",
}
SHAPES = Path(__file__).parents[2].parent / "shared" / "suites" / "dcat-ap" / "dcat-ap-3.0.1-SHACL.ttl"


@pytest.fixture(scope="module")
def reader(artefacts: Artefacts, tmp_path_factory: pytest.TempPathFactory) -> OxigraphReader:
    graphs = {"profile/aldermoor": turtle("aldermoor.ttl"), "assessment/aldermoor": turtle("aldermoor-assessment.ttl")}
    store = tmp_path_factory.mktemp("release") / "store"
    OxigraphBuilder().build(store, fold(events(graphs), artefacts.syntax))
    return OxigraphReader(store)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    graphs = {"https://w3id.org/hrcr/graph/profile/aldermoor": "0" * 64}
    return Release("2026-06-30-1", date(2026, 6, 30), "1.0.0", "0.1.0", 2, tmp_path_factory.mktemp("x"), graphs)


@pytest.fixture(scope="module")
def told(release: Release, reader: OxigraphReader, artefacts: Artefacts) -> Graph:
    described = artefacts.described
    return manifest(release, reader, FILES, words=described.words, statistics=described.statistics)


def test_every_file_stands_in_the_manifest_with_its_hash_and_size(told: Graph, release: Release) -> None:
    found = {}
    for node in told.objects(release_iri(release.id), DCAT.distribution):
        path = str(told.value(node, DCAT.downloadURL)).removeprefix("https://w3id.org/hrcr/releases/2026-06-30-1/")
        checksum = told.value(node, SPDX.checksum)
        found[path] = (str(told.value(checksum, SPDX.checksumValue)), int(str(told.value(node, DCAT.byteSize))))
        assert (node, DCAT.mediaType, None) in told
        assert (node, DCT["format"], None) in told
    assert found == {path: (sha256(body).hexdigest(), len(body)) for path, body in FILES.items()}


def test_the_counts_are_those_of_the_default_graph(told: Graph, release: Release, reader: OxigraphReader) -> None:
    dataset, default = release_iri(release.id), reader.graph(None)
    assert told.value(dataset, VOID.triples) == Literal(len(default))
    assert told.value(dataset, VOID.distinctSubjects) == Literal(len(set(default.subjects())))
    assert told.value(dataset, VOID.properties) == Literal(len(set(default.predicates())))
    classes = {
        told.value(part, VOID["class"]): int(str(told.value(part, VOID.entities)))
        for part in told.objects(dataset, VOID.classPartition)
    }
    assert classes == {
        kind: len(set(default.subjects(RDF.type, kind))) for kind in set(default.objects(None, RDF.type))
    }
    properties = {
        told.value(part, VOID.property): int(str(told.value(part, VOID.triples)))
        for part in told.objects(dataset, VOID.propertyPartition)
    }
    assert properties == {found: len(list(default.triples((None, found, None)))) for found in set(default.predicates())}


def test_a_release_says_what_it_was_made_from_and_how_to_cite_it(
    told: Graph, release: Release, artefacts: Artefacts
) -> None:
    dataset = release_iri(release.id)
    activity = told.value(dataset, PROV.wasGeneratedBy)
    used = set(told.objects(activity, PROV.used))
    assert used == {STANDARD["1.0.0"], URIRef("https://w3id.org/hrcr/graph/profile/aldermoor")}
    sentence = (
        "Human Rights Cities Registry: release 2026-06-30-1, 2026-06-30. https://w3id.org/hrcr/release/2026-06-30-1"
    )
    assert citation(release, artefacts.described.words) == sentence
    assert told.value(dataset, DCT.bibliographicCitation) == Literal(sentence, lang="en")


def test_a_manifest_has_no_unnamed_node(told: Graph) -> None:
    assert [term for triple in told for term in triple if isinstance(term, BNode)] == []


def test_the_catalogue_names_every_release_and_the_endpoint_that_serves_the_last(
    told: Graph, release: Release, artefacts: Artefacts
) -> None:
    older = Release("2026-06-29-1", date(2026, 6, 29), "1.0.0", "0.1.0", 2, release.directory)
    graph = catalogue(told, [older, release], artefacts.described.words)
    datasets = set(graph.objects(CATALOGUE, DCAT.dataset))
    assert {release_iri(older.id), release_iri(release.id)} < datasets
    for service in (ENDPOINT, FEED):
        assert list(graph.objects(service, DCAT.servesDataset)) == [release_iri(release.id)]


@pytest.mark.shared
def test_the_catalogue_meets_the_official_shapes_of_dcat_ap(
    told: Graph, release: Release, artefacts: Artefacts
) -> None:
    graph = catalogue(told, [release], artefacts.described.words)
    shapes = Graph().parse(SHAPES)
    dangling = {shape for shape in shapes.objects(None, SH.property) if (shape, None, None) not in shapes}
    assert len(dangling) == 2, "the official file names two shapes that it does not define"
    for shape in dangling:
        shapes.remove((None, SH.property, shape))
    conforms, _, text = pyshacl.validate(graph, shacl_graph=shapes, inference="none")
    assert conforms, text
    broken = Graph() + graph
    broken.remove((CATALOGUE, DCT.title, None))
    assert not pyshacl.validate(broken, shacl_graph=shapes, inference="none")[0]
