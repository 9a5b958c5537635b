"""The release directory: what is put is held, and reading gives back the same terms."""

from pathlib import Path

import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

from registry.adapters.oxigraph_store import OxigraphBuilder, OxigraphReader
from registry.errors import ReleaseError, StoreError
from registry.model import Solutions
from tests.lines import line

CITY = URIRef("https://example.org/id/city/aldermoor")
LABEL = URIRef("http://www.w3.org/2004/02/skos/core#prefLabel")
COUNT = URIRef("https://w3id.org/hrcr/def#departmentCount")
NAMED = URIRef("https://w3id.org/hrcr/graph/profile/aldermoor")

DEFAULT = (
    (CITY, LABEL, Literal("Aldermoor", lang="en")),
    (CITY, LABEL, Literal("Aldermoor")),
    (CITY, COUNT, Literal("7", datatype=XSD.integer)),
)
IN_NAMED = ((CITY, LABEL, Literal("Aldermoor", lang="en")), (BNode("c14n0"), LABEL, Literal('a "quoted"\nword')))
QUADS = (*(line(*triple) for triple in DEFAULT), *(line(*triple, NAMED) for triple in IN_NAMED))


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A release directory holding QUADS."""
    OxigraphBuilder().build(tmp_path / "release", QUADS)
    return tmp_path / "release"


def test_build_gives_the_number_of_distinct_quads_held(tmp_path: Path) -> None:
    assert OxigraphBuilder().build(tmp_path / "release", (*QUADS, QUADS[0])) == len(QUADS)


def test_an_empty_release_can_be_built_and_opened(tmp_path: Path) -> None:
    assert OxigraphBuilder().build(tmp_path / "release", ()) == 0
    assert list(OxigraphReader(tmp_path / "release").names()) == []


def test_build_refuses_a_directory_that_exists(directory: Path) -> None:
    with pytest.raises(ReleaseError, match="only ever built into a new directory"):
        OxigraphBuilder().build(directory, QUADS)


def test_a_line_that_is_none_leaves_no_release(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="could not be written"):
        OxigraphBuilder().build(tmp_path / "release", [b"<no scheme> <https://example.org/says> 1 ."])


def test_a_directory_without_a_release_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="holds no release"):
        OxigraphReader(tmp_path / "nothing")


def test_the_default_graph_gives_back_exactly_the_triples_put_there(directory: Path) -> None:
    assert set(OxigraphReader(directory).graph(None)) == set(DEFAULT)


def test_a_named_graph_gives_back_exactly_the_triples_put_there(directory: Path) -> None:
    held = OxigraphReader(directory).graph(NAMED)
    assert {(p, o) for _, p, o in held} == {(p, o) for _, p, o in IN_NAMED}
    assert len(held) == 2


def test_a_graph_that_is_not_held_is_empty(directory: Path) -> None:
    assert len(OxigraphReader(directory).graph(URIRef("https://w3id.org/hrcr/graph/profile/nowhere"))) == 0


def test_names_gives_every_named_graph(directory: Path) -> None:
    assert list(OxigraphReader(directory).names()) == [NAMED]


def test_a_select_binds_terms_and_gives_rows_in_the_order_of_variables(directory: Path) -> None:
    reader = OxigraphReader(directory)
    answer = reader.query(f"SELECT ?city ?count ?none WHERE {{ ?city <{COUNT}> ?count }}", {"city": CITY})
    assert answer == Solutions(
        variables=("city", "count", "none"),
        rows=((CITY, Literal("7", datatype=XSD.integer), None),),
    )


def test_a_number_comes_back_in_its_canonical_form(tmp_path: Path) -> None:
    padded = Literal("007", datatype=XSD.integer, normalize=False)
    OxigraphBuilder().build(tmp_path / "release", [line(CITY, COUNT, padded)])
    assert set(OxigraphReader(tmp_path / "release").graph(None)) == {(CITY, COUNT, Literal("7", datatype=XSD.integer))}


def test_a_bound_literal_is_a_value_and_never_query_text(directory: Path) -> None:
    breakout = Literal('" } UNION { ?city ?p ?o } #')
    answer = OxigraphReader(directory).query("SELECT ?city ?label WHERE { ?city ?p ?label }", {"label": breakout})
    assert answer == Solutions(variables=("city", "label"), rows=())


def test_a_construct_gives_a_graph(directory: Path) -> None:
    answer = OxigraphReader(directory).query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert isinstance(answer, Graph)
    assert set(answer) == set(DEFAULT)


@pytest.mark.parametrize(("iri", "expected"), [(CITY, True), (NAMED, False)])
def test_an_ask_gives_a_truth_value(directory: Path, iri: URIRef, expected: bool) -> None:
    assert OxigraphReader(directory).query("ASK { ?s ?p ?o }", {"s": iri}) is expected


@pytest.mark.parametrize(
    ("text", "bindings"),
    [("SELECT ?x WHERE {", {}), ("SELECT ?x WHERE { ?x ?y ?z }", {"z": Literal("not projected")})],
)
def test_a_wrong_query_is_a_store_error(directory: Path, text: str, bindings: dict[str, Node]) -> None:
    with pytest.raises(StoreError):
        OxigraphReader(directory).query(text, bindings)


def test_many_readers_open_one_release_at_once(directory: Path) -> None:
    readers = [OxigraphReader(directory) for _ in range(5)]
    assert [len(reader.graph(None)) for reader in readers] == [3] * 5
