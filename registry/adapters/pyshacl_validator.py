"""pySHACL behind the Validator port: parsed graphs only, closed options, failures raised."""

import warnings
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version

import pyshacl
from pyshacl.errors import ReportableRuntimeError, ValidationFailure
from rdflib import Graph, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result as QueryResult
from rdflib.term import Node

from registry.adapters.validation_report import results_of
from registry.errors import ValidatorError
from registry.model import ValidationReport


class PyShaclValidator:
    """Judge graphs against one shapes graph; advanced features, inference, imports and scripts stay off."""

    def __init__(self, shapes: Graph) -> None:
        self._shapes = Graph() + shapes  # the engine adds to the graph that it is given
        self._reached: dict[URIRef, Graph] = {}

    @property
    def engine(self) -> str:
        """Name and version of the engine."""
        return f"pySHACL {version('pyshacl')}"

    def _only(self, shapes: tuple[URIRef, ...]) -> Graph:
        """Give certain shapes with all that they refer to; the engine's own choice of shapes leaves out the latter."""
        chosen = Graph()
        for shape in shapes:
            if shape not in self._reached:
                self._reached[shape] = reachable(self._shapes, shape)
            chosen += self._reached[shape]
        return chosen

    def validate(self, graph: Graph, *, shapes: Sequence[URIRef] = ()) -> ValidationReport:
        """Validate one merged data graph (SHACL 3.4); any exception or warning of the engine is a ValidatorError."""
        data = PreparedGraph(store=graph.store, identifier=graph.identifier)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                conforms, report, text = pyshacl.validate(
                    data,
                    shacl_graph=self._only(tuple(shapes)) if shapes else self._shapes,
                    ont_graph=None,
                    inference="none",
                    inplace=True,
                    advanced=False,
                    js=False,
                    meta_shacl=False,
                    do_owl_imports=False,
                    abort_on_first=False,
                )
        except Exception as error:  # the one mapping of this adapter: whatever the engine throws is no verdict
            raise ValidatorError(f"{self.engine} could not judge: {type(error).__name__}: {error}") from error
        if isinstance(report, ValidationFailure | ReportableRuntimeError) or not isinstance(report, Graph):
            raise ValidatorError(f"{self.engine} could not judge: {text}")
        return ValidationReport(conforms=conforms, results=results_of(report), graph=report)


def reachable(graph: Graph, start: Node) -> Graph:
    """Give every triple of a graph that is reached from a node."""
    found, waiting = Graph(), [start]
    for node in waiting:
        for triple in graph.triples((node, None, None)):
            if triple not in found:
                found.add(triple)
                waiting.append(triple[2])
    return found


class PreparedGraph(Graph):
    """A view of a graph that translates each whole query text once, since pySHACL asks the same texts at every run."""

    def query(self, query_object: str | Query, *args: object, **options: object) -> QueryResult:
        """Evaluate a query, preparing its text at first sight."""
        prepared = query_object if isinstance(query_object, Query) else _prepared(query_object)
        return super().query(prepared, *args, **options)  # type: ignore[arg-type]  # passed through unchanged


@lru_cache(maxsize=1024)
def _prepared(text: str) -> Query:
    return prepareQuery(text)
