"""One item as a page shows it: its fields in the order of the data-entry profile, each with who says so."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.namespaces import DCAT, DCT, HRC, RDF, SKOS, VOCAB
from registry.profile import Profile
from server.languages import PAGE, rank
from server.words import LABELLING, Shown, Words, best_literal, literal

_BESIDE: Final = frozenset({RDF.type, HRC.supportedBy, HRC.confidence, DCT.identifier, SKOS.editorialNote})
"""What stands beside a value and is no field of its own."""

_WORDED: Final = {
    HRC.dateWording: (HRC.earliest, HRC.latest, HRC.earliestStart, HRC.latestStart, HRC.earliestEnd, HRC.latestEnd),
    HRC.periodWording: (HRC.earliestStart, HRC.latestStart, HRC.earliestEnd, HRC.latestEnd),
}
"""A wording of a date or period, and the bounds that it makes superfluous for a reader."""

_CONTRADICTS: Final = VOCAB["stances/contradicts"]
_LAST: Final = 1e9
_MOST_DEPTH: Final = 6
_NUMBER = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Source:
    """One piece of evidence in the numbered list at the end of a page."""

    number: int
    place: str
    title: Shown
    publisher: Shown | None
    when: Shown | None
    page: Shown | None


@dataclass(frozen=True, slots=True)
class Voice:
    """One publisher that says something, with the numbers of its sources."""

    publisher: Shown
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Grounds:
    """Who says so, how well it is supported, and what was noted about it."""

    voices: tuple[Voice, ...] = ()
    confidence: Shown | None = None
    notes: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a field: a term, or a thing of its own."""

    shown: Shown
    thing: "Thing | None"
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class Field:
    """One property with its values."""

    label: Shown
    iri: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that belong together."""

    label: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """One item or part of one."""

    iri: str
    anchor: str
    names: tuple[Shown, ...]
    kind: Shown | None
    sections: tuple[Section, ...]
    grounds: Grounds

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field, whatever its section."""
        return tuple(field for section in self.sections for field in section.fields)


class _Place(NamedTuple):
    """Where a field stands: the order and label of its group, its own order and label."""

    group: tuple[float, str]
    order: float
    label: str
    predicate: str


class ThingReader:
    """Reads things from the description of one item; what it has met is numbered and never shown twice."""

    def __init__(self, graph: Graph, words: Words, profile: Profile, item: URIRef) -> None:
        self._graph = graph
        self._words = words
        self._profile = profile
        self._item = item
        self._seen: set[Node] = set()
        self._sources: dict[Node, Source] = {}
        self._statements: dict[Node, dict[Node, dict[Node, list[Node]]]] = {}
        for statement in sorted(graph.subjects(RDF.type, RDF.Statement), key=str):
            triple = (graph.value(statement, part) for part in (RDF.subject, RDF.predicate, RDF.object))
            subject, predicate, value = triple
            if subject is not None and predicate is not None and value is not None:
                said = self._statements.setdefault(subject, {}).setdefault(predicate, {})
                said.setdefault(value, []).append(statement)

    def thing(self, node: Node, depth: int = 0) -> Thing:
        """Read one thing with everything that hangs on it."""
        self._seen.add(node)
        names = self._names(node)
        kind = self._kind(node)
        sections = tuple(self._sections(node, kind, depth))
        return Thing(
            iri=str(node),
            anchor=str(node).partition("#")[2],
            names=names,
            kind=self._words.label(kind) if kind else None,
            sections=sections,
            grounds=self._grounds([node]) if depth else Grounds(),
        )

    def contradictions(self) -> tuple[Thing, ...]:
        """Read what speaks against the item: evidence whose stance is to contradict."""
        against = sorted(self._graph.subjects(HRC.stance, _CONTRADICTS), key=_natural)
        return tuple(self.thing(node, 1) for node in against)

    def sources(self) -> tuple[Source, ...]:
        """Give every source met so far, in the order of their numbers."""
        return tuple(self._sources.values())

    def _kind(self, node: Node) -> Node | None:
        classes = sorted(self._graph.objects(node, RDF.type), key=str)
        known = [kind for kind in classes if URIRef(str(kind)) in self._profile.classes]
        ours = [kind for kind in classes if str(kind).startswith(str(HRC))]
        return next(iter([*known, *ours, *classes]), None)

    def _names(self, node: Node) -> tuple[Shown, ...]:
        for predicate in LABELLING:
            values = [value for value in self._graph.objects(node, predicate) if isinstance(value, Literal)]
            if values:
                best = best_literal(values)
                others = sorted(set(values) - {best}, key=lambda value: (rank(value.language, (PAGE,)), str(value)))
                return tuple(literal(value) for value in (best, *others) if value is not None)
        return ()

    def _sections(self, node: Node, kind: Node | None, depth: int) -> Iterator[Section]:
        placed = sorted(self._placed(kind, predicate) for predicate in self._predicates(node))
        for (_, label), group in groupby(placed, key=lambda place: place.group):
            fields = [self._field(node, place.predicate, place.label, depth) for place in group]
            filled = tuple(field for field in fields if field.values)
            if filled:
                yield Section(label or "More that is known", filled)

    def _placed(self, kind: Node | None, predicate: Node) -> "_Place":
        known = self._profile.field(kind, predicate) if kind else None
        if known is None:
            return _Place((_LAST, ""), _LAST, self._words.label(predicate).text, str(predicate))
        group = (float(known.group.order), known.group.label) if known.group else (_LAST, "")
        return _Place(group, float(known.order), known.label, str(predicate))

    def _predicates(self, node: Node) -> list[Node]:
        predicates = set(self._graph.predicates(node, None))
        predicates |= set(self._statements.get(node, {}))
        superfluous = {bound for wording, bounds in _WORDED.items() if wording in predicates for bound in bounds}
        named = next((predicate for predicate in LABELLING if predicate in predicates), None)
        hidden = _BESIDE | superfluous | ({named} if named is not None and node != self._item else set())
        return sorted(predicates - hidden, key=str)

    def _field(self, node: Node, name: str, label: str, depth: int) -> Field:
        predicate = URIRef(name)
        values = sorted({*self._graph.objects(node, predicate), *self._stated(node, predicate)}, key=_natural)
        read = (self._value(node, predicate, value, depth) for value in values if not self._is_against(value))
        return Field(Shown(label), name, tuple(read))

    def _value(self, node: Node, predicate: Node, value: Node, depth: int) -> Value:
        grounds = self._grounds(self._stated(node, predicate).get(value, []))
        if self._is_part(value) and value not in self._seen and depth < _MOST_DEPTH:
            thing = self.thing(value, depth + 1)
            return Value(next(iter(thing.names), Shown("")), thing, grounds)
        return Value(self._words.show(value), None, grounds)

    def _stated(self, node: Node, predicate: Node) -> dict[Node, list[Node]]:
        return self._statements.get(node, {}).get(predicate, {})

    def _is_part(self, value: Node) -> bool:
        return (
            isinstance(value, URIRef)
            and value != self._item
            and (value, None, None) in self._graph
            and (value.startswith(f"{self._item}#") or ".well-known/genid/" in value)
        )

    def _is_against(self, value: Node) -> bool:
        return (value, HRC.stance, _CONTRADICTS) in self._graph

    def _grounds(self, nodes: Iterable[Node]) -> Grounds:
        voices: dict[str, tuple[Shown, list[Source]]] = {}
        notes: list[Shown] = []
        confidence: Shown | None = None
        for node in nodes:
            for evidence in sorted(self._graph.objects(node, HRC.supportedBy), key=_natural):
                source = self._source(evidence)
                publisher = source.publisher or source.title
                voices.setdefault(publisher.text, (publisher, []))[1].append(source)
            for note in sorted(self._graph.objects(node, SKOS.editorialNote), key=str):
                notes.append(self._words.show(note))
            for stated in self._graph.objects(node, HRC.confidence):
                confidence = self._words.show(stated)
        told = tuple(Voice(publisher, tuple(dict.fromkeys(sources))) for publisher, sources in voices.values())
        return Grounds(told, confidence, tuple(notes))

    def _source(self, evidence: Node) -> Source:
        if evidence not in self._sources:
            self._seen.add(evidence)
            number = len(self._sources) + 1
            self._sources[evidence] = Source(
                number=number,
                place=str(evidence).partition("#")[2] or f"source-number-{number}",
                title=self._words.label(evidence),
                publisher=self._one(evidence, DCT.publisher),
                when=self._one(evidence, HRC.dateWording) or self._one(evidence, DCT.issued),
                page=self._one(evidence, DCAT.accessURL),
            )
        return self._sources[evidence]

    def _one(self, node: Node, predicate: URIRef) -> Shown | None:
        found = sorted(self._graph.objects(node, predicate), key=str)
        return self._words.show(found[0]) if found else None


def _natural(node: Node) -> tuple[object, ...]:
    """Order terms as people do: numbers by size."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in _NUMBER.split(str(node)) if part)
