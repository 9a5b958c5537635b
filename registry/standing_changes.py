"""What may change where a city stands: decisions in cases, yearly reports, and time; pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from registry.case_errors import CaseError, IllegalTransition, NotPermitted, ReasonMissing, StepIncomplete, TooEarly
from registry.cases import TIME, Act, Actor, Case, Command, Particulars
from registry.lifecycle import held_by
from registry.process import NEW, Process, Transition
from registry.standings import Standing, after_change


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """Who wants which change of a standing, when; ``cause`` is the act in a case that it follows."""

    process: Process
    standing: Standing
    actor: Actor
    at: datetime
    step: Transition
    command: Command | None = None
    cause: tuple[Case, Act] | None = None


def change(
    process: Process,
    standing: Standing,
    command: Command,
    actor: Actor,
    at: datetime,
    *,
    cause: tuple[Case, Act] | None = None,
) -> tuple[Act, ...]:
    """Give the act that a command on a standing amounts to.

    ``cause`` is the case, and the act in it, that the change follows. Raises IllegalTransition, TooEarly,
    NotPermitted, StepIncomplete or ReasonMissing with what is open to the actor instead.
    """
    try:
        step = _step(process, standing, command)
        question = _Question(
            process=process, standing=standing, actor=actor, at=at, step=step, command=command, cause=cause
        )
        role = _role(question)
        _demand(question)
        return (_act(question, command, role),)
    except CaseError as refused:
        found = possible(process, standing, actor, at)
        refused.instead = {step.command: step.label for step in found}
        raise


def possible(process: Process, standing: Standing, actor: Actor, at: datetime) -> tuple[Transition, ...]:
    """Give the changes of a standing that are open to somebody now without a case."""
    found = []
    for step in process.standing_steps.values():
        if standing.state in step.sources:
            try:
                question = _Question(process=process, standing=standing, actor=actor, at=at, step=step)
                _role(question)
                _demand(question)
            except CaseError:
                continue
            found.append(step)
    return tuple(found)


def due_changes(process: Process, standing: Standing, at: datetime) -> tuple[Act, ...]:
    """Give the changes of a standing that time alone brings about up to now; none when there are none left."""
    acts: list[Act] = []
    while True:
        step = next(iter(possible(process, standing, TIME, at)), None)
        if step is None:
            return tuple(acts)
        acts += change(process, standing, Command(name=step.command), TIME, at)
        standing = after_change(process, standing, acts[-1])


def follow(
    process: Process, standing: Standing, case: Case, act: Act, actor: Actor, *, reason: str = ""
) -> tuple[Act, ...]:
    """Give the change of standing that an act in a case leads to, none where the law knows none for this standing.

    A city without a standing is listed first where a steward acts. A decision gives its reason to the change; any other
    act keeps its own, since the case may be open and a standing is public.
    """
    wanted = process.case_steps[act.rule].leads_to
    for slug in wanted:
        step = process.standing_steps[slug]
        told = act.reason if act in case.rulings or step.reason_required else ""
        command = Command(
            name=step.command, reason=reason or told, particulars=Particulars(level=act.particulars.level)
        )
        try:
            return change(process, standing, command, actor, act.at, cause=(case, act))
        except IllegalTransition:
            continue
    if wanted and standing.state == NEW:
        listing = Command(name="list", particulars=Particulars(city=case.city))
        try:
            listed = change(process, standing, listing, actor, act.at)
        except NotPermitted:
            return ()
        known = after_change(process, standing, listed[-1])
        return (*listed, *follow(process, known, case, act, actor, reason=reason))
    return ()


def _step(process: Process, standing: Standing, command: Command) -> Transition:
    level = command.particulars.level
    steps = [step for step in process.standing_steps.values() if step.command == command.name]
    if not steps:
        raise IllegalTransition(f"There is no step “{command.name}” in {standing.name}.")
    for step in steps:
        if standing.state in step.sources and step.level in ("", level):
            return step
    if standing.state in steps[0].sources:
        raise StepIncomplete(f"“{steps[0].label}” in {standing.name} names no level of the standard; give one.")
    label = process.standings.get(standing.state, "not in the register")
    raise IllegalTransition(f"“{steps[0].label}” is not possible in {standing.name} now: it is “{label}”.")


def _role(question: _Question) -> str:
    step, actor, process = question.step, question.actor, question.process
    role = next((role for role in step.roles if role in held_by(actor)), None)
    if role is None:
        who = " or ".join(process.roles[each].label.lower() for each in step.roles)
        raise NotPermitted(f"“{step.label}” in {question.standing.name} is a step of the {who}.")
    if process.roles[role].bound_to_city and actor.city != question.standing.city:
        raise NotPermitted(f"“{step.label}” in {question.standing.name} is a step of somebody who acts for that city.")
    return role


def _demand(question: _Question) -> None:
    step, command = question.step, question.command
    where = f"“{step.label}” is not possible in {question.standing.name}"
    acts = question.standing.acts
    if acts and question.at < acts[-1].at:
        raise IllegalTransition(f"{where}: it would lie before the last act; set the clock right.")
    if step.reason_required and command is not None and not command.reason.strip():
        raise ReasonMissing(f"{where} without a reason; say why in one sentence or more.")
    for slug in step.conditions:
        kind, holds = CONDITIONS[slug]
        if not holds(question):
            raise kind(f"{where}: it needs that {question.process.conditions[slug].label}.")


def _act(question: _Question, command: Command, role: str) -> Act:
    cause, standing = question.cause, question.standing
    return Act(
        case=standing.name,
        number=len(standing.acts) + 1,
        rule=question.step.slug,
        kind=question.step.recorded_as,
        office=role,
        account=question.actor.account,
        at=question.at,
        reason=command.reason.strip() or question.step.definition,
        particulars=Particulars(
            city=standing.city or command.particulars.city,
            level=question.step.level,
            follows=f"{cause[1].case}#act-{cause[1].number}" if cause else "",
        ),
        hashes=dict(command.hashes),
    )


def _has_level(found: _Question) -> bool:
    return bool(found.standing.level)


def _has_no_level(found: _Question) -> bool:
    return not found.standing.level


def _follows_a_case(found: _Question) -> bool:
    if found.cause is None:
        return False
    case, act = found.cause
    leads = found.process.case_steps[act.rule].leads_to
    return found.step.slug in leads and case.city == found.standing.city and act.account == found.actor.account


def _city_named(found: _Question) -> bool:
    return found.command is None or bool(found.command.particulars.city)


def _report_expected(found: _Question) -> bool:
    """Say whether a report is missing, or the year has begun at whose end the next is due."""
    due = found.standing.due
    if found.standing.missed or due is None:
        return found.standing.missed > 0
    return found.at.date() >= found.process.limits["early-report"].after(due, -1)


def _report_enclosed(found: _Question) -> bool:
    return found.command is None or "report" in found.command.hashes


def _report_overdue(found: _Question) -> bool:
    due = found.standing.due
    return due is not None and found.at.date() > found.process.limits["cure"].after(due)


def _missed_before(found: _Question) -> bool:
    return found.standing.missed > 0


def _report_made_good(found: _Question) -> bool:
    return found.standing.waits and found.standing.missed == 0


def _term_over(found: _Question) -> bool:
    granted = found.standing.granted
    return granted is not None and found.at.date() > found.process.limits["term"].after(granted.date())


CONDITIONS: Final[Mapping[str, tuple[type[CaseError], Callable[[_Question], bool]]]] = {
    "city-named": (StepIncomplete, _city_named),
    "level-held": (IllegalTransition, _has_level),
    "no-level-held": (IllegalTransition, _has_no_level),
    "follows-a-case": (IllegalTransition, _follows_a_case),
    "report-expected": (TooEarly, _report_expected),
    "report-enclosed": (StepIncomplete, _report_enclosed),
    "report-overdue": (TooEarly, _report_overdue),
    "missed-before": (IllegalTransition, _missed_before),
    "report-made-good": (IllegalTransition, _report_made_good),
    "term-over": (TooEarly, _term_over),
}
"""Each condition with the error that it raises."""
