"""What differs between two versions of a submission, as people read it: by criterion, with what came of it; pure.

The order of values and spaces mean nothing, nor does the name of a part that is otherwise the same. Which criterion
reads a field is said by the data-entry profile.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from rdflib import URIRef

from registry.claims import worded
from registry.entry import CITY, Entry, Link, Record, Text, Value
from registry.entry_layout import lay_out, title_of
from registry.entry_plan import EntryPlan
from registry.entry_versions import renamed, told
from registry.model import Outcome, Requirement
from registry.review_table import MachineOutcome
from registry.standard import Standard


class Fate(StrEnum):
    """What became of a part."""

    ADDED = "added"
    CHANGED = "changed"
    TAKEN_OUT = "taken out"


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """One question with another answer; nothing stands where it was not answered. ``serves`` are criteria, by IRI."""

    question: str
    before: tuple[Text, ...]
    after: tuple[Text, ...]
    serves: frozenset[URIRef]


@dataclass(frozen=True, slots=True)
class ChangedClaim:
    """One part in which something differs: its IRI, what kind of thing it is, its title, and the answers."""

    iri: str
    kind: str
    title: str
    fate: Fate
    answers: tuple[ChangedAnswer, ...]


@dataclass(frozen=True, slots=True)
class ChangedOutcome:
    """One requirement on which the machine said something else; None where it said nothing."""

    requirement: Requirement
    before: Outcome | None
    after: Outcome | None


@dataclass(frozen=True, slots=True)
class CriterionChanges:
    """What differs on one criterion; the last of all, with empty names, is what no criterion reads."""

    iri: str
    notation: str
    label: str
    claims: tuple[ChangedClaim, ...]
    outcomes: tuple[ChangedOutcome, ...]


_NOTHING: Final = Record("")


def changed_claims(earlier: Entry, later: Entry, plan: EntryPlan) -> tuple[ChangedClaim, ...]:
    """Give each part in which something differs: those of the later version as they stand there, then what went."""
    later = renamed(later, _same_parts(earlier, later, plan))
    found = [_changed(earlier, later, key, plan) for key in _in_order(later, plan)]
    found += [_changed(earlier, later, key, plan) for key in _in_order(earlier, plan) if key not in later.records]
    return tuple(claim for claim in found if claim.answers)


def by_criterion(
    claims: Sequence[ChangedClaim],
    standard: Standard,
    before: Mapping[str, MachineOutcome],
    after: Mapping[str, MachineOutcome],
) -> tuple[CriterionChanges, ...]:
    """Arrange what differs under the criteria that read it, with the outcomes that differ; others are left out.

    ``before`` and ``after`` are what the machine said of the versions, by the IRI of the requirement.
    """
    found = [
        CriterionChanges(
            str(criterion.iri),
            criterion.notation,
            criterion.label,
            tuple(_only(claims, criterion.iri)),
            tuple(_outcomes(criterion.requirements, before, after)),
        )
        for criterion in standard.criteria
    ]
    found.append(CriterionChanges("", "", "", tuple(_only(claims, None)), ()))
    return tuple(each for each in found if each.claims or each.outcomes)


def _changed(earlier: Entry, later: Entry, key: str, plan: EntryPlan) -> ChangedClaim:
    old, new = earlier.records.get(key, _NOTHING), later.records.get(key, _NOTHING)
    here = later if key in later.records else earlier
    part = plan.parts[here.records[key].kind]
    answers = tuple(
        ChangedAnswer(
            field.label,
            tuple(worded(value, field, earlier, plan) for value in told(old.of(field.name))),
            tuple(worded(value, field, later, plan) for value in told(new.of(field.name))),
            field.serves,
        )
        for field in part.fields
        if _meant(old.of(field.name)) != _meant(new.of(field.name))
    )
    fate = Fate.ADDED if old is _NOTHING else Fate.TAKEN_OUT if new is _NOTHING else Fate.CHANGED
    iri = f"{here.city}#{key}" if key != CITY else here.city
    return ChangedClaim(iri, part.label, title_of(here, key, plan), fate, answers)


def _only(claims: Sequence[ChangedClaim], criterion: URIRef | None) -> Iterator[ChangedClaim]:
    """Give what a criterion reads; with None, what no criterion reads."""
    for claim in claims:
        answers = tuple(
            answer for answer in claim.answers if (criterion in answer.serves if criterion else not answer.serves)
        )
        if answers:
            yield replace(claim, answers=answers)


def _outcomes(
    requirements: Sequence[Requirement], before: Mapping[str, MachineOutcome], after: Mapping[str, MachineOutcome]
) -> Iterator[ChangedOutcome]:
    for requirement in requirements:
        old, new = (said.get(str(requirement.iri)) for said in (before, after))
        if (old and old.outcome) != (new and new.outcome):
            yield ChangedOutcome(requirement, old.outcome if old else None, new.outcome if new else None)


def _in_order(entry: Entry, plan: EntryPlan) -> list[str]:
    return [block.key for block in lay_out(entry, plan).blocks()]


def _same_parts(earlier: Entry, later: Entry, plan: EntryPlan) -> dict[str, str]:
    """Give parts of the later version that stood in the earlier under another name: of one kind, with one title."""
    gone = _by_title(earlier, earlier.records.keys() - later.records.keys(), plan)
    come = _by_title(later, later.records.keys() - earlier.records.keys(), plan)
    return {key: gone[said] for said, key in come.items() if said in gone}


def _by_title(entry: Entry, keys: set[str], plan: EntryPlan) -> dict[tuple[str, str], str]:
    titles = {key: (entry.records[key].kind, title_of(entry, key, plan)) for key in keys}
    count = Counter(titles.values())
    return {said: key for key, said in titles.items() if said[1] and count[said] == 1}


def _meant(values: tuple[Value, ...]) -> Counter[Value]:
    """Give values as they are meant: without order, and with single spaces."""
    return Counter(
        value if isinstance(value, Link) else Text(" ".join(value.text.split()), value.language)
        for value in told(values)
    )
