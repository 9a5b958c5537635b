"""What may happen in a case: a command becomes acts, or an error that says what may be done instead; pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from registry.case_errors import CaseError, IllegalTransition, NotPermitted
from registry.cases import TIME, Act, Actor, Case, Command, Particulars, after
from registry.command_form import address, demand_form
from registry.conditions import Situation, demand, free_seat
from registry.impartiality import NO_TIES, Ties, demand_fresh_candidate, demand_no_conflict, demand_one_role
from registry.process import CLOCK, NEW, PUBLIC, Process, Transition

CHECK: Final = "check-conflicts"
CANDIDATE_ROLES: Final = {"assign-reviewer": "reviewer", "assign-decider": "decider"}
"""By command, the role that it gives somebody."""


def decide(
    process: Process, case: Case, command: Command, actor: Actor, at: datetime, *, ties: Ties = NO_TIES
) -> tuple[Act, ...]:
    """Give the acts that a command amounts to: the checks of conflicts that go before, then the step itself.

    ``at`` is now, in UTC. Raises IllegalTransition, TooEarly, TooLate, NotPermitted, SeparationOfDuty,
    ConflictOfInterest, StepIncomplete or ReasonMissing, each with what is open to the actor instead; nothing has
    then happened.
    """
    situation = Situation(process=process, case=case, actor=actor, at=at, ties=ties, command=command)
    try:
        return _acts(situation, command)
    except CaseError as refused:
        open_steps = permitted(process, case, actor, at, ties=ties)
        refused.instead = {step.command: step.label for step in open_steps}
        raise


@dataclass(frozen=True, slots=True)
class Offer:
    """A step of somebody's office where a case stands; ``refusal`` says why it is not open, and is empty when it is."""

    step: Transition
    refusal: str = ""


def offers(process: Process, case: Case, actor: Actor, at: datetime, *, ties: Ties = NO_TIES) -> tuple[Offer, ...]:
    """Give the steps of the offices that somebody holds, where a case stands, in the order of the law by name."""
    looked = _looked_at(process, case, actor, at, ties)
    return tuple(Offer(step) if refused is None else Offer(step, str(refused)) for step, refused in looked)


def permitted(
    process: Process, case: Case, actor: Actor, at: datetime, *, ties: Ties = NO_TIES
) -> tuple[Transition, ...]:
    """Give the steps that are open to somebody in a case now, in the order of the law by name."""
    return tuple(step for step, refused in _looked_at(process, case, actor, at, ties) if refused is None)


def _looked_at(
    process: Process, case: Case, actor: Actor, at: datetime, ties: Ties
) -> Iterator[tuple[Transition, CaseError | None]]:
    """Give each step of the offices that somebody holds, where a case stands, with what keeps them from it."""
    situation = Situation(process=process, case=case, actor=actor, at=at, ties=ties)
    state, held = case.state, held_by(actor)
    for step in process.case_steps.values():
        if state not in step.sources or not (state == NEW or case.kind in step.kinds) or held.isdisjoint(step.roles):
            continue
        try:
            _check_person(situation, step, _role(situation, step))
            demand(situation, step)
        except CaseError as refused:
            yield step, refused
        else:
            yield step, None


def due_acts(process: Process, case: Case, at: datetime) -> tuple[Act, ...]:
    """Give the steps that time alone brings about in a case up to now; none when there are none left."""
    acts: list[Act] = []
    while True:
        looked = _looked_at(process, case, TIME, at, NO_TIES)
        step = next((step for step, refused in looked if refused is None), None)
        if step is None:
            return tuple(acts)
        acts += decide(process, case, Command(name=step.command), TIME, at)
        case = after(process, case, acts[-1])


def _acts(situation: Situation, command: Command) -> tuple[Act, ...]:
    step = _step(situation, command)
    role = _role(situation, step)
    _check_person(situation, step, role)
    _check_time(situation, step)
    demand_form(command, step, situation.case.name, takes_candidate=command.name in CANDIDATE_ROLES)
    demand(situation, step)
    checked = [situation.actor] if _is_checked(situation.process, step, role) else []
    wanted = CANDIDATE_ROLES.get(command.name)
    if wanted and command.candidate:
        demand_fresh_candidate(situation.process, situation.case, command.candidate, wanted, situation.ties)
    acts: list[Act] = []
    number = len(situation.case.acts)
    for person, its_role in [*((each, role) for each in checked), *_candidates(command)]:
        acts.append(_check_act(situation, person, its_role, number + len(acts) + 1))
    acts.append(_act(situation, step, role, number + len(acts) + 1))
    return tuple(acts)


def _is_checked(process: Process, step: Transition, role: str) -> bool:
    """Say whether ties to the city are looked for before a step in a role."""
    return process.roles[role].checked_for_conflicts and not step.open_in_conflict


def _candidates(command: Command) -> list[tuple[Actor, str]]:
    wanted = CANDIDATE_ROLES.get(command.name)
    return [(command.candidate, wanted)] if wanted and command.candidate else []


def _step(situation: Situation, command: Command) -> Transition:
    """Find the step under a command, and that it is possible where the case stands."""
    case, process = situation.case, situation.process
    steps = [
        step
        for step in process.case_steps.values()
        if step.command == command.name and (case.kind in step.kinds or case.state == NEW)
    ]
    if not steps:
        raise IllegalTransition(f"There is no step “{command.name}” in {case.name}.")
    for step in steps:
        if case.state in step.sources:
            return step
    _role(situation, steps[0])
    label = process.states[case.state].label.lower() if case.state in process.states else "not open yet"
    raise IllegalTransition(f"“{steps[0].label}” is not possible in {case.name} now: the case stands at “{label}”.")


def _role(situation: Situation, step: Transition) -> str:
    """Find the role in which whoever asks takes a step; raise NotPermitted when it is not theirs to take."""
    actor, roles = situation.actor, situation.process.roles
    held = held_by(actor)
    role = next((role for role in step.roles if role in held), None)
    if role is None:
        who = " or ".join(roles[each].label.lower() for each in step.roles)
        raise NotPermitted(f"“{step.label}” in {situation.case.name} is a step of the {who}.")
    command = situation.command
    city = situation.case.city or (command.particulars.city if command else "") or actor.city
    if roles[role].bound_to_city and (not actor.city or actor.city != city):
        raise NotPermitted(f"“{step.label}” in {situation.case.name} is a step of somebody who acts for that city.")
    return role


def held_by(actor: Actor) -> frozenset[str]:
    """Give the roles in which somebody may act: those of the account, and that of anybody; time is nobody else."""
    if actor.account is None:
        return actor.roles & {CLOCK} or frozenset({PUBLIC})
    return (actor.roles - {CLOCK}) | {PUBLIC}


def _check_person(situation: Situation, step: Transition, role: str) -> None:
    demand_one_role(situation.process, situation.case, situation.actor, role)
    if _is_checked(situation.process, step, role):
        demand_no_conflict(situation.process, situation.case, situation.actor, situation.ties)


def _check_time(situation: Situation, step: Transition) -> None:
    at, acts = situation.at, situation.case.acts
    if at.tzinfo is None or at.utcoffset() != timedelta() or (acts and at < acts[-1].at):
        raise IllegalTransition(
            f"“{step.label}” in {situation.case.name} would be at {at.isoformat()}, which is not in UTC or before the "
            "last act of the case; set the clock right."
        )


def _act(situation: Situation, step: Transition, role: str, number: int) -> Act:
    command = situation.command or Command(name=step.command)
    return Act(
        case=situation.case.name,
        number=number,
        rule=step.slug,
        kind=step.recorded_as,
        office=role,
        account=situation.actor.account,
        at=situation.at,
        reason=command.reason.strip() or step.definition,
        particulars=_particulars(situation, step, command),
        hashes=dict(command.hashes),
    )


def _particulars(situation: Situation, step: Transition, command: Command) -> Particulars:
    """Give what a command says, completed by what the case knows."""
    candidate, seat = command.candidate, situation.seat
    said = replace(
        command.particulars,
        requirements=tuple(sorted(command.particulars.requirements)),
        judgements=tuple(sorted(command.particulars.judgements, key=lambda found: found.requirement)),
    )
    if NEW in step.sources:
        return replace(said, case_kind=min(step.kinds))
    if candidate is not None:
        role = CANDIDATE_ROLES[command.name]
        number = free_seat(situation.case) if role == "reviewer" else 0
        return replace(
            said, subject=candidate.account or "", role=role, organisation=address(candidate.organisation), seat=number
        )
    if step.roles == ("reviewer",) and seat is not None:
        said = replace(said, seat=seat.number, organisation=seat.organisation)
    return replace(said, city=situation.case.city) if said.judgements or said.level else said


def _check_act(situation: Situation, person: Actor, role: str, number: int) -> Act:
    step = situation.process.case_steps[CHECK]
    return Act(
        case=situation.case.name,
        number=number,
        rule=CHECK,
        kind=step.recorded_as,
        office=CLOCK,
        account=None,
        at=situation.at,
        reason=step.definition,
        particulars=Particulars(
            subject=person.account or "", role=role, rules=tuple(sorted(situation.process.conflict_rules))
        ),
    )
