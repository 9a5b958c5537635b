"""Two people's work on one entry is brought together; where both changed one field, both values are shown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.entry import ADDRESS_OF_CITY, CITY, Entry, Link, Place, Record, Text
from registry.entry_versions import changed_places, from_json, merge, resolve, to_json
from registry.errors import UnreadableSubmission
from registry.registry import Registry
from tests.entries import CITY_IRI, entries, said

BASE = Entry(
    CITY_IRI,
    {
        CITY: Record("City", {"prefLabel": (Text("Oderau", "en"),), "currentPlan": (Link("plan"),)}),
        "plan": Record("ActionPlan", {"commitment": (Link("a"),), "startDate": (Text("2026-01-01"),)}),
        "a": Record("Commitment", {"title": (Text("First", "en"),)}),
    },
)


def added(entry: Entry, title: str) -> Entry:
    grown = Entry(entry.city, {**entry.records, "commitment-1": Record("Commitment", {"title": (Text(title, "en"),)})})
    return grown.with_values("plan", "commitment", (Link("a"), Link("commitment-1")))


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_an_entry_is_the_same_after_json(registry: Registry, data: st.DataObject) -> None:
    entry = data.draw(entries(registry.entry_plan))
    assert from_json(to_json(entry)) == entry
    assert to_json(from_json(to_json(entry))) == to_json(entry)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"city": 1, "parts": {}}', '{"city": "", "parts": {"": {"kind": "City"}}}', "[" * 5000]
)
def test_what_is_no_draft_is_refused(text: str) -> None:
    with pytest.raises(UnreadableSubmission, match="draft"):
        from_json(text)


def test_changes_of_different_fields_are_both_kept(registry: Registry) -> None:
    mine = BASE.with_values("plan", "startDate", (Text("2026-02-01"),))
    theirs = BASE.with_values(CITY, "prefLabel", (Text("Stadt Oderau", "de"),))
    merged = merge(BASE, mine, theirs, registry.entry_plan)
    assert merged.conflicts == ()
    assert merged.entry.records["plan"].of("startDate") == (Text("2026-02-01"),)
    assert merged.entry.records[CITY].of("prefLabel") == (Text("Stadt Oderau", "de"),)


def test_changes_of_one_field_are_both_shown_and_either_can_stand(registry: Registry) -> None:
    mine = BASE.with_values("a", "title", (Text("Mine", "en"),))
    theirs = BASE.with_values("a", "title", (Text("Theirs", "en"),))
    merged = merge(BASE, mine, theirs, registry.entry_plan)
    assert [(found.place, found.mine, found.theirs) for found in merged.conflicts] == [
        (Place("a", "title"), (Text("Mine", "en"),), (Text("Theirs", "en"),))
    ]
    assert resolve(merged, frozenset()).records["a"].of("title") == (Text("Mine", "en"),)
    assert resolve(merged, frozenset({Place("a", "title")})).records["a"].of("title") == (Text("Theirs", "en"),)


def test_two_new_parts_of_one_key_stay_two_and_both_are_linked(registry: Registry) -> None:
    merged = merge(BASE, added(BASE, "Mine"), added(BASE, "Theirs"), registry.entry_plan)
    assert merged.conflicts == ()
    linked = [value.key for value in merged.entry.records["plan"].of("commitment") if isinstance(value, Link)]
    assert len(linked) == len(set(linked)) == 3
    titles = {merged.entry.records[key].of("title")[0] for key in linked}
    assert titles == {Text("First", "en"), Text("Mine", "en"), Text("Theirs", "en")}


def test_a_part_that_one_takes_out_stays_when_the_other_changed_it(registry: Registry) -> None:
    gone = {key: record for key, record in BASE.records.items() if key != "a"}
    theirs = Entry(CITY_IRI, gone).with_values("plan", "commitment", ())
    untouched = merge(BASE, BASE, theirs, registry.entry_plan)
    assert "a" not in untouched.entry.records
    mine = BASE.with_values("a", "title", (Text("Changed", "en"),))
    changed = merge(BASE, mine, theirs, registry.entry_plan)
    assert changed.entry.records["a"].of("title") == (Text("Changed", "en"),)


def test_the_address_of_the_city_is_a_field_too(registry: Registry) -> None:
    mine, theirs = Entry("a", BASE.records), Entry("b", BASE.records)
    merged = merge(BASE, mine, theirs, registry.entry_plan)
    assert [found.place for found in merged.conflicts] == [Place(CITY, ADDRESS_OF_CITY)]
    assert resolve(merged, frozenset({Place(CITY, ADDRESS_OF_CITY)})).city == "b"
    assert list(changed_places(mine, theirs)) == [Place(CITY, ADDRESS_OF_CITY)]


def test_blank_values_are_no_change(registry: Registry) -> None:
    mine = BASE.with_values(CITY, "termStart", (Text(""),))
    assert list(changed_places(BASE, mine)) == []
    assert merge(BASE, mine, BASE, registry.entry_plan).conflicts == ()


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_every_value_of_either_side_stands_or_is_shown(registry: Registry, data: st.DataObject) -> None:
    plan = registry.entry_plan
    mine, theirs = data.draw(entries(plan)), data.draw(entries(plan))
    merged = merge(Entry(CITY_IRI, {CITY: Record("City")}), mine, theirs, plan)
    standing = {value for values in said(merged.entry).values() for value in values if isinstance(value, Text)}
    shown = {value for found in merged.conflicts for value in (*found.mine, *found.theirs)}
    for side in (mine, theirs):
        texts = {value for values in said(side).values() for value in values if isinstance(value, Text)}
        assert texts <= standing | shown


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_who_changed_nothing_gets_the_other_side(registry: Registry, data: st.DataObject) -> None:
    plan = registry.entry_plan
    ancestor, theirs = data.draw(entries(plan)), data.draw(entries(plan))
    merged = merge(ancestor, ancestor, theirs, plan)
    assert merged.conflicts == ()
    assert said(merged.entry) == said(theirs)
    assert merged.entry.records.keys() == theirs.records.keys()
