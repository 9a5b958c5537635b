"""Time limits count whole days, and a question to the city stops the clock of the review."""

from datetime import UTC, date, datetime, timedelta

from registry.process import TimeLimit
from registry.time_limits import is_over, last_day
from tests.registry.playing import FIRST, OFFICER, SECOND, Table, law


def test_a_time_limit_ends_with_its_last_day_whenever_it_began() -> None:
    table = Table().called()
    late = datetime(2027, 1, 4, 23, 59, 59, tzinfo=UTC)
    assert last_day(law(), table.case) == date(2027, 2, 3)
    assert not is_over(law(), table.case, datetime(2027, 2, 3, 23, 59, 59, tzinfo=UTC))
    assert is_over(law(), table.case, datetime(2027, 2, 4, tzinfo=UTC))
    assert late.date() == table.now.date()


def test_a_draft_and_a_closed_case_have_no_last_day() -> None:
    table = Table()
    assert last_day(law(), table.case) is None
    table.do("open", OFFICER, city=OFFICER.city)
    assert last_day(law(), table.case) is None
    table.do("withdraw", OFFICER)
    assert last_day(law(), table.case) is None


def test_the_time_of_the_review_stands_still_while_the_city_is_asked_each_time() -> None:
    table = Table().reviewed()
    first = last_day(law(), table.case)
    assert first
    for reviewer, days in ((FIRST, 10), (SECOND, 5)):
        table.do("ask-city", reviewer)
        table.wait(days).do("clarify", OFFICER)
        table.wait(1)
    assert last_day(law(), table.case) == first + timedelta(days=15)


def test_part_of_a_day_counts_for_the_reviewers() -> None:
    table = Table().reviewed()
    first = last_day(law(), table.case)
    assert first
    table.do("ask-city", FIRST)
    table.now += timedelta(hours=1)
    table.do("clarify", OFFICER)
    assert last_day(law(), table.case) == first + timedelta(days=1)


def test_months_end_where_the_month_ends() -> None:
    limit = TimeLimit(slug="month", label="Month", months=1, days=0)
    assert limit.after(date(2027, 1, 31)) == date(2027, 2, 28)
    assert limit.after(date(2027, 3, 31), -1) == date(2027, 2, 28)
    assert limit.after(date(2027, 1, 31), 2) == date(2027, 3, 31)
