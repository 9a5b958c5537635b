"""Cases of an application under test: a real ledger in its home, with a clock that a test moves by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry.adapters.ed25519_key import Ed25519Key, new_key
from registry.adapters.sql_ledger import SqlLedger
from registry.cases import ANYBODY, Actor, Case
from registry.casework import Casework
from registry.ports import Documents, Texts
from server.budget import Budget
from tests.registry.playing import (
    COMMITTED,
    DECIDER,
    FIRST,
    SECOND,
    START,
    STEWARD,
    artefacts,
    judged,
    law,
    order,
    person,
)

FILE = Path(__file__).parents[2] / "data" / "examples" / "committed.ttl"
CITY = "https://example.org/id/city/karthold"
CLAIM = f"{CITY}#declaration"
OFFICER = person("officer", "officer", city=CITY)
REQUIREMENTS = tuple(str(each.iri) for each in artefacts().standard.requirements if each.judged)[:3]
PAGE = {"Accept": "text/html"}


@dataclass
class Desk:
    """The cases of an application, moved on step by step."""

    app: Flask
    ledger: SqlLedger
    work: Casework
    now: datetime = START
    name: str = ""

    @property
    def slug(self) -> str:
        """The name of the case in addresses."""
        return self.name.removeprefix("case/")

    @property
    def case(self) -> Case:
        """The case as it stands."""
        return self.work.case(self.name)

    @property
    def client(self) -> FlaskClient:
        """Somebody whom nobody knows."""
        return self.app.test_client()

    @property
    def texts(self) -> Texts:
        """What may have to be erased."""
        found: Texts = self.app.extensions["texts"]()
        return found

    @property
    def documents(self) -> Documents:
        """What is kept for good."""
        found: Documents = self.app.extensions["documents"]()
        return found

    def clock(self) -> datetime:
        """Give the time, a little later each time."""
        self.now += timedelta(milliseconds=1)
        return self.now

    def do(self, name: str, actor: Actor, **more: object) -> None:
        """Take a step; a decision rests on a report."""
        hashes = {"report": self.case.acts[1].hashes["report"]} if name in ("accredit", "refuse") else {}
        self.work.act(self.name, order(name, **{"hashes": hashes, **more}), actor)

    def wait(self, days: int) -> None:
        """Let days pass, with what they bring about."""
        self.now += timedelta(days=days)
        self.work.tick()

    # the way of a case, each method up to one point

    def eligible(self, report: bytes = b"") -> "Desk":
        """Hand the example in, with what the machine says of it, and find it eligible."""
        receipts = self.work.open(order("open", city=CITY, hashes={}), OFFICER)
        self.name = receipts[-1].event.envelope.case
        digest = self.documents.keep(report or "".join(map(_untested, REQUIREMENTS)).encode())
        self.do("submit", OFFICER, hashes={"submission": self.documents.keep(FILE.read_bytes()), "report": digest})
        self.do("find-eligible", STEWARD, requirements=REQUIREMENTS)
        return self

    def called(self, report: bytes = b"") -> "Desk":
        """Open the call, both seats taken."""
        self.eligible(report)
        for reviewer in (FIRST, SECOND):
            self.do("assign-reviewer", STEWARD, candidate=reviewer)
        self.do("open-call", STEWARD)
        return self

    def heard(self) -> "Desk":
        """Close the call, review, hear the city, and give the case to a decider."""
        self.wait(31)
        for reviewer in (FIRST, SECOND):
            self.do("file-findings", reviewer, judgements=judged(REQUIREMENTS))
        self.do("reply", OFFICER, hashes={"text": self.texts.keep("We thank the reviewers.").digest})
        self.do("assign-decider", STEWARD, candidate=DECIDER)
        return self

    def accredited(self) -> "Desk":
        """Decide for a level."""
        self.do("accredit", DECIDER, level=COMMITTED)
        return self

    # what the public does

    def say(self, reason: str, *, claim: str = CLAIM, do: str = "send", **more: str) -> TestResponse:
        """Send a contribution as a browser does."""
        data = {"claim": claim, "form": "contradiction", "reason": reason, "evidence": "", "do": do, **more}
        return self.client.post(f"/calls/{self.slug}/contribute", data=data, headers=PAGE)

    def speak(self, text: str) -> int:
        """File a contribution past the pages, and give its number."""
        kept = self.texts.keep(text)
        self.do("file-concern", ANYBODY, claim=CLAIM, hashes={"text": kept.digest})
        return len(self.case.contributions)


def _untested(requirement: str) -> str:
    """Give what a machine says of a requirement that people judge, as N-Triples."""
    node, earl = f"{CITY}#{requirement.rsplit('/', 2)[1]}-{requirement.rsplit('/', 1)[1]}", "http://www.w3.org/ns/earl#"
    return (
        f"<{node}> <{earl}test> <{requirement}> .\n<{node}> <{earl}result> <{node}-result> .\n"
        f"<{node}-result> <{earl}outcome> <{earl}untested> .\n"
        f'<{node}-result> <{earl}info> "Two findings are waited for."@en .\n'
    )


@contextmanager
def desk_of(app: Flask, path: Path) -> Iterator[Desk]:
    """Give an application a ledger of its own in a folder, with a clock of its own, until the end of the block."""
    key = path / "key.pem"
    new_key(key)
    before = {name: app.extensions[name] for name in ("casework", "clock", "submissions", "call_budget")}
    desk: Desk = Desk.__new__(Desk)
    ledger = SqlLedger(
        f"sqlite:///{path}/ledger.sqlite",
        origin="example.org/ledger",
        signer=Ed25519Key(key),
        clock=lambda: desk.clock(),
    )
    work = Casework(law(), ledger, artefacts().syntax, base="https://example.org/", clock=lambda: desk.clock())
    desk.__init__(app, ledger, work)  # type: ignore[misc]  # the clock of its parts is its own
    app.extensions.update(casework=lambda: work, clock=lambda: desk.clock(), call_budget=Budget(1000))
    try:
        yield desk
    finally:
        app.extensions.update(before)
        ledger.close()
