"""A release as a directory of Oxigraph: built once, then only opened read-only."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyoxigraph
from rdflib import Graph, URIRef
from rdflib.term import Node

from registry.adapters.oxigraph_terms import OxigraphTerm, from_rdflib, to_rdflib
from registry.errors import ReleaseError, StoreError
from registry.model import Folded, Solutions
from registry.namespaces import PREFIXES

_DUMPS: Final = {"text/turtle": pyoxigraph.RdfFormat.TURTLE, "application/ld+json": pyoxigraph.RdfFormat.JSON_LD}
_PREFIXES: Final = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}


class OxigraphReader:
    """One release directory, opened read-only; as many processes as wanted may do so at once.

    Only trusted queries belong here: SERVICE is not refused and nothing bounds the time. What the public asks goes
    through ``registry.queries`` and the killable ``registry.adapters.query_worker``.
    """

    def __init__(self, directory: Path) -> None:
        """Open the directory; raises ReleaseError when it holds no release."""
        try:
            self._store = pyoxigraph.Store.read_only(str(directory))
        except (OSError, RuntimeError) as fault:  # a damaged directory is a RuntimeError of the engine
            raise ReleaseError(f"{directory} holds no release that can be opened: {fault}.") from fault

    def query(self, text: str, bindings: Mapping[str, Node] | None = None) -> Solutions | Graph | bool:
        """Evaluate a trusted query with bound terms (SPARQL-dev SEP-0007): solutions, a graph, or a truth value.

        A SELECT must project each bound variable. Raises StoreError when the query is wrong or the store cannot answer.
        """
        substitutions: dict[pyoxigraph.Variable, OxigraphTerm | pyoxigraph.Triple]
        substitutions = {pyoxigraph.Variable(name): from_rdflib(node) for name, node in (bindings or {}).items()}
        with _faults():
            answer = self._store.query(text, substitutions=substitutions)
            if isinstance(answer, pyoxigraph.QuerySolutions):
                return _solutions(answer)
            if isinstance(answer, pyoxigraph.QueryTriples):
                return _graph((triple.subject, triple.predicate, triple.object) for triple in answer)
            return bool(answer)

    def graph(self, name: URIRef | None) -> Graph:
        """Give one named graph, or the default graph for None; a name that is not held gives an empty graph."""
        graph_name = pyoxigraph.DefaultGraph() if name is None else pyoxigraph.NamedNode(name)
        with _faults():
            quads = self._store.quads_for_pattern(None, None, None, graph_name)
            return _graph((quad.subject, quad.predicate, quad.object) for quad in quads)

    def names(self) -> Iterable[URIRef]:
        """Name every graph held, in order."""
        with _faults():
            return sorted(URIRef(str(name.value)) for name in self._store.named_graphs())

    def dump(self, media_type: str) -> bytes:
        """Give the release as one document, the same bytes for the same quads.

        N-Quads hold every graph as sorted lines (canonical, RDFC-1.0 5); Turtle and JSON-LD hold the default graph.
        """
        with _faults():
            if media_type == "application/n-quads":
                return _sorted(self._store.dump(format=pyoxigraph.RdfFormat.N_QUADS))
            default = pyoxigraph.DefaultGraph()
            lines = _sorted(self._store.dump(format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=default))
            triples = pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_TRIPLES)
            return pyoxigraph.serialize(triples, format=_DUMPS[media_type], prefixes=_PREFIXES) or b""


class OxigraphBuilder:
    """Writing the directory of one release, once."""

    def build(self, directory: Path, content: Iterable[bytes]) -> int:
        """Write lines of N-Quads into a new directory, flush, close, open again and count.

        Gives the number of quads held. Raises ReleaseError when the directory exists already or when what is held is
        not what was put.
        """
        with _new(directory):
            put = set(content)
            store = pyoxigraph.Store(str(directory))
            _load(store, put)
            _settle(store)
            return _counted(directory, len(put))

    def advance(self, earlier: Path, directory: Path, content: Folded, changed: Collection[URIRef]) -> int:
        """Write a checkpoint of an earlier directory in which only the changed graphs are replaced, and count.

        ``changed`` names the graphs that are new, say something else or are gone. A triple leaves the default graph
        when no current graph and nothing said of the graphs holds it any more. Gives the number of quads held.
        """
        with _new(directory):
            pyoxigraph.Store.read_only(str(earlier)).backup(str(directory))
            return _counted(directory, _replace(directory, content, changed))

    def follow(self, earlier: Path, directory: Path, *, gone: Collection[bytes], added: Collection[bytes]) -> int:
        """Write a checkpoint of an earlier directory without some lines of N-Quads and with others.

        Gives the number of quads held; raises ReleaseError when the directory exists or a line is no quad.
        """
        with _new(directory):
            pyoxigraph.Store.read_only(str(earlier)).backup(str(directory))
            store = pyoxigraph.Store(str(directory))
            for quad in pyoxigraph.parse(b"\n".join(gone), format=pyoxigraph.RdfFormat.N_QUADS):
                store.remove(quad)
            _load(store, added)
            _settle(store)
            put = len(store)
            del store
            return _counted(directory, put)


@contextmanager
def _new(directory: Path) -> Iterator[None]:
    if directory.exists():
        raise ReleaseError(f"{directory} exists already; a release is only ever built into a new directory.")
    try:
        yield
    except (OSError, SyntaxError) as fault:
        raise ReleaseError(f"{directory} could not be written: {fault}.") from fault


def _load(store: pyoxigraph.Store, lines: Iterable[bytes]) -> None:
    store.bulk_load(b"\n".join(lines), format=pyoxigraph.RdfFormat.N_QUADS)


def _replace(directory: Path, content: Folded, changed: Collection[URIRef]) -> int:
    """Replace some graphs, and what is said of any, in a store that nobody reads yet; give the number of quads then."""
    store = pyoxigraph.Store(str(directory))
    about = set(pyoxigraph.parse(b"\n".join(content.about), format=pyoxigraph.RdfFormat.N_QUADS))
    loose = {quad for name in changed for quad in _replaced(store, name)}
    _load(store, (line for name in changed if name in content.graphs for line in content.lines(name)))
    store.bulk_extend(about)
    beside = {str(name) for name, graph in content.graphs.items() if not graph.is_current}
    for quad in loose - about:
        if not _is_said(store, quad, beside):
            store.remove(quad)
    _settle(store)
    return len(store)


def _settle(store: pyoxigraph.Store) -> None:
    """Put what was loaded in the order in which it is read, and on the disk.

    A release is written once and read ever after: at 10,000 cities an aggregate took eight times as long without this.
    """
    store.optimize()
    store.flush()


def _sorted(document: bytes | None) -> bytes:
    """Give a document of lines with its lines in the order of their bytes, which is that of their code points."""
    return b"".join(sorted((document or b"").splitlines(keepends=True)))


def _counted(directory: Path, put: int) -> int:
    """Count what a reader finds; a checkpoint of a store that was not flushed would be empty without a word."""
    held = len(pyoxigraph.Store.read_only(str(directory)))
    if held != put:
        raise ReleaseError(f"{directory} holds {held} quads where {put} were put; the release is not usable.")
    return held


def _replaced(store: pyoxigraph.Store, name: URIRef) -> Iterator[pyoxigraph.Quad]:
    """Empty a graph; give what it said, and what is said of it, as quads of the default graph."""
    graph = pyoxigraph.NamedNode(name)
    said = [*store.quads_for_pattern(None, None, None, graph)]
    said += store.quads_for_pattern(graph, None, None, pyoxigraph.DefaultGraph())
    store.remove_graph(graph)
    for quad in said:
        yield pyoxigraph.Quad(quad.subject, quad.predicate, quad.object)


def _is_said(store: pyoxigraph.Store, quad: pyoxigraph.Quad, beside: Collection[str]) -> bool:
    """Say whether a named graph holds the triple of a quad, other than those beside the default graph."""
    found = (each.graph_name for each in store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None))
    return any(not isinstance(name, pyoxigraph.DefaultGraph) and name.value not in beside for name in found)


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except SyntaxError as fault:
        raise StoreError(f"The store does not understand the query: {fault.msg}.") from fault
    except (OSError, RuntimeError, ValueError) as fault:
        raise StoreError(f"The store could not answer: {fault}.") from fault


def _solutions(answer: pyoxigraph.QuerySolutions) -> Solutions:
    width = len(answer.variables)
    rows = tuple(tuple(_term(solution[index]) for index in range(width)) for solution in answer)
    return Solutions(variables=tuple(variable.value for variable in answer.variables), rows=rows)


def _term(term: object) -> Node | None:
    return None if term is None else to_rdflib(term)


def _graph(triples: Iterable[tuple[object, object, object]]) -> Graph:
    graph = Graph(bind_namespaces="none")
    for subject, predicate, value in triples:
        graph.add((to_rdflib(subject), to_rdflib(predicate), to_rdflib(value)))
    return graph
