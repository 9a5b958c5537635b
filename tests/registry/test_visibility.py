"""Findings stay apart until they are in, and concerns out of sight until they are released."""

from dataclasses import replace

from registry.cases import ANYBODY, Actor
from registry.model import Outcome
from registry.visibility import contributions_shown, is_public, is_review_closed, may_see, seats_shown
from tests.registry.playing import (
    CLAIM,
    DECIDER,
    EVERYBODY,
    FIRST,
    FOURTH,
    OFFICER,
    REQUIREMENTS,
    SECOND,
    SECOND_DECIDER,
    SECOND_OFFICER,
    STEWARD,
    STRANGER,
    THIRD,
    Table,
    judged,
    law,
    seat_numbers,
)


def shown(table: Table, actor: Actor) -> list[int]:
    return seat_numbers(seats_shown(law(), table.case, actor))


def test_a_reviewer_sees_the_findings_of_the_other_only_when_both_are_in() -> None:
    table = Table().reviewed()
    assert shown(table, FIRST) == []
    table.do("file-findings", FIRST, judgements=judged(REQUIREMENTS))
    assert (shown(table, FIRST), shown(table, SECOND)) == ([1], [])
    table.do("file-findings", SECOND, judgements=judged(REQUIREMENTS, Outcome.FAILED))
    assert (shown(table, FIRST), shown(table, SECOND)) == ([1, 2], [1, 2])


def test_the_third_reviewer_judges_without_having_seen_the_two() -> None:
    table = Table().filed(Outcome.FAILED)
    table.do("assign-reviewer", STEWARD, candidate=THIRD)
    assert shown(table, THIRD) == []
    table.do("file-findings", THIRD, judgements=judged(REQUIREMENTS))
    assert shown(table, THIRD) == [1, 2, 3]
    assert shown(table, FIRST) == [1, 2]


def test_nobody_else_sees_findings_before_the_review_is_closed() -> None:
    table = Table().filed()
    assert [who for who in EVERYBODY if who not in (FIRST, SECOND) and shown(table, who)] == []


def test_the_city_and_whoever_has_a_part_see_findings_after_the_review_and_everybody_after_the_decision() -> None:
    table = Table().heard()
    assert is_review_closed(law(), table.case)
    seeing = {who.account for who in EVERYBODY if shown(table, who) == [1, 2]}
    wanted = {OFFICER, SECOND_OFFICER, FIRST, SECOND, DECIDER, STEWARD}
    assert seeing == {who.account for who in wanted} | {"second-steward-0000000000000000"}
    theirs = replace(FOURTH, city=OFFICER.city)  # an account of that city that is no officer of it
    for blind in (STRANGER, SECOND_DECIDER, FOURTH, theirs, ANYBODY):
        assert shown(table, blind) == []
    assert all(shown(Table().accredited(), who) == [1, 2] for who in EVERYBODY)


def test_a_concern_is_seen_by_stewards_until_it_is_released() -> None:
    table = Table().called()
    table.do("file-concern", ANYBODY, claim=CLAIM)
    table.do("file-concern", ANYBODY, claim=CLAIM)
    assert [len(contributions_shown(table.case, who)) for who in (STEWARD, OFFICER, FIRST, ANYBODY)] == [2, 0, 0, 0]
    table.do("release-concern", STEWARD, concern=2)
    assert [found.number for found in contributions_shown(table.case, ANYBODY)] == [2]
    assert (
        contributions_shown(table.case, Actor(account=None, roles=frozenset({"steward"}))) != table.case.contributions
    )


def test_a_case_is_public_from_the_call_on_and_known_before_to_its_city_its_parts_and_stewards() -> None:
    early = Table().eligible()
    early.do("assign-reviewer", STEWARD, candidate=FIRST)
    knowing = {who.account for who in EVERYBODY if may_see(law(), early.case, who)}
    stewards = {who.account for who in EVERYBODY if "steward" in who.roles}
    assert knowing == {OFFICER.account, SECOND_OFFICER.account, FIRST.account, *stewards}
    assert not is_public(law(), early.case)
    early.do("open-call", STEWARD)
    assert is_public(law(), early.case)
    assert all(may_see(law(), early.case, who) for who in EVERYBODY)


def test_a_case_that_was_withdrawn_is_public_when_it_is_closed() -> None:
    table = Table().submitted()
    assert not may_see(law(), table.case, ANYBODY)
    table.do("withdraw", OFFICER)
    assert may_see(law(), table.case, ANYBODY)
