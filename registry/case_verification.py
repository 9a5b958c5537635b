"""Re-checking cases from their records alone: legal steps, separation of duty, conflict checks, periods; pure.

Nothing here shares code with what took the steps: the tables of the law are read anew, and each rule is looked at the
other way round.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from registry.cases import PANEL, Act
from registry.model import Outcome
from registry.process import CLOCK, NEW, PUBLIC, Process, Transition

_GIVEN: Final = {"reviewer-assigned": "reviewer", "decider-assigned": "decider"}
_TAKEN: Final = {
    "reviewer-relieved": "reviewer",
    "reviewer-stepped-down": "reviewer",
    "decider-relieved": "decider",
    "decider-stepped-down": "decider",
}
_CHECK: Final = "conflicts-checked"


def case_faults(process: Process, acts: Sequence[Act]) -> Iterator[str]:
    """Give a sentence for each rule of the law that the acts of one case, in their order, do not keep."""
    seen = _Seen(process)
    for act in acts:
        yield from seen.take(act)


def faults_over_time(process: Process, cases: Mapping[str, Sequence[Act]]) -> Iterator[str]:
    """Give a sentence for each act in a case of a city by somebody who acted for that city in another one before."""
    acted: dict[tuple[str, str], list[tuple[datetime, str]]] = defaultdict(list)
    bound = {slug for slug, role in process.roles.items() if role.bound_to_city}
    checked = {slug for slug, role in process.roles.items() if role.checked_for_conflicts}
    rule = process.conflict_rules["acted-for-the-city"]
    cities = {name: next((act.particulars.city for act in acts[:1]), "") for name, acts in cases.items()}
    for name, acts in cases.items():
        for act in acts:
            if act.office in bound and act.account:
                acted[act.account, cities[name]].append((act.at, name))
    for name, acts in cases.items():
        for act in acts:
            if act.office not in checked or act.account is None or rule.limit is None:
                continue
            for at, other in acted[act.account, cities[name]]:
                if other != name and at <= act.at and act.at.date() <= rule.limit.after(at.date()):
                    yield f"{_place(act)}: the account acted for the same city in {other} on {at.date().isoformat()}."
                    break


def standing_faults(process: Process, acts: Sequence[Act], causes: Mapping[str, Act]) -> Iterator[str]:
    """Give a sentence for each change of a standing that the law does not know or that no case led to.

    ``causes`` are the acts of all cases by ``<case>#act-<number>``.
    """
    state, former = NEW, NEW
    for number, act in enumerate(acts, start=1):
        step = process.standing_steps.get(act.rule)
        if step is None or step.recorded_as != act.kind or act.number != number:
            yield f"{_place(act)}: “{act.kind}” is no step of the law."
            continue
        yield from _walked(act, step, state)
        if "follows-a-case" in step.conditions:
            cause = causes.get(act.particulars.follows)
            known = process.case_steps.get(cause.rule) if cause else None
            if cause is None or known is None or step.slug not in known.leads_to or cause.account != act.account:
                yield f"{_place(act)}: no act in a case leads to it."
        state = former if step.returns_to_former else step.target or state
        former = former if state in process.passing else state


def _walked(act: Act, step: Transition, state: str) -> Iterator[str]:
    if state not in step.sources:
        yield f"{_place(act)}: “{step.label}” is not possible from “{state or 'the beginning'}”."
    if act.office not in step.roles:
        yield f"{_place(act)}: “{step.label}” is no step of the {act.office}."
    if step.reason_required and not act.reason.strip():
        yield f"{_place(act)}: “{step.label}” has no reason."
    if act.office != PUBLIC and (act.account is None) is not (act.office == CLOCK):
        yield f"{_place(act)}: the {act.office} acted {'without' if act.account is None else 'with'} an account."


def _place(act: Act) -> str:
    return f"Act {act.number} of {act.case}"


class _Seen:
    """What the acts of one case have shown so far."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._kind = ""
        self._state = NEW
        self._trail: list[tuple[str, datetime]] = []
        self._roles: dict[str, set[str]] = defaultdict(set)
        self._sitting: dict[str, set[str]] = {"reviewer": set(), "decider": set()}
        self._sectors: dict[str, str] = {}
        self._filed: dict[str, dict[str, Outcome]] = {}
        self._due: frozenset[str] = frozenset()
        self._checks: list[Act] = []
        self._heard = False
        self._count = 0
        self._last: Act | None = None

    def take(self, act: Act) -> Iterator[str]:
        """Look at the next act."""
        self._count += 1
        step = self._process.case_steps.get(act.rule)
        if step is None or step.recorded_as != act.kind or act.number != self._count:
            yield f"{_place(act)}: “{act.kind}” is no step of the law."
            return
        self._kind = self._kind or act.particulars.case_kind
        if self._kind not in step.kinds:
            yield f"{_place(act)}: “{step.label}” is no step of such a case."
        yield from _walked(act, step, self._state)
        yield from self._time(act, step)
        yield from self._duty(act)
        yield from self._check(act, step)
        yield from self._judging(act, step)
        self._note(act, step)

    def _time(self, act: Act, step: Transition) -> Iterator[str]:
        if self._last is not None and act.at < self._last.at:
            yield f"{_place(act)}: it lies before the act before it."
        last = self._last_day()
        if last is not None and "time-over" in step.conditions and act.at.date() <= last:
            yield f"{_place(act)}: “{step.label}” came before the time was over."
        if last is not None and "time-left" in step.conditions and act.at.date() > last:
            yield f"{_place(act)}: “{step.label}” came after the time was over."

    def _last_day(self) -> date | None:
        """Add up day by day the time in this state since the case came to it, without that in states that stop it."""
        state = self._process.states.get(self._state)
        if state is None or state.limit is None:
            return None
        ended = [at for _, at in self._trail[1:]]
        stopped, start = timedelta(), self._trail[-1][1]
        for (name, since), until in zip(reversed(self._trail[:-1]), reversed(ended), strict=True):
            other = self._process.states[name]
            if other.stops_clock_of == state.slug:
                stopped += until - since
            elif name == state.slug:
                start = since
            else:
                break
        days = stopped.days + (1 if stopped % timedelta(days=1) else 0)
        return state.limit.after(start.date()) + timedelta(days=days)

    def _duty(self, act: Act) -> Iterator[str]:
        for account, role in ((act.account, act.office), (act.particulars.subject, _GIVEN.get(act.kind, ""))):
            if not account or not role:
                continue
            had = self._roles[account]
            if any(role in pair.roles and (pair.roles - {role}) & had for pair in self._process.incompatibilities):
                yield f"{_place(act)}: one account is {' and '.join(sorted({role, *had}))} in the same case."
            if role == _GIVEN.get(act.kind) and had:
                yield f"{_place(act)}: whoever is assigned has had a part in the case before."

    def _check(self, act: Act, step: Transition) -> Iterator[str]:
        needed = [(act.account, act.office)] if self._process.roles[act.office].checked_for_conflicts else []
        if act.kind in _GIVEN:
            needed.append((act.particulars.subject, _GIVEN[act.kind]))
        if step.open_in_conflict:
            return
        checked = {
            (found.particulars.subject, found.particulars.role)
            for found in self._checks
            if set(found.particulars.rules) == set(self._process.conflict_rules)
        }
        for account, role in needed:
            if (account, role) not in checked:
                yield f"{_place(act)}: no check for conflicts of the {role} stands before it."

    def _judging(self, act: Act, step: Transition) -> Iterator[str]:
        for role in ("reviewer", "decider"):
            if act.office == role and act.account not in self._sitting[role]:
                yield f"{_place(act)}: the {role} was not assigned to the case."
        if act.kind == "reviewer-assigned" and len(self._sitting["reviewer"]) >= PANEL + bool(self._disputed()):
            yield f"{_place(act)}: every seat of the panel was taken."
        if act.kind == "reviewer-assigned" and not self._is_mixed(act, step):
            yield f"{_place(act)}: neither reviewer stands for civil society or academia, or it is not said for whom."
        if act.kind == "decider-assigned" and self._sitting["decider"]:
            yield f"{_place(act)}: there was a decider."
        if act.kind == "findings-filed":
            due = self._disputed() if len(self._filed) >= PANEL else self._due
            if act.account in self._filed or {found.requirement for found in act.particulars.judgements} != due:
                yield f"{_place(act)}: the findings are not those that were due."
        if "findings-complete" in step.conditions and len(self._filed) < PANEL + bool(self._disputed()):
            yield f"{_place(act)}: the findings were not complete."
        if "city-was-heard" in step.conditions and not self._heard:
            yield f"{_place(act)}: it was decided before the city was heard."

    def _is_mixed(self, act: Act, step: Transition) -> bool:
        """Say whether the two who sit after an assignment are such as the law wants them; a third need not be."""
        wanted = {sector for slug in step.conditions for sector in self._process.conditions[slug].sectors}
        sitting = [self._sectors.get(account, "") for account in self._sitting["reviewer"]] + [act.particulars.sector]
        return not wanted or (bool(sitting[-1]) and (len(sitting) != PANEL or not wanted.isdisjoint(sitting)))

    def _disputed(self) -> frozenset[str]:
        first, second = [*self._filed.values(), {}, {}][:PANEL]
        return frozenset(
            each for each in self._due if len(self._filed) >= PANEL and first.get(each) != second.get(each)
        )

    def _note(self, act: Act, step: Transition) -> None:
        said, self._last = act.particulars, act
        for account, role in ((act.account, act.office), (said.subject, _GIVEN.get(act.kind, ""))):
            if account and role:
                self._roles[account].add(role)
        if act.kind in _GIVEN:
            self._sitting[_GIVEN[act.kind]].add(said.subject)
            self._sectors[said.subject] = said.sector
        if act.kind in _TAKEN:
            self._sitting[_TAKEN[act.kind]].discard(said.subject or act.account or "")
        if act.kind == "appeal-filed":
            self._sitting["decider"].clear()
        if act.kind == "findings-filed":
            self._filed[act.account or ""] = {found.requirement: found.outcome for found in said.judgements}
        self._due = frozenset(said.requirements) or self._due
        self._checks = [*self._checks, act] if act.kind == _CHECK else []
        if step.target is not None:
            left = self._process.states.get(self._state)
            self._heard = self._heard or (left is not None and left.hears_city)
            self._state = step.target
            self._trail.append((self._state, act.at))


def by_name(acts: Iterable[Act]) -> dict[str, list[Act]]:
    """Sort acts in their order into cases and standings by name."""
    found: dict[str, list[Act]] = defaultdict(list)
    for act in acts:
        found[act.case].append(act)
    return dict(found)
