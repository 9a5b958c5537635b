"""A form sends what it shows, and its buttons change what they say and nothing else."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.entry import CITY, Entry, Link, Place, Record, Text, entry_of, write
from registry.entry_form import MOST_FIELDS, act, faults_by_path, form_fields, new_key, read_form
from registry.entry_layout import lay_out
from registry.errors import SubmissionTooLarge
from registry.intake import read_submission
from registry.registry import Registry
from tests.entries import CITY_IRI, EACH_EXAMPLE, entries, said


def sent(entry: Entry, registry: Registry) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in form_fields(entry, registry.entry_plan):
        fields.setdefault(name, []).append(value)
    return fields


@pytest.mark.parametrize("path", EACH_EXAMPLE)
def test_an_example_is_the_same_graph_after_a_form(registry: Registry, path: Path) -> None:
    plan, syntax = registry.entry_plan, registry.artefacts.syntax
    found = read_submission(path.read_bytes(), "text/turtle", profile=registry.profile, syntax=syntax)
    entry = read_form(sent(entry_of(found.graph, found.city, plan), registry), plan)
    assert set(write(entry, plan).graph) == set(found.graph)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_form_comes_back_as_it_was_sent(registry: Registry, data: st.DataObject) -> None:
    plan = registry.entry_plan
    entry = data.draw(entries(plan))
    fields = sent(entry, registry)
    again = read_form(fields, plan)
    assert again.city == entry.city
    assert said(again) == said(entry)
    assert sent(again, registry) == fields
    assert set(write(again, plan).graph) == set(write(entry, plan).graph)


def test_line_ends_of_browsers_are_one_sign(registry: Registry) -> None:
    entry = read_form(
        {":city": ["x"], "prefLabel[1]": ["a\r\nb"], "prefLabel[1]:language": ["en"]}, registry.entry_plan
    )
    assert entry.records[CITY].of("prefLabel") == (Text("a\nb", "en"),)


def test_ticked_boxes_and_typed_names_are_values(registry: Registry) -> None:
    at = "https://w3id.org/hrcr/vocab/countries/AT"
    sectors = ["https://w3id.org/hrcr/vocab/member-sectors/residents", "https://w3id.org/hrcr/vocab/member-sectors/x"]
    fields = {
        "country": ["austria"],
        "governedBy:kind": ["GoverningBody"],
        "governedBy:key": ["body"],
        "governedBy.meeting[1]:kind": ["Meeting"],
        "governedBy.meeting[1]:key": ["m"],
        "governedBy.meeting[1].sectorPresent:chosen": sectors,
    }
    entry = read_form(fields, registry.entry_plan)
    assert entry.records[CITY].of("country") == (Text(at),)
    assert entry.records["m"].of("sectorPresent") == tuple(map(Text, sectors))


@pytest.mark.parametrize(
    "fields",
    [
        {"nonsense": ["x"], "a.b.c[3]": ["x"], "": ["x"], "[1]": ["x"], ":kind": ["City"]},
        {"currentPlan:kind": ["Nonsense"], "currentPlan:key": ["a"], "currentPlan.title[1]": ["x"]},
        {"country[" + "9" * 400 + "]": ["x"]},
    ],
)
def test_names_that_no_form_has_are_passed_over(registry: Registry, fields: dict[str, list[str]]) -> None:
    assert said(read_form(fields, registry.entry_plan)) == {}


def test_two_blocks_of_one_key_stay_two_parts(registry: Registry) -> None:
    fields = {
        "act[1]:kind": ["Declaration"],
        "act[1]:key": ["same"],
        "act[1].actIdentifier[1]": ["1"],
        "act[2]:kind": ["Declaration"],
        "act[2]:key": ["same"],
        "act[2].actIdentifier[1]": ["2"],
    }
    entry = read_form(fields, registry.entry_plan)
    assert len(entry.records) == 3
    assert sorted(str(record.of("actIdentifier")) for record in entry.records.values() if record.values) != []


def test_a_form_of_too_many_fields_is_refused(registry: Registry) -> None:
    with pytest.raises(SubmissionTooLarge, match="fields"):
        read_form({"x": [""] * (MOST_FIELDS + 1)}, registry.entry_plan)


def grown(registry: Registry, *commands: str, entry: Entry | None = None, **fields: str) -> tuple[Entry, str]:
    found, focus = entry or Entry(CITY_IRI, {CITY: Record("City")}), ""
    for command in commands:
        found, focus = act(found, command, registry.entry_plan, {name: [value] for name, value in fields.items()})
    return found, focus


def test_parts_are_added_within_parts(registry: Registry) -> None:
    entry, focus = grown(
        registry,
        "add currentPlan ActionPlan",
        "add currentPlan.commitment Commitment",
        "add currentPlan.commitment Commitment",
        "add currentPlan.commitment[2].budgetLine BudgetLine",
    )
    assert focus == "currentPlan.commitment[2].budgetLine[1]"
    assert sorted(entry.records) == ["", "action-plan-1", "budget-line-1", "commitment-1", "commitment-2"]
    assert entry.records["commitment-2"].of("budgetLine") == (Link("budget-line-1"),)


def test_a_described_part_is_linked_once(registry: Registry) -> None:
    entry, _ = grown(registry, "add currentPlan ActionPlan", "add currentPlan.commitment Commitment")
    entry, _ = grown(registry, "add currentPlan.budgetLine BudgetLine", entry=entry)
    path = "currentPlan.commitment[1].budgetLine"
    for _ in range(2):
        entry, focus = grown(registry, f"use {path}", entry=entry, **{f"{path}:use": "#budget-line-1"})
    assert entry.records["commitment-1"].of("budgetLine") == (Link("budget-line-1"),)
    unknown, _ = grown(registry, f"use {path}", entry=entry, **{f"{path}:use": "#nothing"})
    assert unknown == entry
    assert focus


def test_what_is_taken_out_takes_along_only_what_it_alone_led_to(registry: Registry) -> None:
    records = {
        CITY: Record("City", {"currentPlan": (Link("plan"),), "act": (Link("act"),)}),
        "plan": Record("ActionPlan", {"commitment": (Link("c"),), "supportedBy": (Link("shared"),)}),
        "c": Record("Commitment", {"supportedBy": (Link("own"), Link("shared"))}),
        "act": Record("Declaration", {"supportedBy": (Link("shared"),)}),
        "own": Record("Evidence"),
        "shared": Record("Evidence"),
        "apart": Record("Meeting"),
    }
    entry, _ = grown(registry, "remove currentPlan", entry=Entry(CITY_IRI, records))
    assert sorted(entry.records) == ["", "act", "apart", "shared"]
    entry, _ = grown(registry, "remove :unlinked[1]", entry=entry)
    assert sorted(entry.records) == ["", "act", "shared"]


def test_one_more_value_can_be_typed_and_taken_out(registry: Registry) -> None:
    entry, focus = grown(registry, "more prefLabel")
    assert (focus, len(entry.records[CITY].of("prefLabel"))) == ("prefLabel[2]", 2)
    entry, _ = grown(registry, "remove prefLabel[1]", entry=entry)
    assert len(entry.records[CITY].of("prefLabel")) == 1


@pytest.mark.parametrize(
    "command", ["", "add", "add nowhere City", "add currentPlan City", "remove", "remove prefLabel[7]", "use x", "save"]
)
def test_a_command_that_means_nothing_changes_nothing(registry: Registry, command: str) -> None:
    before = Entry(CITY_IRI, {CITY: Record("City", {"prefLabel": (Text("A", "en"),)})})
    after, _ = grown(registry, command, entry=before)
    assert after == before


def test_new_keys_are_free_and_readable() -> None:
    assert new_key("BudgetLine", ["budget-line-1", "x"]) == "budget-line-2"


def test_faults_stand_in_the_order_of_the_form(registry: Registry) -> None:
    entry = Entry(CITY_IRI, {CITY: Record("City", {"termStart": (Text("x"),)})})
    layout = lay_out(entry, registry.entry_plan)
    found = [(Place(CITY, "termStart", 1), "b."), (Place(CITY, "prefLabel"), "a."), (Place(CITY, "prefLabel"), "a.")]
    assert list(faults_by_path(found, layout, registry.entry_plan)) == [("prefLabel", "a."), ("termStart", "b.")]
