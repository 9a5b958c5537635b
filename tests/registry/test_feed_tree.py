"""The tree leads a client from the view to the last page, each under the address that it fetched."""

from rdflib import Graph, Literal, URIRef

from registry.artefacts import Artefacts
from registry.catalogue import FEED
from registry.feed import Entry
from registry.feed_tree import RETENTION, node, stream
from registry.namespaces import AS, DCT, LDES, RDF, SCHEMA, SH, TREE, XSD

HERE = "http://localhost/feed"
ENTRY = Entry(f"{FEED}/1#50", 50, "Update", "https://example.org/g", "2026-06-30T00:00:00Z", "2026-06-30-1", "")


def parsed(raw: bytes) -> Graph:
    return Graph().parse(data=raw, format="nt")


def test_the_stream_says_all_that_a_client_asks_of_it(artefacts: Artefacts) -> None:
    told = stream(artefacts.described.words, view=HERE, first=f"{HERE}/1")
    assert set(told.objects(FEED, TREE.view)) == {URIRef(HERE)}
    assert told.value(FEED, LDES.timestampPath) == DCT.issued
    assert told.value(FEED, LDES.sequencePath) == SCHEMA.position
    assert told.value(FEED, LDES.versionOfPath) == DCT.isVersionOf
    for kind in ("Create", "Update", "Delete"):
        assert told.value(FEED, LDES[f"version{kind}Path"]) == RDF.type
        assert told.value(FEED, LDES[f"version{kind}Object"]) == AS[kind]
    assert list(told.objects(URIRef(HERE), LDES.retentionPolicy)) == [RETENTION]
    assert (RETENTION, RDF.type, LDES.RetentionPolicy) in told
    assert (URIRef(HERE), RDF.type, TREE.Node) in told


def test_the_shape_of_members_is_told_whole(artefacts: Artefacts) -> None:
    told = stream(artefacts.described.words, view=HERE, first=f"{HERE}/1")
    shape = told.value(FEED, TREE.shape)
    assert (shape, RDF.type, SH.NodeShape) in told
    paths = {told.value(part, SH.path) for part in told.objects(shape, SH.property)}
    assert paths == {RDF.type, DCT.isVersionOf, DCT.issued, SCHEMA.position, DCT.isPartOf}


def test_the_view_leads_to_the_first_page(artefacts: Artefacts) -> None:
    told = stream(artefacts.described.words, view=HERE, first=f"{HERE}/1")
    (relation,) = told.objects(URIRef(HERE), TREE.relation)
    assert told.value(relation, TREE.node) == URIRef(f"{HERE}/1")


def test_a_full_page_leads_to_what_is_not_older_than_its_last_member() -> None:
    told = parsed(node(f"{HERE}/1", [ENTRY], following=f"{HERE}/2"))
    (relation,) = told.objects(URIRef(f"{HERE}/1"), TREE.relation)
    assert (relation, RDF.type, TREE.GreaterThanOrEqualToRelation) in told
    assert told.value(relation, TREE.path) == DCT.issued
    assert told.value(relation, TREE.node) == URIRef(f"{HERE}/2")
    assert str(told.value(relation, TREE.value)) == str(Literal("2026-06-30T00:00:00Z", datatype=XSD.dateTime))
    assert (URIRef(f"{HERE}/1"), LDES.immutable, Literal(True)) in told


def test_a_page_that_is_not_full_leads_nowhere() -> None:
    told = parsed(node(f"{HERE}/1", [ENTRY], following=None))
    assert list(told.objects(None, TREE.relation)) == []
    assert list(told.objects(FEED, TREE.member)) == [URIRef(ENTRY.iri)]
    assert list(told.objects(None, LDES.immutable)) == []
