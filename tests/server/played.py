"""A whole installation in a folder of its own, with people of every office and a clock that a test moves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from werkzeug.test import TestResponse

from registry.adapters.ed25519_key import Ed25519Key, new_key
from registry.adapters.sql_ledger import SqlLedger
from registry.casework import Casework
from registry.ledger_wiring import LEDGER_KEY
from registry.people import Account, Role
from registry.settings import Settings
from registry.wiring import wire
from server.app import create_app
from tests.people import HandClock, Place
from tests.registry.playing import CIVIL_SOCIETY, artefacts, law
from tests.server.conftest import Page
from tests.server.people import Browser, nobody, now, people_of, signed_in, somebody

CITY = "https://example.org/id/city/sandermere"
OTHER_CITY = "https://example.org/id/city/karthold"
EXAMPLE = Path(__file__).parents[2] / "data" / "examples" / "declared.ttl"
BASE = "https://w3id.org/hrcr/"


@dataclass
class Played:
    """The application, its people by name, and the time."""

    app: Flask
    here: Place
    clock: HandClock
    ledger: SqlLedger
    people: dict[str, Account] = field(default_factory=dict)

    @property
    def work(self) -> Casework:
        """The cases of the application."""
        found: Casework = self.app.extensions["casework"]()
        return found

    def as_(self, name: str) -> Browser:
        """Give a browser of somebody, or of nobody."""
        return signed_in(self.app, self.here, self.people[name]) if name else nobody(self.app, self.here)

    def page(self, name: str, path: str) -> Page:
        """Give a page as somebody sees it."""
        return read(self.as_(name).get(path))

    def step(self, name: str, case: str, command: str, data: Mapping[str, object] | None = None) -> TestResponse:
        """Take a step as somebody, upon the case as it stands."""
        sent = {"read": self.work.version(f"case/{case}") or "", **(data or {})}
        return self.as_(name).post(f"/cases/{case}/steps/{command}", sent)

    def done(self, name: str, case: str, command: str, data: Mapping[str, object] | None = None) -> None:
        """Take a step that must be taken."""
        answer = self.step(name, case, command, data)
        assert answer.status_code == 303, Page(answer.text).text

    def wait(self, days: int) -> None:
        """Let days pass, and what they bring about."""
        self.clock.wait(days=days)
        self.work.tick()

    def close(self) -> None:
        """Let go."""
        self.app.extensions["query_pool"].close()
        self.ledger.close()

    # the way of a case, each method up to one point

    def handed_in(self) -> str:
        """Give the name of a case that the officer has handed in from a draft."""
        officer = self.as_("officer")
        data = {"file": (EXAMPLE.open("rb"), "declared.ttl")}
        draft = str(officer.post("/drafts", data).headers["Location"])
        answer = officer.post(f"{draft}/hand-in", {"version": "1"})
        assert answer.status_code == 303, Page(answer.text).text
        return str(answer.headers["Location"]).split("/cases/")[1].partition("?")[0]

    def called(self) -> str:
        """A case in its public call, with two reviewers."""
        case = self.handed_in()
        self.done("steward", case, "find-eligible", {"requirement": self.judged()})
        for name in ("first", "second"):
            self.done("steward", case, "assign-reviewer", {"candidate": self.people[name].id, "sector": CIVIL_SOCIETY})
        self.done("steward", case, "open-call")
        return case

    def reviewed(self) -> str:
        """A case in review."""
        case = self.called()
        self.wait(31)
        return case

    def heard(self) -> str:
        """A case before the deciders."""
        case = self.reviewed()
        for name in ("first", "second"):
            self.done(name, case, "file-findings", self.findings(case))
        self.done("officer", case, "reply", {"text": "We agree with the findings."})
        self.done("steward", case, "assign-decider", {"candidate": self.people["decider"].id})
        return case

    def judged(self) -> list[str]:
        """The requirements that people judge at the first level."""
        return [str(one.iri) for one in artefacts().standard.requirements if one.judged and one.level.order == 1]

    def findings(self, case: str, outcome: str = "passed") -> dict[str, str]:
        """What a reviewer sends who finds the same everywhere."""
        keys = range(1, len(self.work.case(f"case/{case}").requirements) + 1)
        sent = {f"outcome-{key}": outcome for key in keys}
        sent |= {f"reason-{key}": "The text says so in its second section." for key in keys}
        return sent | {f"evidence-{key}": f"{CITY}#gazette" for key in keys}


def read(answer: TestResponse) -> Page:
    """Read a page that must be there."""
    assert answer.status_code == 200, answer.text[:500]
    return Page(answer.text)


def played(home: Path) -> Played:
    """Make an installation with somebody of every office."""
    settings = Settings.load({}, home=home, query_workers=1, repair_seconds=0)
    return played_on(create_app(wire(settings), settings), city=CITY)


def played_on(app: Flask, *, city: str) -> Played:
    """Give an application a ledger whose clock a test moves, and somebody of every office."""
    home = Path(app.extensions["settings"].home)
    here, clock = people_of(app), HandClock(now())
    new_key(home / LEDGER_KEY)
    ledger = SqlLedger(
        f"sqlite:///{home}/ledger.sqlite",
        origin="w3id.org/hrcr/ledger",
        signer=Ed25519Key(home / LEDGER_KEY),
        clock=clock,
    )
    work = Casework(law(), ledger, artefacts().syntax, base=BASE, clock=clock)
    app.extensions["casework"] = lambda: work
    people = {
        "officer": somebody(here, Role.OFFICER, city=city, name="Officer"),
        "colleague": somebody(here, Role.OFFICER, city=city, name="Colleague"),
        "stranger": somebody(here, Role.OFFICER, city=OTHER_CITY, name="Stranger"),
        "steward": somebody(here, Role.STEWARD, name="Steward"),
        **{name: somebody(here, Role.REVIEWER, name=name.title()) for name in ("first", "second", "third", "fourth")},
        "decider": somebody(here, Role.DECIDER, name="Decider"),
    }
    return Played(app, here, clock, ledger, people)
