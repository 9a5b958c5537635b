"""What waits for whom, and until when: tables folded from cases and standings; pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from registry.cases import Actor, Case
from registry.impartiality import NO_TIES, Ties
from registry.lifecycle import held_by, permitted
from registry.positions import Position
from registry.process import CLOCK, Process, Transition
from registry.spot_checks import LOOK, NOTED
from registry.standing_changes import possible
from registry.standings import Standing
from registry.time_limits import last_day

_LAST: Final = date.max
_NOBODY: Final[Mapping[str, date]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A case or a standing that waits for somebody: by which steps it can go on, and the last day for one of them."""

    case: str
    city: str
    state: str
    steps: tuple[Transition, ...]
    last_day: date | None
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """The last day of something: ``what`` is its time limit, ``roles`` are those who can still act."""

    name: str
    city: str
    what: str
    last_day: date
    roles: tuple[str, ...]
    is_overdue: bool


def queue(
    process: Process,
    cases: Iterable[Case],
    actor: Actor,
    at: datetime,
    *,
    ties: Callable[[Case], Ties] = lambda _case: NO_TIES,
) -> tuple[Waiting, ...]:
    """Give the cases that wait for a step of somebody, the most urgent first.

    ``ties`` finds what ties others to the city of a case; it is asked where a case waits for an office that they hold.
    """
    found = []
    offices = held_by(actor)
    for case in cases:
        if not offices.intersection(awaited_roles(process, case)):
            continue
        steps = permitted(process, case, actor, at, ties=ties(case))
        awaited = tuple(step for step in steps if step.is_awaited)
        if awaited:
            last = last_day(process, case)
            found.append(
                Waiting(
                    case=case.name,
                    city=case.city,
                    state=case.state,
                    steps=awaited,
                    last_day=last,
                    is_overdue=last is not None and at.date() > last,
                )
            )
    return tuple(sorted(found, key=lambda waiting: (waiting.last_day or _LAST, waiting.case)))


def duties(
    process: Process, standings: Iterable[Standing], actor: Actor, at: datetime, *, drawn: Mapping[str, date]
) -> tuple[Waiting, ...]:
    """Give the standings that wait for a step of somebody, the most urgent first: for a report, or for a spot check.

    The last day is that on which the report is due, and when it has passed, that until which it can be made good; of a
    spot check it is counted from the draw. ``drawn`` are the cities to look at again (``spot_checks.open_checks``).
    """
    found = []
    theirs = [
        (step, process.roles[role].bound_to_city)
        for step in process.standing_steps.values()
        for role in held_by(actor).intersection(step.roles)
        if step.is_awaited
    ]
    for standing in standings:
        if not any(
            (standing.name in drawn or step.recorded_as != NOTED) and (actor.city == standing.city or not is_bound)
            for step, is_bound in theirs
        ):
            continue
        awaited = [step for step in possible(process, standing, actor, at) if step.is_awaited]
        reports = tuple(step for step in awaited if step.recorded_as != NOTED)
        checks = tuple(step for step in awaited if step.recorded_as == NOTED)
        if reports and standing.due is not None:
            is_over = at.date() > standing.due
            last = process.limits["cure"].after(standing.due) if is_over else standing.due
            found.append(_duty(standing, reports, last, is_overdue=is_over or standing.missed > 0))
        if checks and standing.name in drawn:
            last = process.limits[LOOK].after(drawn[standing.name])
            found.append(_duty(standing, checks, last, is_overdue=at.date() > last))
    return tuple(sorted(found, key=lambda waiting: (waiting.last_day or _LAST, waiting.case)))


def _duty(standing: Standing, steps: tuple[Transition, ...], last: date, *, is_overdue: bool) -> Waiting:
    return Waiting(
        case=standing.name,
        city=standing.city,
        state=standing.state,
        steps=steps,
        last_day=last,
        is_overdue=is_overdue,
    )


def deadlines(
    process: Process,
    cases: Iterable[Case],
    standings: Iterable[Standing],
    at: datetime,
    *,
    drawn: Mapping[str, date] = _NOBODY,
) -> tuple[Deadline, ...]:
    """Give every last day that lies ahead or has passed without what was due, the earliest first.

    ``drawn`` are the cities to look at again (``spot_checks.open_checks``).
    """
    found = [
        deadline
        for deadlines in (
            *(_of_case(process, case, at) for case in cases),
            *(_of_standing(process, standing, at, drawn.get(standing.name)) for standing in standings),
        )
        for deadline in deadlines
    ]
    return tuple(sorted(found, key=lambda deadline: (deadline.last_day, deadline.name, deadline.what)))


def _of_case(process: Process, case: Case, at: datetime) -> tuple[Deadline, ...]:
    last, state = last_day(process, case), process.states.get(case.state)
    if last is None or state is None or state.limit is None:
        return ()
    return (
        Deadline(
            name=case.name,
            city=case.city,
            what=state.limit.slug,
            last_day=last,
            roles=awaited_roles(process, case),
            is_overdue=at.date() > last,
        ),
    )


def _of_standing(process: Process, standing: Standing, at: datetime, drawn: date | None) -> tuple[Deadline, ...]:
    if not standing.level or standing.granted is None or standing.due is None:
        return ()
    days = {
        "yearly-report": standing.due,
        "cure": process.limits["cure"].after(standing.due),
        "term": process.limits["term"].after(standing.granted.date()),
    }
    days |= {LOOK: process.limits[LOOK].after(drawn)} if drawn is not None else {}
    checking = {role for step in process.standing_steps.values() if step.recorded_as == NOTED for role in step.roles}
    return tuple(
        Deadline(
            name=standing.name,
            city=standing.city,
            what=what,
            last_day=day,
            roles=tuple(sorted(checking)) if what == LOOK else ("officer",),
            is_overdue=at.date() > day,
        )
        for what, day in days.items()
    )


def position_of_case(process: Process, case: Case) -> Position:
    """Give where a case stands: its state, since when, the last day of its time, and the roles it waits for."""
    return Position(
        name=case.name,
        city=case.city,
        kind=case.kind,
        state=case.state,
        since=case.stays[-1].since,
        last_day=last_day(process, case),
        roles=awaited_roles(process, case),
    )


def position_of_standing(standing: Standing) -> Position:
    """Give where a city stands; its last day is that of the yearly report that is due, which its officer files."""
    return Position(
        name=standing.name,
        city=standing.city,
        kind="",
        state=standing.state,
        since=standing.acts[-1].at,
        last_day=standing.due,
        roles=("officer",) if standing.due is not None else (),
    )


def positions_of(process: Process, cases: Iterable[Case], standings: Iterable[Standing]) -> dict[str, Position]:
    """Give the position of each case and standing in which something happened, by name."""
    found = [
        *(position_of_case(process, case) for case in cases if case.stays),
        *(position_of_standing(standing) for standing in standings if standing.acts),
    ]
    return {position.name: position for position in found}


def awaited_roles(process: Process, case: Case) -> tuple[str, ...]:
    """Give the roles that have a step for which a case waits where it stands, time left out."""
    roles = {
        role
        for step in process.case_steps.values()
        if step.is_awaited and case.kind in step.kinds and case.state in step.sources
        for role in step.roles
    }
    return tuple(sorted(roles - {CLOCK}))
