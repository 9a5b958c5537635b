"""Whoever has the record of a case can see that the law was kept; whatever is changed in it is seen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from registry.case_verification import by_name, case_faults, faults_over_time, standing_faults
from registry.cases import Act, Particulars
from registry.model import Outcome
from tests.registry.playing import (
    ANYBODY,
    BUSINESS,
    CITY,
    CLAIM,
    OFFICER,
    REQUIREMENTS,
    SECOND,
    SECOND_DECIDER,
    STEWARD,
    THIRD,
    Table,
    account,
    judged,
    law,
)

Acts = list[Act]


def whole() -> Acts:
    """A case with a disagreement, a concern, a question, a change of reviewers, and an appeal."""
    table = Table().called()
    table.do("file-concern", ANYBODY, claim=CLAIM)
    table.do("release-concern", STEWARD, concern=1)
    table.wait(31).tick()
    table.do("ask-city", SECOND)
    table.wait(2).do("clarify", OFFICER)
    table.do("file-findings", table_first(), judgements=judged(REQUIREMENTS))
    table.do("file-findings", SECOND, judgements=judged(REQUIREMENTS, Outcome.FAILED))
    table.do("assign-reviewer", STEWARD, candidate=THIRD)
    table.do("file-findings", THIRD, judgements=judged(REQUIREMENTS))
    table.tick()
    table.do("reply", OFFICER)
    decider = replace(SECOND_DECIDER, account=account("decider"))
    table.do("assign-decider", STEWARD, candidate=decider)
    table.do("refuse", decider)
    table.do("appeal", OFFICER)
    table.do("assign-decider", STEWARD, candidate=SECOND_DECIDER)
    table.do("dismiss-appeal", SECOND_DECIDER)
    return list(table.case.acts)


def table_first() -> object:
    return replace(THIRD, account=account("first"))


def renumbered(acts: Acts) -> Acts:
    return [replace(act, number=number) for number, act in enumerate(acts, start=1)]


def without(kind: str, *, which: int = 0) -> Callable[[Acts], Acts]:
    def change(acts: Acts) -> Acts:
        gone = [act for act in acts if act.kind == kind][which]
        return renumbered([act for act in acts if act is not gone])

    return change


def with_change(kind: str, *, which: int = 0, **more: object) -> Callable[[Acts], Acts]:
    def change(acts: Acts) -> Acts:
        meant = [act for act in acts if act.kind == kind][which]
        return [replace(act, **more) if act is meant else act for act in acts]  # type: ignore[arg-type]  # fields

    return change


def unmixed(sector: str) -> Callable[[Acts], Acts]:
    """Every reviewer stands for the same sector."""

    def change(acts: Acts) -> Acts:
        return [
            replace(act, particulars=replace(act.particulars, sector=sector))
            if act.kind == "reviewer-assigned"
            else act
            for act in acts
        ]

    return change


def earlier(kind: str, days: int) -> Callable[[Acts], Acts]:
    def change(acts: Acts) -> Acts:
        meant = next(act for act in acts if act.kind == kind)
        return [replace(act, at=act.at - timedelta(days=days)) if act.number >= meant.number else act for act in acts]

    return change


def one_more_reviewer(acts: Acts) -> Acts:
    place = [number for number, act in enumerate(acts) if act.kind == "reviewer-assigned"][1]
    more = [
        replace(act, particulars=replace(act.particulars, subject=account("more")))
        if act.particulars.role == "reviewer"
        else act
        for act in acts[place - 2 : place + 1]
    ]
    return renumbered([*acts[: place + 1], *more, *acts[place + 1 :]])


def test_a_case_that_kept_the_law_has_no_fault() -> None:
    acts = whole()
    assert len(acts) > 30
    assert list(case_faults(law(), acts)) == []


MUTATIONS: list[tuple[str, Callable[[Acts], Acts], str]] = [
    ("a check is missing", without("conflicts-checked"), "no check for conflicts of the steward stands before it"),
    ("a check of a candidate is missing", without("conflicts-checked", which=2), "no check for conflicts of the"),
    ("a check left rules out",
     with_change("conflicts-checked",
                 particulars=Particulars(subject=account("steward"), role="steward", rules=("declared",))),
     "no check for conflicts of the steward stands before it"),
    ("a reviewer was never assigned", without("reviewer-assigned"), "the reviewer was not assigned to the case"),
    ("a reviewer filed twice", with_change("findings-filed", which=1, account=account("first")),
     "the findings are not those that were due"),
    ("findings are missing", without("findings-filed", which=2), "the findings were not complete"),
    ("a finding is left out",
     with_change("findings-filed", particulars=Particulars(judgements=judged(REQUIREMENTS[:1]))),
     "the findings are not those that were due"),
    ("the submitter judges", with_change("findings-filed", account=account("officer")),
     "one account is officer and reviewer in the same case"),
    ("a reviewer decides", with_change("refusal-decided", account=account("second")),
     "one account is decider and reviewer in the same case"),
    ("the steward decides", with_change("refusal-decided", account=account("steward")),
     "one account is decider and steward in the same case"),
    ("the first decider hears the appeal", with_change("decider-assigned", which=1,
     particulars=Particulars(subject=account("decider"), role="decider")), "has had a part in the case before"),
    ("another decides than was assigned", with_change("refusal-decided", account=account("nobody")),
     "the decider was not assigned to the case"),
    ("a decision without reason", with_change("refusal-decided", reason=" "), "“Refuse” has no reason"),
    ("the call was cut short", earlier("call-closed", 2), "“Close the public call” came before the time was over"),
    ("a concern came too late", earlier("concern-filed", -40), "came after the time was over"),
    ("the city was not heard", without("city-replied"), "is not possible from “reply”"),
    ("an act is missing", lambda acts: acts[:5] + acts[6:], "is no step of the law"),
    ("an act was put in twice", lambda acts: [*acts[:2], *acts[1:]], "is no step of the law"),
    ("two acts are swapped", lambda acts: renumbered([*acts[:1], acts[2], acts[1], *acts[3:]]), "is not possible from"),
    ("an act lies before the one before it", with_change("submission-received", at=Table().now - timedelta(days=1)),
     "it lies before the act before it"),
    ("another office", with_change("eligibility-found", office="reviewer"),
     "“Find eligible” is no step of the reviewer"),
    ("time with an account", with_change("call-closed", account=account("steward")),
     "the clock acted with an account"),
    ("a steward without one", with_change("eligibility-found", account=None),
     "the steward acted without an account"),
    ("another kind of case",
     with_change("case-opened", particulars=Particulars(city=CITY, case_kind="serious-concern")),
     "is no step of such a case"),
    ("a rule that is none", with_change("call-opened", rule="open-sesame"), "“call-opened” is no step of the law"),
    ("a rule of another event", with_change("call-opened", rule="close-call"), "“call-opened” is no step of the law"),
    ("a third reviewer who was not needed", one_more_reviewer, "every seat of the panel was taken"),
    ("both reviewers are from outside civil society and academia", unmixed(BUSINESS),
     "neither reviewer stands for civil society or academia"),
    ("it is not said for whom a reviewer stands", unmixed(""), "or it is not said for whom"),
    ("two deciders", lambda acts: renumbered([each for act in acts for each in (
        [act, replace(act, particulars=replace(act.particulars, subject=account("other")))]
        if act.kind == "decider-assigned" else [act])]), "there was a decider"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "change", "sentence"), MUTATIONS, ids=[each[0].replace(" ", "-") for each in MUTATIONS]
)
def test_what_is_changed_in_the_record_of_a_case_is_seen(
    what: str, change: Callable[[Acts], Acts], sentence: str
) -> None:
    faults = list(case_faults(law(), change(whole())))
    assert faults, what
    assert [fault for fault in faults if sentence in fault], faults
    assert all(fault.startswith("Act ") and fault.endswith(".") for fault in faults)


def test_whoever_acted_for_a_city_is_found_among_its_judges_later() -> None:
    first = Table().refused()
    second = Table("case/oderau-2").called()
    officer = account("officer")
    swapped = [replace(act, account=officer) if act.office == "steward" else act for act in second.case.acts]
    found = list(faults_over_time(law(), {"case/oderau-1": first.case.acts, "case/oderau-2": swapped}))
    assert len(found) == 4
    assert found[0] == ("Act 4 of case/oderau-2: the account acted for the same city in case/oderau-1 on 2027-01-04.")
    assert list(faults_over_time(law(), {"case/oderau-1": first.case.acts, "case/oderau-2": second.case.acts})) == []
    years = [replace(act, at=act.at + timedelta(days=1200)) for act in swapped]
    assert list(faults_over_time(law(), {"case/oderau-1": first.case.acts, "case/oderau-2": years})) == []


def causes(table: Table) -> dict[str, Act]:
    return {f"{act.case}#act-{act.number}": act for act in table.case.acts}


def test_a_standing_changes_by_what_a_case_has_led_to() -> None:
    table = Table().accredited()
    assert list(standing_faults(law(), table.standing.acts, causes(table))) == []
    alone = list(standing_faults(law(), table.standing.acts, {}))
    assert [fault for fault in alone if "no act in a case leads to it" in fault] == alone
    assert len(alone) == 2


def test_a_level_granted_by_another_or_after_another_act_is_seen() -> None:
    table = Table().accredited()
    *before, granted = table.standing.acts
    for wrong in (
        replace(granted, account=account("steward")),
        replace(granted, particulars=replace(granted.particulars, follows="case/oderau-1#act-1")),
        replace(granted, rule="lapse"),
        replace(granted, reason=""),
        replace(granted, office="steward"),
        replace(granted, number=9),
    ):
        assert list(standing_faults(law(), [*before, wrong], causes(table)))
    assert list(standing_faults(law(), [granted, *before], causes(table)))


def test_acts_are_sorted_into_cases_and_standings_by_name() -> None:
    table = Table().accredited()
    found = by_name([*table.case.acts, *table.standing.acts])
    assert found == {"case/oderau-1": list(table.case.acts), "standing/oderau": list(table.standing.acts)}
