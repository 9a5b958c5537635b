"""The ReleaseReader port on a SPARQL 1.1 server: the SPARQL Protocol, and the Graph Store Protocol for whole graphs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

import pyoxigraph
from rdflib import Graph, URIRef
from rdflib.term import Node

from registry.adapters.oxigraph_terms import to_rdflib
from registry.adapters.sparql_server import RESULTS, TRIPLES, SparqlServer
from registry.adapters.sparql_text import with_bound_terms, with_dataset
from registry.errors import PortError, StoreError
from registry.model import Solutions
from registry.namespaces import PREFIXES
from registry.ports import ReleaseReader
from registry.query_tokens import tokens

_NAMES: Final = "SELECT DISTINCT ?g WHERE { GRAPH ?g { } }"
_DUMPS: Final = {"text/turtle": pyoxigraph.RdfFormat.TURTLE, "application/ld+json": pyoxigraph.RdfFormat.JSON_LD}
_PREFIXES: Final = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}
_ASKED: Final = "__ASK_RETVAL"
"""The one column by which Virtuoso 7.2.5 answers an ASK, where the standard has a truth value."""

T = TypeVar("T")


class SparqlServerReader:
    """One release in a place of a server; may be shared between threads.

    Only trusted queries belong here, as with the embedded store.
    """

    def __init__(self, server: SparqlServer, instead: Callable[[], ReleaseReader | None] = lambda: None) -> None:
        """Read from a server. ``instead`` is asked after each answer, and gives who answers where the place was given
        to another release meanwhile, None while it was not; it raises ReleaseNotInStore when nobody does.
        """
        self._server = server
        self._instead = instead

    def query(self, text: str, bindings: Mapping[str, Node] | None = None) -> Solutions | Graph | bool:
        """Evaluate a trusted query with bound terms (see the port).

        Raises StoreError when the query is wrong, or the server gives no whole and right answer.
        """
        return self._lasting(lambda: self._asked(text, bindings or {}), lambda other: other.query(text, bindings))

    def graph(self, name: URIRef | None) -> Graph:
        """Give one named graph, or the default graph for None; a name that is not held gives an empty graph."""
        return self._lasting(lambda: _graph(self._server.graph(name)), lambda other: other.graph(name))

    def names(self) -> Iterable[URIRef]:
        """Name every graph held, in order."""
        return self._lasting(self._named, lambda other: other.names())

    def dump(self, media_type: str) -> bytes:
        """Give the release as one document (see the port)."""
        return self._lasting(lambda: self._dumped(media_type), lambda other: other.dump(media_type))

    def _lasting(self, ask: Callable[[], T], ask_other: Callable[[ReleaseReader], T]) -> T:
        """Give the server's answer if the release still lay there when it was whole, else that of another reader."""
        try:
            found = ask()
        except StoreError:
            if (other := self._instead()) is None:
                raise
            return ask_other(other)
        other = self._instead()
        return found if other is None else ask_other(other)

    def _asked(self, text: str, bindings: Mapping[str, Node]) -> Solutions | Graph | bool:
        address, form = self._server.address, _form(text)
        asked = with_dataset(with_bound_terms(text, bindings), address.default_graph, address.named_graphs)
        if form in ("CONSTRUCT", "DESCRIBE"):
            answer = self._server.query(asked, TRIPLES)
            if answer.media_type != TRIPLES:
                raise StoreError(f"The store gave {answer.media_type or 'no media type'} where triples were asked for.")
            return _graph(answer.body)
        found = _results(self._server.query(asked, RESULTS).body)
        if form == "ASK":
            return _truth(found)
        if not isinstance(found, Solutions):
            raise StoreError("The store gave a truth value where rows were asked for.")
        return found

    def _named(self) -> Sequence[URIRef]:
        address = self._server.address
        if address.default_graph is not None:
            return sorted(map(URIRef, address.named_graphs))
        found = _results(self._server.query(_NAMES, RESULTS).body)
        rows = found.rows if isinstance(found, Solutions) else ()
        return sorted(URIRef(str(row[0])) for row in rows if row[0] is not None)

    def _dumped(self, media_type: str) -> bytes:
        default = _lines(self._server.graph(None), None)
        if media_type == "application/n-quads":
            named = (line for name in self._named() for line in _lines(self._server.graph(name), name))
            return b"".join(sorted({*default, *named}))
        triples = pyoxigraph.parse(b"".join(sorted(default)), format=pyoxigraph.RdfFormat.N_TRIPLES)
        return pyoxigraph.serialize(triples, format=_DUMPS[media_type], prefixes=_PREFIXES) or b""


def lines_of(document: bytes) -> Iterable[str]:
    """Give what a document of N-Triples says as canonical triples without their full stop; raise StoreError."""
    try:
        found = pyoxigraph.parse(document, format=pyoxigraph.RdfFormat.N_TRIPLES)
        return {f"{each.subject} {each.predicate} {each.object}" for each in found}
    except (SyntaxError, ValueError) as fault:
        raise StoreError("The store gave a graph that is no N-Triples.") from fault


def _lines(document: bytes, name: URIRef | None) -> set[bytes]:
    ending = " .\n" if name is None else f" <{name}> .\n"
    return {(line + ending).encode() for line in lines_of(document)}


def _form(text: str) -> str:
    forms = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
    found = (token.text.upper() for token in tokens(text) if token.kind == "word")
    return next((word for word in found if word in forms), "")


def _results(body: bytes) -> Solutions | bool:
    try:
        found = pyoxigraph.parse_query_results(body, format=pyoxigraph.QueryResultsFormat.JSON)
        if isinstance(found, pyoxigraph.QueryBoolean):
            return bool(found)
        names = tuple(variable.value for variable in found.variables)
        rows = tuple(tuple(None if term is None else to_rdflib(term) for term in row) for row in found)
    except (SyntaxError, ValueError, PortError) as fault:
        raise StoreError("The store gave results in no form of SPARQL.") from fault
    return Solutions(names, rows)


def _truth(found: Solutions | bool) -> bool:
    if isinstance(found, bool):
        return found
    if found.variables == (_ASKED,) and len(found.rows) < 2:
        return [str(row[0]) for row in found.rows] == ["1"]
    raise StoreError("The store gave rows where a truth value was asked for.")


def _graph(document: bytes) -> Graph:
    graph = Graph(bind_namespaces="none")
    try:
        for triple in pyoxigraph.parse(document, format=pyoxigraph.RdfFormat.N_TRIPLES):
            graph.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)))
    except (SyntaxError, ValueError, PortError) as fault:
        raise StoreError("The store gave triples that are no N-Triples.") from fault
    return graph
