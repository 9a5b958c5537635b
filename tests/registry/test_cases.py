"""A case is what its acts made of it, and an act that fits no step of the law is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from registry.case_errors import IllegalTransition
from registry.cases import Case, after, fold_case
from registry.errors import UnknownCase
from registry.model import Outcome
from tests.registry.playing import CITY, FIRST, REQUIREMENTS, STEWARD, THIRD, Table, account, judged, law


def test_the_same_acts_give_the_same_case() -> None:
    table = Table().accredited()
    assert fold_case(law(), table.case.acts) == table.case
    assert fold_case(law(), list(table.case.acts)) == fold_case(law(), iter(table.case.acts))


def test_a_case_in_which_nothing_was_recorded_does_not_exist() -> None:
    with pytest.raises(UnknownCase, match=r"There is no such case: nothing was recorded in it\."):
        fold_case(law(), [])


def test_a_case_knows_its_city_its_kind_its_parts_and_how_long_it_was_where() -> None:
    case = Table().reviewed().case
    assert (case.city, case.kind, case.requirements) == (CITY, "accreditation", REQUIREMENTS)
    assert case.parts[account("officer")] == {"officer"}
    assert case.parts[account("first")] == {"reviewer"}
    assert [stay.until == other.since for stay, other in zip(case.stays, case.stays[1:], strict=False)] == [True] * 4
    assert case.stays[-1].until is None


def test_whoever_once_had_a_part_keeps_it() -> None:
    table = Table().reviewed()
    table.do("step-down", FIRST)
    assert table.case.seat_of(FIRST.account) is None
    assert table.case.parts[account("first")] == {"reviewer"}


def test_the_third_reviewer_judges_what_the_two_differ_on() -> None:
    table = Table().filed(Outcome.FAILED)
    assert table.case.disputed == REQUIREMENTS
    table.do("assign-reviewer", STEWARD, candidate=THIRD)
    third = table.case.seat_of(THIRD.account)
    assert third
    assert table.case.due(third) == REQUIREMENTS
    assert Table().filed().case.disputed == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": 7},
        {"rule": "no-such-step"},
        {"kind": "case-closed"},
        {"office": "public"},
        {"rule": "open", "kind": "case-opened"},
    ],
    ids=["number", "rule", "kind", "office", "state"],
)
def test_an_act_that_fits_no_step_of_the_law_is_refused(wrong: dict[str, str]) -> None:
    table = Table().submitted()
    before, last = table.case.acts[:-1], table.case.acts[-1]
    case = fold_case(law(), before)
    with pytest.raises(IllegalTransition, match=r"The act . of case/oderau-1, “.*”, fits no step of the law"):
        after(law(), case, replace(last, **wrong))  # type: ignore[arg-type]  # one field each


def test_an_act_before_the_last_one_is_refused() -> None:
    table = Table().submitted()
    case = fold_case(law(), table.case.acts[:-1])
    with pytest.raises(IllegalTransition):
        after(law(), case, replace(table.case.acts[-1], at=table.now - timedelta(seconds=1)))


def test_a_new_case_stands_nowhere() -> None:
    assert Case(name="case/oderau-1").state == ""
    assert judged(REQUIREMENTS)[0].outcome is Outcome.PASSED
