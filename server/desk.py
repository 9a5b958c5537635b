"""The desk: what waits for somebody, most urgent first; who carries how much; what is late; and feeds of due dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from registry.account_errors import AccountError, CredentialsRefused
from registry.accounts import LONGEST_TOKEN, actor_of
from registry.case_wiring import calendar
from registry.cases import Actor, Case
from registry.model import CalendarDay
from registry.people import Account, Identity, Role, Scope
from registry.permissions import Permission, may
from registry.positions import CASE, STANDING
from registry.process import Transition
from registry.queues import Deadline, Waiting
from registry.registrar import Issued
from server import access
from server.case_access import accounts, actor
from server.case_pages import Listed, listed
from server.problems import KINDS, Problem, problem_of
from server.public_cases import casework, city_name, name_of, process, slug_of
from server.step_forms import load

FEED_TYPES: Final = {"atom": "application/atom+xml", "ics": "text/calendar; charset=utf-8"}
_JUDGING: Final = (Role.REVIEWER, Role.DECIDER)

blueprint = Blueprint("desk", __name__, url_prefix="/desk")


@dataclass(frozen=True, slots=True)
class Task:
    """A case that waits for somebody, with the steps that are theirs to take."""

    case: Case
    listed: Listed
    steps: tuple[Transition, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """A standing that waits for somebody: of which city, where it stands, and since when; and what is waited for."""

    waiting: Waiting
    slug: str
    city: str
    state: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Burden:
    """In how many cases somebody sits that are not closed, and in how many of these they are late."""

    account: Account
    cases: int
    late: int


@blueprint.get("")
def index() -> AnyResponse:
    """Show what waits for whoever asks."""
    return _page()


@blueprint.post("/feeds")
def make_feed() -> AnyResponse:
    """Make an address under which programs find one's due dates, and show it this once."""
    owner = access.identity().account
    try:
        issued = access.people().registrar.issue(owner, "feed of due dates", [Scope.FEED], days=LONGEST_TOKEN.days)
    except AccountError as error:
        return _page(problem=problem_of(error))
    return _page(issued=issued)


@blueprint.get("/feeds/<token>.<form>")
def feed(token: str, form: str) -> Response:
    """Give the due dates of whoever made the address: Atom or iCalendar."""
    owner = _follower(token)
    if owner is None or form not in FEED_TYPES:
        raise Problem("not-found", "There is no feed at this address, or not any more; make a new one at your desk.")
    person = actor_of(owner.account)
    tasks, duties = tasks_of(person), duties_of(person)
    if form == "ics":
        days = [*map(_day, _dated(tasks)), *map(_day_of_duty, duties)]
        body = calendar("What waits for you in the Human Rights Cities Registry", days)
        return Response(body, content_type=FEED_TYPES[form])
    times = [*(task.case.acts[-1].at for task in tasks), *(duty.since for duty in duties)]
    updated = max(times, default=owner.account.created)
    page = render_template("feed_of_tasks.xml", tasks=tasks, duties=duties, updated=updated, owner=owner.account.id)
    return Response(page, content_type=FEED_TYPES[form])


def tasks_of(person: Actor) -> list[Task]:
    """Give what waits for somebody, the most urgent first."""
    waiting, at = casework().queue(person), casework().now()
    cases = [(casework().case(found.case), found.steps) for found in waiting]
    return [Task(case, listed(case, at), steps) for case, steps in cases]


def duties_of(person: Actor) -> list[Duty]:
    """Give the standings that wait for somebody, for a yearly report or a spot check, the most urgent first."""
    found = []
    for each in casework().duties(person):
        standing, state = casework().standing(each.city), process().standings.get(each.state, each.state)
        slug = each.case.removeprefix(STANDING)
        found.append(Duty(each, slug, name_of(each.city), state, standing.acts[-1].at))
    return found


def burdens() -> list[Burden]:
    """Give who judges and decides, with what each carries, the least burdened first."""
    cases = casework().cases()
    late = {found.name for found in casework().deadlines() if found.is_overdue}
    people = [one for one in accounts() if one.is_active and one.roles.intersection(_JUDGING)]
    found = [
        Burden(one, load(one.id, cases, process()), load(one.id, tuple(c for c in cases if c.name in late), process()))
        for one in people
    ]
    return sorted(found, key=lambda burden: (burden.cases, burden.account.name))


def _page(*, problem: Problem | None = None, issued: Issued | None = None) -> AnyResponse:
    person = actor()
    is_steward, is_officer = Role.STEWARD in person.roles, Role.OFFICER in person.roles
    due = casework().deadlines()
    page = render_template(
        "desk.html",
        tasks=tasks_of(person),
        duties=duties_of(person),
        is_officer=is_officer,
        is_steward=is_steward,
        overdue=[found for found in due if found.is_overdue] if is_steward else [],
        deadlines=[found for found in due if is_steward or (is_officer and found.city == person.city)],
        burdens=burdens() if is_steward else [],
        limits=process().limits,
        roles=process().roles,
        place=_place,
        issued=issued,
        longest=LONGEST_TOKEN.days,
        problem=problem,
    )
    status = KINDS[problem.code].status if problem else 201 if issued else 200
    return AnyResponse(page, status, mimetype="text/html")


def _place(deadline: Deadline) -> tuple[str, str]:
    """Give the address and the name of what a last day is about: a case, or where a city stands."""
    if deadline.name.startswith(CASE):
        case = casework().case(deadline.name)
        return url_for("cases.show", name=slug_of(case)), f"{city_name(case)}, {slug_of(case)}"
    return url_for("standings.show", slug=deadline.name.removeprefix(STANDING)), name_of(deadline.city)


def _follower(token: str) -> Identity | None:
    """Give whose feed an address with a token names; None for any other token."""
    try:
        owner = access.people().sign_in.with_token(token)
    except CredentialsRefused:
        return None
    return owner if may(owner, Permission.FOLLOW) and owner.scopes == frozenset({Scope.FEED}) else None


def _dated(tasks: Sequence[Task]) -> list[Task]:
    return [task for task in tasks if task.listed.last_day is not None]


def _day(task: Task) -> CalendarDay:
    last = task.listed.last_day or task.listed.since
    return CalendarDay(
        uid=f"{task.case.name}/{task.case.state}/{last.isoformat()}@{request.host}",
        day=last,
        title=f"{task.listed.city}: {task.listed.state}, last day",
        text="\n".join(step.label for step in task.steps),
        address=url_for("cases.show", name=task.listed.name, _external=True),
        stamp=task.case.acts[-1].at,
    )


def _day_of_duty(duty: Duty) -> CalendarDay:
    last = duty.waiting.last_day or duty.since.date()
    steps = duty.waiting.steps
    return CalendarDay(
        uid=f"{duty.waiting.case}/{steps[0].command}/{last.isoformat()}@{request.host}",
        day=last,
        title=f"{duty.city}: {steps[0].label.lower()}, last day",
        text="\n".join(step.label for step in steps),
        address=url_for("standings.show", slug=duty.slug, _external=True),
        stamp=duty.since,
    )
