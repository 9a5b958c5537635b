"""What waits for whom, and until when: tables folded from cases and standings; pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from registry.cases import Actor, Case
from registry.impartiality import NO_TIES, Ties
from registry.lifecycle import held_by, permitted
from registry.positions import Position
from registry.process import CLOCK, Process, Transition
from registry.standings import Standing
from registry.time_limits import last_day

_LAST: Final = date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A case that waits for somebody: by which steps it can go on, and the last day for one of them."""

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


def deadlines(
    process: Process, cases: Iterable[Case], standings: Iterable[Standing], at: datetime
) -> tuple[Deadline, ...]:
    """Give every last day that lies ahead or has passed without what was due, the earliest first."""
    found = [
        deadline
        for deadlines in (
            *(_of_case(process, case, at) for case in cases),
            *(_of_standing(process, standing, at) for standing in standings),
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


def _of_standing(process: Process, standing: Standing, at: datetime) -> tuple[Deadline, ...]:
    if not standing.level or standing.granted is None or standing.due is None:
        return ()
    days = {
        "yearly-report": standing.due,
        "cure": process.limits["cure"].after(standing.due),
        "term": process.limits["term"].after(standing.granted.date()),
    }
    return tuple(
        Deadline(
            name=standing.name,
            city=standing.city,
            what=what,
            last_day=day,
            roles=("officer",),
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
