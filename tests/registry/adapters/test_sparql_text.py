"""A bound term takes the place of its variable and of nothing else; a dataset is written where none is named."""

import pyoxigraph
import pytest
from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from registry.adapters.oxigraph_terms import from_rdflib
from registry.adapters.sparql_text import with_bound_terms, with_dataset
from registry.errors import StoreError

X = URIRef("urn:x")
QUADS = b"""<urn:x> <urn:p> "1" .
<urn:y> <urn:p> "a \\" } # ?x" .
<urn:x> <urn:q> <urn:y> <urn:g> .
<urn:y> <urn:q> <urn:x> <urn:h> .
"""

ASKED: dict[str, tuple[str, dict[str, Node]]] = {
    "column": ("SELECT ?x ?v WHERE { ?x <urn:p> ?v }", {"x": X}),
    "distinct": ("SELECT DISTINCT ?x { GRAPH ?g { ?x ?p ?o } }", {"x": X}),
    "two": ("SELECT ?x ?v { ?x <urn:p> ?v }", {"x": X, "v": Literal("1")}),
    "text": ("SELECT ?s ?v { ?s <urn:p> ?v }", {"v": Literal('a " } # ?x')}),
    "string": ("SELECT ?x ('?x' AS ?said) { ?x <urn:p> ?v } # ?x", {"x": X}),
    "within": ("SELECT ?x ?g { { SELECT DISTINCT ?x ?g { GRAPH ?g { ?x ?p ?o } } } ?x ?q ?v }", {"x": X}),
    "filter": ("SELECT ?x ?s { ?s <urn:p> ?v FILTER (?s = ?x) }", {"x": X}),
    "optional": ("SELECT ?x ?v ?o { ?x <urn:p> ?v OPTIONAL { GRAPH ?g { ?x ?p ?o } } }", {"x": URIRef("urn:y")}),
    "graph": ("SELECT ?g ?s { GRAPH ?g { ?s ?p ?o } }", {"g": URIRef("urn:h")}),
    "dollar": ("SELECT ?x ?v { $x <urn:p> ?v }", {"x": X}),
    "longer": ("SELECT ?x ?xx { ?x <urn:p> ?xx }", {"x": X}),
    "count": ("SELECT ?x (COUNT(?v) AS ?n) { ?x <urn:p> ?v } GROUP BY ?x", {"x": X}),
    "order": ("SELECT ?x ?v { ?x <urn:p> ?v } ORDER BY ?x DESC(?v) LIMIT 5", {"x": X}),
    "nothing": ("SELECT ?x ?v { ?x <urn:p> ?v }", {"x": URIRef("urn:z")}),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_text_with_terms_says_what_the_engine_says_with_bound_ones(name: str) -> None:
    text, bindings = ASKED[name]
    store = pyoxigraph.Store()
    store.load(QUADS, pyoxigraph.RdfFormat.N_QUADS)
    bound = store.query(
        text, substitutions={pyoxigraph.Variable(key): from_rdflib(node) for key, node in bindings.items()}
    )
    written = store.query(with_bound_terms(text, bindings))
    assert isinstance(bound, pyoxigraph.QuerySolutions)
    assert isinstance(written, pyoxigraph.QuerySolutions)
    names = [variable.value for variable in bound.variables]
    assert {variable.value for variable in written.variables} == set(names)
    found = sorted([str(row[each]) for each in names] for row in written)
    assert found == sorted([str(row[each]) for each in names] for row in bound)
    assert bool(found) is (name != "nothing")


@pytest.mark.parametrize("text", ["SELECT ?x { BIND (1 AS ?x) }", "SELECT ?x { VALUES (?y ?x) { (1 2) } }"])
def test_a_variable_that_the_query_binds_itself_is_refused(text: str) -> None:
    with pytest.raises(StoreError, match="binds"):
        with_bound_terms(text, {"x": X})


def test_a_blank_node_is_refused() -> None:
    with pytest.raises(StoreError, match="blank node"):
        with_bound_terms("ASK { ?x ?p ?o }", {"x": BNode()})


DATASET = {
    "select": ("SELECT * WHERE { ?s ?p ?o }", 2),
    "short": ("SELECT * { ?s ?p ?o }", 2),
    "named": ("SELECT * { GRAPH <urn:g> { ?s ?p ?o } }", 1),
    "unknown": ("SELECT * { GRAPH <urn:other> { ?s ?p ?o } }", 0),
    "any": ("SELECT * { GRAPH ?g { ?s ?p ?o } }", 2),
    "prefixed": ("PREFIX u: <urn:> SELECT * { GRAPH u:g { ?s ?p ?o } }", 1),
}


@pytest.mark.parametrize("name", DATASET)
def test_the_dataset_is_written_and_holds_the_default_graph_and_the_named_ones(name: str) -> None:
    text, count = DATASET[name]
    store = pyoxigraph.Store()
    store.load(QUADS, pyoxigraph.RdfFormat.N_QUADS)
    store.load(b"<urn:x> <urn:p> 1, 2 .", pyoxigraph.RdfFormat.TURTLE, to_graph=pyoxigraph.NamedNode("urn:default"))
    found = store.query(with_dataset(text, "urn:default", ["urn:g", "urn:h"]))
    assert isinstance(found, pyoxigraph.QuerySolutions)
    assert len(list(found)) == count


def test_other_forms_have_their_dataset_in_its_place() -> None:
    store = pyoxigraph.Store()
    store.load(b"<urn:x> <urn:p> 1, 2 .", pyoxigraph.RdfFormat.TURTLE, to_graph=pyoxigraph.NamedNode("urn:d"))
    assert store.query(with_dataset("ASK { ?s ?p ?o }", "urn:d", []))
    forms = (
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }",
        "DESCRIBE <urn:x>",
        "DESCRIBE <urn:x> LIMIT 9",
        "DESCRIBE ?s { ?s ?p ?o }",
    )
    for text in forms:
        found = store.query(with_dataset(text, "urn:d", []))
        assert isinstance(found, pyoxigraph.QueryTriples)
        assert len(list(found)) == 2, text


def test_a_query_that_names_its_dataset_stays_as_it_is() -> None:
    for text in ("SELECT * FROM <urn:g> { ?s ?p ?o }", "ASK FROM NAMED <urn:g> { GRAPH ?g { ?s ?p ?o } }"):
        assert with_dataset(text, "urn:d", ["urn:g"]) == text
    said = with_dataset("SELECT ('FROM' AS ?x) { }", "urn:d", [])
    assert "FROM <urn:d>" in said


def test_without_a_default_graph_of_its_own_nothing_is_written() -> None:
    assert with_dataset("ASK { ?s ?p ?o }", None, ["urn:g"]) == "ASK { ?s ?p ?o }"
