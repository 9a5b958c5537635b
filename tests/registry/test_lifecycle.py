"""A case goes the way of the law and no other; whoever is refused is told what is open instead."""

from datetime import timedelta
from typing import Any

import pytest

from registry.case_errors import (
    CaseError,
    ConflictOfInterest,
    IllegalTransition,
    NotPermitted,
    ReasonMissing,
    SeparationOfDuty,
    StepIncomplete,
    TooEarly,
    TooLate,
)
from registry.cases import ANYBODY, TIME, Actor, Case
from registry.lifecycle import decide, offers, permitted
from registry.model import Outcome
from tests.registry.playing import (
    BUSINESS,
    CITY,
    CLAIM,
    COMMITTED,
    DECIDER,
    FIRST,
    FOURTH,
    OFFICER,
    OTHER_CITY,
    REQUIREMENTS,
    SECOND,
    SECOND_DECIDER,
    SECOND_OFFICER,
    STEWARD,
    STRANGER,
    THIRD,
    Table,
    account,
    judged,
    law,
    order,
    person,
    seat_numbers,
)


def kinds(acts: tuple[Any, ...]) -> list[str]:
    return [act.kind for act in acts]


def test_a_case_goes_from_the_first_draft_to_a_decision_and_is_closed_when_nobody_appeals() -> None:
    table = Table().accredited()
    assert [stay.state for stay in table.case.stays] == [
        "draft", "submitted", "eligibility-checked", "public-call", "in-review", "reply", "before-deciders", "decided",
    ]  # fmt: skip
    assert table.standing.state == "accredited-committed"
    assert kinds(table.wait(30).tick()) == []
    assert kinds(table.wait(1).tick()) == ["case-closed"]
    assert table.case.state == "closed"
    assert permitted(law(), table.case, OFFICER, table.now) == ()


def test_the_check_for_conflicts_stands_before_the_act_with_its_rules_for_whoever_acts_and_whoever_is_assigned() -> (
    None
):
    table = Table().eligible()
    acts = table.do("assign-reviewer", STEWARD, candidate=FIRST)
    assert kinds(acts) == ["conflicts-checked", "conflicts-checked", "reviewer-assigned"]
    said = [(act.particulars.subject, act.particulars.role) for act in acts]
    assert said == [(account("steward"), "steward"), (account("first"), "reviewer"), (account("first"), "reviewer")]
    assert set(acts[0].particulars.rules) == set(law().conflict_rules)
    assert [act.office for act in acts] == ["clock", "clock", "steward"]


def test_two_reviewers_judge_and_a_third_only_what_they_differ_on() -> None:
    table = Table().reviewed()
    table.do("file-findings", FIRST, judgements=judged(REQUIREMENTS))
    mixed = (*judged(REQUIREMENTS[:1], Outcome.FAILED), *judged(REQUIREMENTS[1:]))
    with pytest.raises(IllegalTransition, match="it needs that a seat is free"):
        table.do("assign-reviewer", STEWARD, candidate=THIRD)
    table.do("file-findings", SECOND, judgements=mixed)
    assert kinds(table.tick()) == []
    table.do("assign-reviewer", STEWARD, candidate=THIRD)
    with pytest.raises(StepIncomplete, match="one outcome with reason and evidence for each requirement due"):
        table.do("file-findings", THIRD, judgements=judged(REQUIREMENTS))
    table.do("file-findings", THIRD, judgements=judged(REQUIREMENTS[:1]))
    assert kinds(table.tick()) == ["review-closed"]
    assert seat_numbers(table.case.seats) == [1, 2, 3]


def test_a_question_to_the_city_stops_the_clock_of_the_review() -> None:
    table = Table().reviewed().wait(10)
    table.do("ask-city", FIRST)
    table.wait(20).do("clarify", OFFICER)
    assert kinds(table.wait(50).tick()) == []
    assert kinds(table.wait(1).tick()) == ["overdue-noted"]
    assert kinds(table.wait(1).tick()) == []


def test_silence_of_the_city_does_not_stop_a_case() -> None:
    table = Table().reviewed()
    table.do("ask-city", FIRST)
    assert kinds(table.wait(31).tick()) == ["clarification-ended"]
    table.do("file-findings", FIRST, judgements=judged(REQUIREMENTS))
    table.do("file-findings", SECOND, judgements=judged(REQUIREMENTS))
    assert kinds(table.tick()) == ["review-closed"]
    assert kinds(table.wait(31).tick()) == ["reply-ended"]
    assert table.case.is_heard


def test_a_concern_is_held_back_until_the_steward_releases_it_and_the_city_may_answer_it() -> None:
    table = Table().called()
    table.do("file-concern", ANYBODY, claim=CLAIM)
    table.do("file-concern", STRANGER, claim=CLAIM)
    with pytest.raises(IllegalTransition, match="it needs that the concern named was released and not answered"):
        table.do("answer-concern", OFFICER, concern=1)
    table.do("release-concern", STEWARD, concern=1)
    table.do("answer-concern", OFFICER, concern=1)
    first, second = table.case.contributions
    assert first.released
    assert first.answered
    assert second.is_held_back
    with pytest.raises(StepIncomplete, match="it needs that the concern named is held back"):
        table.do("set-aside-concern", STEWARD, concern=1)


def test_the_review_does_not_end_while_a_concern_is_held_back() -> None:
    table = Table().called()
    table.do("file-concern", ANYBODY, claim=CLAIM)
    table.wait(31).tick()
    for reviewer in (FIRST, SECOND):
        table.do("file-findings", reviewer, judgements=judged(REQUIREMENTS))
    assert kinds(table.tick()) == []
    table.do("set-aside-concern", STEWARD, concern=1)
    assert kinds(table.tick()) == ["review-closed"]


def test_an_appeal_goes_to_somebody_who_had_no_part_in_the_case() -> None:
    table = Table().refused()
    assert table.standing.state == "listed"
    table.do("appeal", OFFICER)
    assert table.case.decider is None
    with pytest.raises(SeparationOfDuty, match="had a part in case/oderau-1 before and cannot be its decider"):
        table.do("assign-decider", STEWARD, candidate=DECIDER)
    table.do("assign-decider", STEWARD, candidate=SECOND_DECIDER)
    table.do("allow-appeal", SECOND_DECIDER, level=COMMITTED)
    assert (table.case.state, table.standing.state) == ("closed", "accredited-committed")


def test_a_reviewer_who_stepped_down_or_was_relieved_does_not_come_back() -> None:
    table = Table().reviewed()
    table.do("step-down", FIRST)
    table.do("relieve-reviewer", STEWARD, subject=account("second"))
    assert table.case.seats == ()
    for gone in (FIRST, SECOND):
        with pytest.raises(SeparationOfDuty, match="choose somebody new to it"):
            table.do("assign-reviewer", STEWARD, candidate=gone)
    table.do("assign-reviewer", STEWARD, candidate=THIRD)
    table.do("assign-reviewer", STEWARD, candidate=FOURTH)
    assert seat_numbers(table.case.seats) == [1, 2]


def test_nobody_is_taken_out_of_a_case_because_of_what_they_found() -> None:
    table = Table().reviewed()
    table.do("file-findings", FIRST, judgements=judged(REQUIREMENTS))
    with pytest.raises(IllegalTransition, match="the reviewer named sits in the case and has not filed"):
        table.do("relieve-reviewer", STEWARD, subject=account("first"))
    with pytest.raises(IllegalTransition, match="you have not filed findings"):
        table.do("step-down", FIRST)


def test_a_person_with_a_conflict_that_came_later_can_do_nothing_but_leave() -> None:
    table = Table().reviewed()
    conflicted = Actor(account=FIRST.account, roles=FIRST.roles, declared=frozenset({CITY}))
    with pytest.raises(ConflictOfInterest) as refused:
        table.do("file-findings", conflicted, judgements=judged(REQUIREMENTS))
    assert refused.value.rule == "declared"
    assert list(refused.value.instead) == ["step-down"]
    assert kinds(table.do("step-down", conflicted)) == ["reviewer-stepped-down"]


def test_a_colleague_in_the_same_city_can_go_on_with_a_case() -> None:
    table = Table()
    table.do("open", OFFICER, city=CITY)
    table.do("submit", SECOND_OFFICER)
    assert {OFFICER.account, SECOND_OFFICER.account} <= set(table.case.parts)


def test_a_city_can_withdraw_until_a_decision_and_stands_where_it_stood() -> None:
    table = Table().called()
    assert table.standing.state == "under-review"
    table.do("withdraw", OFFICER)
    assert (table.case.state, table.standing.state) == ("closed", "listed")


def test_a_serious_concern_is_answered_and_decided_apart() -> None:
    table = Table("case/oderau-2")
    table.standing = Table().accredited().standing
    raised = order("raise", city=CITY, claim=CLAIM, organisation="https://example.org/id/organisation/ngo")
    table.now = table.standing.acts[-1].at
    table.take(decide(law(), table.case, raised, ANYBODY, table.now))
    table.do("admit", STEWARD)
    assert kinds(table.wait(90).tick()) == []
    table.do("answer", OFFICER)
    table.do("assign-decider", STEWARD, candidate=SECOND_DECIDER)
    table.do("uphold", SECOND_DECIDER)
    assert table.standing.state == "suspended"
    table.do("appeal", OFFICER)
    table.do("assign-decider", STEWARD, candidate=DECIDER)
    table.do("allow-appeal", DECIDER)
    assert (table.case.state, table.standing.state) == ("closed", "accredited-committed")


def test_whoever_stands_behind_a_serious_concern_does_not_decide_on_it() -> None:
    table = Table("case/oderau-2")
    ngo = "https://example.org/id/organisation/ngo"
    table.do("raise", ANYBODY, city=CITY, claim=CLAIM, organisation=ngo)
    table.do("admit", STEWARD)
    member = person("member", "decider", organisation=ngo)
    with pytest.raises(ConflictOfInterest, match="another organisation that is a party to the case"):
        table.do("assign-decider", STEWARD, candidate=member)


REFUSALS: list[tuple[str, str, Any, dict[str, Any], int, type[CaseError], str]] = [
    ("called", "publish", STEWARD, {}, 0, IllegalTransition,
     "There is no step “publish” in case/oderau-1. Open to you now: “Assign a decider”, “Relieve a reviewer”."),
    ("submitted", "accredit", DECIDER, {"level": COMMITTED}, 0, IllegalTransition,
     "“Accredit” is not possible in case/oderau-1 now: the case stands at “submitted”."),
    ("submitted", "find-eligible", OFFICER, {"requirements": REQUIREMENTS}, 0, NotPermitted,
     "“Find eligible” in case/oderau-1 is a step of the steward. Open to you now: “Withdraw the case”."),
    ("submitted", "withdraw", STRANGER, {}, 0, NotPermitted,
     "“Withdraw the case” in case/oderau-1 is a step of somebody who acts for that city."),
    ("submitted", "return-to-city", STEWARD, {"reason": "  "}, 0, ReasonMissing,
     "“Give back to the city” in case/oderau-1 needs a reason; say why in one sentence or more. Open to you now: "
     "“Find eligible”, “Give back to the city”."),
    ("submitted", "return-to-city", STEWARD, {"reason": "a\tb"}, 0, ReasonMissing,
     "“Give back to the city” in case/oderau-1 has a reason of 3 characters or with control characters; write at most "
     "4,096 characters of plain text. Open to you now: “Find eligible”, “Give back to the city”."),
    ("submitted", "find-eligible", STEWARD, {}, 0, StepIncomplete,
     "“Find eligible” is not possible in case/oderau-1: it needs that the requirements that people judge are named. "
     "Open to you now: “Find eligible”, “Give back to the city”."),
    ("eligible", "open-call", STEWARD, {"level": COMMITTED}, 0, StepIncomplete,
     "“Open the public call” in case/oderau-1 takes no “level”; leave it out. Open to you now: “Assign a decider”, "
     "“Assign a reviewer”, “Open the public call”."),
    ("eligible", "assign-reviewer", STEWARD, {}, 0, StepIncomplete,
     "“Assign a reviewer” is not possible in case/oderau-1: it needs that the person named has the role and no part in "
     "the case so far. Open to you now: “Assign a decider”, “Assign a reviewer”, “Open the public call”."),
    ("eligible", "assign-reviewer", STEWARD, {"candidate": DECIDER}, 0, NotPermitted,
     "Whoever is to be reviewer in case/oderau-1 needs an account with that role; choose another. Open to you now: "
     "“Assign a decider”, “Assign a reviewer”, “Open the public call”."),
    ("eligible", "file-concern", ANYBODY, {"claim": CLAIM}, 0, IllegalTransition,
     "“Bring forward a contradiction or concern” is not possible in case/oderau-1 now: the case stands at “eligibility "
     "checked”."),
    ("called", "file-concern", ANYBODY, {"claim": CLAIM}, 31, TooLate,
     "“Bring forward a contradiction or concern” is not possible in case/oderau-1: it needs that the time for it is "
     "not over (its last day was 2027-02-03)."),
    ("called", "file-concern", ANYBODY, {"claim": "javascript:alert(1)"}, 0, StepIncomplete,
     "“Bring forward a contradiction or concern” in case/oderau-1: “claim” is “javascript:alert(1)”; give an address "
     "that starts with http:// or https://. Open to you now: “Bring forward a contradiction or concern”."),
    ("called", "close-call", TIME, {}, 0, TooEarly,
     "“Close the public call” is not possible in case/oderau-1: it needs that the time is over (its last day is "
     "2027-02-03)."),
    ("called", "close-call", STEWARD, {}, 31, NotPermitted,
     "“Close the public call” in case/oderau-1 is a step of the clock. Open to you now: “Assign a decider”, “Relieve a "
     "reviewer”."),
    ("called", "file-concern", FIRST, {"claim": CLAIM}, 0, SeparationOfDuty,
     "This account cannot be public in case/oderau-1. Whoever brought something forward in a case does not judge it. "
     "Somebody else must take the step. Open to you now: “Step down”."),
    ("reviewed", "file-findings", THIRD, {"judgements": judged(REQUIREMENTS)}, 0, NotPermitted,
     "“File findings” is not possible in case/oderau-1: it needs that you are a reviewer of this case."),
    ("reviewed", "assign-reviewer", STEWARD, {"candidate": THIRD}, 0, IllegalTransition,
     "“Assign a reviewer” is not possible in case/oderau-1: it needs that a seat is free. Open to you now: “Assign a "
     "decider”, “Relieve a reviewer”."),
    ("reviewed", "check-conflicts", TIME, {}, 0, IllegalTransition,
     "“Check for conflicts of interest” is not possible in case/oderau-1: it needs that the step comes with the one it "
     "stands before."),
    ("filed", "reply", OFFICER, {}, 0, IllegalTransition,
     "“Reply to the findings” is not possible in case/oderau-1 now: the case stands at “in review”. Open to you now: "
     "“Withdraw the case”."),
    ("heard", "refuse", SECOND_DECIDER, {}, 0, NotPermitted,
     "“Refuse” is not possible in case/oderau-1: it needs that you are the decider of this case."),
    ("heard", "accredit", DECIDER, {"level": "https://example.org/level"}, 0, StepIncomplete,
     "“Accredit” is not possible in case/oderau-1: it needs that a level of the standard and the report are named. "
     "Open to you now: “Accredit”, “Decline to decide”, “Refuse”."),
    ("heard", "refuse", DECIDER, {"hashes": {"report": "beef"}}, 0, StepIncomplete,
     "“Refuse” in case/oderau-1: “report” is “beef”; give a SHA-256 in 64 small hexadecimal digits. Open to you now: "
     "“Accredit”, “Decline to decide”, “Refuse”."),
    ("refused", "appeal", OFFICER, {}, 31, TooLate,
     "“Appeal” is not possible in case/oderau-1: it needs that the time for it is not over (its last day was "
     "2027-03-06)."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("point", "name", "actor", "more", "days", "kind", "sentence"),
    REFUSALS,
    ids=[f"{refusal[0]}-{refusal[1]}-{number}" for number, refusal in enumerate(REFUSALS)],
)
def test_whoever_is_refused_is_told_why_and_what_is_open_instead(
    point: str, name: str, actor: Actor, more: dict[str, Any], days: int, kind: type[CaseError], sentence: str
) -> None:
    table = Table()
    getattr(table, point)()
    before = table.wait(days).case
    with pytest.raises(kind) as refused:
        table.do(name, actor, **more)
    assert (type(refused.value), str(refused.value)) == (kind, sentence)
    assert table.case is before


def test_an_act_cannot_lie_before_the_last_one_or_in_another_zone() -> None:
    table = Table().submitted()
    for at in (table.now - timedelta(seconds=1), table.now.replace(tzinfo=None)):
        with pytest.raises(IllegalTransition, match="set the clock right"):
            decide(law(), table.case, order("withdraw"), OFFICER, at)


def test_a_case_is_opened_for_ones_own_city_only() -> None:
    with pytest.raises(NotPermitted, match="somebody who acts for that city"):
        Table().do("open", OFFICER, city=OTHER_CITY)
    with pytest.raises(IllegalTransition, match="the case stands at “not open yet”"):
        decide(law(), Case(name="case/oderau-1"), order("submit"), OFFICER, Table().now)


def test_nobody_takes_the_place_of_time() -> None:
    table = Table().called().wait(31)
    pretender = Actor(account=account("pretender"), roles=frozenset({"clock"}))
    with pytest.raises(NotPermitted, match="is a step of the clock"):
        table.do("close-call", pretender)


def test_a_role_without_an_account_counts_for_nothing() -> None:
    table = Table().submitted()
    with pytest.raises(NotPermitted, match="is a step of the steward"):
        table.do("return-to-city", Actor(account=None, roles=frozenset({"steward"})))


def test_what_is_not_open_in_ones_office_says_why() -> None:
    table = Table().eligible()
    tied = person("tied", "reviewer", city=CITY)
    by_command = {offer.step.command: offer.refusal for offer in offers(law(), table.case, STEWARD, table.now)}
    assert by_command["open-call"] == ""
    assert "the reviewer named sits in the case" in by_command["relieve-reviewer"]
    assert "withdraw" not in by_command  # a step of the city, and not of the steward's office
    refused = [offer for offer in offers(law(), Table().reviewed().case, tied, table.now) if offer.refusal]
    assert any("acts for the city that the case is about" in offer.refusal for offer in refused)


def test_one_of_the_two_reviewers_stands_for_civil_society_or_academia() -> None:
    table = Table().eligible()
    with pytest.raises(StepIncomplete, match="it is said for whom the reviewer stands"):
        table.do("assign-reviewer", STEWARD, candidate=FIRST, sector="")
    table.do("assign-reviewer", STEWARD, candidate=FIRST, sector=BUSINESS)
    with pytest.raises(StepIncomplete, match="one of the two for civil society or academia"):
        table.do("assign-reviewer", STEWARD, candidate=SECOND, sector=BUSINESS)
    for sector in sorted(law().conditions["panel-mixed"].sectors):
        other = Table().eligible()
        other.do("assign-reviewer", STEWARD, candidate=FIRST, sector=sector)
        other.do("assign-reviewer", STEWARD, candidate=SECOND, sector=BUSINESS)
        assert [seat.sector for seat in other.case.seats] == [sector, BUSINESS]
    table.do("assign-reviewer", STEWARD, candidate=SECOND)
    table.do("relieve-reviewer", STEWARD, subject=account("second"))
    with pytest.raises(StepIncomplete, match="civil society or academia"):
        table.do("assign-reviewer", STEWARD, candidate=THIRD, sector=BUSINESS)


def test_a_third_reviewer_may_stand_for_whom_they_like() -> None:
    table = Table().filed(Outcome.FAILED)
    table.do("assign-reviewer", STEWARD, candidate=THIRD, sector=BUSINESS)
    assert table.case.seats[-1].sector == BUSINESS
