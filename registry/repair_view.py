"""A dossier as it would be after a repair, without writing the repair into it: values, paths, days; pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from rdflib import Graph, Literal, URIRef, Variable
from rdflib.collection import Collection
from rdflib.term import Node

from registry.derivation import DerivedValue
from registry.entry_plan import EntryPlan, Field, PartPlan
from registry.mending import Repair
from registry.namespaces import HRC, RDF, SH, XSD

Compute = Callable[[date, date | None, date], Literal | None]

_REPEATED: Final = (SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath)
_CLOSE: Final = 40
"""Days within which the turning point of a derived day is looked for; no month is longer."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a rule compares: stated or asked (``source``), or fixed by the reference date; and how it follows."""

    first: date | Variable
    source: tuple[Node, URIRef, Node] | None
    steps: tuple[Compute, ...] = ()

    def on(self, first: date, at: date) -> date:
        """Give the day that follows from a first one."""
        for step in self.steps:
            found = step(first, None, at)
            first = date.fromisoformat(str(found))
        return first

    def value(self, at: date) -> date | None:
        """Give the day; None while it is asked for."""
        return None if isinstance(self.first, Variable) else self.on(self.first, at)

    def latest_first(self, last: date, at: date) -> date:
        """Give the latest first day from which none after ``last`` follows."""
        first = last - (self.on(last, at) - last)
        for _ in range(_CLOSE):
            if self.on(first + timedelta(days=1), at) > last:
                break
            first += timedelta(days=1)
        for _ in range(_CLOSE):
            if self.on(first, at) <= last:
                break
            first -= timedelta(days=1)
        return first

    def earliest_first(self, start: date, at: date) -> date:
        """Give the earliest first day from which none before ``start`` follows."""
        first = self.latest_first(start, at)
        return first if self.on(first, at) >= start else first + timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is looked at: the whole dossier, what the city says of it, the questions it is asked, derived values.

    ``shapes`` hold the paths that are followed.
    """

    graph: Graph
    said: Graph
    city: URIRef
    assessment: URIRef
    plan: EntryPlan
    table: tuple[DerivedValue, ...]
    at: date
    shapes: Graph

    def objects(self, node: Node, predicate: Node, repair: Repair) -> list[Node]:
        """Give the values of a property after the repair, in a fixed order; of an answer to come, the answer."""
        if isinstance(node, Variable):
            return [node]
        kept = {each for each in self.graph.objects(node, predicate) if (node, predicate, each) not in repair.gone}
        put = [value for subject, name, value in repair.added if subject == node and name == predicate]
        return [*sorted(kept - set(put), key=str), *put]

    def subjects(self, predicate: Node, value: Node, repair: Repair) -> list[Node]:
        """Give what has a value after the repair, in a fixed order; of an answer to come, the answer."""
        if isinstance(value, Variable):
            return [value]
        kept = {each for each in self.graph.subjects(predicate, value) if (each, predicate, value) not in repair.gone}
        put = {subject for subject, name, put in repair.added if put == value and name == predicate}
        return sorted(kept | put, key=str)

    def part(self, node: Node, repair: Repair) -> PartPlan | None:
        """Give what a thing of the city is asked; None for what is not the city's to describe."""
        if node != self.city and not str(node).startswith(f"{self.city}#"):
            return None
        kinds = (self.plan.part_of_class(URIRef(str(kind))) for kind in self.objects(node, RDF.type, repair))
        return next((kind for kind in kinds if kind is not None), None)

    def field(self, node: Node, predicate: Node, repair: Repair) -> Field | None:
        """Give the question that a property of a thing answers; None where the city is not asked."""
        part = self.part(node, repair)
        return next((each for each in part.fields if each.iri == predicate), None) if part else None

    def described(self, kinds: tuple[str, ...], repair: Repair) -> list[Node]:
        """Give the things of certain kinds that the city describes."""
        classes = [self.plan.parts[kind].iri for kind in kinds]
        found = {node for kind in classes for node in self.said.subjects(RDF.type, kind)}
        found |= {subject for subject, name, value in repair.added if name == RDF.type and value in classes}
        return sorted(found, key=str)

    def steps(self, path: Node) -> list[Node]:
        """Give the steps of a path; one that is no sequence is one step."""
        return list(Collection(self.shapes, path)) if (path, RDF.first, None) in self.shapes else [path]

    def reached(self, node: Node, steps: list[Node], repair: Repair) -> list[Node]:
        """Give the nodes after some steps."""
        reached = [node]
        for step in steps:
            reached = self.reached_from(reached, step, repair)
        return reached

    def reached_from(self, nodes: list[Node], step: Node, repair: Repair) -> list[Node]:
        """Give the nodes one step further on, each once."""
        return list(dict.fromkeys(value for each in nodes for value in self.values(each, step, repair)))

    def values(self, node: Node, path: Node, repair: Repair) -> list[Node]:
        """Give the nodes at the end of a SHACL path (SHACL 2.3.1), each once."""
        return list(dict.fromkeys(self._values(node, path, repair)))

    def _values(self, node: Node, path: Node, repair: Repair) -> Iterator[Node]:
        shapes = self.shapes
        if isinstance(path, URIRef):
            yield from self._stated_or_derived(node, path, repair)
        elif (inverse := shapes.value(path, SH.inversePath)) is not None:
            yield from self.subjects(inverse, node, repair)
        elif (among := shapes.value(path, SH.alternativePath)) is not None:
            for each in Collection(shapes, among):
                yield from self._values(node, each, repair)
        elif (kind := next((each for each in _REPEATED if (path, each, None) in shapes), None)) is not None:
            yield from self._repeated(node, kind, shapes.value(path, kind), repair)
        else:
            yield from self.reached(node, self.steps(path), repair)

    def _repeated(self, node: Node, kind: Node, path: Node | None, repair: Repair) -> Iterator[Node]:
        if path is None:
            return
        reached = [] if kind == SH.oneOrMorePath else [node]
        waiting = [node]
        for each in waiting:
            for value in self._values(each, path, repair):
                if value not in reached:
                    reached.append(value)
                    waiting += [value] if kind != SH.zeroOrOnePath else []
        yield from reached

    def _stated_or_derived(self, node: Node, predicate: URIRef, repair: Repair) -> Iterator[Node]:
        if predicate == HRC.assesses and node == self.assessment:
            yield self.city
        elif self._is_derived(predicate) and (days := self.days(node, predicate, repair)):
            for day in days:
                yield day.first if isinstance(day.first, Variable) else Literal(day.value(self.at))
        else:
            yield from self.objects(node, predicate, repair)

    def _is_derived(self, predicate: URIRef) -> bool:
        return predicate == HRC.referenceDate or any(row.to_property == predicate for row in self.table)

    def days(self, node: Node, predicate: URIRef, repair: Repair) -> list[Day]:
        """Give the days of a property: stated, asked, or derived from such, or from the reference date."""
        stated = [
            value
            for value in self.objects(node, predicate, repair)
            if (node, predicate, value) in self.said or (node, predicate, value) in repair.added
        ]
        found = [
            Day(value if isinstance(value, Variable) else date.fromisoformat(str(value)), (node, predicate, value))
            for value in stated
            if isinstance(value, Variable) or (isinstance(value, Literal) and value.datatype == XSD.date)
        ]
        if found:
            return found
        if predicate == HRC.referenceDate:
            return [Day(self.at, None)]
        for row in self._rows(node, predicate, repair):
            if days := self.days(node, row.from_property, repair):
                return [replace(day, steps=(*day.steps, row.compute)) for day in days]
        return []

    def sources(self, node: Node, predicate: URIRef, repair: Repair) -> list[URIRef]:
        """Give the properties that the city can state from which a property follows, itself among them."""
        if predicate == HRC.referenceDate:
            return []
        found = [predicate] if self.field(node, predicate, repair) is not None else []
        derived = [
            source
            for row in self._rows(node, predicate, repair)
            for source in self.sources(node, row.from_property, repair)
        ]
        return list(dict.fromkeys([*derived, *found]))

    def _rows(self, node: Node, predicate: URIRef, repair: Repair) -> Iterator[DerivedValue]:
        for row in self.table:
            is_of_kind = row.on_class is None or row.on_class in self.objects(node, RDF.type, repair)
            if row.to_property == predicate and row.until_property is None and is_of_kind:
                yield row
