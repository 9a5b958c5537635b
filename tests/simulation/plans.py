"""What a faultless city says of its plans: commitments, indicators, reports, participation."""

from collections.abc import Iterator
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from tests.simulation.writing import BY, SITE, day, node, page, part, parts, vocab
from tests.simulation.years import COMMITMENTS, Calendar, Plan

_RIGHTS = ("housing", "education", "participation-in-public-affairs", "health")
_TARGETS = ("11.1", "4.5", "16.7", "3.8")
_GROUPS = ("homeless-people", "persons-with-disabilities")
UNITS = ("housing", "schools", "health")


def plans(calendar: Calendar) -> Iterator[str]:
    """Every plan that may matter on the day, the plan in force first."""
    following = [*calendar.plans[1:], None]
    for plan, earlier in zip(calendar.plans, following, strict=True):
        yield _plan(plan, earlier, calendar)
        yield from _drafting(plan)
        yield from _reports(plan, calendar)
        yield from _commitments(plan, calendar)
        yield from _indicators(plan, calendar)


def _commitment_names(plan: Plan) -> list[str]:
    return [f"{plan.name}-commitment-{number}" for number in range(COMMITMENTS)]


def _plan(plan: Plan, earlier: Plan | None, calendar: Calendar) -> str:
    return node(
        plan.name,
        "hrc:ActionPlan",
        f'dct:title "Human rights plan {plan.start.year}"@en',
        f"dct:issued {day(plan.start - relativedelta(months=2))}",
        f"hrc:startDate {day(plan.start)}",
        f"hrc:endDate {day(plan.end)}",
        parts("hrc:adoptedBy", "council"),
        f"hrc:priorityGroup {vocab('social-categories', *_GROUPS)}",
        parts("hrc:commitment", *_commitment_names(plan)),
        parts("hrc:budgetLine", "budget"),
        parts("hrc:basedOn", f"{plan.name}-analysis"),
        parts("hrc:participation", f"{plan.name}-round"),
        parts("hrc:progressReport", *(f"{plan.name}-report-{found.year}" for found in calendar.reports(plan))),
        parts("hrc:previousPlan", earlier.name) if earlier else "",
        page(plan.name),
        BY,
    )


def _drafting(plan: Plan) -> Iterator[str]:
    figures = [f"{plan.name}-figure-{number}" for number in range(3)]
    yield node(
        f"{plan.name}-analysis",
        "hrc:Analysis",
        f"dct:issued {day(plan.start - relativedelta(months=9))}",
        parts("hrc:observation", *figures),
        page(f"{plan.name}/analysis"),
        BY,
    )
    measured = day(plan.start - relativedelta(years=1))
    for number, name in enumerate(figures):
        yield node(name, "hrc:Observation", f"hrc:value {number}.5", f"dct:date {measured}", 'hrc:unit "per cent"')
    first = plan.start - relativedelta(months=6)
    groups = dict(enumerate((*_GROUPS, "young-people", "tenants")))
    yield node(
        f"{plan.name}-round",
        "hrc:ParticipationProcess",
        f"hrc:startDate {day(first)}",
        f"hrc:endDate {day(first + timedelta(days=45))}",
        parts("hrc:participantGroup", *(f"{plan.name}-group-{number}" for number in groups)),
        f"hrc:inputRecord <{SITE}/{plan.name}/input>",
        f"hrc:response <{SITE}/{plan.name}/response>",
        BY,
    )
    for number, group in groups.items():
        category = f"hrc:category {vocab('social-categories', group)}"
        yield node(f"{plan.name}-group-{number}", "hrc:ParticipantGroup", category, "hrc:participantCount 12")


def _reports(plan: Plan, calendar: Calendar) -> Iterator[str]:
    for found in calendar.reports(plan):
        yield node(
            f"{plan.name}-report-{found.year}",
            "hrc:ProgressReport",
            f"dct:issued {day(found)}",
            f"hrc:periodEnd {day(date(found.year - 1, 12, 31))}",
            parts("hrc:covers", *_commitment_names(plan)),
            page(f"{plan.name}/report-{found.year}"),
            BY,
        )


def _commitments(plan: Plan, calendar: Calendar) -> Iterator[str]:
    for number, name in enumerate(_commitment_names(plan)):
        due = plan.due(number)
        level, rated = ("complete", due) if due <= calendar.at else ("limited", plan.start)
        yield node(
            name,
            "hrc:Commitment",
            f'dct:description "Measure {number} of the plan."@en',
            f"hrc:dueDate {day(due)}",
            parts("hrc:ownedBy", UNITS[number % 3]),
            f"hrc:servesRight {vocab('rights', _RIGHTS[number % 4])}",
            f"hrc:sdgTarget <http://metadata.un.org/sdg/{_TARGETS[number % 4]}>",
            f"hrc:targetsGroup {vocab('social-categories', _GROUPS[number % 2])}",
            parts("hrc:indicator", f"{plan.name}-indicator-{number % 2}"),
            parts("hrc:budgetLine", "budget"),
            parts("hrc:completion", f"{name}-rating"),
            BY,
        )
        completion = f"hrc:completionLevel {vocab('completion-levels', level)}"
        yield node(f"{name}-rating", "hrc:CompletionRating", completion, f"dct:date {day(rated)}")


def _indicators(plan: Plan, calendar: Calendar) -> Iterator[str]:
    before, since = calendar.measured(plan)
    meaning = 'hrc:unit "per cent"', 'hrc:definition "Share of residents."@en'
    for number, right in enumerate(_RIGHTS[:2]):
        name = f"{plan.name}-indicator-{number}"
        yield node(
            name,
            "hrc:Indicator",
            f"hrc:indicatorType {vocab('indicator-types', 'outcome')}",
            *meaning,
            f"hrc:measuresRight {vocab('rights', right)}",
            f"hrc:disaggregatedBy {vocab('social-categories', *_GROUPS)}",
            "hrc:targetValue 20.0",
            parts("hrc:baseline", *(f"{name}-{found.year}" for found in before)),
            parts("hrc:observation", *(f"{name}-{found.year}" for found in since)),
        )
        for found in before + since:
            yield node(f"{name}-{found.year}", "hrc:Observation", "hrc:value 12.0", *meaning, f"dct:date {day(found)}")


def indicator_of(plan: Plan) -> str:
    """The name of an outcome indicator of a plan."""
    return f"{plan.name}-indicator-0"


def confirmed_by_others(calendar: Calendar) -> str:
    """What an independent source speaks of: the body, how the plan was drafted, and the report published last."""
    reported = max((found, plan.name) for plan in calendar.plans for found in calendar.reports(plan))
    report = f"{reported[1]}-report-{reported[0].year}"
    return " , ".join(part(name) for name in ("board", f"{calendar.plans[0].name}-round", report))
