"""A submission renewed: from what was last accepted, with what has run out since at the front; pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from rdflib import Graph, URIRef

from registry.entry import Entry
from registry.entry_layout import Layout, Slot
from registry.entry_plan import EntryPlan
from registry.entry_versions import changed_places, from_json, to_json
from registry.errors import UnreadableSubmission
from registry.model import Outcome, Report
from registry.namespaces import RDF


@dataclass(frozen=True, slots=True)
class RunOut:
    """A requirement that was met and is not any more: its IRI, its criterion, its name, and why."""

    requirement: str
    criterion: str
    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a draft started from: where that was taken from and accepted on which day, what has run out, the entry."""

    source: str
    on: str
    run_out: tuple[RunOut, ...]
    entry: Entry


@dataclass(frozen=True, slots=True)
class Asked:
    """The sections of a renewal in the order to ask them; ``because`` has what ran out, by section; the rest folded."""

    layout: Layout
    because: Mapping[str, tuple[RunOut, ...]]
    folded: frozenset[str]


def sayable(graph: Graph, plan: EntryPlan) -> Graph:
    """Give of a graph what a submission may say: things of the plan's kinds with the fields that these have."""
    kept = Graph(bind_namespaces="none")
    for subject, kind in graph.subject_objects(RDF.type):
        part = plan.part_of_class(URIRef(str(kind)))
        if part is None or not isinstance(subject, URIRef):
            continue
        kept.add((subject, RDF.type, kind))
        for field in part.fields:
            for value in graph.objects(subject, field.iri):
                kept.add((subject, field.iri, value))
    return kept


def run_out(then: Report | None, now: Report | None) -> tuple[RunOut, ...]:
    """Give what was passed then and is not now; where there is no verdict of then, what is failed now."""
    if now is None:
        return ()
    passed = {found.requirement.iri for found in then.outcomes if found.outcome is Outcome.PASSED} if then else None
    return tuple(
        RunOut(
            str(found.requirement.iri),
            str(found.requirement.criterion),
            found.requirement.label,
            found.remarks[0].message if found.remarks else found.requirement.what_to_do,
        )
        for found in now.outcomes
        if (
            found.outcome is Outcome.FAILED
            if passed is None
            else _is_lost(found.requirement.iri, found.outcome, passed)
        )
    )


def ask(layout: Layout, renewal: Renewal, entry: Entry, plan: EntryPlan) -> Asked:
    """Put the sections first that hold what ran out; fold those that are answered, hold nothing of it, and are as then.

    ``layout`` is that of ``entry``, the draft as it stands now.
    """
    changed = {
        layout.path_of(place, plan).partition(".")[0].partition("[")[0]
        for place in changed_places(renewal.entry, entry)
        if place.key in layout.paths
    }
    because: dict[str, tuple[RunOut, ...]] = {}
    folded: set[str] = set()
    for label, slots in layout.city.sections:
        serves = {str(criterion) for slot in slots for criterion in slot.field.serves}
        because[label] = tuple(found for found in renewal.run_out if found.criterion in serves)
        is_answered = any(slot.items for slot in slots)
        if is_answered and not because[label] and not _are_among(slots, changed):
            folded.add(label)
    ordered = sorted(layout.city.sections, key=lambda section: not because[section[0]])
    return Asked(replace(layout, city=replace(layout.city, sections=tuple(ordered))), because, frozenset(folded))


def to_text(renewal: Renewal) -> str:
    """Write a renewal down, to be kept beside its draft."""
    found = [[each.requirement, each.criterion, each.label, each.sentence] for each in renewal.run_out]
    facts = {"source": renewal.source, "on": renewal.on, "runOut": found, "entry": to_json(renewal.entry)}
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> Renewal:
    """Read what ``to_text`` wrote; raise UnreadableSubmission for anything else."""
    try:
        facts = json.loads(text)
        found = tuple(RunOut(*map(str, each)) for each in facts["runOut"])
        return Renewal(str(facts["source"]), str(facts["on"]), found, from_json(facts["entry"]))
    except (ValueError, KeyError, TypeError) as fault:
        raise UnreadableSubmission("What this draft started from cannot be read; the draft itself is whole.") from fault


def _is_lost(requirement: URIRef, outcome: Outcome, passed: set[URIRef]) -> bool:
    return requirement in passed and outcome is not Outcome.PASSED


def _are_among(slots: tuple[Slot, ...], paths: set[str]) -> bool:
    return any(slot.path in paths for slot in slots)
