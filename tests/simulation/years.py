"""The calendar of a faultless city: plan follows plan, everything yearly has its day, statistics come late."""

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

FIRST_PLAN = date(2016, 1, 1)
FIRST_TERM = date(2014, 6, 1)
DECLARED = date(2015, 3, 12)
COMMITMENTS = 8

_TERM_YEARS = 5


@dataclass(frozen=True)
class Plan:
    """One plan in a row of plans of the same length."""

    number: int
    years: int

    @property
    def start(self) -> date:
        return FIRST_PLAN + relativedelta(years=self.number * self.years)

    @property
    def end(self) -> date:
        return FIRST_PLAN + relativedelta(years=(self.number + 1) * self.years, days=-1)

    @property
    def name(self) -> str:
        return f"plan-{self.start.year}"

    def due(self, number: int) -> date:
        """Deadlines spread evenly over the plan's time."""
        return self.start + (self.end - self.start) * (number + 1) // COMMITMENTS


@dataclass(frozen=True)
class Calendar:
    """What has happened up to one day, in a city with plans of so many years and statistics so many months late."""

    at: date
    plan_years: int
    lag_months: int

    @property
    def plans(self) -> list[Plan]:
        """The plan in force first, then up to two before it."""
        number = (self.at.year - FIRST_PLAN.year) // self.plan_years
        return [Plan(earlier, self.plan_years) for earlier in range(number, max(number - 3, -1), -1)]

    @property
    def terms(self) -> list[date]:
        """First days of the council's terms, the present one last."""
        count = relativedelta(self.at, FIRST_TERM).years // _TERM_YEARS
        return [FIRST_TERM + relativedelta(years=number * _TERM_YEARS) for number in range(count + 1)]

    @property
    def reaffirmations(self) -> list[date]:
        """Each council reaffirms the declaration three months after its term began; the last two."""
        days = [start + relativedelta(months=3) for start in self.terms]
        return [found for found in days if DECLARED < found <= self.at][-2:]

    def yearly(self, month: int, day: int = 1, *, last: int = 2) -> list[date]:
        """The last days of a yearly event, today included."""
        days = [date(year, month, day) for year in range(FIRST_PLAN.year - 1, self.at.year + 1)]
        return [found for found in days if found <= self.at][-last:]

    def reports(self, plan: Plan) -> list[date]:
        """Each March a report on the year before; the last two."""
        days = [date(year, 3, 10) for year in range(plan.start.year + 1, plan.end.year + 2)]
        return [found for found in days if found <= self.at][-2:]

    def measured(self, plan: Plan) -> tuple[list[date], list[date]]:
        """Days of measurement, each 30 June, published by now: the last before the plan, the last two since."""
        days = [date(year, 6, 30) for year in range(plan.start.year - 3, plan.end.year + 1)]
        known = [found for found in days if found + relativedelta(months=self.lag_months) <= self.at]
        since = [found for found in known if found > plan.start]
        return [found for found in known if found < plan.start][-1:], since[-2:]


def days_of(plan: Plan) -> list[date]:
    """One day of every month of a plan: by turns the first, the middle and the last day of the month."""
    months = [plan.start + relativedelta(months=number) for number in range(plan.years * 12)]
    ends = relativedelta(months=1, days=-1)
    return [
        (month, month + timedelta(days=14), month + ends)[(number + number // 12) % 3]
        for number, month in enumerate(months)
    ]


def boundary_days(plan: Plan, lag_months: int) -> list[date]:
    """The days around each turn: start, end, the months after which exceptions end, the arrival of statistics."""
    turns = [plan.start, plan.end, date(plan.start.year, 6, 30) + relativedelta(months=lag_months)]
    turns += [plan.start + relativedelta(months=months) for months in (12, 15, 24, 30)]
    near = {turn + timedelta(days=offset) for turn in turns for offset in (-1, 0, 1)}
    return sorted(found for found in near if plan.start <= found <= plan.end)
