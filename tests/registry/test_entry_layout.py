"""Every part is written out exactly once, every value has one path, and every path leads back to its value."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.entry import ADDRESS_OF_CITY, CITY, Entry, Link, Place, Record, Text
from registry.entry_layout import UNLINKED, entry_title, lay_out
from registry.registry import Registry
from tests.entries import CITY_IRI, entries


def plan_with_budget() -> Entry:
    return Entry(
        CITY_IRI,
        {
            CITY: Record("City", {"currentPlan": (Link("plan"),)}),
            "plan": Record("ActionPlan", {"commitment": (Link("a"), Link("b")), "budgetLine": (Link("money"),)}),
            "a": Record("Commitment", {"title": (Text("First", "en"),)}),
            "b": Record("Commitment", {"budgetLine": (Link("more"), Link("money"))}),
            "more": Record("BudgetLine", {"amount": (Text("5"),)}),
            "money": Record("BudgetLine", {"amount": (Text("7"),)}),
            "lonely": Record("Meeting", {"date": (Text("2026-01-01"),)}),
        },
    )


def test_a_path_names_fields_and_counts(registry: Registry) -> None:
    layout = lay_out(plan_with_budget(), registry.entry_plan)
    assert layout.paths["b"] == "currentPlan.commitment[2]"
    place = Place("more", "amount", 1)
    assert layout.path_of(place, registry.entry_plan) == "currentPlan.commitment[2].budgetLine[1].amount"
    assert layout.path_of(Place(CITY, ADDRESS_OF_CITY), registry.entry_plan) == ADDRESS_OF_CITY
    assert layout.path_of(Place("b", "nonsense"), registry.entry_plan) == "currentPlan.commitment[2]"


def test_a_shared_part_stands_nearest_to_the_city_and_is_linked_elsewhere(registry: Registry) -> None:
    layout = lay_out(plan_with_budget(), registry.entry_plan)
    assert layout.paths["money"] == "currentPlan.budgetLine[1]"
    links = [item for block in layout.blocks() for slot in block.slots for item in slot.links if item.block is None]
    assert [item.path for item in links] == ["currentPlan.commitment[2].budgetLine[2]"]


def test_what_nothing_names_is_shown_all_the_same(registry: Registry) -> None:
    layout = lay_out(plan_with_budget(), registry.entry_plan)
    assert [block.key for block in layout.unlinked] == ["lonely"]
    assert layout.paths["lonely"] == f"{UNLINKED}[1]"
    assert (layout.titles["a"], layout.titles["lonely"]) == ("First", "2026-01-01")


def test_circles_and_long_chains_end(registry: Registry) -> None:
    chain = {f"p{number}": Record("ActionPlan", {"previousPlan": (Link(f"p{number + 1}"),)}) for number in range(60)}
    records = {CITY: Record("City"), **chain, "p60": Record("ActionPlan", {"previousPlan": (Link("p0"),)})}
    layout = lay_out(Entry(CITY_IRI, records), registry.entry_plan)
    assert sorted(block.key for block in layout.blocks()) == sorted(records)
    assert max(path.count(".") for path in layout.paths.values()) <= 12


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_every_part_and_every_value_has_one_path_of_its_own(registry: Registry, data: st.DataObject) -> None:
    plan = registry.entry_plan
    entry = data.draw(entries(plan))
    layout = lay_out(entry, plan)
    assert sorted(block.key for block in layout.blocks()) == sorted(entry.records)
    places = layout.places()
    for key, record in entry.records.items():
        for name, values in record.values.items():
            for number in range(1, len(values) + 1):
                place = Place(key, name, number)
                assert places[layout.path_of(place, plan)] in (place, Place(getattr(values[number - 1], "key", key)))


def test_an_entry_is_called_as_its_city_is_and_by_its_address_where_it_is_not(registry: Registry) -> None:
    named = Entry(CITY_IRI, {CITY: Record("City", {"prefLabel": (Text("Oderau", "de"),)})})
    nameless = Entry(CITY_IRI, {CITY: Record("City", {"prefLabel": (Text(" ", "de"),)})})
    assert [entry_title(entry, registry.entry_plan) for entry in (named, nameless)] == ["Oderau", CITY_IRI]
