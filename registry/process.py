"""The law of a case, read from its data: roles, states, time limits and every step that is possible."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from dateutil.relativedelta import relativedelta
from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.namespaces import HRC, PROCESS, RDF, SKOS
from registry.standard import text_of

CLOCK: Final = "clock"
PUBLIC: Final = "public"
"""The two roles that nobody is given: time, and anybody."""
NEW: Final = ""
"""Where a case or a standing is before its first step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A part in the procedure."""

    slug: str
    label: str
    definition: str
    bound_to_city: bool
    checked_for_conflicts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit:
    """How long something may take, in whole months and days."""

    slug: str
    label: str
    months: int
    days: int

    def after(self, day: date, times: int = 1) -> date:
        """Give the day so long after another; ``times`` is how often, and below zero it is before."""
        return _so_long_after(day, self.months * times, self.days * times)


@lru_cache(maxsize=4096)
def _so_long_after(day: date, months: int, days: int) -> date:
    return day + relativedelta(months=months, days=days)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A step at which a case can stand."""

    slug: str
    label: str
    definition: str
    guidance: str
    limit: TimeLimit | None
    stops_clock_of: str
    hears_city: bool
    is_final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What must be true for a step; ``label`` goes on after “it needs that”.

    ``sectors`` are the parts of the community of which a panel needs at least one, by IRI.
    """

    slug: str
    label: str
    definition: str
    sectors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictRule:
    """A tie that bars a person from the cases of a city."""

    slug: str
    label: str
    definition: str
    limit: TimeLimit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incompatibility:
    """Two roles that one person may not have, in one case or in any."""

    roles: frozenset[str]
    across_cases: bool
    definition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One step that is possible: by which command, from where to where, by whom, and on which conditions.

    ``sources`` are states (or standings), ``NEW`` where the step begins a case; ``target`` is None where the step
    leaves the state as it is. ``kinds`` are the kinds of case that have the step, none for a change of standing.
    """

    slug: str
    command: str
    label: str
    definition: str
    guidance: str
    kinds: frozenset[str]
    sources: frozenset[str]
    target: str | None
    returns_to_former: bool
    level: str
    roles: tuple[str, ...]
    reason_required: bool
    open_in_conflict: bool
    recorded_as: str
    conditions: tuple[str, ...]
    is_awaited: bool
    leads_to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """The whole law: what is not in a table here cannot happen.

    ``digest`` is the SHA-256 of its canonical N-Quads, by which each act names the law it was done under.
    """

    roles: Mapping[str, Role]
    limits: Mapping[str, TimeLimit]
    states: Mapping[str, State]
    kinds: Mapping[str, str]
    conditions: Mapping[str, Condition]
    conflict_rules: Mapping[str, ConflictRule]
    incompatibilities: tuple[Incompatibility, ...]
    case_steps: Mapping[str, Transition]
    standing_steps: Mapping[str, Transition]
    standings: Mapping[str, str]
    passing: frozenset[str]
    thresholds: Mapping[str, int]
    digest: str = ""

    def steps(self, kind: str, command: str) -> tuple[Transition, ...]:
        """Give the steps that a kind of case has under a command."""
        return tuple(step for step in self.case_steps.values() if step.command == command and kind in step.kinds)

    def recorded(self, kind: str, event: str) -> tuple[Transition, ...]:
        """Give the steps that a kind of case records as a kind of event."""
        return tuple(step for step in self.case_steps.values() if step.recorded_as == event and kind in step.kinds)


def read_process(graph: Graph) -> Process:
    """Read the law from the merged graph of ``ontology/process`` and the vocabulary of standings."""
    limits = {slug: _limit(graph, node) for slug, node in _all(graph, HRC.TimeLimit)}
    return Process(
        roles={slug: _role(graph, node) for slug, node in _all(graph, HRC.Role)},
        limits=limits,
        states={slug: _state(graph, node, limits) for slug, node in _all(graph, HRC.CaseState)},
        kinds={slug: _label(graph, node) for slug, node in _all(graph, HRC.CaseKind)},
        conditions={slug: _condition(graph, node) for slug, node in _all(graph, HRC.Condition)},
        conflict_rules={slug: _conflict_rule(graph, node, limits) for slug, node in _all(graph, HRC.ConflictRule)},
        incompatibilities=tuple(_incompatibility(graph, node) for _, node in _all(graph, HRC.Incompatibility)),
        case_steps={slug: _transition(graph, node) for slug, node in _all(graph, HRC.CaseTransition)},
        standing_steps={slug: _transition(graph, node) for slug, node in _all(graph, HRC.StandingTransition)},
        standings={slug: _label(graph, node) for slug, node in _all(graph, HRC.Standing)},
        passing=frozenset(map(slug_of, graph.subjects(HRC.isPassing, Literal(True)))),
        thresholds={slug: _number(graph, node, RDF.value) for slug, node in _all(graph, HRC.Threshold)},
    )


def slug_of(iri: object) -> str:
    """Give the last part of an IRI, by which the law names its parts."""
    return str(iri).rsplit("/", 1)[-1]


def iri_of(kind: str, slug: str) -> URIRef:
    """Give the IRI of a part of the law, such as that of a role."""
    return PROCESS[f"{kind}/{slug}"]


def _all(graph: Graph, kind: URIRef) -> Iterator[tuple[str, Node]]:
    """Give the members of a class, in their stated order where they have one, else by name."""
    found = sorted(graph.subjects(RDF.type, kind), key=lambda node: (_number(graph, node, HRC.order), str(node)))
    yield from ((slug_of(node), node) for node in found)


def _role(graph: Graph, node: Node) -> Role:
    return Role(
        slug=slug_of(node),
        label=_label(graph, node),
        definition=_definition(graph, node),
        bound_to_city=_flag(graph, node, HRC.boundToCity),
        checked_for_conflicts=_flag(graph, node, HRC.checkedForConflicts),
    )


def _limit(graph: Graph, node: Node) -> TimeLimit:
    return TimeLimit(
        slug=slug_of(node),
        label=_label(graph, node),
        months=_number(graph, node, HRC.months),
        days=_number(graph, node, HRC.days),
    )


def _state(graph: Graph, node: Node, limits: Mapping[str, TimeLimit]) -> State:
    return State(
        slug=slug_of(node),
        label=_label(graph, node),
        definition=_definition(graph, node),
        guidance=text_of(graph, node, HRC.guidance),
        limit=limits.get(_one(graph, node, HRC.timeLimit)),
        stops_clock_of=_one(graph, node, HRC.stopsClockOf),
        hears_city=_flag(graph, node, HRC.hearsCity),
        is_final=_flag(graph, node, HRC.isFinal),
    )


def _condition(graph: Graph, node: Node) -> Condition:
    sectors = frozenset(map(str, graph.objects(node, HRC.standsFor)))
    return Condition(
        slug=slug_of(node), label=_label(graph, node), definition=_definition(graph, node), sectors=sectors
    )


def _conflict_rule(graph: Graph, node: Node, limits: Mapping[str, TimeLimit]) -> ConflictRule:
    return ConflictRule(
        slug=slug_of(node),
        label=_label(graph, node),
        definition=_definition(graph, node),
        limit=limits.get(_one(graph, node, HRC.timeLimit)),
    )


def _incompatibility(graph: Graph, node: Node) -> Incompatibility:
    return Incompatibility(
        roles=frozenset(_many(graph, node, HRC.incompatibleRole)),
        across_cases=_flag(graph, node, HRC.acrossCases),
        definition=_definition(graph, node),
    )


def _transition(graph: Graph, node: Node) -> Transition:
    conditions = sorted(graph.objects(node, HRC.condition), key=lambda condition: _number(graph, condition, HRC.order))
    return Transition(
        slug=slug_of(node),
        command=str(graph.value(node, HRC.command)),
        label=_label(graph, node),
        definition=_definition(graph, node),
        guidance=text_of(graph, node, HRC.guidance),
        kinds=frozenset(_many(graph, node, HRC.onCaseKind)),
        sources=frozenset(_many(graph, node, HRC.fromState)) or frozenset({NEW}),
        target=_one(graph, node, HRC.toState) or None,
        returns_to_former=_flag(graph, node, HRC.returnsToFormer),
        level=str(graph.value(node, HRC.grantsLevel) or ""),
        roles=_many(graph, node, HRC.permittedRole),
        reason_required=_flag(graph, node, HRC.reasonRequired),
        open_in_conflict=_flag(graph, node, HRC.openInConflict),
        recorded_as=str(graph.value(node, HRC.recordedAs)),
        conditions=tuple(map(slug_of, conditions)),
        is_awaited=_flag(graph, node, HRC.isAwaited),
        leads_to=_many(graph, node, HRC.changesStanding),
    )


def _label(graph: Graph, node: Node) -> str:
    return text_of(graph, node, SKOS.prefLabel)


def _definition(graph: Graph, node: Node) -> str:
    return text_of(graph, node, SKOS.definition)


def _flag(graph: Graph, node: Node, predicate: URIRef) -> bool:
    return (node, predicate, Literal(True)) in graph


def _number(graph: Graph, node: Node, predicate: URIRef) -> int:
    value = graph.value(node, predicate)
    return 0 if value is None else int(str(value))


def _one(graph: Graph, node: Node, predicate: URIRef) -> str:
    value = graph.value(node, predicate)
    return "" if value is None else slug_of(value)


def _many(graph: Graph, node: Node, predicate: URIRef) -> tuple[str, ...]:
    return tuple(sorted(map(slug_of, graph.objects(node, predicate))))
