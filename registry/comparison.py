"""What changed from one release to another: by item and property, and by city and requirement; pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rdflib import Graph, URIRef
from rdflib.term import Node

from registry.model import Release
from registry.namespaces import EARL, ROOT
from registry.ports import OpenRelease

_ASSESSMENTS: Final = ROOT + "graph/assessment/"
_GENID: Final = ROOT + ".well-known/genid/"

Values = Mapping[tuple[str, URIRef], frozenset[Node]]
"""The values of each property of each node."""


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """One property of one node: the values that went and those that came."""

    node: str
    property: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One item with its parts: whether it is new, gone or changed, and in what."""

    item: str
    kind: str
    properties: tuple[PropertyChange, ...]


@dataclass(frozen=True, slots=True)
class OutcomeChange:
    """The outcome of one requirement for one city, by the ends of EARL's names; None where there was or is none."""

    city: str
    requirement: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two releases."""

    earlier: Release
    later: Release
    items: tuple[ItemChange, ...]
    outcomes: tuple[OutcomeChange, ...]


def compare(earlier: OpenRelease, later: OpenRelease) -> Comparison:
    """Compare two releases graph by graph; graphs whose hashes agree are not read.

    Assessments are compared by their outcomes, since each has a new identifier.
    """
    names = sorted(_changed(earlier, later))
    judged = [name for name in names if name.startswith(_ASSESSMENTS)]
    told = [name for name in names if not name.startswith(_ASSESSMENTS)]
    return Comparison(
        earlier.release,
        later.release,
        tuple(_items(_values(earlier, told), _values(later, told))),
        tuple(_outcomes(_judgements(earlier, judged), _judgements(later, judged))),
    )


def _changed(earlier: OpenRelease, later: OpenRelease) -> Iterator[URIRef]:
    before, after = earlier.release.graphs, later.release.graphs
    for name in {*map(str, earlier.reader.names()), *map(str, later.reader.names())}:
        if before.get(name) is None or before.get(name) != after.get(name):
            yield URIRef(name)


def _graphs(opened: OpenRelease, names: Iterable[URIRef]) -> Iterator[Graph]:
    held = set(opened.reader.names())
    return (opened.reader.graph(name) for name in names if name in held)


def _values(opened: OpenRelease, names: Iterable[URIRef]) -> Values:
    found: dict[tuple[str, URIRef], set[Node]] = defaultdict(set)
    for graph in _graphs(opened, names):
        for subject, predicate, value in graph:
            found[str(subject), URIRef(str(predicate))].add(value)
    return {key: frozenset(values) for key, values in found.items()}


def _items(before: Values, after: Values) -> Iterator[ItemChange]:
    changes: dict[str, list[PropertyChange]] = defaultdict(list)
    for node, predicate in sorted({*before, *after}):
        old, new = before.get((node, predicate), frozenset()), after.get((node, predicate), frozenset())
        if old != new:
            changes[_item(node)].append(PropertyChange(node, str(predicate), _said(old - new), _said(new - old)))
    was, is_now = {_item(node) for node, _ in before}, {_item(node) for node, _ in after}
    for item, properties in sorted(changes.items()):
        kind = "changed" if item in was and item in is_now else "added" if item in is_now else "removed"
        yield ItemChange(item, kind, tuple(properties))


def _item(node: str) -> str:
    """Give the item that a node is part of: its IRI without fragment, or the graph of an unnamed node."""
    if node.startswith(_GENID):
        return ROOT + "graph/" + node.removeprefix(_GENID).rpartition("/")[0]
    return node.partition("#")[0]


def _said(values: Iterable[Node]) -> tuple[str, ...]:
    return tuple(sorted(value.n3() for value in values))


def _judgements(opened: OpenRelease, names: Iterable[URIRef]) -> Mapping[tuple[str, str], str]:
    return {
        (str(city), str(requirement)): str(outcome).removeprefix(str(EARL))
        for graph in _graphs(opened, names)
        for assertion, requirement in graph.subject_objects(EARL.test)
        for city in graph.objects(assertion, EARL.subject)
        for outcome in graph.objects(graph.value(assertion, EARL.result), EARL.outcome)
    }


def _outcomes(before: Mapping[tuple[str, str], str], after: Mapping[tuple[str, str], str]) -> Iterator[OutcomeChange]:
    for city, requirement in sorted({*before, *after}):
        old, new = before.get((city, requirement)), after.get((city, requirement))
        if old != new:
            yield OutcomeChange(city, requirement, old, new)
