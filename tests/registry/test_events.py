"""Events carry what was done, by which office, when and why, in an order that is always the same."""

from datetime import date

import pytest

from registry.artefacts import Artefacts
from registry.events import events_of
from registry.model import Event

DAY = date(2026, 6, 30)


@pytest.fixture(scope="module")
def events(artefacts: Artefacts) -> list[Event]:
    return list(events_of(artefacts, {}, at=DAY))


def test_each_file_is_one_event_with_its_own_graph(artefacts: Artefacts, events: list[Event]) -> None:
    files = artefacts.files
    groups = (
        files.ontology,
        files.vocabularies,
        files.standard,
        files.process,
        files.shapes,
        files.reference,
        files.cities,
    )
    assert len(events) == sum(map(len, groups)) == len({event.graph for event in events})


def test_they_are_numbered_without_a_gap(events: list[Event]) -> None:
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))


@pytest.mark.slow
def test_the_same_files_give_the_same_events(artefacts: Artefacts, events: list[Event]) -> None:
    assert list(events_of(artefacts, {}, at=DAY)) == events


def test_a_profile_is_dated_by_the_day_it_was_compiled(events: list[Event]) -> None:
    graz = next(event for event in events if event.case == "profile/graz")
    assert (graz.time, graz.office) == ("2026-11-25", "registry-steward")
    assert "the city did not submit it" in graz.reason


def test_a_payload_is_sorted_canonical_n_quads(events: list[Event]) -> None:
    for event in events[:40]:
        lines = event.payload.splitlines()
        assert lines == sorted(lines)
