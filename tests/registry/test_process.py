"""The law of a case is data that holds together: whole, without dead ends, and known to the code by name."""

from collections import Counter
from itertools import product

import pytest

from registry import cases, conditions, impartiality, standing_changes, standings
from registry.command_form import TAKES
from registry.process import CLOCK, NEW, PUBLIC, Process, Transition
from tests.registry.playing import artefacts, law

STATES = (
    "draft", "submitted", "eligibility-checked", "public-call", "in-review", "clarification", "reply", "answer",
    "before-deciders", "decided", "appealed", "closed",
)  # fmt: skip
DAYS = {"public-call": (0, 30), "reply": (0, 30), "appeal": (0, 30), "cure": (0, 90), "serious-concern": (0, 90)}
MONTHS = {"term": (36, 0), "yearly-report": (12, 0), "former-ties": (36, 0)}


@pytest.fixture(scope="module")
def process() -> Process:
    return law()


def steps(process: Process) -> list[Transition]:
    return [*process.case_steps.values(), *process.standing_steps.values()]


def test_the_states_the_roles_and_the_time_limits_are_those_of_the_standard(process: Process) -> None:
    assert tuple(process.states) == STATES
    assert list(process.roles) == ["officer", "reviewer", "decider", "steward", PUBLIC, CLOCK]
    found = {slug: (limit.months, limit.days) for slug, limit in process.limits.items()}
    assert found == found | DAYS | MONTHS
    assert list(process.kinds) == ["accreditation", "serious-concern"]


def test_every_name_of_a_condition_of_the_law_is_known_to_the_code_and_the_other_way_round(process: Process) -> None:
    of_cases = {slug for step in process.case_steps.values() for slug in step.conditions}
    of_standings = {slug for step in process.standing_steps.values() for slug in step.conditions}
    assert of_cases == set(conditions.CONDITIONS)
    assert of_standings == set(standing_changes.CONDITIONS)
    assert of_cases | of_standings == set(process.conditions)


def test_every_rule_on_conflicts_is_known_to_the_code_and_the_other_way_round(process: Process) -> None:
    assert set(process.conflict_rules) == set(impartiality.CONFLICTS)


def test_what_the_code_knows_by_name_exists_in_the_law(process: Process) -> None:
    assert {step.recorded_as for step in process.case_steps.values()} >= cases.EFFECTIVE
    assert {step.recorded_as for step in process.standing_steps.values()} >= standings.EFFECTIVE
    assert {step.command for step in process.case_steps.values()} >= set(TAKES)


def test_roles_states_and_standings_that_steps_name_exist(process: Process) -> None:
    for step in process.case_steps.values():
        assert step.sources - {NEW} <= set(process.states), step.slug
        assert {step.target} - {None} <= set(process.states), step.slug
        assert step.kinds, step.slug
        assert set(step.leads_to) <= set(process.standing_steps), step.slug
    for step in process.standing_steps.values():
        assert (step.sources | {step.target}) - {NEW, None} <= set(process.standings), step.slug
    assert all(set(step.roles) <= set(process.roles) for step in steps(process))


def test_a_step_is_known_by_kind_of_case_state_and_command_and_by_kind_of_case_state_and_event(
    process: Process,
) -> None:
    for name in ("command", "recorded_as"):
        found = Counter(
            (kind, state, getattr(step, name))
            for step in process.case_steps.values()
            for kind, state in product(step.kinds, step.sources)
        )
        assert [each for each, count in found.items() if count > 1] == []


def test_every_state_is_reached_and_leads_to_the_end_in_each_kind_of_case_that_has_it(process: Process) -> None:
    reached: set[str] = set()
    for kind in process.kinds:
        moves = {
            (source, step.target)
            for step in process.case_steps.values()
            if kind in step.kinds and step.target is not None
            for source in step.sources
        }
        seen = {NEW}
        while more := {target for source, target in moves if source in seen} - seen:
            seen |= more
        ends = {slug for slug, state in process.states.items() if state.is_final}
        back = set(ends)
        while more := {source for source, target in moves if target in back} - back:
            back |= more
        assert seen <= back, kind
        reached |= seen
    assert reached == {NEW, *process.states}


def test_nothing_leads_out_of_a_final_state(process: Process) -> None:
    final = {slug for slug, state in process.states.items() if state.is_final}
    assert not [step.slug for step in process.case_steps.values() if step.sources & final]


def test_time_never_decides_on_substance(process: Process) -> None:
    by_time = [step for step in process.case_steps.values() if CLOCK in step.roles]
    assert all(step.roles == (CLOCK,) and not step.leads_to and not step.level for step in by_time)
    judging = {"accredit", "refuse", "uphold", "dismiss", "allow-appeal", "dismiss-appeal", "file-findings"}
    assert not judging & {step.command for step in by_time}


def test_every_state_with_a_time_limit_moves_on_by_itself_or_is_noted_as_overdue(process: Process) -> None:
    for slug, state in process.states.items():
        timed = [
            step
            for step in process.case_steps.values()
            if slug in step.sources and CLOCK in step.roles and "time-over" in step.conditions
        ]
        assert bool(timed) == (state.limit is not None), slug


def test_no_step_out_of_the_hands_of_the_deciders_goes_without_reason_and_no_first_one_without_hearing_the_city(
    process: Process,
) -> None:
    rulings = [step for step in process.case_steps.values() if step.roles == ("decider",) and step.target]
    assert len(rulings) == 7
    assert all(step.reason_required and "sits-as-decider" in step.conditions for step in rulings)
    against = [step for step in rulings if step.slug in ("accredit", "refuse", "uphold")]
    assert len(against) == 3
    assert all("city-was-heard" in step.conditions for step in against)


def test_the_roles_of_one_case_exclude_each_other_pair_by_pair_and_a_steward_judges_nowhere(process: Process) -> None:
    people = set(process.roles) - {CLOCK}
    pairs = {frozenset({one, other}) for one, other in product(people, people) if one != other}
    assert {found.roles for found in process.incompatibilities} == pairs
    across = {found.roles for found in process.incompatibilities if found.across_cases}
    assert across == {frozenset({"steward", "reviewer"}), frozenset({"steward", "decider"})}


def test_who_judges_or_runs_a_case_is_checked_for_conflicts(process: Process) -> None:
    checked = {slug for slug, role in process.roles.items() if role.checked_for_conflicts}
    assert checked == {"reviewer", "decider", "steward"}
    leaving = {step.command for step in process.case_steps.values() if step.open_in_conflict}
    assert leaving == {"step-down", "decline"}


def test_every_part_of_the_law_speaks_to_people(process: Process) -> None:
    for step in steps(process):
        for text in (step.definition, step.guidance):
            assert text[0].isupper(), step.slug
            assert text.endswith("."), step.slug
    for condition in process.conditions.values():
        assert not condition.label.endswith("."), condition.slug
        assert f"it needs that {condition.label}."[14].islower(), condition.slug


def test_the_law_of_the_installation_is_read_once_from_its_files() -> None:
    assert artefacts().process is artefacts().process
    assert set(artefacts().files.process) == {
        "accreditation", "any-case", "conditions", "roles", "serious-concern", "standings", "states", "time-limits",
    }  # fmt: skip
