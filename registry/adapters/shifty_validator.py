"""shifty, a native engine, behind the Validator port: for many judgements at once, never for a decision.

Its shapes are read and planned once. It gives the results that pySHACL gives on our shapes; on what it crashes it says
nothing, and another engine has to judge.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import pyoxigraph
import shifty
from rdflib import Graph, URIRef
from rdflib.plugins.serializers.nt import (
    _nt_row,
)  # one row of N-Triples; the serializer itself writes whole graphs only
from rdflib.term import Node
from shifty._shifty import (
    PreparedValidator,
)  # the engine itself: what wraps it reads each report with rdflib, which takes a third as long as judging

from registry.adapters.oxigraph_terms import to_rdflib
from registry.adapters.pyshacl_validator import reachable
from registry.adapters.validation_report import results_of
from registry.errors import ValidatorError
from registry.model import ValidationReport

Triple = tuple[Node, Node, Node]
_MODE: Final = "data"
"""Focus nodes and values are those of the data graph alone; what the shapes graph says is no data."""
_SYNTAX: Final = "nt"


class ShiftyValidator:
    """Judge graphs against one shapes graph; inference stays off, and shapes are never read from the data."""

    def __init__(self, shapes: Graph, known: Iterable[Triple] = ()) -> None:
        """Read and plan the shapes; raise ValidatorError when that cannot be done.

        ``known`` are statements that most graphs will hold; they are written out once.
        """
        self._shapes = shapes
        self._rows = {triple: _nt_row(triple) for triple in known}
        self._prepared: dict[tuple[URIRef, ...], PreparedValidator] = {(): self._plan(shapes)}

    @property
    def engine(self) -> str:
        """Name and version of the engine."""
        return f"shifty {shifty.version()}"

    def validate(self, graph: Graph, *, shapes: Sequence[URIRef] = ()) -> ValidationReport:
        """Validate one merged data graph (SHACL 3.4); a crash or a warning of the engine is a ValidatorError."""
        chosen = tuple(shapes)
        if chosen not in self._prepared:
            only = Graph()
            for shape in chosen:
                only += reachable(self._shapes, shape)
            self._prepared[chosen] = self._plan(only)
        try:
            found = self._prepared[chosen].validate_w3c(
                self._written(graph),
                data_format=_SYNTAX,
                graph_mode=_MODE,
                run_infer=False,
                sort_results=False,
                on_unsupported="error",
            )
            report = _read(found._report_ntriples)
        except BaseException as error:  # a panic of the engine is no Exception
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            raise ValidatorError(f"{self.engine} could not judge: {type(error).__name__}: {error}") from error
        if found.diagnostics:
            raise ValidatorError(f"{self.engine} could not judge: {'; '.join(found.diagnostics)}")
        return ValidationReport(conforms=found.conforms, results=results_of(report), graph=report)

    def _written(self, graph: Graph) -> bytes:
        """Give a graph as N-Triples; raises what rdflib does for an IRI that is none."""
        rows = self._rows
        return "".join([rows.get(triple) or _nt_row(triple) for triple in graph]).encode("utf-8")

    def _plan(self, shapes: Graph) -> PreparedValidator:
        written = "".join([_nt_row(triple) for triple in shapes]).encode("utf-8")
        try:
            return PreparedValidator(written, shapes_format=_SYNTAX)
        except BaseException as error:  # a panic of the engine is no Exception
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            raise ValidatorError(f"{self.engine} cannot read the shapes: {type(error).__name__}: {error}") from error


def _read(report: str) -> Graph:
    """Read a report; every term is made once, since most of them come in every result."""
    graph, terms = Graph(bind_namespaces="none"), dict[object, Node]()
    for triple in pyoxigraph.parse(report, pyoxigraph.RdfFormat.N_TRIPLES):
        row = []
        for term in (triple.subject, triple.predicate, triple.object):
            if term not in terms:
                terms[term] = to_rdflib(term)
            row.append(terms[term])
        graph.add((row[0], row[1], row[2]))
    return graph
