"""Playing cases through: people with their accounts, and a table on which one case and one standing lie."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache

from registry.adapters.artefact_files import bundled_contexts, load_artefacts
from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.artefacts import Artefacts
from registry.cases import ANYBODY, Act, Actor, Case, Command, Judgement, Particulars, Seat, after
from registry.impartiality import NO_TIES, Ties
from registry.lifecycle import decide
from registry.model import Outcome
from registry.process import Process
from registry.standing_changes import change, follow
from registry.standings import Standing, after_change
from registry.tick import tick

START = datetime(2027, 1, 4, 9, tzinfo=UTC)
CITY = "https://example.org/id/city/oderau"
OTHER_CITY = "https://example.org/id/city/karthold"
COMMITTED = "https://w3id.org/hrcr/vocab/levels/committed"
REQUIREMENTS = tuple(f"https://w3id.org/hrcr/standard/sample-{name}/declared" for name in "abc")
CLAIM = f"{CITY}#declaration"
EVIDENCE = f"{CITY}#gazette"
CIVIL_SOCIETY = "https://w3id.org/hrcr/vocab/member-sectors/civil-society-organisation"
BUSINESS = "https://w3id.org/hrcr/vocab/member-sectors/business"
SHA = "0" * 64
HASHES = dict.fromkeys(("submission", "text", "report"), SHA)
DATA = {"submit": "submission", "answer-concern": "text", "clarify": "text", "reply": "text", "answer": "text"}


def account(name: str) -> str:
    return f"{name}-{'0' * 16}"


def person(name: str, role: str, **more: object) -> Actor:
    return Actor(account=account(name), roles=frozenset({role}), **more)  # type: ignore[arg-type]  # fields of Actor


OFFICER = person("officer", "officer", city=CITY)
SECOND_OFFICER = person("second-officer", "officer", city=CITY)
STRANGER = person("stranger", "officer", city=OTHER_CITY)
STEWARD = person("steward", "steward")
SECOND_STEWARD = person("second-steward", "steward")
ORGANISATION = "https://example.org/id/organisation/tenants"
FIRST = person("first", "reviewer", organisation=ORGANISATION)
SECOND = person("second", "reviewer")
THIRD = person("third", "reviewer")
FOURTH = person("fourth", "reviewer")
DECIDER = person("decider", "decider")
SECOND_DECIDER = person("second-decider", "decider")
BOTH = Actor(account=account("both"), roles=frozenset({"reviewer", "decider"}))
EVERYBODY = (
    OFFICER, SECOND_OFFICER, STRANGER, STEWARD, SECOND_STEWARD, FIRST, SECOND, THIRD, FOURTH, DECIDER, SECOND_DECIDER,
    BOTH, ANYBODY,
)  # fmt: skip


@cache
def artefacts() -> Artefacts:
    syntax = OxigraphSyntax(bundled_contexts())
    return Artefacts(load_artefacts(syntax), syntax)


@cache
def law() -> Process:
    return artefacts().process


def judged(requirements: Iterable[str], outcome: Outcome = Outcome.PASSED) -> tuple[Judgement, ...]:
    return tuple(
        Judgement(requirement=each, outcome=outcome, reason="It is there.", evidence=EVIDENCE) for each in requirements
    )


class Table:
    """One case and the standing of its city, moved by commands; the clock is moved by hand."""

    def __init__(self, name: str = "case/oderau-1", ties: Ties = NO_TIES) -> None:
        self.case = Case(name=name)
        self.standing = Standing(name="standing/oderau")
        self.now = START
        self.ties = ties

    def wait(self, days: int) -> "Table":
        self.now += timedelta(days=days)
        return self

    def take(self, acts: Iterable[Act]) -> tuple[Act, ...]:
        taken = tuple(acts)
        for act in taken:
            if act.case == self.case.name:
                self.case = after(law(), self.case, act)
            else:
                self.standing = after_change(law(), self.standing, act)
        return taken

    def do(self, name: str, actor: Actor, **more: object) -> tuple[Act, ...]:
        command = order(name, **more)
        acts = decide(law(), self.case, command, actor, self.now, ties=self.ties)
        self.take(acts)
        return (*acts, *self.take(follow(law(), self.standing, self.case, acts[-1], actor)))

    def change(self, name: str, actor: Actor, **more: object) -> tuple[Act, ...]:
        return self.take(change(law(), self.standing, order(name, **more), actor, self.now))

    def tick(self) -> tuple[Act, ...]:
        return self.take(tick(law(), [self.case] if self.case.acts else [], [self.standing], self.now))

    # the way of a case, each method up to one point

    def submitted(self) -> "Table":
        self.do("open", OFFICER, city=CITY)
        self.do("submit", OFFICER)
        return self

    def eligible(self) -> "Table":
        self.submitted().do("find-eligible", STEWARD, requirements=REQUIREMENTS)
        return self

    def called(self) -> "Table":
        self.eligible()
        self.do("assign-reviewer", STEWARD, candidate=FIRST)
        self.do("assign-reviewer", STEWARD, candidate=SECOND)
        self.do("open-call", STEWARD)
        return self

    def reviewed(self) -> "Table":
        """In review, both seats taken."""
        self.called().wait(31).tick()
        return self

    def filed(self, second: Outcome = Outcome.PASSED) -> "Table":
        self.reviewed()
        self.do("file-findings", FIRST, judgements=judged(REQUIREMENTS))
        self.do("file-findings", SECOND, judgements=judged(REQUIREMENTS, second))
        return self

    def heard(self) -> "Table":
        """Before the deciders, with a decider."""
        self.filed().tick()
        self.do("reply", OFFICER)
        self.do("assign-decider", STEWARD, candidate=DECIDER)
        return self

    def accredited(self) -> "Table":
        self.heard().do("accredit", DECIDER, level=COMMITTED)
        return self

    def refused(self) -> "Table":
        self.heard().do("refuse", DECIDER)
        return self


def order(name: str, **more: object) -> Command:
    """A command with what it usually needs, and more."""
    hashes = more.pop("hashes", HASHES)
    reason = more.pop("reason", "Because it is so.")
    candidate = more.pop("candidate", None)
    if name == "assign-reviewer":
        more.setdefault("sector", CIVIL_SOCIETY)
    return Command(
        name=name,
        reason=str(reason),
        particulars=Particulars(**more),  # type: ignore[arg-type]  # fields of Particulars
        candidate=candidate,  # type: ignore[arg-type]  # an Actor
        hashes=hashes,  # type: ignore[arg-type]  # a mapping
    )


def seat_numbers(seats: Iterable[Seat]) -> list[int]:
    return [seat.number for seat in seats]
