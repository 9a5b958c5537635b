"""A case as what happened in it: who acted, what was done, and how the case stands after it; pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from registry.case_errors import IllegalTransition
from registry.errors import UnknownCase
from registry.model import Outcome
from registry.process import NEW, PUBLIC, Process, Transition

PANEL: Final = 2
"""How many reviewers judge everything; one more judges where they differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever acts: an opaque account with its roles, the city it acts for, its organisation, and declared conflicts.

    ``city``, ``organisation`` and ``declared`` are IRIs; ``account`` is None for the public without an account and
    for time itself.
    """

    account: str | None
    roles: frozenset[str]
    city: str = ""
    organisation: str = ""
    declared: frozenset[str] = frozenset()


ANYBODY: Final = Actor(account=None, roles=frozenset({PUBLIC}))
TIME: Final = Actor(account=None, roles=frozenset({"clock"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What somebody found on one requirement; ``law`` is the law for which it does not apply."""

    requirement: str
    outcome: Outcome
    reason: str
    evidence: str
    law: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What an act says beside who, when and why; each kind of act uses a few of these. IRIs are texts."""

    city: str = ""
    case_kind: str = ""
    subject: str = ""
    role: str = ""
    rules: tuple[str, ...] = ()
    organisation: str = ""
    sector: str = ""
    seat: int = 0
    requirements: tuple[str, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    concern: int = 0
    claim: str = ""
    level: str = ""
    follows: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A step that somebody asks for.

    ``candidate`` is who is to be assigned; ``hashes`` are the SHA-256 of what is kept elsewhere, by role
    (``submission``, ``text``, ``report`` …).
    """

    name: str
    reason: str = ""
    particulars: Particulars = Particulars()
    candidate: Actor | None = None
    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One step that was taken: the ``number``-th of its case, allowed by the step ``rule`` of the law."""

    case: str
    number: int
    rule: str
    kind: str
    office: str
    account: str | None
    at: datetime
    reason: str
    particulars: Particulars = Particulars()
    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """How long a case was in one state; ``until`` is None while it is."""

    state: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A reviewer's place in a case, the part of the community that it stands for, and what was filed from it."""

    number: int
    account: str
    organisation: str
    sector: str = ""
    judgements: tuple[Judgement, ...] | None = None

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """Give the outcome filed for each requirement."""
        return {found.requirement: found.outcome for found in self.judgements or ()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """A contradiction or concern from outside: filed, then released or set aside, then perhaps answered."""

    number: int
    claim: str
    filed: datetime
    released: datetime | None = None
    set_aside: datetime | None = None
    answered: datetime | None = None

    @property
    def is_held_back(self) -> bool:
        """Say whether it waits for the steward."""
        return self.released is None and self.set_aside is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case as its acts have left it.

    ``parts`` are the roles that each account has had in the case, and never loses; ``is_heard`` says whether the city
    has had its time to reply since the review began; ``is_noted`` whether it was noted that this stay is overdue.
    """

    name: str
    kind: str = ""
    city: str = ""
    organisations: frozenset[str] = frozenset()
    acts: tuple[Act, ...] = ()
    stays: tuple[Stay, ...] = ()
    parts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    requirements: tuple[str, ...] = ()
    seats: tuple[Seat, ...] = ()
    decider: str | None = None
    contributions: tuple[Contribution, ...] = ()
    rulings: tuple[Act, ...] = ()
    is_heard: bool = False
    is_noted: bool = False

    @property
    def state(self) -> str:
        """Where the case stands."""
        return self.stays[-1].state if self.stays else NEW

    @property
    def disputed(self) -> tuple[str, ...]:
        """The requirements on which the first two reviewers have filed different outcomes."""
        filed = [seat.outcomes for seat in self.seats if seat.number <= PANEL and seat.judgements is not None]
        if len(filed) < PANEL:
            return ()
        return tuple(each for each in self.requirements if filed[0].get(each) != filed[1].get(each))

    def seat_of(self, account: str | None) -> Seat | None:
        """Give the seat that an account has in the case now."""
        return next((seat for seat in self.seats if seat.account == account), None)

    def due(self, seat: Seat) -> tuple[str, ...]:
        """Give the requirements on which a reviewer files: all, or for the third those on which two differ."""
        return self.requirements if seat.number <= PANEL else self.disputed

    def contribution(self, number: int) -> Contribution | None:
        """Give a contradiction or concern by its number."""
        return next((found for found in self.contributions if found.number == number), None)


def fits(step: Transition, act: Act, state: str | None, acts: Sequence[Act]) -> bool:
    """Say whether an act is the next after some others, in a state, under the step of the law that it names."""
    return (
        (act.kind, act.number) == (step.recorded_as, len(acts) + 1)
        and state in step.sources
        and act.office in step.roles
        and not (acts and act.at < acts[-1].at)
    )


def fold_case(process: Process, acts: Iterable[Act]) -> Case:
    """Give the case that acts in their order have made; raise IllegalTransition when one fits no step of the law."""
    case: Case | None = None
    for act in acts:
        case = after(process, case or Case(name=act.case), act)
    if case is None:
        raise UnknownCase("There is no such case: nothing was recorded in it.")
    return case


def after(process: Process, case: Case, act: Act) -> Case:
    """Give the case as it stands after one more act; raise IllegalTransition when the act fits no step of the law."""
    step = process.case_steps.get(act.rule)
    if step is None or not fits(step, act, case.state, case.acts):
        raise IllegalTransition(
            f"The act {act.number} of {act.case}, “{act.kind}”, fits no step of the law from the state "
            f"“{case.state or 'new'}”; compare the ledger with an export."
        )
    changed = _EFFECTS.get(act.kind, _nothing)(case, act)
    return _moved(process, replace(changed, acts=(*case.acts, act), parts=_parts(case, act)), step, act)


def _moved(process: Process, case: Case, step: Transition, act: Act) -> Case:
    if step.target is None:
        return case
    last = replace(case.stays[-1], until=act.at) if case.stays else None
    stays = (*case.stays[:-1], *([last] if last else []), Stay(state=step.target, since=act.at))
    left = process.states.get(last.state) if last else None
    return replace(case, stays=stays, is_heard=case.is_heard or (left is not None and left.hears_city), is_noted=False)


def _parts(case: Case, act: Act) -> dict[str, frozenset[str]]:
    parts = dict(case.parts)
    taken = [(act.account, act.office)]
    if act.kind in _ASSIGNMENTS:
        taken.append((act.particulars.subject, act.particulars.role))
    for account, role in taken:
        if account:
            parts[account] = parts.get(account, frozenset()) | {role}
    return parts


def _nothing(case: Case, _act: Act) -> Case:
    return case


def _opened(case: Case, act: Act) -> Case:
    found = act.particulars
    return replace(case, kind=found.case_kind, city=found.city, organisations=frozenset({found.organisation} - {""}))


def _received(case: Case, act: Act) -> Case:
    return replace(case, organisations=case.organisations | ({act.particulars.organisation} - {""}))


def _eligible(case: Case, act: Act) -> Case:
    return replace(case, requirements=act.particulars.requirements)


def _seated(case: Case, act: Act) -> Case:
    found = act.particulars
    seat = Seat(number=found.seat, account=found.subject, organisation=found.organisation, sector=found.sector)
    return replace(case, seats=tuple(sorted((*case.seats, seat), key=lambda each: each.number)))


def _unseated(case: Case, act: Act) -> Case:
    gone = act.particulars.subject or act.account
    return replace(case, seats=tuple(seat for seat in case.seats if seat.account != gone))


def _filed(case: Case, act: Act) -> Case:
    return replace(
        case,
        seats=tuple(
            replace(seat, judgements=act.particulars.judgements) if seat.account == act.account else seat
            for seat in case.seats
        ),
    )


def _decider(case: Case, act: Act) -> Case:
    return replace(case, decider=act.particulars.subject)


def _no_decider(case: Case, _act: Act) -> Case:
    return replace(case, decider=None)


def _contributed(case: Case, act: Act) -> Case:
    found = Contribution(number=len(case.contributions) + 1, claim=act.particulars.claim, filed=act.at)
    return replace(case, contributions=(*case.contributions, found))


def _marked(mark: str) -> Callable[[Case, Act], Case]:
    def effect(case: Case, act: Act) -> Case:
        changes = {mark: act.at}
        return replace(
            case,
            contributions=tuple(
                replace(found, **changes) if found.number == act.particulars.concern else found  # type: ignore[arg-type]  # each mark is a time
                for found in case.contributions
            ),
        )

    return effect


def _noted(case: Case, _act: Act) -> Case:
    return replace(case, is_noted=True)


def _ruled(case: Case, act: Act) -> Case:
    return replace(case, rulings=(*case.rulings, act))


_ASSIGNMENTS: Final = frozenset({"reviewer-assigned", "decider-assigned"})
_EFFECTS: Final[Mapping[str, Callable[[Case, Act], Case]]] = {
    "case-opened": _opened,
    "serious-concern-raised": _opened,
    "submission-received": _received,
    "eligibility-found": _eligible,
    "reviewer-assigned": _seated,
    "reviewer-relieved": _unseated,
    "reviewer-stepped-down": _unseated,
    "findings-filed": _filed,
    "decider-assigned": _decider,
    "decider-relieved": _no_decider,
    "decider-stepped-down": _no_decider,
    "appeal-filed": _no_decider,
    "concern-filed": _contributed,
    "concern-released": _marked("released"),
    "concern-set-aside": _marked("set_aside"),
    "concern-answered": _marked("answered"),
    "overdue-noted": _noted,
    "accreditation-decided": _ruled,
    "refusal-decided": _ruled,
    "serious-concern-upheld": _ruled,
    "serious-concern-dismissed": _ruled,
    "appeal-allowed": _ruled,
    "appeal-dismissed": _ruled,
}
"""What kinds of acts leave behind beside the state; the states themselves are data."""
EFFECTIVE: Final = frozenset(_EFFECTS)
"""The kinds of act that the code knows by name."""
