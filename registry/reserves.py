"""By how many days a requirement is met or missed, where the shapes that decide it compare two dates; pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from math import inf
from operator import or_, truediv
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.paths import MulPath, OneOrMore, Path, ZeroOrMore, ZeroOrOne
from rdflib.term import Node

from registry.model import Outcome, Report, RequirementOutcome
from registry.namespaces import EARL, HRC, RDF, SH

_SAYS_NOTHING: Final = frozenset(
    {RDF.type, *(SH[name] for name in ("path", "name", "message", "severity", "targetClass", "qualifiedMinCount"))}
)
_REPEATED: Final = ((SH.zeroOrMorePath, ZeroOrMore), (SH.oneOrMorePath, OneOrMore), (SH.zeroOrOnePath, ZeroOrOne))


class _UnknownError(Exception):
    """A constraint of which no distance can be told, such as a query."""


def days_in_reserve(found: RequirementOutcome, report: Report, shapes: Graph) -> int | None:
    """Give by how many days a requirement is met (0 or more) or missed (less); None where no date decides that.

    Every shape by which it fails gives a distance: infinite where no date is compared, else the days of the date that
    comes closest; the least counts. Where that and what the engine found do not fit together, nothing is told.
    """
    if found.outcome is Outcome.INAPPLICABLE:
        return None
    focus = report.dossier.assessment
    reported = {result.source_shape for result in report.validation.results if result.focus_node == focus}
    reader = _Reader(shapes, report.dossier.graph)
    least = inf
    for shape in shapes.subjects(HRC.decides, found.requirement.iri):
        if shapes.value(shape, HRC.outcomeOnResult, default=EARL.failed) != EARL.failed:
            continue
        distance = -inf if shape in reported else inf
        if (shape, SH.path, None) in shapes:
            try:
                read = reader.of(shape, focus)
            except _UnknownError:
                read = distance
            if (read < 0) is not (distance < 0):
                return None
            distance = read
        least = min(least, distance)
    return int(least) if abs(least) != inf else None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads shapes as distances: how far each is from being met, or from being missed."""

    shapes: Graph
    data: Graph

    def of(self, shape: Node, focus: Node) -> float:
        """Give the distance of a shape at a focus node; raise _UnknownError where a constraint has none."""
        path = self.shapes.value(shape, SH.path)
        values = [focus] if path is None else [*dict.fromkeys(self.data.objects(focus, self._path(path)))]
        return min(
            (
                self._distance(shape, URIRef(str(name)), wanted, focus, values)
                for name, wanted in self.shapes.predicate_objects(shape)
                if name not in _SAYS_NOTHING and str(name).startswith(str(SH))
            ),
            default=inf,
        )

    def _distance(self, shape: Node, name: URIRef, wanted: Node, focus: Node, values: list[Node]) -> float:
        if name in (SH.lessThan, SH.lessThanOrEquals):
            least = 1 if name == SH.lessThan else 0
            others = list(self.data.objects(focus, wanted))
            return min((_between(value, other) - least for value in values for other in others), default=inf)
        if name in (SH.node, SH.property):
            return min((self.of(wanted, value) for value in values), default=inf)
        if name == SH["not"]:
            return min((-1 - self.of(wanted, value) for value in values), default=inf)
        if name == SH["or"]:
            members = [*Collection(self.shapes, wanted)]
            if not members:
                raise _UnknownError
            return min((max(self.of(each, value) for each in members) for value in values), default=inf)
        if name == SH.qualifiedValueShape:
            asked = int(str(self.shapes.value(shape, SH.qualifiedMinCount, default=Literal(0))))
            if asked < 1:
                raise _UnknownError
            reached = sorted((self.of(wanted, value) for value in values), reverse=True)
            return reached[asked - 1] if len(reached) >= asked else -inf
        if name not in _PLAIN:
            raise _UnknownError
        return inf if _PLAIN[name](self.data, values, wanted) else -inf

    def _path(self, path: Node) -> URIRef | Path:
        shapes = self.shapes
        if isinstance(path, URIRef):
            return path
        if (inverse := shapes.value(path, SH.inversePath)) is not None:
            return ~self._path(inverse)
        if (among := shapes.value(path, SH.alternativePath)) is not None:
            return reduce(or_, map(self._path, Collection(shapes, among)))
        for name, times in _REPEATED:
            if (repeated := shapes.value(path, name)) is not None:
                return MulPath(self._path(repeated), times)  # type: ignore[arg-type]  # its own constants, typed as texts
        return reduce(truediv, map(self._path, Collection(shapes, path)))


def _between(first: Node, last: Node) -> float:
    """Give the days from one date to another; of what is no date, whether it is in order, and what cannot be is not."""
    if not (isinstance(first, Literal) and isinstance(last, Literal)):
        return -inf
    start, end = first.toPython(), last.toPython()
    if type(start) is date and type(end) is date:
        return (end - start).days
    raise _UnknownError


def _is_of(data: Graph, values: Iterable[Node], wanted: Node) -> bool:
    return all((value, RDF.type, wanted) in data for value in values)


_PLAIN: Final[dict[Node, Callable[[Graph, list[Node], Node], bool]]] = {
    SH.minCount: lambda _data, values, wanted: len(values) >= int(str(wanted)),
    SH.maxCount: lambda _data, values, wanted: len(values) <= int(str(wanted)),
    SH.hasValue: lambda _data, values, wanted: wanted in values,
    SH["class"]: _is_of,
    SH.datatype: lambda _data, values, wanted: all(
        isinstance(value, Literal) and value.datatype == wanted for value in values
    ),
}
"""What is met or not, whatever the dates: by the data, the values and what is asked for."""
