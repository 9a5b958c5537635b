"""What a draft of the standard would change: for whom which requirement turns out otherwise, counted, listed; pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Final
from urllib.parse import quote

from rdflib import Graph, Literal, URIRef

from registry.bulk import Found, Rules, Verdict
from registry.canonical_json import write
from registry.model import Outcome, Requirement
from registry.namespaces import DCT, EARL, HRC, PROV, RDF, STANDARD
from registry.report import hashed_parts
from registry.standard import Standard

_MET: Final = frozenset({str(Outcome.PASSED), str(Outcome.INAPPLICABLE)})
COLUMNS: Final = (
    *("dossier", "city", "name", "criterion", "requirement", "level", "obligation"),
    *("before", "after", "turn", "found", "days_before", "days_after"),
)
"""The columns of the table of changes."""


class Turn(StrEnum):
    """How the outcome of one requirement for one city differs under a draft."""

    FAILS = "newly-fails"
    PASSES = "newly-passes"
    OPEN = "newly-open"
    GONE = "not-asked"
    OTHER = "otherwise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One requirement of one city under both: outcomes as EARL names them, None where the standard has none such.

    ``message`` is what was found first under the draft. Where it turns because of a date, the days say by how many it
    is met (0 or more) or missed (less) under each; None where it is met under that one whatever the date.
    """

    name: str
    city: str
    label: str
    requirement: str
    before: str | None
    after: str | None
    turn: Turn
    message: str
    days_before: int | None = None
    days_after: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One requirement for people: notation and name of its criterion, level and obligation, and how many turn how."""

    iri: str
    notation: str
    label: str
    level: str
    obligation: str
    counts: Mapping[Turn, int]


@dataclass(frozen=True, slots=True)
class LevelChange:
    """A city whose machine level is another under the draft; the empty text is below every level."""

    name: str
    city: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two that were compared: its version, and the SHA-256 of what it judges by."""

    version: str
    hashes: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What a draft would change on a day, of so many cities; ``unjudged`` are sentences by name."""

    at: date
    base: str
    before: Side
    after: Side
    cities: int
    engines: tuple[str, ...]
    asked: tuple[Asked, ...]
    changes: tuple[Change, ...]
    levels: tuple[LevelChange, ...]
    unjudged: Mapping[str, str]

    @property
    def is_dated(self) -> bool:
        """Say whether any requirement turns because of a date."""
        return any(change.days_before is not None or change.days_after is not None for change in self.changes)

    def of(self, asked: Asked) -> tuple[Change, ...]:
        """Give the changes of one requirement."""
        return tuple(change for change in self.changes if change.requirement == asked.iri)


def turn_of(before: str | None, after: str | None) -> Turn | None:
    """Say how an outcome turns; None where it does not.

    What was not met and still is not, or is met either way, turns only where its outcome is another.
    """
    if after is None:
        return None if before is None else Turn.GONE
    if before == after:
        return None
    if after in _MET:
        return Turn.OTHER if before in _MET else Turn.PASSES
    if after == Outcome.FAILED:
        return Turn.FAILS
    return Turn.OPEN if before is None or before in _MET else Turn.OTHER


def impact_of(
    pairs: Sequence[tuple[Verdict, Verdict]], *, before: Standard, after: Standard, rules: tuple[Rules, ...]
) -> Impact:
    """Compare the verdicts on each dossier by the standard in force and by a draft."""
    whole = [pair for pair in pairs if not any(verdict.fault for verdict in pair)]
    changes = tuple(change for pair in whole for change in _changes(*pair))
    return Impact(
        at=rules[0].at,
        base=rules[0].base,
        before=Side(version=before.version, hashes=dict(rules[0].hashes)),
        after=Side(version=after.version, hashes=dict(rules[1].hashes)),
        cities=len(whole),
        engines=tuple(sorted({verdict.engine for pair in whole for verdict in pair})),
        asked=tuple(_asked(before, after, changes)),
        changes=changes,
        levels=tuple(
            LevelChange(old.name, old.city, old.label, old.level, new.level)
            for old, new in whole
            if old.level != new.level
        ),
        unjudged={old.name: old.fault or new.fault for old, new in pairs if old.fault or new.fault},
    )


def table(impact: Impact) -> Iterator[tuple[str, ...]]:
    """Give the changes as rows, the names of the columns first."""
    yield COLUMNS
    known = {asked.iri: asked for asked in impact.asked}
    for change in impact.changes:
        asked = known[change.requirement]
        yield (
            *(change.name, change.city, change.label),
            *(asked.notation, change.requirement, asked.level, asked.obligation),
            *(change.before or "", change.after or "", str(change.turn), change.message),
            *("" if days is None else str(days) for days in (change.days_before, change.days_after)),
        )


def as_graph(impact: Impact) -> Graph:
    """Give the changes as linked data: each an assertion by the draft that revises the one in force (EARL, PROV).

    Both sides are trials with IRIs of their own, so that nobody takes them for assessments of this registry.
    """
    graph = Graph(bind_namespaces="none")
    sides = {"in-force": impact.before, "draft": impact.after}
    facts = {name: dict(side.hashes) for name, side in sides.items()}
    digest = sha256(write(facts)).hexdigest()[:16]
    trial = URIRef(f"{impact.base}id/trial/{digest}-{impact.at.isoformat()}")
    graph.add((trial, RDF.type, PROV.Activity))
    graph.add((trial, HRC.referenceDate, Literal(impact.at)))
    for engine in impact.engines:
        graph.add((trial, HRC.engine, Literal(engine)))
    for name, side in sides.items():
        node = URIRef(f"{trial}#{name}")
        graph.add((trial, PROV.used, node))
        graph.add((node, RDF.type, PROV.Plan))
        graph.add((node, DCT.isVersionOf, STANDARD[side.version]))
        for statement in hashed_parts(node, side.hashes, prefix=f"{node}-"):
            graph.add(statement)
    for change in impact.changes:
        _add(graph, trial, change)
    return graph


def _add(graph: Graph, trial: URIRef, change: Change) -> None:
    slug = quote(f"{change.name}-{change.requirement.removeprefix(str(STANDARD))}".replace("/", "-"))
    nodes: dict[str, URIRef] = {}
    sides = (("in-force", change.before, change.days_before), ("draft", change.after, change.days_after))
    for side, outcome, days in sides:
        if outcome is None:
            continue
        node = nodes[side] = URIRef(f"{trial}#{side}-{slug}")
        result = URIRef(f"{node}-result")
        for subject, predicate, value in (
            (node, RDF.type, EARL.Assertion),
            (node, EARL.subject, URIRef(change.city)),
            (node, EARL.test, URIRef(change.requirement)),
            (node, EARL.result, result),
            (node, PROV.wasGeneratedBy, trial),
            (node, PROV.hadPlan, URIRef(f"{trial}#{side}")),
            (result, RDF.type, EARL.TestResult),
            (result, EARL.outcome, EARL[outcome]),
        ):
            graph.add((subject, predicate, value))
        if days is not None:
            graph.add((result, HRC.daysInReserve, Literal(days)))
        if side == "draft" and change.message:
            graph.add((result, EARL.info, Literal(change.message, lang="en")))
    if len(nodes) > 1:
        graph.add((nodes["draft"], PROV.wasRevisionOf, nodes["in-force"]))


def _changes(before: Verdict, after: Verdict) -> Iterator[Change]:
    old, new = _by_requirement(before.found), _by_requirement(after.found)
    for requirement in [*new, *(each for each in old if each not in new)]:
        was, is_now = old.get(requirement), new.get(requirement)
        turn = turn_of(was.outcome if was else None, is_now.outcome if is_now else None)
        if turn is not None:
            days_before, days_after = _days(was, is_now)
            yield Change(
                name=before.name,
                city=before.city,
                label=before.label,
                requirement=requirement,
                before=was.outcome if was else None,
                after=is_now.outcome if is_now else None,
                turn=turn,
                message=is_now.message if is_now else "",
                days_before=days_before,
                days_after=days_after,
            )


def _days(was: Found | None, is_now: Found | None) -> tuple[int | None, int | None]:
    """Give the days under both where a date misses it under one of them and nothing does under the other."""
    if was is None or is_now is None:
        return None, None
    for missed, other in ((was, is_now), (is_now, was)):
        is_reached = other.outcome in _MET if other.days is None else other.days >= 0
        if missed.days is not None and missed.days < 0 and missed.outcome not in _MET and is_reached:
            return was.days, is_now.days
    return None, None


def _by_requirement(found: Iterable[Found]) -> dict[str, Found]:
    return {each.requirement: each for each in found}


def _asked(before: Standard, after: Standard, changes: Iterable[Change]) -> Iterator[Asked]:
    """Give every requirement that turns for somebody, in the order of the draft; what it has no more comes last."""
    counts: dict[str, Counter[Turn]] = {}
    for change in changes:
        counts.setdefault(change.requirement, Counter())[change.turn] += 1
    known: dict[str, tuple[str, Requirement]] = {}
    for standard in (after, before):
        for criterion in standard.criteria:
            for requirement in criterion.requirements:
                known.setdefault(str(requirement.iri), (criterion.notation, requirement))
    for iri, (notation, requirement) in known.items():
        if iri in counts:
            label, level = requirement.label, requirement.level.label
            yield Asked(iri, notation, label, level, requirement.obligation, counts[iri])
