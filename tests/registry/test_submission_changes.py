"""What differs between two versions: what was said otherwise, under the criteria that read it, and nothing else."""

from pathlib import Path

import pytest

from registry.entry import CITY, Entry, Link, Record, Text
from registry.entry_plan import EntryPlan
from registry.entry_versions import changed_places
from registry.model import Outcome
from registry.registry import Examination, Registry
from registry.review_table import MachineOutcome
from registry.submission_changes import Fate, by_criterion, changed_claims

FILE = Path(__file__).parents[2] / "data" / "examples" / "committed.ttl"


@pytest.fixture(scope="module")
def entry(registry: Registry) -> Entry:
    return registry.open_entry(Examination(raw=FILE.read_bytes(), name="committed.ttl"))


@pytest.fixture(scope="module")
def plan(registry: Registry) -> EntryPlan:
    return registry.entry_plan


def renamed(entry: Entry, old: str, new: str) -> Entry:
    """Give the entry with another name for one part."""
    return Entry(
        entry.city,
        {
            new if key == old else key: Record(
                record.kind,
                {
                    name: tuple(Link(new) if value == Link(old) else value for value in values)
                    for name, values in record.values.items()
                },
            )
            for key, record in entry.records.items()
        },
    )


def test_a_version_differs_in_nothing_from_itself(entry: Entry, plan: EntryPlan) -> None:
    assert changed_claims(entry, entry, plan) == ()


def test_order_and_spaces_and_the_name_of_a_part_mean_nothing(entry: Entry, plan: EntryPlan) -> None:
    other = Entry(
        entry.city,
        {
            key: Record(
                record.kind,
                {
                    name: tuple(
                        Text(f" {value.text.replace(' ', '  ')}", value.language) if isinstance(value, Text) else value
                        for value in reversed(values)
                    )
                    for name, values in record.values.items()
                },
            )
            for key, record in reversed(list(entry.records.items()))
        },
    )
    other = renamed(other, "declaration", "the-act")
    assert list(changed_places(entry, other))
    assert changed_claims(entry, other, plan) == ()


def test_each_change_stands_under_every_criterion_that_reads_its_field(
    entry: Entry, plan: EntryPlan, registry: Registry
) -> None:
    part = plan.parts[entry.records["declaration"].kind]
    for field in part.fields:
        if not field.is_typed or not entry.records["declaration"].of(field.name):
            continue
        later = entry.with_values("declaration", field.name, (Text("zqx"),))
        arranged = by_criterion(changed_claims(entry, later, plan), registry.standard, {}, {})
        assert {each.iri for each in arranged} == ({str(iri) for iri in field.serves} or {""}), field.name
        for each in arranged:
            (claim,) = each.claims
            (answer,) = claim.answers
            assert (claim.fate, claim.iri) == (Fate.CHANGED, f"{entry.city}#declaration")
            assert (answer.question, [value.text for value in answer.after]) == (field.label, ["zqx"])
            assert answer.before


def test_a_part_that_came_and_one_that_went_are_told_whole(entry: Entry, plan: EntryPlan) -> None:
    without = Entry(entry.city, {key: record for key, record in entry.records.items() if key != "declaration"})
    for earlier, later, fate in ((without, entry, Fate.ADDED), (entry, without, Fate.TAKEN_OUT)):
        claim = next(each for each in changed_claims(earlier, later, plan) if each.iri.endswith("#declaration"))
        told, empty = ("after", "before") if fate is Fate.ADDED else ("before", "after")
        assert (claim.fate, claim.title) == (fate, "Karthold commits itself to human rights")
        assert all(getattr(answer, told) and not getattr(answer, empty) for answer in claim.answers)
        assert len(claim.answers) == len(entry.records["declaration"].values)


def test_two_parts_of_one_title_are_not_taken_for_each_other(plan: EntryPlan) -> None:
    kind = plan.city.name
    city = {CITY: Record(kind)}
    part, field = next(
        (part, field)
        for part in plan.parts.values()
        if not part.is_city
        for field in part.fields
        if field.kind == "language-text"
    )
    one = Record(part.name, {field.name: (Text("The same", "en"),)})
    earlier, later = (
        Entry("https://x/", {**city, "a": one, "b": one}),
        Entry("https://x/", {**city, "c": one, "d": one}),
    )
    fates = [claim.fate for claim in changed_claims(earlier, later, plan)]
    assert sorted(fates) == ["added", "added", "taken out", "taken out"]


def test_an_outcome_that_differs_is_told_with_no_field_beside_it(registry: Registry) -> None:
    first, second = registry.standard.requirements[:2]
    before = {str(each.iri): MachineOutcome(Outcome.FAILED) for each in (first, second)}
    after = {str(first.iri): MachineOutcome(Outcome.PASSED), str(second.iri): MachineOutcome(Outcome.FAILED)}
    (told,) = by_criterion((), registry.standard, before, after)
    (changed,) = told.outcomes
    assert (changed.requirement, changed.before, changed.after) == (first, Outcome.FAILED, Outcome.PASSED)
    (told,) = by_criterion((), registry.standard, {}, {str(first.iri): MachineOutcome(Outcome.PASSED)})
    assert (told.outcomes[0].before, told.outcomes[0].after) == (None, Outcome.PASSED)
