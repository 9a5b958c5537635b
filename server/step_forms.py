"""A step of a case as a form: what can be chosen in it, what was typed, and the command that it amounts to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from registry.accounts import actor_of
from registry.case_errors import CaseError, StepIncomplete
from registry.cases import Actor, Case, Command, Judgement, Particulars, Seat
from registry.conditions import FINDABLE, levels_granted
from registry.impartiality import Ties, demand_fresh_candidate
from registry.lifecycle import CANDIDATE_ROLES
from registry.model import Level, Outcome, Requirement
from registry.people import Account
from registry.process import Process, Transition
from registry.review_table import MachineOutcome, Row, to_be_judged
from registry.standard import Standard
from registry.step_fields import Field, fields_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who holds the role that is to be given; ``bar`` says why they may not have it here."""

    account: Account
    load: int
    bar: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a form of a step lets choose from."""

    candidates: tuple[Candidate, ...] = ()
    seats: tuple[Seat, ...] = ()
    sectors: Mapping[str, str] = field(default_factory=dict)
    levels: tuple[Level, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    chosen: frozenset[str] = frozenset()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where a step is to be taken: the law, the standard, the case, who asks, and what the machine said."""

    law: Process
    standard: Standard
    case: Case
    actor: Actor
    step: Transition
    machine: Mapping[str, MachineOutcome]


class Incomplete(StepIncomplete):
    """Fields of a form lack something; ``faults`` are a sentence by the name of each."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("The form is not complete; nothing was recorded.")
        self.faults = dict(faults)


def candidates(
    setting: Setting, accounts: tuple[Account, ...], cases: tuple[Case, ...], ties: Ties
) -> tuple[Candidate, ...]:
    """Give everybody who holds the role to be given, first those who may have it, the least burdened first."""
    role = CANDIDATE_ROLES.get(setting.step.command, "")
    found = []
    for account in accounts:
        person = actor_of(account)
        if role in person.roles:
            found.append(Candidate(account, load(account.id, cases, setting.law), _bar(setting, person, role, ties)))
    return tuple(sorted(found, key=lambda candidate: (bool(candidate.bar), candidate.load, candidate.account.name)))


def load(account: str, cases: tuple[Case, ...], law: Process) -> int:
    """Count the cases in which somebody sits and that are not closed."""
    return sum(
        not law.states[case.state].is_final and (case.seat_of(account) is not None or case.decider == account)
        for case in cases
    )


def choices(
    setting: Setting, rows: tuple[Row, ...], offered: tuple[Candidate, ...], sectors: Mapping[str, str]
) -> Choices:
    """Give what the form of a step lets choose from."""
    case, asked = setting.case, fields_of(setting.step)
    top = _level_of_machine(setting)
    return Choices(
        candidates=offered,
        sectors=sectors,
        seats=tuple(seat for seat in case.seats if seat.judgements is None),
        levels=tuple(level for level in setting.standard.levels if str(level.iri) in levels_granted(setting.law)),
        requirements=tuple(found for found in setting.standard.requirements if found.judged),
        chosen=frozenset(to_be_judged(setting.standard, setting.machine, top)),
        rows=tuple(row for row in rows if str(row.requirement.iri) in due(setting)) if _judging(asked) else (),
    )


def due(setting: Setting) -> tuple[str, ...]:
    """Give the requirements on which somebody says something in a step."""
    seat = setting.case.seat_of(setting.actor.account)
    return setting.case.due(seat) if seat is not None else setting.case.requirements


def read_command(
    setting: Setting, form: Mapping[str, str], listed: list[str], find: Callable[[str], Account | None]
) -> Command:
    """Read the command that a form amounts to, but for what is kept by its hash; raise Incomplete.

    ``listed`` are the requirements that were ticked, ``find`` gives an account by its identifier.
    """
    asked, faults = fields_of(setting.step), dict[str, str]()
    said, candidate = Particulars(), None
    if Field.CANDIDATE in asked:
        account = find(form.get("candidate", ""))
        candidate = actor_of(account) if account else None
        if candidate is None:
            faults["candidate"] = "Choose somebody."
    if Field.SECTOR in asked:
        said = replace(said, sector=_chosen(form, "sector", faults, "Say for whom the reviewer stands."))
    if Field.REVIEWER in asked:
        said = replace(said, subject=_chosen(form, "reviewer", faults, "Choose the reviewer who leaves."))
    if Field.DECIDER in asked:
        said = replace(said, subject=setting.case.decider or "")
    if Field.REQUIREMENTS in asked:
        said = replace(said, requirements=tuple(sorted(set(listed))))
        if not listed:
            faults["requirement"] = "Tick at least one requirement that people judge."
    if Field.LEVEL in asked:
        said = replace(said, level=_chosen(form, "level", faults, "Choose the level that the city has reached."))
    if _judging(asked):
        said = replace(said, judgements=_judgements(setting, form, faults, must=Field.FINDINGS in asked))
    if Field.TEXT in asked:
        _chosen(form, "text", faults, "Write the text.")
    if Field.REASON in asked:
        _chosen(form, "reason", faults, "Give a reason, in one sentence or more.")
    if faults:
        raise Incomplete(faults)
    return Command(
        name=setting.step.command, reason=_plain(form.get("reason", "")), particulars=said, candidate=candidate
    )


def _judgements(
    setting: Setting, form: Mapping[str, str], faults: dict[str, str], *, must: bool
) -> tuple[Judgement, ...]:
    found = []
    for iri in due(setting):
        key = key_of(setting.case, iri)
        outcome, reason, pointer, law = (
            _plain(form.get(f"{name}-{key}", "")) for name in ("outcome", "reason", "evidence", "law")
        )
        if not must and not (outcome or reason or pointer):
            continue
        if outcome not in FINDABLE:
            faults[f"outcome-{key}"] = "Choose an outcome."
        if not reason:
            faults[f"reason-{key}"] = "Say why."
        if must and not pointer:
            faults[f"evidence-{key}"] = "Point at the evidence."
        if outcome == Outcome.INAPPLICABLE and not law:
            faults[f"law-{key}"] = "Name the law for which it does not apply."
        if outcome in FINDABLE:
            law = law if outcome == Outcome.INAPPLICABLE else ""
            found.append(Judgement(requirement=iri, outcome=Outcome(outcome), reason=reason, evidence=pointer, law=law))
    return tuple(found)


def key_of(case: Case, iri: str) -> str:
    """Give a requirement as it stands in names of fields: its place among those judged in the case, from one."""
    return str(case.requirements.index(iri) + 1)


def _judging(asked: tuple[Field, ...]) -> bool:
    return Field.FINDINGS in asked or Field.RULINGS in asked


def _chosen(form: Mapping[str, str], name: str, faults: dict[str, str], sentence: str) -> str:
    text = _plain(form.get(name, ""))
    if not text:
        faults[name] = sentence
    return text


def _plain(text: str) -> str:
    """Give what was typed with the line ends of Unix, as the record wants them."""
    return text.replace("\r\n", "\n").strip()


def _bar(setting: Setting, person: Actor, role: str, ties: Ties) -> str:
    try:
        demand_fresh_candidate(setting.law, setting.case, person, role, ties)
    except CaseError as refused:
        return str(refused.args[0])
    return ""


def _level_of_machine(setting: Setting) -> int:
    """Give the order of the highest level at which the machine finds no must requirement failed; the first at least."""
    top = setting.standard.levels[0].order
    for level in setting.standard.levels:
        musts = [found for found in setting.standard.requirements if found.is_must and found.level.order <= level.order]
        told = [setting.machine.get(str(found.iri)) for found in musts]
        if all(outcome is None or outcome.outcome is not Outcome.FAILED for outcome in told):
            top = max(top, level.order)
    return top
