"""Values added before judging from a table that is data, so that no rule does date arithmetic."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.namespaces import HRC, RDF, XSD


@dataclass(frozen=True, slots=True)
class DerivedValue:
    """One row of the table: on which class, from which properties, how, and under which property."""

    on_class: Node | None
    from_property: URIRef
    until_property: URIRef | None
    to_property: URIRef
    compute: Callable[[date, date | None, date], Literal | None]


def read_derived_values(standard: Graph) -> tuple[DerivedValue, ...]:
    """Read the table of derived values in its stated order."""
    found = [
        (int(str(standard.value(row, HRC.order))), _row(standard, row, kind))
        for kind in _KINDS
        for row in standard.subjects(RDF.type, kind)
    ]
    return tuple(row for _, row in sorted(found, key=lambda pair: pair[0]))


def derive(table: tuple[DerivedValue, ...], graph: Graph, *, at: date) -> Graph:
    """Give the derived triples for the nodes of a graph; a value that is already stated is never replaced.

    ``graph`` is left as it is; ``at`` is the reference date. Rows are applied in order, so that a row may build on
    what an earlier one gave.
    """
    known = Graph()
    known += graph
    return extend(table, known, at=at)


def extend(table: tuple[DerivedValue, ...], graph: Graph, *, at: date) -> Graph:
    """Add the derived triples to a graph, and give them; else as ``derive``."""
    added = Graph()
    for row in table:
        for triple in list(_derived(row, graph, at)):
            graph.add(triple)
            added.add(triple)
    return added


def _derived(row: DerivedValue, graph: Graph, at: date) -> Iterator[tuple[Node, Node, Node]]:
    for subject in set(graph.subjects(row.from_property, None)):
        if row.on_class is not None and (subject, RDF.type, row.on_class) not in graph:
            continue
        if (subject, row.to_property, None) in graph:
            continue
        first = _date(graph, subject, row.from_property)
        until = _date(graph, subject, row.until_property) if row.until_property else None
        value = row.compute(first, until, at) if first else None
        if value is not None:
            yield subject, row.to_property, value


def _date(graph: Graph, subject: Node, predicate: URIRef) -> date | None:
    dates = [
        value.toPython()
        for value in graph.objects(subject, predicate)
        if isinstance(value, Literal) and value.datatype == XSD.date
    ]
    return dates[0] if len(dates) == 1 and isinstance(dates[0], date) else None


def _row(standard: Graph, row: Node, kind: URIRef) -> DerivedValue:
    until = standard.value(row, HRC.untilProperty)
    return DerivedValue(
        on_class=standard.value(row, HRC.onClass),
        from_property=URIRef(str(standard.value(row, HRC.fromProperty))),
        until_property=URIRef(str(until)) if until else None,
        to_property=URIRef(str(standard.value(row, HRC.toProperty))),
        compute=_KINDS[kind](standard, row),
    )


def _offset(standard: Graph, row: Node) -> Callable[[date, date | None, date], Literal | None]:
    months = int(str(standard.value(row, HRC.months, default=Literal(0))))
    days = int(str(standard.value(row, HRC.days, default=Literal(0))))
    step = relativedelta(months=months, days=days)
    return lambda first, _until, _at: Literal(first + step)


def _days_between(_standard: Graph, _row: Node) -> Callable[[date, date | None, date], Literal | None]:
    return lambda first, until, _at: Literal((until - first).days) if until else None


def _elapsed_share(_standard: Graph, _row: Node) -> Callable[[date, date | None, date], Literal | None]:
    def share(first: date, until: date | None, at: date) -> Literal | None:
        if until is None or until <= first:
            return None
        passed = (at - first).days * 100 // (until - first).days
        return Literal(max(0, min(100, passed)))

    return share


_KINDS: dict[URIRef, Callable[[Graph, Node], Callable[[date, date | None, date], Literal | None]]] = {
    HRC.Offset: _offset,
    HRC.DaysBetween: _days_between,
    HRC.ElapsedShare: _elapsed_share,
}
