"""Random histories of a city: people who may do what they like, and a clock that jumps; made from a row of bytes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from registry.case_errors import CaseError
from registry.cases import ANYBODY, TIME, Act, Actor, Case, Command, after
from registry.impartiality import Ties
from registry.lifecycle import decide, permitted
from registry.model import Outcome
from registry.standing_changes import change, follow, possible
from registry.standings import Standing, after_change
from registry.tick import tick
from tests.registry.playing import (
    CITY,
    CLAIM,
    COMMITTED,
    EVERYBODY,
    OFFICER,
    OTHER_CITY,
    REQUIREMENTS,
    START,
    Table,
    judged,
    law,
    order,
    person,
)

COMMANDS = sorted({step.command for step in law().case_steps.values()})
CHANGES = sorted({step.command for step in law().standing_steps.values()})
OUTCOMES = (Outcome.PASSED, Outcome.FAILED, Outcome.CANNOT_TELL)
STARTS = ("", "submitted", "called", "reviewed", "filed", "heard", "refused", "accredited")
CASES = ("case/oderau-1", "case/oderau-2")
PEOPLE = (
    *EVERYBODY,
    person("tied", "reviewer", organisation="https://example.org/id/organisation/tied"),
    person("declared", "decider", declared=frozenset({CITY})),
    person("everything", "reviewer", city=CITY),
    Actor(account="all-roles-0000000000", roles=frozenset({"steward", "reviewer", "decider", "officer"}), city=CITY),
)


class History:
    """What happens when bytes decide who asks for what; ``refused`` are the errors that it met."""

    def __init__(self, choices: bytes) -> None:
        self._choices = iter(choices)
        self.now = START
        self.cases = {name: Case(name=name) for name in CASES}
        self.standing = Standing(name="standing/oderau")
        self.acts: list[Act] = []
        self.refused: list[CaseError] = []
        self._begin()
        self._run()

    def _begin(self) -> None:
        """Begin at one of several points of the way of a case, so that its late parts are reached as well."""
        table, point = Table(), STARTS[self._next(len(STARTS))]
        if point:
            getattr(table, point)()
            self.now = table.now
            self._take(tuple(sorted((*table.case.acts, *table.standing.acts), key=lambda act: act.at)))

    def _next(self, below: int) -> int:
        return next(self._choices) % below

    def _run(self) -> None:
        try:
            while True:
                self._step()
        except StopIteration:
            return

    def _step(self) -> None:
        kind = self._next(8)
        if kind == 0:
            self.now += timedelta(days=(1, 5, 29, 31, 62, 91, 180, 366)[self._next(8)], seconds=self._next(3))
        elif kind == 1:
            self._take(tick(law(), self._open(), [self.standing], self.now))
        elif kind == 2 and self._next(2):
            self._try_change()
        else:
            self._try_step(likely=kind > 3)

    def _open(self) -> list[Case]:
        return [case for case in self.cases.values() if case.acts]

    def ties(self, case: Case) -> Ties:
        acted = {act.account for act in self.acts if act.office == "officer" and act.case != case.name and act.account}
        return Ties(frozenset({"https://example.org/id/organisation/tied"}), frozenset(acted))

    def _try_step(self, *, likely: bool) -> None:
        case = self.cases[CASES[self._next(4) == 3]]
        actor = PEOPLE[self._next(len(PEOPLE))]
        ties = self.ties(case)
        name = COMMANDS[self._next(len(COMMANDS))]
        if likely:
            actor, name = self._likely(case, actor, ties)
        before = case
        try:
            acts = decide(law(), case, self._command(name, case, actor), actor, self.now, ties=ties)
        except CaseError as refused:
            self.refused.append(refused)
            assert self.cases[case.name] is before
            return
        self._take(acts)
        case = self.cases[case.name]
        self._take(follow(law(), self.standing, case, acts[-1], actor))

    def _likely(self, case: Case, actor: Actor, ties: Ties) -> tuple[Actor, str]:
        """Somebody who may take a step, and the step: mostly one for which the case waits."""
        if not case.acts:
            return (OFFICER, "open") if case.name == CASES[0] else (ANYBODY, "raise")
        start, wanted = PEOPLE.index(actor), self._next(8) > 0
        for who in (*PEOPLE[start:], *PEOPLE[:start]):
            steps = permitted(law(), case, who, self.now, ties=ties)
            steps = tuple(step for step in steps if step.is_awaited or step.command == "file-concern" or not wanted)
            if steps:
                return who, steps[self._next(len(steps))].command
        return actor, "withdraw"

    def _try_change(self) -> None:
        actor = (*PEOPLE, TIME)[self._next(len(PEOPLE) + 1)]
        steps = possible(law(), self.standing, actor, self.now)
        name = steps[0].command if steps else CHANGES[self._next(len(CHANGES))]
        command = order(name, city=CITY, level=COMMITTED)
        try:
            self._take(change(law(), self.standing, command, actor, self.now))
        except CaseError as refused:
            self.refused.append(refused)

    def _command(self, name: str, case: Case, actor: Actor) -> Command:
        """A command with what it needs, and now and then with something else."""
        if name in ("assign-reviewer", "assign-decider"):
            role = "reviewer" if name == "assign-reviewer" else "decider"
            fit = [who for who in PEOPLE if role in who.roles] if self._next(8) else list(PEOPLE)
            return order(name, candidate=fit[self._next(len(fit))])
        if name == "find-eligible":
            return order(name, requirements=REQUIREMENTS[: 1 + self._next(3)])
        if name == "file-findings":
            seat = case.seat_of(actor.account)
            due = case.due(seat) if seat else REQUIREMENTS
            found = judged(due, OUTCOMES[self._next(3) // 2])
            return order(name, judgements=found[:1] if self._next(16) == 0 else found)
        if name in ("open", "raise"):
            more = {} if name == "open" else {"claim": CLAIM, "organisation": "https://example.org/id/organisation/ngo"}
            return order(name, city=OTHER_CITY if self._next(16) == 0 else CITY, **more)
        if name in ("relieve-reviewer", "relieve-decider"):
            sitting = [seat.account for seat in case.seats] + [case.decider or ""]
            return order(name, subject=sitting[self._next(len(sitting))])
        if name in ("release-concern", "set-aside-concern", "answer-concern"):
            return order(name, concern=1 + self._next(3))
        if name == "file-concern":
            return order(name, claim=CLAIM)
        if name in ("accredit", "allow-appeal"):
            return order(name, level=COMMITTED)
        return replace(order(name), reason="" if self._next(16) == 0 else "Because it is so.")

    def _take(self, acts: tuple[Act, ...]) -> None:
        for act in acts:
            self.acts.append(act)
            if act.case == self.standing.name:
                self.standing = after_change(law(), self.standing, act)
            else:
                self.cases[act.case] = after(law(), self.cases[act.case], act)


def roles_in(acts: list[Act]) -> Iterator[tuple[str, str, set[str]]]:
    """Each account in each case with the roles that it had there, assignments included."""
    found: dict[tuple[str, str], set[str]] = {}
    for act in acts:
        if not act.case.startswith("case/"):
            continue
        for account, role in ((act.account, act.office), (act.particulars.subject, act.particulars.role)):
            if account and role:
                found.setdefault((act.case, account), set()).add(role)
    yield from ((case, account, roles) for (case, account), roles in found.items())
