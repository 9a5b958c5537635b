"""What a verdict rests on gives its key; the lot depends on the seed alone; a verdict is outdated when that changes."""

from dataclasses import replace
from datetime import date

import pytest

from registry.bulk import LEAST, Rules, State, Task, drawn, key_of, state_of, verdict_of
from registry.report_verification import Stated
from tests.registry.quick_reports import silent

TASK = Task(name="file/a", city="https://example.org/id/city/a", said=b"said", held=b"held")
RULES = Rules(hashes=(("shapes", "1"), ("standard", "2")), at=date(2026, 6, 30), base="https://example.org/")
STATED = Stated(
    date(2026, 6, 30), "https://example.org/", {"shapes": "1", "standard": "2", "submission": "3", "held": "4"}
)
PARTS = {"submission": "3", "held": "4"}
OURS = {"shapes": "1", "standard": "2"}


@pytest.mark.parametrize(
    ("task", "rules"),
    [
        (replace(TASK, said=b"other"), RULES),
        (replace(TASK, held=b"other"), RULES),
        (replace(TASK, is_desk_profile=True), RULES),
        (TASK, replace(RULES, at=date(2026, 7, 1))),
        (TASK, replace(RULES, hashes=(("shapes", "9"), ("standard", "2")))),
        (TASK, replace(RULES, is_native=True)),
        (TASK, replace(RULES, base="https://example.com/")),
    ],
)
def test_whatever_a_verdict_rests_on_changes_its_key(task: Task, rules: Rules) -> None:
    assert key_of(task, rules) != key_of(TASK, RULES)


def test_a_name_or_a_place_is_nothing_that_a_verdict_rests_on() -> None:
    assert key_of(replace(TASK, name="file/b"), RULES) == key_of(TASK, RULES)


def test_one_in_fifty_is_drawn_and_at_least_five_whatever_their_order() -> None:
    names = [f"file/{number}" for number in range(1000)]
    assert len(drawn(names, seed="a")) == 20
    assert drawn(names, seed="a") == drawn(reversed(names), seed="a") != drawn(names, seed="b")
    assert len(drawn(names[:100], seed="a")) == LEAST
    assert drawn(names[:3], seed="a") == frozenset(names[:3])
    assert drawn([], seed="a") == frozenset()


def test_over_many_seeds_everybody_is_drawn_at_some_time() -> None:
    names = [f"file/{number}" for number in range(50)]
    assert frozenset().union(*(drawn(names, seed=str(seed)) for seed in range(200))) == frozenset(names)


@pytest.mark.parametrize(
    ("rules", "parts", "state"),
    [
        (OURS, PARTS, State.CURRENT),
        ({**OURS, "shapes": "9"}, PARTS, State.OTHER_RULES),
        ({**OURS, "standard": "9"}, None, State.OTHER_RULES),
        (OURS, {**PARTS, "held": "9"}, State.OTHER_DATA),
        (OURS, {**PARTS, "submission": "9"}, State.OTHER_DATA),
        (OURS, None, State.UNKNOWN),
    ],
)
def test_a_verdict_is_outdated_where_rules_or_data_are_others(
    rules: dict[str, str], parts: dict[str, str] | None, state: State
) -> None:
    assert state_of(STATED, rules=rules, parts=parts) is state


def test_a_verdict_names_the_city_and_what_was_found_first() -> None:
    verdict = verdict_of(silent(), name="file/silent")
    assert (verdict.label, verdict.city) == ("Silent", str(silent().dossier.city))
    assert [found.outcome for found in verdict.found] == [str(found.outcome) for found in silent().outcomes]
    failed = next(found for found in verdict.found if found.outcome == "failed")
    assert failed.message
