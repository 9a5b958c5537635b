"""Terms survive the way between rdflib and pyoxigraph."""

import pyoxigraph
import pytest
from rdflib import XSD, BNode, Literal, URIRef
from rdflib.term import Node

from registry.adapters.oxigraph_terms import from_rdflib, to_rdflib
from registry.errors import PortError

TERMS: tuple[Node, ...] = (
    URIRef("https://example.org/id/city/test#declaration"),
    BNode("n0"),
    Literal("plain"),
    Literal('with "quotes", a \\ and a\nline'),
    Literal("Erklärung", lang="de"),
    Literal("宣言", lang="ko-kr"),
    Literal("01", datatype=XSD.integer, normalize=False),
    Literal("2026-06-30", datatype=XSD.date),
    Literal("1", datatype=XSD.boolean, normalize=False),
    Literal("x", datatype=URIRef("https://example.org/type")),
)


@pytest.mark.parametrize("term", TERMS, ids=str)
def test_a_term_comes_back_as_it_was(term: Node) -> None:
    assert to_rdflib(from_rdflib(term)).n3() == term.n3()


def test_the_list_of_terms_has_not_shrunk() -> None:
    assert len(TERMS) == 10


def test_a_typed_string_and_a_plain_literal_are_one_term() -> None:
    assert from_rdflib(Literal("a", datatype=XSD.string)) == pyoxigraph.Literal("a")
    assert to_rdflib(pyoxigraph.Literal("a", datatype=pyoxigraph.NamedNode(str(XSD.string)))) == Literal("a")


def test_a_triple_term_has_no_rdflib_form() -> None:
    node = pyoxigraph.NamedNode("https://example.org/a")
    with pytest.raises(PortError, match="has no form in this library"):
        to_rdflib(pyoxigraph.Triple(node, node, node))


def test_an_iri_with_a_space_is_refused_with_a_sentence() -> None:
    with pytest.raises(PortError, match=r'^The term "https://example.org/a b" cannot be stored: '):
        from_rdflib(URIRef("https://example.org/a b"))
