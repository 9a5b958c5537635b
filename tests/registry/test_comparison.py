"""Two releases are compared by what people know: items with their properties, and outcomes by city and requirement."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from rdflib import Graph

from registry.adapters.release_directories import ReleaseDirectories
from registry.comparison import Comparison, ItemChange, OutcomeChange, PropertyChange, compare
from registry.fold import fold
from registry.registry import Registry
from tests.server.conftest import events

CITY = "https://w3id.org/hrcr/id/city/aldermoor"
SAYS = "http://www.w3.org/2004/02/skos/core#prefLabel"
REQUIREMENT = "https://w3id.org/hrcr/standard/formal-act/declared"


def label(text: str, node: str = CITY) -> str:
    return f'<{node}> <{SAYS}> "{text}"@en .'


def outcome(number: int, word: str, city: str = CITY) -> str:
    node = f"https://w3id.org/hrcr/id/assessment/{number}"
    earl = "http://www.w3.org/ns/earl#"
    return (
        f"<{node}#a> <{earl}test> <{REQUIREMENT}> ; <{earl}subject> <{city}> ; <{earl}result> <{node}#r> ."
        f"<{node}#r> <{earl}outcome> <{earl}{word}> ."
    )


@pytest.fixture
def compared(registry: Registry, tmp_path: Path):  # type: ignore[no-untyped-def]  # a function of two mappings
    directories = ReleaseDirectories(tmp_path)

    def give(*contents: Mapping[str, str]) -> Comparison:
        built = []
        for texts in contents:
            graphs = {case: Graph().parse(data=text, format="turtle") for case, text in texts.items()}
            content = fold(events(graphs), registry.artefacts.syntax)
            release = directories.build(
                content, day=date(2026, 6, 30), standard_version="1.0.0", software_version="0.1.0"
            )
            built.append(directories.open(release.id))
        return compare(*built)

    return give


def test_releases_that_say_the_same_do_not_differ(compared) -> None:  # type: ignore[no-untyped-def]  # a fixture's function
    found = compared({"profile/aldermoor": label("Aldermoor")}, {"profile/aldermoor": label("Aldermoor")})
    assert (found.items, found.outcomes) == ((), ())


def test_an_item_is_changed_in_the_properties_whose_values_differ(compared) -> None:  # type: ignore[no-untyped-def]  # as above
    part = f"{CITY}#declaration"
    same = label("the same", f"{CITY}#text")
    found = compared(
        {"profile/aldermoor": label("Aldermoor") + label("old", part) + same},
        {"profile/aldermoor": label("Aldermoor") + label("new", part) + same},
    )
    change = PropertyChange(part, SAYS, ('"old"@en',), ('"new"@en',))
    assert found.items == (ItemChange(CITY, "changed", (change,)),)


def test_items_that_came_and_went_are_named_as_such(compared) -> None:  # type: ignore[no-untyped-def]  # as above
    other = "https://w3id.org/hrcr/id/city/brackwater"
    found = compared({"profile/aldermoor": label("Aldermoor")}, {"profile/brackwater": label("Brackwater", other)})
    assert [(item.item, item.kind) for item in found.items] == [(CITY, "removed"), (other, "added")]


def test_outcomes_are_compared_by_city_and_requirement_and_not_by_the_assessment(compared) -> None:  # type: ignore[no-untyped-def]  # as above
    other = "https://w3id.org/hrcr/id/city/brackwater"
    found = compared(
        {"assessment/aldermoor": outcome(1, "untested")},
        {"assessment/aldermoor": outcome(2, "passed"), "assessment/brackwater": outcome(3, "cantTell", other)},
    )
    assert found.items == ()
    assert found.outcomes == (
        OutcomeChange(CITY, REQUIREMENT, "untested", "passed"),
        OutcomeChange(other, REQUIREMENT, None, "cantTell"),
    )
    again = compared({"assessment/aldermoor": outcome(1, "passed")}, {"assessment/aldermoor": outcome(2, "passed")})
    assert again.outcomes == ()
