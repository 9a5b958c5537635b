"""A faultless city holds the level Implementing in every third month of its later plans, and on every turning day.

Statistics that come 15 months late are the harder case: whatever is known after 15 months is known after nine, too. So
months are judged with the later ones, and the turning days of two plans with both. Which month of three it is changes
from year to year, so that every month of the calendar is among them.
"""

from datetime import date

import pytest

from tests.simulation.judging import missed
from tests.simulation.years import Plan, boundary_days, days_of

EVERY = 3
LATER_PLANS = [Plan(1, 2), Plan(1, 3), Plan(1, 6)]
TURNING = [(Plan(2, 2), 15), (Plan(1, 3), 9)]
MONTHS = [(plan, year) for plan in LATER_PLANS for year in range(plan.start.year, plan.end.year + 1)]


def months_of(plan: Plan, year: int) -> list[date]:
    return [day for day in days_of(plan) if day.year == year][year % EVERY :: EVERY]


def test_months_of_every_later_plan_and_of_the_calendar_are_judged() -> None:
    days = [(plan, day) for plan, year in MONTHS for day in months_of(plan, year)]
    assert {plan.years for plan, _ in days} == {2, 3, 6}
    assert len({(plan.number, plan.years, day.year, day.month) for plan, day in days}) == 12 // EVERY * (2 + 3 + 6)
    assert {day.month for _, day in days} == set(range(1, 13))
    assert {day.day for _, day in days} == {1, 15, 28, 29, 30, 31}
    assert [len(boundary_days(plan, lag)) for plan, lag in TURNING] == [13, 18]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plan", "year"), MONTHS, ids=[f"{plan.years}-year {plan.name}, {year}" for plan, year in MONTHS]
)
def test_the_city_holds_implementing_in_the_months_of_a_later_plan(plan: Plan, year: int) -> None:
    found = {day: missed(day, plan_years=plan.years, lag_months=15) for day in months_of(plan, year)}
    assert found == dict.fromkeys(months_of(plan, year), ())


@pytest.mark.slow
@pytest.mark.parametrize(("plan", "lag"), TURNING, ids=[f"{plan.years}-year {plan.name}" for plan, _ in TURNING])
def test_the_city_holds_implementing_on_the_days_around_every_turn(plan: Plan, lag: int) -> None:
    days = boundary_days(plan, lag)
    assert {day: missed(day, plan_years=plan.years, lag_months=lag) for day in days} == dict.fromkeys(days, ())
