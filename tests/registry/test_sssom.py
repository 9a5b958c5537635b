"""A table of mappings becomes RDF in which each mapping has its author and its confidence."""

import pyoxigraph
import pytest
from rdflib import OWL, RDF, Graph, Literal, URIRef

from registry.adapters.artefact_files import mapping_tables
from registry.namespaces import HRC, ROOT, SCHEMA, SKOS, SSSOM
from registry.sssom import MappingSet, as_graph, read_set

NAME = "schema-org-city"


@pytest.fixture(scope="module")
def found() -> MappingSet:
    return read_set(NAME, mapping_tables()[NAME])


def test_a_table_is_read_with_its_facts_and_rows(found: MappingSet) -> None:
    assert found.facts["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert found.facts["mapping_set_id"] == f"{ROOT}mappings#{NAME}"
    assert (found.rows[0].subject, found.rows[0].object, found.rows[0].confidence) == ("schema:City", "hrc:City", "0.7")
    assert found.iri("hrc:City") == HRC.City
    with pytest.raises(KeyError):
        found.iri("nobody:City")


def test_each_mapping_is_a_statement_and_an_axiom_with_author_and_confidence(found: MappingSet) -> None:
    graph: Graph = as_graph(found)
    assert len(set(graph.subjects(RDF.type, OWL.Axiom))) == len(found.rows)
    assert (SCHEMA.City, SKOS.relatedMatch, HRC.City) in graph
    for node in graph.objects(URIRef(f"{ROOT}mappings#{NAME}"), SSSOM.mappings):
        confidence = graph.value(node, SSSOM.confidence)
        assert isinstance(confidence, Literal)
        assert 0 < float(confidence) <= 1
        author = graph.value(node, URIRef("http://purl.org/pav/authoredBy"))
        assert str(author).startswith(f"{ROOT}id/office/")


def test_a_strict_parser_reads_what_is_written(found: MappingSet) -> None:
    graph = as_graph(found)
    written = graph.serialize(format="nt")
    assert len(list(pyoxigraph.parse(written.encode(), pyoxigraph.RdfFormat.N_TRIPLES))) == len(graph)
    assert all(str(node).count("#") < 2 for triple in graph for node in triple if isinstance(node, URIRef))
