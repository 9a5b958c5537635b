"""The standing of a city changes by a case, by its reports, by its own wish and by time, and by nothing else."""

from datetime import timedelta

import pytest

from registry.case_errors import CaseError, IllegalTransition, NotPermitted, ReasonMissing, StepIncomplete, TooEarly
from registry.cases import ANYBODY, TIME, Actor
from registry.standing_changes import due_changes, follow, possible
from tests.registry.playing import CITY, COMMITTED, DECIDER, OFFICER, STEWARD, STRANGER, Table, law


def late(table: Table, days: int) -> list[str]:
    return [act.kind for act in table.wait(days).tick() if act.case == table.standing.name]


def test_a_missing_report_puts_under_review_after_ninety_days_and_the_report_brings_the_level_back() -> None:
    table = Table().accredited()
    assert late(table, 365 + 90) == []
    assert late(table, 1) == ["report-missed"]
    assert (table.standing.state, table.standing.level) == ("under-review", COMMITTED)
    table.change("file-report", OFFICER)
    assert table.standing.state == "under-review"
    assert late(table, 0) == ["standing-returned"]
    assert table.standing.state == "accredited-committed"
    assert late(table, 0) == []


def test_two_missing_reports_in_a_row_suspend_and_the_report_brings_the_level_back() -> None:
    table = Table().accredited()
    late(table, 365 + 91)
    assert late(table, 366 - 1) == []
    assert late(table, 1) == ["report-missed-again"]
    assert table.standing.state == "suspended"
    table.change("file-report", OFFICER)
    assert late(table, 0) == ["standing-returned"]


def test_a_missing_report_made_good_does_not_count_towards_two_in_a_row() -> None:
    table = Table().accredited()
    late(table, 365 + 91)
    table.change("file-report", OFFICER)
    late(table, 0)
    assert late(table, 366) == ["report-missed"]
    assert table.standing.state == "under-review"


def test_a_level_lapses_after_thirty_six_months_unless_it_was_renewed() -> None:
    table = Table().accredited()
    for _ in range(3):
        table.wait(360).change("file-report", OFFICER)
    assert late(table, 15) == []
    assert late(table, 2) == ["level-lapsed"]
    assert (table.standing.state, table.standing.level) == ("lapsed", "")


def test_a_report_comes_once_a_year() -> None:
    table = Table().accredited()
    table.change("file-report", OFFICER)
    with pytest.raises(TooEarly, match="it needs that a report is due or missing"):
        table.change("file-report", OFFICER)


def test_a_city_gives_its_level_up_with_a_reason() -> None:
    table = Table().accredited()
    table.change("give-up", OFFICER)
    assert (table.standing.state, table.standing.level) == ("withdrawn", "")


def test_a_refusal_takes_the_level_away_that_a_city_holds() -> None:
    table = Table().refused()
    assert table.standing.state == "listed"
    held = Table().accredited()
    refusal = table.case.rulings[0]
    again = follow(law(), held.standing, table.case, refusal, DECIDER)
    assert [act.kind for act in again] == ["level-taken-away"]
    assert again[0].particulars.follows == f"case/oderau-1#act-{refusal.number}"


def test_a_city_that_holds_a_level_keeps_it_while_a_new_case_is_decided() -> None:
    table = Table().called()
    opened = table.case.acts[-1]
    assert follow(law(), Table().accredited().standing, table.case, opened, STEWARD) == ()


def test_a_decision_changes_the_standing_of_its_own_city_and_by_whoever_took_it() -> None:
    table = Table().heard()
    decision = table.do("accredit", DECIDER, level=COMMITTED)
    ruling = next(act for act in decision if act.kind == "accreditation-decided")
    fresh = Table().called().standing
    other = Actor(account="somebody-else-0000000", roles=frozenset({"decider"}))
    assert follow(law(), fresh, table.case, ruling, other) == ()
    assert len(follow(law(), fresh, table.case, ruling, DECIDER)) == 1


REFUSALS: list[tuple[str, str, Actor, dict[str, object], int, type[CaseError], str]] = [
    ("accredited", "promote", OFFICER, {}, 0, IllegalTransition,
     "There is no step “promote” in standing/oderau. Open to you now: “File the progress report”, “Give the level "
     "up”."),
    ("called", "give-up", OFFICER, {}, 0, IllegalTransition,
     "“Give the level up” is not possible in standing/oderau: it needs that the city holds a level."),
    ("refused", "give-up", OFFICER, {}, 0, IllegalTransition,
     "“Give the level up” is not possible in standing/oderau now: it is “Listed”."),
    ("accredited", "give-up", STRANGER, {}, 0, NotPermitted,
     "“Give the level up” in standing/oderau is a step of somebody who acts for that city."),
    ("accredited", "give-up", ANYBODY, {}, 0, NotPermitted,
     "“Give the level up” in standing/oderau is a step of the city officer."),
    ("accredited", "give-up", OFFICER, {"reason": ""}, 0, ReasonMissing,
     "“Give the level up” is not possible in standing/oderau without a reason; say why in one sentence or more. Open "
     "to you now: “File the progress report”, “Give the level up”."),
    ("accredited", "file-report", OFFICER, {"hashes": {}}, 0, StepIncomplete,
     "“File the progress report” is not possible in standing/oderau: it needs that a report is enclosed. Open to you "
     "now: “File the progress report”, “Give the level up”."),
    ("accredited", "accredit", DECIDER, {"level": COMMITTED}, 0, IllegalTransition,
     "“Accredit as Committed” is not possible in standing/oderau: it needs that a step in a case leads to it."),
    ("accredited", "accredit", DECIDER, {}, 0, StepIncomplete,
     "“Accredit as Committed” in standing/oderau names no level of the standard; give one."),
    ("accredited", "lapse", TIME, {}, 0, TooEarly,
     "“Lapse” is not possible in standing/oderau: it needs that the term of the level is over."),
    ("accredited", "miss-report", TIME, {}, 455, TooEarly,
     "“Put under review for a missing report” is not possible in standing/oderau: it needs that the report and the "
     "time to make it good are overdue."),
    ("accredited", "lapse", STEWARD, {}, 2000, NotPermitted,
     "“Lapse” in standing/oderau is a step of the clock. Open to you now: “Note a spot check”."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("point", "name", "actor", "more", "days", "kind", "sentence"),
    REFUSALS,
    ids=[f"{refusal[0]}-{refusal[1]}-{number}" for number, refusal in enumerate(REFUSALS)],
)
def test_whoever_is_refused_is_told_why_and_what_is_open_instead(
    point: str, name: str, actor: Actor, more: dict[str, object], days: int, kind: type[CaseError], sentence: str
) -> None:
    table = Table()
    getattr(table, point)()
    before = table.wait(days).standing
    with pytest.raises(kind) as refused:
        table.change(name, actor, **more)
    assert (type(refused.value), str(refused.value)) == (kind, sentence)
    assert table.standing is before


def test_a_change_cannot_lie_before_the_last_one() -> None:
    table = Table().accredited()
    table.now -= timedelta(seconds=1)
    with pytest.raises(IllegalTransition, match="it would lie before the last act; set the clock right"):
        table.change("give-up", OFFICER)


def test_a_city_is_listed_by_a_steward_and_by_nobody_else() -> None:
    table = Table()
    with pytest.raises(NotPermitted):
        table.change("list", OFFICER, city=CITY)
    with pytest.raises(StepIncomplete, match="it needs that the city is named"):
        table.change("list", STEWARD)
    table.change("list", STEWARD, city=CITY)
    assert table.standing.state == "listed"
    assert [step.command for step in possible(law(), table.standing, STEWARD, table.now)] == []
    assert due_changes(law(), table.standing, table.now) == ()
