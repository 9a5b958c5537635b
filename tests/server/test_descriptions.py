"""What is said about an item: whole, current, and by who says it."""

from flask import Flask
from rdflib import RDF, Graph, URIRef

from registry.namespaces import HRC, PROV, ROOT
from server.descriptions import describe, statements, with_provenance

CITY = URIRef(ROOT + "id/city/aldermoor")


def test_a_description_holds_the_item_its_parts_and_the_labels_of_what_it_points_at(app: Flask) -> None:
    described = describe(app.extensions["library"].shelf(), CITY)
    assert set(Graph().parse("tests/server/aldermoor.ttl")) <= set(described)
    assert (URIRef(ROOT + "vocab/countries/DE"), None, None) in described


def test_an_item_without_parts_is_described_the_short_way_as_it_would_be_the_long_way(app: Flask) -> None:
    held = app.extensions["library"].shelf()
    plain = [iri for iri in held.documents if iri not in held.with_parts and "/graph/" not in iri]
    assert len(plain) > 500
    for iri in map(URIRef, plain[::40]):
        long = held.triples("description", item=iri) + held.triples("labels-around", item=iri)
        assert set(long) <= set(describe(held, iri)), iri
        assert set(describe(held, iri).predicates(iri)) == set(long.predicates(iri)), iri
    assert {str(CITY), ROOT + "def", ROOT + "shapes"} <= held.with_parts


def test_what_nobody_speaks_of_has_an_empty_description(app: Flask) -> None:
    held = app.extensions["library"].shelf()
    assert len(describe(held, URIRef(ROOT + "id/city/none"))) == 0
    assert {name: len(graph) for name, graph in statements(held, URIRef(ROOT + "id/city/none")).items()} == {None: 0}


def test_each_statement_stands_in_the_graph_that_says_it_with_its_unnamed_nodes(app: Flask) -> None:
    held = app.extensions["library"].shelf()
    graphs = statements(held, URIRef(ROOT + "shapes"))
    header = graphs[URIRef(ROOT + "graph/shapes/prefixes")]
    assert len(list(header.objects(None, URIRef("http://www.w3.org/ns/shacl#prefix")))) > 5
    assert (CITY, RDF.type, HRC.City) in statements(held, CITY)[URIRef(ROOT + "graph/profile/aldermoor")]


def test_the_default_graph_says_who_made_each_statement(app: Flask) -> None:
    name = URIRef(ROOT + "graph/profile/aldermoor")
    told = with_provenance(app.extensions["library"].shelf(), {name: Graph()})[None]
    assert set(told.subjects()) == {name}
    assert len(list(told.objects(name, PROV.generatedAtTime))) == 1
