"""Each condition of the law says in a sentence what it needs, and holds when it has it."""

import pytest

from registry.case_errors import CaseError
from registry.cases import Actor, Case
from registry.conditions import CONDITIONS, Situation, demand, free_seat
from registry.impartiality import NO_TIES
from registry.model import Outcome
from tests.registry.playing import (
    CITY,
    CLAIM,
    COMMITTED,
    FIRST,
    REQUIREMENTS,
    STEWARD,
    THIRD,
    Table,
    account,
    judged,
    law,
    order,
    person,
)

NOBODY = person("nobody", "reviewer")
Told = tuple[str, str, Actor, dict[str, object]]


def judgement_without(field: str) -> object:
    kept = {"reason": "It is there.", "evidence": CLAIM, "law": ""} | {field: ""}
    outcome = Outcome.INAPPLICABLE if field == "law" else Outcome.PASSED
    found = judged(REQUIREMENTS, outcome)
    return tuple(type(one)(requirement=one.requirement, outcome=outcome, **kept) for one in found)


BROKEN: list[Told] = [
    ("not-alone", "submitted", STEWARD, {}),
    ("city-named", "", FIRST, {}),
    ("submission-enclosed", "", FIRST, {"hashes": {}}),
    ("requirements-named", "submitted", STEWARD, {}),
    ("requirements-named", "submitted", STEWARD, {"requirements": REQUIREMENTS[:1] * 2}),
    ("time-over", "called", STEWARD, {}),
    ("seat-free", "called", STEWARD, {}),
    ("candidate-fits", "called", STEWARD, {}),
    ("panel-mixed", "eligible", STEWARD, {}),
    ("reviewer-removable", "called", STEWARD, {"subject": account("third")}),
    ("reviewer-removable", "filed", STEWARD, {"subject": account("first")}),
    ("decider-removable", "called", STEWARD, {"subject": account("decider")}),
    ("decider-removable", "heard", STEWARD, {"subject": account("second-decider")}),
    ("sits-as-reviewer", "called", NOBODY, {}),
    ("sits-as-decider", "called", NOBODY, {}),
    ("decider-missing", "heard", STEWARD, {}),
    ("not-yet-filed", "filed", FIRST, {}),
    ("not-yet-filed", "called", NOBODY, {}),
    ("findings-fit", "reviewed", FIRST, {}),
    ("findings-fit", "reviewed", FIRST, {"judgements": judged(REQUIREMENTS[1:])}),
    ("findings-fit", "reviewed", FIRST, {"judgements": judged(REQUIREMENTS, Outcome.UNTESTED)}),
    ("findings-fit", "reviewed", FIRST, {"judgements": judgement_without("evidence")}),
    ("findings-fit", "reviewed", FIRST, {"judgements": judgement_without("reason")}),
    ("findings-fit", "reviewed", FIRST, {"judgements": judgement_without("law")}),
    ("findings-complete", "reviewed", STEWARD, {}),
    ("claim-named", "called", STEWARD, {}),
    ("claim-named", "called", STEWARD, {"claim": CLAIM, "hashes": {}}),
    ("organisation-named", "", STEWARD, {}),
    ("text-enclosed", "called", STEWARD, {"hashes": {}}),
    ("something-held-back", "called", STEWARD, {}),
    ("concern-held-back", "called", STEWARD, {"concern": 1}),
    ("concern-unanswered", "called", STEWARD, {"concern": 1}),
    ("city-was-heard", "filed", STEWARD, {}),
    ("level-named", "heard", STEWARD, {"level": CITY}),
    ("level-named", "heard", STEWARD, {"level": COMMITTED, "hashes": {}}),
    ("report-named", "heard", STEWARD, {"hashes": {}}),
]


def situation(case: Case, actor: Actor, more: dict[str, object] | None) -> Situation:
    return Situation(
        process=law(),
        case=case,
        actor=actor,
        at=Table().now,
        ties=NO_TIES,
        command=None if more is None else order("any", **more),
    )


def case_at(point: str) -> Case:
    table = Table()
    return getattr(table, point)().case if point else table.case  # type: ignore[no-any-return]  # a Table


@pytest.mark.parametrize(
    ("slug", "point", "actor", "more"), BROKEN, ids=[f"{told[0]}-{number}" for number, told in enumerate(BROKEN)]
)
def test_a_condition_that_is_not_met_says_what_is_needed(
    slug: str, point: str, actor: Actor, more: dict[str, object]
) -> None:
    step = next(step for step in law().case_steps.values() if slug in step.conditions)
    alone = type(step)(**{name: getattr(step, name) for name in step.__slots__} | {"conditions": (slug,)})
    with pytest.raises(CONDITIONS[slug][0]) as refused:
        demand(situation(case_at(point), actor, more), alone)
    sentence = f"“{step.label}” is not possible in case/oderau-1: it needs that {law().conditions[slug].label}"
    assert str(refused.value).startswith(sentence)
    assert str(refused.value).endswith(".")


def test_every_condition_was_broken_here_or_elsewhere() -> None:
    elsewhere = {"time-left", "not-noted", "nothing-held-back"}
    assert {told[0] for told in BROKEN} | elsewhere == set(CONDITIONS)
    assert all(issubclass(kind, CaseError) for kind, _ in CONDITIONS.values())


def test_conditions_of_what_a_command_says_wait_until_there_is_one() -> None:
    said = (
        "city-named", "submission-enclosed", "requirements-named", "candidate-fits", "findings-fit", "claim-named",
        "organisation-named", "text-enclosed", "concern-held-back", "level-named", "report-named",
    )  # fmt: skip
    asked = situation(case_at("reviewed"), FIRST, None)
    assert [slug for slug in said if not CONDITIONS[slug][1](asked)] == []


def test_inapplicable_is_found_with_the_law_on_which_it_rests() -> None:
    found = tuple(
        type(one)(requirement=one.requirement, outcome=Outcome.INAPPLICABLE, reason="No.", evidence=CLAIM, law=CLAIM)
        for one in judged(REQUIREMENTS)
    )
    assert CONDITIONS["findings-fit"][1](situation(case_at("reviewed"), FIRST, {"judgements": found}))


def test_the_third_seat_is_there_only_when_two_differ() -> None:
    table = Table().eligible()
    assert free_seat(table.case) == 1
    assert free_seat(Table().called().case) == 0
    split = Table().filed(Outcome.FAILED)
    assert free_seat(split.case) == 3
    split.do("assign-reviewer", STEWARD, candidate=THIRD)
    assert free_seat(split.case) == 0
