"""The Syntax port on pyoxigraph: RDF 1.1 documents in, canonical N-Quads (RDFC-1.0) out; nothing is ever fetched."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import pyoxigraph
from rdflib import Graph, URIRef
from rdflib.term import Node

from registry.adapters.foreign_text import shown
from registry.adapters.json_ld import with_bundled_contexts
from registry.adapters.oxigraph_terms import from_rdflib, to_rdflib
from registry.errors import PortError, SubmissionTooLarge, UnreadableSubmission, UnsupportedFormat
from registry.namespaces import RDF

Triple = tuple[Node, URIRef, Node]

_FORMATS: Final = {
    "text/turtle": ("Turtle", pyoxigraph.RdfFormat.TURTLE),
    "application/n-triples": ("N-Triples", pyoxigraph.RdfFormat.N_TRIPLES),
    "application/n-quads": ("N-Quads", pyoxigraph.RdfFormat.N_QUADS),
    "application/trig": ("TriG", pyoxigraph.RdfFormat.TRIG),
    "application/ld+json": ("JSON-LD", pyoxigraph.RdfFormat.JSON_LD),
}
_WRITTEN: Final = {
    **{media_type: form for media_type, (_, form) in _FORMATS.items()},
    "application/rdf+xml": pyoxigraph.RdfFormat.RDF_XML,
}
_PLAIN: Final = (pyoxigraph.RdfFormat.N_TRIPLES, pyoxigraph.RdfFormat.N_QUADS)
_MARKUP: Final = frozenset({str(RDF.XMLLiteral), str(RDF.HTML), str(RDF.JSON)})
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_PLACE: Final = re.compile(
    r"^Parser error (?:at line \d+ (?:column \d+|between columns \d+ and \d+)"
    r"|between line \d+ column \d+ and line \d+ column \d+): |\s*\(line \d+\)$"
)
_NAMED_GRAPH: Final = (
    "The file puts statements into a named graph; which graph they belong to is the registry's to say: "
    "send one default graph, without graph names."
)
_GRAPH_WITHOUT_IRI: Final = "A graph of the document has no IRI, so that nobody can name it; name it, or leave it out."
_TRIPLE_TERM: Final = (
    "The file uses triple terms or annotations of RDF 1.2 (<< >>, {| |}), which are not accepted: "
    "send RDF 1.1, and say what supports a claim with hrc:supportedBy."
)
_DIRECTION: Final = (
    "The file gives a text a base direction (RDF 1.2), which is not accepted: give it a language tag only."
)


class OxigraphSyntax:
    """Parses into plain in-memory rdflib graphs, and never fetches."""

    def __init__(self, contexts: Mapping[str, object] | None = None) -> None:
        """Take the JSON-LD contexts that documents may name: by IRI, each a parsed document with the key @context."""
        self._contexts = {
            iri: document["@context"] if isinstance(document, dict) else document
            for iri, document in (contexts or {}).items()
        }

    def parse(self, raw: bytes, media_type: str, *, base: str, most_triples: int) -> Graph:
        """Give the default graph of one document; ``base`` resolves relative IRIs, none are resolved when it is empty.

        Raises UnsupportedFormat, UnreadableSubmission with line and column where known, and SubmissionTooLarge as soon
        as more than ``most_triples`` statements have been read.
        """
        graph = Graph(bind_namespaces="none")
        for quad in self._quads(raw, media_type, base, most_triples, without_named_graphs=True):
            graph.add(_triple(quad))
        return graph

    def parse_graphs(
        self, raw: bytes, media_type: str, *, base: str, most_triples: int
    ) -> Mapping[URIRef | None, Graph]:
        """Give every graph of one document by its name, the default graph by None; raises what ``parse`` raises.

        A graph without IRI is refused (UnreadableSubmission).
        """
        graphs: dict[URIRef | None, Graph] = {None: Graph(bind_namespaces="none")}
        for quad in self._quads(raw, media_type, base, most_triples, without_named_graphs=False):
            if isinstance(quad.graph_name, pyoxigraph.BlankNode):
                raise UnreadableSubmission(_GRAPH_WITHOUT_IRI)
            name = None if isinstance(quad.graph_name, pyoxigraph.DefaultGraph) else URIRef(quad.graph_name.value)
            graphs.setdefault(name, Graph(bind_namespaces="none")).add(_triple(quad))
        return graphs

    def _quads(
        self, raw: bytes, media_type: str, base: str, most: int, *, without_named_graphs: bool
    ) -> Iterator[pyoxigraph.Quad]:
        if media_type not in _FORMATS:
            raise UnsupportedFormat(f"{shown(media_type)} is not accepted; send {', '.join(_FORMATS)}.")
        name, form = _FORMATS[media_type]
        text = raw.removeprefix(_BYTE_ORDER_MARK)
        if form == pyoxigraph.RdfFormat.JSON_LD:
            text = with_bundled_contexts(text, self._contexts)
        found = pyoxigraph.parse(text, form, base_iri=base or None, without_named_graphs=without_named_graphs)
        try:
            for count, quad in enumerate(found, start=1):
                if count > most:
                    raise SubmissionTooLarge(
                        f"The file has more than {most:,} statements; send less, or several files."
                    )
                yield quad
        except SyntaxError as fault:
            raise _unreadable(fault, name) from fault

    def canonical(self, graph: Graph) -> bytes:
        """Give canonical N-Quads (RDFC-1.0): lines sorted by code point, UTF-8; its time is the caller's to bound."""
        lines = pyoxigraph.serialize(_canonical_quads(graph), format=pyoxigraph.RdfFormat.N_QUADS)
        return b"".join(sorted((lines or b"").splitlines(keepends=True)))

    def canonical_graph(self, graph: Graph) -> Graph:
        """Give the same graph with each blank node named by its canonical label (RDFC-1.0: c14n0, c14n1 …)."""
        relabelled = Graph(bind_namespaces="none")
        for quad in _canonical_quads(graph):
            relabelled.add(_triple(quad))
        return relabelled

    def dataset(self, graphs: Mapping[URIRef | None, Graph], media_type: str, prefixes: Mapping[str, str]) -> bytes:
        """Write named graphs (None: the default graph) as TriG or N-Quads, sorted; raises UnsupportedFormat."""
        if media_type not in ("application/trig", "application/n-quads"):
            raise UnsupportedFormat(f"{shown(media_type)} holds no named graphs; ask for TriG or N-Quads.")
        _, form = _FORMATS[media_type]
        quads = sorted((quad for name in graphs for quad in _named(graphs[name], name)), key=_order)
        names = dict(prefixes) if media_type == "application/trig" else None
        return pyoxigraph.serialize(quads, format=form, prefixes=names) or b""

    def transcribed(self, quads: bytes, media_type: str, prefixes: Mapping[str, str]) -> bytes:
        """Write a document of N-Quads in another form and in its order; raises UnsupportedFormat.

        A form without named graphs holds the statements of the default graph alone.
        """
        if media_type not in _WRITTEN:
            raise UnsupportedFormat(f"{shown(media_type)} is not written; ask for {', '.join(_WRITTEN)}.")
        form = _WRITTEN[media_type]
        found = pyoxigraph.parse(quads, pyoxigraph.RdfFormat.N_QUADS)
        names = dict(prefixes) if form not in _PLAIN else None
        if form.supports_datasets:
            return pyoxigraph.serialize(found, format=form, prefixes=names) or b""
        told = (quad.triple for quad in found if quad.graph_name == pyoxigraph.DefaultGraph())
        return pyoxigraph.serialize(told, format=form, prefixes=names) or b""


def _named(graph: Graph, name: URIRef | None) -> Iterator[pyoxigraph.Quad]:
    where = pyoxigraph.DefaultGraph() if name is None else pyoxigraph.NamedNode(name)
    for triple in graph:
        quad = _quad(*triple)
        yield pyoxigraph.Quad(quad.subject, quad.predicate, quad.object, where)


def _order(quad: pyoxigraph.Quad) -> tuple[str, str, str, str]:
    return str(quad.graph_name), str(quad.subject), str(quad.predicate), str(quad.object)


def _triple(quad: pyoxigraph.Quad) -> Triple:
    term = quad.object
    if isinstance(term, pyoxigraph.Triple):
        raise UnreadableSubmission(_TRIPLE_TERM)
    if isinstance(term, pyoxigraph.Literal):
        if term.direction is not None:
            raise UnreadableSubmission(_DIRECTION)
        if term.datatype.value in _MARKUP:
            raise UnreadableSubmission(
                f"The file contains a literal of the type {term.datatype.value}; send plain text with a language tag."
            )
    return to_rdflib(quad.subject), URIRef(quad.predicate.value), to_rdflib(term)


def _unreadable(fault: SyntaxError, name: str) -> UnreadableSubmission:
    reason = shown(_PLACE.sub("", str(fault.msg)))
    if "Named graphs are not allowed" in reason:
        return UnreadableSubmission(_NAMED_GRAPH)
    if fault.lineno is None:
        return UnreadableSubmission(f"The file is not {name}: {reason}.")
    place = f"line {fault.lineno}, column {fault.offset}"
    return UnreadableSubmission(f"The file is not {name}: {place}: {reason}.", line=fault.lineno, column=fault.offset)


def _canonical_quads(graph: Graph) -> pyoxigraph.Dataset:
    dataset = pyoxigraph.Dataset(_quad(*triple) for triple in graph)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def _quad(subject: Node, predicate: Node, term: Node) -> pyoxigraph.Quad:
    holder, property_ = from_rdflib(subject), from_rdflib(predicate)
    if isinstance(holder, pyoxigraph.Literal) or not isinstance(property_, pyoxigraph.NamedNode):
        raise PortError("A literal stands where RDF allows only an IRI or a blank node.")
    return pyoxigraph.Quad(holder, property_, from_rdflib(term))
