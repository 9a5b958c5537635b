"""Judging the faultless city on many days, the reference data read once."""

from datetime import date
from functools import cache

from registry.loading import artefacts
from registry.model import Outcome, Report
from registry.registry import Examination, Registry
from registry.rendering import slug_of
from registry.settings import Settings
from registry.wiring import warm, wire
from tests.simulation.faultless import held, submission
from tests.simulation.years import Calendar


@cache
def _registry() -> Registry:
    warm()
    return wire(Settings())


def judge(calendar: Calendar) -> Report:
    """Judge the city as a file that is sent on that day, with what is held then."""
    judged = [str(requirement.iri) for requirement in artefacts().standard.requirements if requirement.judged]
    return _registry().examine(
        Examination(
            raw=submission(calendar).encode(),
            name="faultless.ttl",
            held=held(calendar, judged).encode(),
            at=calendar.at,
        )
    )


def missed(at: date, *, plan_years: int, lag_months: int) -> tuple[str, ...]:
    """The requirements that the city does not pass on that day; none for a city that holds Implementing."""
    report = judge(Calendar(at, plan_years, lag_months))
    found = tuple(slug_of(each.requirement) for each in report.outcomes if each.outcome is not Outcome.PASSED)
    holds = report.level is not None and report.level.label == "Implementing"
    assert holds or found
    return found
