"""A renewal asks first what has run out, and folds what is answered and unchanged."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from registry.entry import CITY, Entry, Text, entry_of, write
from registry.entry_layout import lay_out
from registry.errors import UnreadableSubmission
from registry.model import Outcome, Report
from registry.registry import Examination, Registry
from registry.renewal import Renewal, RunOut, ask, from_text, run_out, sayable, to_text
from registry.settings import Settings
from registry.wiring import wire

FILE = Path(__file__).parents[2] / "data" / "examples" / "committed.ttl"
THEN, LATER = date(2026, 11, 30), date(2031, 1, 1)

Judge = Callable[[date], Report]


@pytest.fixture(scope="module")
def registry() -> Registry:
    return wire(Settings())


@pytest.fixture(scope="module")
def entry(registry: Registry) -> Entry:
    return registry.open_entry(Examination(raw=FILE.read_bytes(), name=FILE.name))


@pytest.fixture(scope="module")
def judge(registry: Registry) -> Judge:
    return lambda day: registry.examine(Examination(raw=FILE.read_bytes(), name=FILE.name, at=day))


def of(entry: Entry, *criteria: str) -> Renewal:
    found = tuple(RunOut(f"{each}/declared", each, "A requirement", "Look again.") for each in criteria)
    return Renewal("case/karthold-1", "2026-11-30", found, entry)


@pytest.mark.slow
def test_what_was_passed_and_is_not_any_more_has_run_out(judge: Judge) -> None:
    then, later = judge(THEN), judge(LATER)
    lost = run_out(then, later)
    before = {str(each.requirement.iri): each.outcome for each in then.outcomes}
    after = {str(each.requirement.iri): each.outcome for each in later.outcomes}
    assert {each.requirement for each in lost} == {
        iri for iri in before if before[iri] is Outcome.PASSED and after[iri] is not Outcome.PASSED
    }
    assert "An adopted plan that is running" in {each.label for each in lost}
    assert all(each.sentence for each in lost)
    assert run_out(then, then) == run_out(then, None) == ()
    failed = {str(each.requirement.iri) for each in later.outcomes if each.outcome is Outcome.FAILED}
    assert {each.requirement for each in run_out(None, later)} == failed


def test_sections_that_hold_what_ran_out_come_first_and_are_open(registry: Registry, entry: Entry) -> None:
    plan = registry.entry_plan
    layout = lay_out(entry, plan)
    labels = [label for label, _ in layout.city.sections]
    last = layout.city.sections[-2]
    criterion = next(str(each) for slot in last[1] for each in slot.field.serves)
    asked = ask(layout, of(entry, criterion), entry, plan)
    assert asked.because[last[0]]
    first = [label for label, _ in asked.layout.city.sections]
    assert first[: sum(map(bool, asked.because.values()))] == [label for label in labels if asked.because[label]]
    assert sorted(first) == sorted(labels)
    assert last[0] not in asked.folded
    assert asked.folded <= {label for label in labels if not asked.because[label]}


def test_what_is_unchanged_and_answered_is_folded_and_a_change_opens_it(registry: Registry, entry: Entry) -> None:
    plan = registry.entry_plan
    layout = lay_out(entry, plan)
    renewal = of(entry)
    answered = {label for label, slots in layout.city.sections if any(slot.items for slot in slots)}
    assert ask(layout, renewal, entry, plan).folded == answered
    changed = entry.with_values(CITY, "termStart", (Text("2030-01-01"),))
    opened = answered - ask(lay_out(changed, plan), renewal, changed, plan).folded
    assert opened == {
        label for label, slots in layout.city.sections if "termStart" in {each.field.name for each in slots}
    }
    key = next(key for key, path in layout.paths.items() if path.startswith("currentPlan") and "." not in path)
    deeper = entry.with_values(key, "reviewDate", (Text("2030-01-01"),))
    opened = answered - ask(lay_out(deeper, plan), renewal, deeper, plan).folded
    assert opened == {
        label for label, slots in layout.city.sections if "currentPlan" in {each.field.name for each in slots}
    }


def test_of_a_desk_profile_what_a_submission_may_say_is_kept(registry: Registry) -> None:
    plan, profiles = registry.entry_plan, registry.artefacts.files.cities
    for slug, graph in profiles.items():
        city = URIRef(f"https://w3id.org/hrcr/id/city/{slug}")
        kept = sayable(graph, plan)
        found = entry_of(kept, city, plan)
        assert set(kept) <= set(graph)
        assert found.records[CITY].of("prefLabel"), slug
    assert len(profiles) > 20


def test_all_that_a_submission_says_is_sayable(registry: Registry, entry: Entry) -> None:
    said = write(entry, registry.entry_plan).graph
    assert set(sayable(said, registry.entry_plan)) == set(said)
    assert len(sayable(Graph(), registry.entry_plan)) == 0


def test_a_renewal_is_read_as_it_was_written(entry: Entry) -> None:
    renewal = of(entry, "https://w3id.org/hrcr/standard/x")
    assert from_text(to_text(renewal)) == renewal


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"source":"a","on":"b","runOut":[[1]],"entry":"{}"}'])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UnreadableSubmission):
        from_text(text)
