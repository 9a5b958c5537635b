"""RDF documents in five syntaxes become the same graph, and graphs become the same canonical bytes."""

import hashlib

import pyoxigraph
import pytest
from rdflib import XSD, BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.errors import PortError, SubmissionTooLarge, UnreadableSubmission, UnsupportedFormat

A, B, P = (URIRef(f"https://example.org/{name}") for name in "abp")
TURTLE = "text/turtle"
DOCUMENTS = {
    TURTLE: '@prefix e: <https://example.org/> . e:a e:p e:b , "ü"@de , 01 , [ e:p e:b ] .',
    "application/n-triples": (
        "<https://example.org/a> <https://example.org/p> <https://example.org/b> .\n"
        '<https://example.org/a> <https://example.org/p> "\\u00FC"@de .\n'
        '<https://example.org/a> <https://example.org/p> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
        "<https://example.org/a> <https://example.org/p> _:x .\n_:x <https://example.org/p> <https://example.org/b> .\n"
    ),
    "application/ld+json": (
        '{"@id": "https://example.org/a", "https://example.org/p": [{"@id": "https://example.org/b"}, '
        '{"@value": "ü", "@language": "de"}, '
        '{"@value": "01", "@type": "http://www.w3.org/2001/XMLSchema#integer"}, '
        '{"https://example.org/p": {"@id": "https://example.org/b"}}]}'
    ),
}
DOCUMENTS["application/n-quads"] = DOCUMENTS["application/n-triples"]
DOCUMENTS["application/trig"] = f"{DOCUMENTS[TURTLE]} {{ <https://example.org/a> <https://example.org/p> 01 }}"


def parse(text: str | bytes, media_type: str = TURTLE, *, base: str = "", most: int = 1_000) -> Graph:
    raw = text if isinstance(text, bytes) else text.encode()
    return OxigraphSyntax().parse(raw, media_type, base=base, most_triples=most)


@pytest.mark.parametrize("media_type", DOCUMENTS)
def test_five_syntaxes_give_one_graph(media_type: str) -> None:
    expected = Graph()
    node = BNode()
    for term in (B, Literal("ü", lang="de"), Literal("01", datatype=XSD.integer, normalize=False), node):
        expected.add((A, P, term))
    expected.add((node, P, B))
    assert isomorphic(parse(DOCUMENTS[media_type], media_type), expected)
    assert len(DOCUMENTS) == 5


def test_a_byte_order_mark_is_tolerated() -> None:
    assert set(parse(b"\xef\xbb\xbf<x:a> <x:b> <x:c> .")) == {(URIRef("x:a"), URIRef("x:b"), URIRef("x:c"))}


def test_relative_addresses_need_a_base() -> None:
    assert set(parse("<a> <p> <b> .", base="https://example.org/")) == {(A, P, B)}
    with pytest.raises(UnreadableSubmission, match="No scheme found in an absolute IRI"):
        parse("<a> <p> <b> .")


def test_a_fault_says_line_column_and_reason() -> None:
    with pytest.raises(UnreadableSubmission) as caught:
        parse("<x:a>\n  <x:b> ; .")
    fault = caught.value
    assert (str(fault), fault.line, fault.column) == (
        "The file is not Turtle: line 2, column 9: ; is not a valid RDF object.",
        2,
        9,
    )


def test_a_fault_hides_no_character() -> None:
    with pytest.raises(UnreadableSubmission) as caught:
        parse("<x:a\u202e\ufffd> <x:b> <x:c> .")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("media_type", ["application/rdf+xml", "text/n3", "", "a\nb"])
def test_other_syntaxes_are_refused(media_type: str) -> None:
    with pytest.raises(UnsupportedFormat, match=r"is not accepted; send text/turtle, application/n-triples, "):
        parse("", media_type)


def test_statements_are_counted_while_they_are_read() -> None:
    assert len(parse("<x:a> <x:b> 1 , 2 , 3 .", most=3)) == 3
    with pytest.raises(SubmissionTooLarge, match="more than 2 statements"):
        parse("<x:a> <x:b> 1 , 2 , 3 . and this is never read", most=2)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<x:a> <x:b> <<( <x:a> <x:b> 1 )>> .", "The file uses triple terms or annotations of RDF 1.2"),
        ("<x:a> <x:b> 1 {| <x:c> 2 |} .", "The file uses triple terms or annotations of RDF 1.2"),
        ('<x:a> <x:b> "x"@ar--rtl .', "The file gives a text a base direction"),
        (
            '<x:a> <x:b> "<a/>"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#XMLLiteral> .',
            "The file contains a literal",
        ),
    ],
)
def test_what_rdf_1_1_does_not_have_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableSubmission, match=f"^{sentence}"):
        parse(text)


def test_isomorphic_graphs_give_the_same_canonical_bytes() -> None:
    one = parse("_:x <x:p> _:y . _:y <x:p> _:z . _:z <x:q> 1 . <x:s> <x:p> _:x .")
    other = parse("<x:s> <x:p> [ <x:p> [ <x:p> [ <x:q> 1 ] ] ] .")
    assert OxigraphSyntax().canonical(one) == OxigraphSyntax().canonical(other)
    assert OxigraphSyntax().canonical(Graph()) == b""


def test_canonical_bytes_are_those_of_the_standard() -> None:
    """The duplicate-paths example of RDFC-1.0, 2.2.1 (unique hashes), line by line."""
    graph = parse("@prefix : <http://example.com/#> . :p :q _:e0 . :p :r _:e1 . _:e0 :s :u . _:e1 :t :u .")
    assert OxigraphSyntax().canonical(graph).decode().splitlines() == [
        "<http://example.com/#p> <http://example.com/#q> _:c14n0 .",
        "<http://example.com/#p> <http://example.com/#r> _:c14n1 .",
        "_:c14n0 <http://example.com/#s> <http://example.com/#u> .",
        "_:c14n1 <http://example.com/#t> <http://example.com/#u> .",
    ]


def test_canonical_lines_are_sorted_by_code_point_and_escaped_as_the_standard_says() -> None:
    graph = parse('<x:a> <x:b> "\\u0001\\n\\t\\"é\U0001f600" . <x:a> <x:b> "Z" , "a" .')
    assert OxigraphSyntax().canonical(graph).decode() == (
        '<x:a> <x:b> "Z" .\n<x:a> <x:b> "\\u0001\\n\\t\\"é\U0001f600" .\n<x:a> <x:b> "a" .\n'
    )


def test_canonical_bytes_have_one_hash() -> None:
    raw = OxigraphSyntax().canonical(parse(DOCUMENTS[TURTLE]))
    again = OxigraphSyntax().canonical(parse(raw, "application/n-quads"))
    assert hashlib.sha256(raw).hexdigest() == hashlib.sha256(again).hexdigest()
    assert raw.count(b"\n") == 5


def test_a_canonical_graph_is_the_graph_with_canonical_labels() -> None:
    graph = parse("<x:s> <x:p> [ <x:q> 1 ] , [ <x:q> 2 ] .")
    canonical = OxigraphSyntax().canonical_graph(graph)
    assert isomorphic(graph, canonical)
    assert {str(node) for node in canonical.all_nodes() if isinstance(node, BNode)} == {"c14n0", "c14n1"}


def test_what_is_no_triple_cannot_be_made_canonical() -> None:
    graph = Graph()
    graph.add((Literal("x"), P, B))
    with pytest.raises(PortError, match="A literal stands where RDF allows only"):
        OxigraphSyntax().canonical(graph)


def test_a_dataset_is_written_sorted_with_each_statement_in_its_graph() -> None:
    graph = parse("<https://example.org/a> <https://example.org/p> 'x', 'y' .")
    name = URIRef("https://example.org/g")
    prefixes = {"e": "https://example.org/"}
    lines = OxigraphSyntax().dataset({name: graph, None: graph}, "application/n-quads", prefixes).decode().splitlines()
    triple = "<https://example.org/a> <https://example.org/p>"
    assert sorted(lines) == [
        f'{triple} "x" .',
        f'{triple} "x" <{name}> .',
        f'{triple} "y" .',
        f'{triple} "y" <{name}> .',
    ]
    text = OxigraphSyntax().dataset({name: graph}, "application/trig", prefixes).decode()
    assert 'e:g {\n\te:a e:p "x" , "y" .\n}' in text


def test_a_form_without_named_graphs_writes_no_dataset() -> None:
    with pytest.raises(UnsupportedFormat, match="ask for TriG or N-Quads"):
        OxigraphSyntax().dataset({}, "text/turtle", {})


QUADS = (
    b"<https://example.org/b> <https://example.org/p> <https://example.org/g> .\n"
    b'<https://example.org/a> <https://example.org/p> "x" <https://example.org/g> .\n'
)


@pytest.mark.parametrize("media_type", ["application/trig", "application/n-quads", "application/ld+json"])
def test_quads_are_written_in_another_form_each_in_its_graph(media_type: str) -> None:
    written = OxigraphSyntax().transcribed(QUADS, media_type, {"e": "https://example.org/"})
    form = pyoxigraph.RdfFormat.from_media_type(media_type)
    assert set(pyoxigraph.parse(written, form)) == set(pyoxigraph.parse(QUADS, pyoxigraph.RdfFormat.N_QUADS))
    assert OxigraphSyntax().transcribed(QUADS, "application/n-quads", {}) == QUADS


@pytest.mark.parametrize("media_type", [TURTLE, "application/rdf+xml", "application/n-triples"])
def test_a_form_without_graphs_is_written_with_the_default_graph_alone(media_type: str) -> None:
    written = OxigraphSyntax().transcribed(QUADS, media_type, {"e": "https://example.org/"})
    assert set(Graph().parse(data=written, format=media_type)) == {(B, P, URIRef("https://example.org/g"))}


def test_quads_are_written_in_no_form_that_is_not_known() -> None:
    with pytest.raises(UnsupportedFormat, match="ask for text/turtle"):
        OxigraphSyntax().transcribed(QUADS, "text/csv", {})


def test_each_graph_of_a_document_is_given_by_its_name() -> None:
    text = "<a> <p> 1 . <g> { <a> <p> 2 , _:x } <h> { _:x <p> 3 }"
    raw = text.encode()
    found = OxigraphSyntax().parse_graphs(raw, "application/trig", base="https://example.org/", most_triples=9)
    assert {name: len(graph) for name, graph in found.items()} == {
        None: 1,
        URIRef("https://example.org/g"): 2,
        URIRef("https://example.org/h"): 1,
    }
    assert (A, P, Literal("2", datatype=XSD.integer)) in found[URIRef("https://example.org/g")]
    assert not len(OxigraphSyntax().parse_graphs(b"", TURTLE, base="", most_triples=9)[None])


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("GRAPH _:g { <https://example.org/a> <https://example.org/p> 1 }", UnreadableSubmission, "no IRI"),
        ("<https://example.org/a> <https://example.org/p> 1 , 2 , 3 , 4 .", SubmissionTooLarge, "more than 3"),
        ("{{{", UnreadableSubmission, "line 1"),
    ],
)
def test_a_document_of_graphs_is_refused_as_any_other(text: str, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        OxigraphSyntax().parse_graphs(text.encode(), "application/trig", base="", most_triples=3)
