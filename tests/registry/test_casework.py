"""A step in a case is taken when the ledger has it; two who act at once do not both win."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from threading import Thread

import pytest
from rdflib import Graph

from registry.adapters.ed25519_key import is_signed
from registry.adapters.sql_ledger import SqlLedger
from registry.case_errors import ConflictOfInterest, IllegalTransition, NotPermitted
from registry.case_record import payload_of
from registry.cases import ANYBODY, Act, Actor
from registry.casework import Casework
from registry.errors import LedgerConflict, UnknownCase
from registry.ledger_verification import verify_ledger
from registry.namespaces import HRC
from registry.sealing import PAYLOAD
from registry.verification import Check, Kind
from tests.registry.adapters.ledger_writer import ORIGIN
from tests.registry.playing import (
    CITY,
    CLAIM,
    COMMITTED,
    DECIDER,
    FIRST,
    OFFICER,
    OTHER_CITY,
    REQUIREMENTS,
    SECOND,
    SECOND_OFFICER,
    START,
    STEWARD,
    STRANGER,
    artefacts,
    judged,
    law,
    order,
    person,
)
from tests.registry.test_envelope import Key

BASE = "https://example.org/"
TIED = "https://example.org/id/organisation/works"
NAME = "case/oderau-1"


class Desk:
    """A ledger on disk with a clock that is moved by hand, and the casework on it; ``name`` is the case moved on."""

    name = NAME

    def __init__(self, place: Path | str) -> None:
        self.now = START
        self.url = place if isinstance(place, str) else f"sqlite:///{place}/ledger.sqlite"
        self.ledger = SqlLedger(self.url, origin=ORIGIN, signer=Key(1), clock=self.clock)
        self.work = self.another()

    @classmethod
    def on(cls, ledger: SqlLedger, *, after: timedelta = timedelta(0)) -> "Desk":
        """Give a desk on a ledger that has its own clock: a year ago, so that cases can be moved on."""
        made = cls.__new__(cls)
        made.now = START.replace(year=2026) + after
        made.ledger = ledger
        made.work = Casework(law(), ledger, artefacts().syntax, base=BASE, clock=made.clock, tied=tied)
        return made

    def clock(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def another(self) -> Casework:
        return Casework(law(), self.ledger, artefacts().syntax, base=BASE, clock=self.clock, tied=tied)

    def do(self, name: str, actor: Actor, **more: object) -> list[str]:
        receipts = self.work.act(self.name, order(name, **more), actor)
        return [receipt.event.envelope.kind for receipt in receipts]

    def wait(self, days: int) -> list[str]:
        self.now += timedelta(days=days)
        return [receipt.event.envelope.kind for receipt in self.work.tick()]

    def checks(self, kind: Kind) -> list[str]:
        found: tuple[Check, ...] = verify_ledger(self.ledger, keys=[Key(1).public_key], is_signed=is_signed, law=law())
        return [check.message for check in found if check.kind is kind]


def tied(city: str) -> frozenset[str]:
    return frozenset({city, TIED})


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.ledger.close()


def reviewed(desk: Desk, until: str = "review") -> None:
    desk.work.open(order("open", city=CITY), OFFICER)
    desk.do("submit", OFFICER)
    desk.do("find-eligible", STEWARD, requirements=REQUIREMENTS)
    for reviewer in (FIRST, SECOND):
        desk.do("assign-reviewer", STEWARD, candidate=reviewer)
    desk.do("open-call", STEWARD)
    if until == "review":
        desk.wait(31)


def test_a_case_from_the_first_draft_to_a_level_is_recorded_and_keeps_the_law(desk: Desk) -> None:
    reviewed(desk)
    desk.do("file-findings", FIRST, judgements=judged(REQUIREMENTS))
    last = desk.do("file-findings", SECOND, judgements=judged(REQUIREMENTS))
    assert last == ["conflicts-checked", "findings-filed", "review-closed"]
    desk.do("reply", OFFICER)
    desk.do("assign-decider", STEWARD, candidate=DECIDER)
    decided = desk.do("accredit", DECIDER, level=COMMITTED)
    assert decided == ["conflicts-checked", "accreditation-decided", "level-granted"]
    assert desk.work.standing(CITY).state == "accredited-committed"
    assert desk.wait(31) == ["case-closed"]
    assert desk.wait(0) == []
    assert desk.checks(Kind.BROKEN) == []
    assert [told for told in desk.checks(Kind.HOLDS) if told.startswith("1 cases and 1 standings kept the law")]


def test_whoever_reads_the_ledger_anew_finds_the_same_cases(desk: Desk) -> None:
    reviewed(desk)
    other = desk.another()
    assert other.cases() == desk.work.cases()
    assert other.standing(CITY) == desk.work.standing(CITY)
    desk.do("ask-city", FIRST)
    assert other.case(NAME).state == "clarification"


def test_of_two_who_act_on_the_same_state_one_is_told_to_read_again(desk: Desk) -> None:
    reviewed(desk)
    seen = desk.work.version(NAME)
    assert seen
    desk.work.act(NAME, order("ask-city"), FIRST, read=seen)
    before = list(desk.ledger.read())
    with pytest.raises(LedgerConflict, match="has moved on"):
        desk.work.act(NAME, order("clarify"), OFFICER, read=seen)
    assert list(desk.ledger.read()) == before
    desk.work.act(NAME, order("clarify"), OFFICER, read=desk.work.version(NAME))


def test_what_is_refused_leaves_no_trace(desk: Desk) -> None:
    reviewed(desk)
    before = list(desk.ledger.read())
    with pytest.raises(NotPermitted):
        desk.do("accredit", STRANGER, level=COMMITTED)
    with pytest.raises(IllegalTransition):
        desk.work.open(order("open", city=CITY), SECOND_OFFICER)
    with pytest.raises(UnknownCase, match="There is no case “case/nowhere-1”; look at the list of cases"):
        desk.work.act("case/nowhere-1", order("submit"), OFFICER)
    assert list(desk.ledger.read()) == before


def test_ties_are_found_in_the_graph_and_in_the_cases_before(desk: Desk) -> None:
    desk.work.open(order("open", city=CITY), OFFICER)
    desk.do("withdraw", OFFICER)
    desk.work.open(order("open", city=CITY), SECOND_OFFICER)
    second = "case/oderau-2"
    desk.work.act(second, order("submit"), SECOND_OFFICER)
    desk.work.act(second, order("find-eligible", requirements=REQUIREMENTS), STEWARD)
    former = Actor(account=OFFICER.account, roles=frozenset({"reviewer"}))
    worker = person("worker", "reviewer", organisation=TIED)
    for candidate, rule in ((former, "acted-for-the-city"), (worker, "found-in-graph")):
        with pytest.raises(ConflictOfInterest) as refused:
            desk.work.act(second, order("assign-reviewer", candidate=candidate), STEWARD)
        assert refused.value.rule == rule
    desk.now += timedelta(days=1200)
    desk.work.act(second, order("assign-reviewer", candidate=former), STEWARD)


def test_no_case_is_added_while_ties_are_looked_for(desk: Desk) -> None:
    waited = []

    def asked(city: str) -> frozenset[str]:
        other = Thread(target=work.cases, daemon=True)
        other.start()
        other.join(0.1)
        waited.append(other.is_alive())
        return frozenset({city})

    work = Casework(law(), desk.ledger, artefacts().syntax, base=BASE, clock=desk.clock, tied=asked)
    work.open(order("open", city=CITY), OFFICER)
    work.ties(work.case(NAME))
    assert waited == [True]


def test_one_accreditation_is_open_at_a_time_and_a_serious_concern_beside_it(desk: Desk) -> None:
    desk.work.open(order("open", city=CITY), OFFICER)
    with pytest.raises(IllegalTransition, match="The city has a case that is not closed, case/oderau-1"):
        desk.work.open(order("open", city=CITY), OFFICER)
    raised = order("raise", city=CITY, claim=CLAIM, organisation="https://example.org/id/organisation/ngo")
    desk.work.open(raised, ANYBODY)
    assert [case.name for case in desk.work.cases()] == [NAME, "case/oderau-2"]


def test_cities_on_other_hosts_have_names_of_their_own(desk: Desk) -> None:
    elsewhere = "https://registry.example/id/city/oderau"
    desk.work.open(order("open", city=elsewhere), person("elsewhere", "officer", city=elsewhere))
    (case,) = desk.work.cases()
    assert case.name.startswith("case/oderau-")
    assert case.name != NAME
    assert desk.work.standing(CITY).name != desk.work.standing(elsewhere).name
    assert desk.work.standing(OTHER_CITY).name == "standing/karthold"
    assert desk.work.standing_named("standing/karthold") is None


def test_a_standing_is_found_by_its_name(desk: Desk) -> None:
    reviewed(desk)
    assert desk.work.standing_named("standing/oderau") == desk.work.standing(CITY)
    assert desk.work.standing(CITY).state == "under-review"


def test_the_city_files_its_reports_and_gives_its_level_up(desk: Desk) -> None:
    test_a_case_from_the_first_draft_to_a_level_is_recorded_and_keeps_the_law(desk)
    desk.work.change(CITY, order("file-report"), OFFICER)
    desk.work.change(CITY, order("give-up"), OFFICER)
    assert desk.work.standing(CITY).state == "withdrawn"
    assert desk.checks(Kind.BROKEN) == []


def test_queues_and_deadlines_are_those_of_the_cases_recorded(desk: Desk) -> None:
    reviewed(desk)
    assert [waiting.case for waiting in desk.work.queue(FIRST)] == [NAME]
    assert desk.work.queue(DECIDER) == ()
    assert [deadline.what for deadline in desk.work.deadlines()] == ["review"]


def test_a_clock_that_is_set_back_a_little_does_not_stop_a_case(desk: Desk) -> None:
    reviewed(desk)
    desk.now -= timedelta(seconds=2)
    assert "clarification-asked" in desk.do("ask-city", FIRST)
    last: Act = desk.work.case(NAME).acts[-1]
    assert last.at == desk.work.case(NAME).acts[-3].at


def test_a_short_reason_is_not_found_from_the_hash_of_its_payload_by_trying(desk: Desk) -> None:
    """Whoever has an export in which the payload of an open case is left out knows all of it but for the reason."""
    reason = "Late."
    desk.work.open(order("open", city=CITY, reason=reason), OFFICER)
    (event,), (act,) = desk.ledger.case(NAME), desk.work.case(NAME).acts
    payload = desk.ledger.payload(event.envelope.hashes[PAYLOAD])
    graph = artefacts().syntax.parse(payload, "application/n-triples", base="", most_triples=100)
    (salt,) = graph.objects(None, HRC.salt)
    assert re.fullmatch(r"[0-9a-f]{32}", str(salt))
    guessed = [payload_of(act, base=BASE, salt="")]
    guessed[0].remove((None, HRC.salt, None))
    guessed += [payload_of(act, base=BASE, salt=token_hex(16)) for _ in range(20)]
    tried = {sha256(artefacts().syntax.canonical(one)).hexdigest() for one in guessed}
    assert act.reason == reason
    assert event.envelope.hashes[PAYLOAD] not in tried
    assert (
        sha256(artefacts().syntax.canonical(payload_of(act, base=BASE, salt=str(salt)))).hexdigest()
        == (event.envelope.hashes[PAYLOAD])
    )


def test_an_act_that_was_recorded_without_a_salt_still_stands_and_verifies(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsalted(act: Act, *, base: str, salt: str) -> Graph:
        graph = payload_of(act, base=base, salt=salt)
        graph.remove((None, HRC.salt, None))
        return graph

    monkeypatch.setattr("registry.casework.payload_of", unsalted)
    desk.work.open(order("open", city=CITY, reason="As before."), OFFICER)
    monkeypatch.undo()
    desk.do("submit", OFFICER)
    assert desk.another().case(NAME).acts[0].reason == "As before."
    assert desk.checks(Kind.BROKEN) == []
