"""A release as a directory of Oxigraph: built once, then only opened read-only."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph
from rdflib import Graph, URIRef
from rdflib.term import Node

from registry.adapters.oxigraph_terms import OxigraphTerm, from_rdflib, to_rdflib
from registry.errors import PortError, ReleaseError, StoreError
from registry.model import Quad, Solutions


class OxigraphReader:
    """One release directory, opened read-only; as many processes as wanted may do so at once.

    Only trusted queries belong here: SERVICE is not refused and nothing bounds the time. What the public asks goes
    through ``registry.queries`` and the killable ``registry.adapters.query_worker``.
    """

    def __init__(self, directory: Path) -> None:
        """Open the directory; raises ReleaseError when it holds no release."""
        try:
            self._store = pyoxigraph.Store.read_only(str(directory))
        except OSError as fault:
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


class OxigraphBuilder:
    """Writing the directory of one release, once."""

    def build(self, directory: Path, quads: Iterable[Quad]) -> int:
        """Write quads into a new directory, flush, close, open again and count.

        Gives the number of quads held. Raises ReleaseError when the directory exists already or when what is held is
        not what was put.
        """
        if directory.exists():
            raise ReleaseError(f"{directory} exists already; a release is only ever built into a new directory.")
        put = {_quad(quad) for quad in quads}
        try:
            store = pyoxigraph.Store(str(directory))
            store.bulk_extend(put)
            store.flush()
            del store
            held = len(pyoxigraph.Store.read_only(str(directory)))
        except OSError as fault:
            raise ReleaseError(f"{directory} could not be written: {fault}.") from fault
        if held != len(put):
            raise ReleaseError(f"{directory} holds {held} quads where {len(put)} were put; the release is not usable.")
        return held


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


def _quad(quad: Quad) -> pyoxigraph.Quad:
    subject, predicate, value = from_rdflib(quad.subject), from_rdflib(quad.predicate), from_rdflib(quad.object)
    if isinstance(subject, pyoxigraph.Literal) or not isinstance(predicate, pyoxigraph.NamedNode):
        raise PortError(f"{quad.subject!r} {quad.predicate!r} {quad.object!r} is no RDF triple.")
    name = pyoxigraph.DefaultGraph() if quad.graph is None else pyoxigraph.NamedNode(quad.graph)
    return pyoxigraph.Quad(subject, predicate, value, name)
