"""shifty, a native engine, behind the Validator port: for many judgements at once, never for a decision.

Its shapes are read and planned once. It gives the results that pySHACL gives on our shapes; on what it crashes it says
nothing, and another engine has to judge.
"""

import warnings
from collections.abc import Iterable, Sequence
from typing import Final

import shifty
from rdflib import Graph, URIRef
from rdflib.plugins.serializers.nt import (
    _nt_row,
)  # one row of N-Triples; the serializer itself writes whole graphs only
from rdflib.term import Node

from registry.adapters.pyshacl_validator import reachable
from registry.adapters.validation_report import results_of
from registry.errors import ValidatorError
from registry.model import ValidationReport

Triple = tuple[Node, Node, Node]
_MODE: Final = "data"
"""Focus nodes and values are those of the data graph alone; what the shapes graph says is no data."""


class ShiftyValidator:
    """Judge graphs against one shapes graph; inference stays off, and shapes are never read from the data."""

    def __init__(self, shapes: Graph, known: Iterable[Triple] = ()) -> None:
        """Read and plan the shapes; raise ValidatorError when that cannot be done.

        ``known`` are statements that most graphs will hold; they are written out once.
        """
        self._shapes = shapes
        self._rows = {triple: _nt_row(triple) for triple in known}
        self._prepared: dict[tuple[URIRef, ...], shifty.PreparedValidator] = {(): self._plan(shapes)}

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
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                conforms, report, _ = self._prepared[chosen].validate(
                    self._written(graph), infer=False, graph_mode=_MODE, on_unsupported="error"
                )
        except BaseException as error:  # a panic of the engine is no Exception
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            raise ValidatorError(f"{self.engine} could not judge: {type(error).__name__}: {error}") from error
        return ValidationReport(conforms=conforms, results=results_of(report), graph=report)

    def _written(self, graph: Graph) -> bytes:
        """Give a graph as N-Triples; raises what rdflib does for an IRI that is none."""
        rows = self._rows
        return "".join([rows.get(triple) or _nt_row(triple) for triple in graph]).encode("utf-8")

    def _plan(self, shapes: Graph) -> shifty.PreparedValidator:
        try:
            return shifty.PreparedValidator(shapes)
        except BaseException as error:  # a panic of the engine is no Exception
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            raise ValidatorError(f"{self.engine} cannot read the shapes: {type(error).__name__}: {error}") from error
