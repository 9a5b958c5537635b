"""Whoever signs in sees which cases wait for them, the most urgent first, and until when."""

from datetime import date, timedelta

from registry.cases import Actor, Case
from registry.impartiality import Ties
from registry.queues import deadlines, duties, queue
from tests.registry.playing import (
    ANYBODY,
    BOTH,
    DECIDER,
    EVERYBODY,
    FIRST,
    OFFICER,
    REQUIREMENTS,
    SECOND,
    SECOND_OFFICER,
    STEWARD,
    Table,
    account,
    judged,
    law,
)


def waiting(table: Table, actor: object) -> list[str]:
    found = queue(law(), [table.case], actor, table.now)  # type: ignore[arg-type]  # an Actor
    return [step.command for each in found for step in each.steps]


def test_a_case_waits_for_each_in_turn() -> None:
    table = Table()
    table.do("open", OFFICER, city=OFFICER.city)
    assert waiting(table, OFFICER) == ["submit"]
    table.do("submit", OFFICER)
    assert waiting(table, OFFICER) == []
    assert waiting(table, STEWARD) == ["find-eligible", "return-to-city"]
    table = Table().reviewed()
    assert waiting(table, FIRST) == ["file-findings"]
    assert waiting(table, BOTH) == []
    table.do("file-findings", FIRST, judgements=judged(REQUIREMENTS))
    assert waiting(table, FIRST) == []
    assert waiting(table, SECOND) == ["file-findings"]
    table = Table().heard()
    assert waiting(table, DECIDER) == ["accredit", "refuse"]
    assert waiting(table, STEWARD) == []


def test_nothing_waits_for_the_public_or_for_whoever_is_barred() -> None:
    table = Table().submitted()
    assert [who for who in EVERYBODY if waiting(table, who) and who not in (STEWARD, *EVERYBODY[4:5])] == []
    assert waiting(table, ANYBODY) == []
    tied = Ties(accounts=frozenset({account("steward")}))
    assert queue(law(), [table.case], STEWARD, table.now, ties=lambda _case: tied) == ()
    assert len(queue(law(), [table.case], STEWARD, table.now)) == 1


def test_ties_are_looked_for_only_where_a_case_waits_for_somebody_s_office() -> None:
    asked: list[str] = []

    def ties(case: Case) -> Ties:
        asked.append(case.name)
        return Ties()

    closed, submitted = Table("case/oderau-1").refused().wait(31), Table("case/oderau-2").submitted()
    closed.tick()
    cases = [closed.case, submitted.case, Table("case/oderau-3").reviewed().case]
    found = queue(law(), cases, STEWARD, closed.now, ties=ties)
    assert "case/oderau-2" in {each.case for each in found}
    assert (closed.case.state, "case/oderau-1" in asked) == ("closed", False)
    asked.clear()
    queue(law(), cases, DECIDER, closed.now, ties=ties)
    assert asked == []


def test_the_most_urgent_case_comes_first_and_what_is_overdue_says_so() -> None:
    early, late = Table("case/oderau-2").submitted(), Table("case/oderau-1")
    late.wait(3).submitted()
    now = late.wait(12).now
    found = queue(law(), [late.case, early.case], STEWARD, now)
    assert [(each.case, each.last_day, each.is_overdue) for each in found] == [
        ("case/oderau-2", date(2027, 1, 18), True),
        ("case/oderau-1", date(2027, 1, 21), False),
    ]


def test_deadlines_of_cases_and_standings_come_in_one_list() -> None:
    table = Table().accredited()
    found = deadlines(law(), [table.case, Table("case/oderau-2").case], [table.standing], table.now)
    assert [(each.name, each.what, each.roles) for each in found] == [
        ("case/oderau-1", "appeal", ()),
        ("standing/oderau", "yearly-report", ("officer",)),
        ("standing/oderau", "cure", ("officer",)),
        ("standing/oderau", "term", ("officer",)),
    ]
    assert found[0].last_day == date(2027, 3, 6)
    assert [each.is_overdue for each in deadlines(law(), [table.case], [], table.wait(31).now)] == [True]


def test_a_deadline_names_who_can_act() -> None:
    table = Table().reviewed()
    assert deadlines(law(), [table.case], [], table.now)[0].roles == ("reviewer", "steward")
    assert deadlines(law(), [], [Table().standing], table.now) == ()


def test_a_yearly_report_waits_for_the_officers_of_its_city_until_it_is_filed() -> None:
    table = Table().accredited()

    def found(actor: Actor) -> list[tuple[str, date | None, bool]]:
        waiting = duties(law(), [table.standing], actor, table.now, drawn={})
        assert all([step.command for step in each.steps] == ["file-report"] for each in waiting)
        return [(each.case, each.last_day, each.is_overdue) for each in waiting]

    due = table.standing.due
    assert due is not None
    assert found(OFFICER) == found(SECOND_OFFICER) == [("standing/oderau", due, False)]
    assert [found(who) for who in EVERYBODY if who not in (OFFICER, SECOND_OFFICER) and found(who)] == []
    table.wait((due - table.now.date()).days)
    assert found(OFFICER) == [("standing/oderau", due, False)]
    table.wait(1)
    cure = due + timedelta(days=90)
    assert found(OFFICER) == [("standing/oderau", cure, True)]
    table.wait(91).tick()  # a report is missing; it can still be made good
    assert table.standing.missed == 1
    assert [is_overdue for _, _, is_overdue in found(OFFICER)] == [True]
    table.change("file-report", OFFICER)
    table.tick()
    after = table.standing.due
    assert found(OFFICER) == [("standing/oderau", after, False)]
    table.change("file-report", OFFICER)
    assert found(OFFICER) == []  # the year that the next one reports on has not begun
