"""Where cases and cities stand is in tables that say what the events say, after every step, kill and rebuild."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import sleep

import pytest
from sqlalchemy import create_engine, make_url, text

from registry.adapters.sql_ledger import SqlLedger
from registry.cases import Actor
from registry.casework import Casework
from registry.model import DraftedEvent
from registry.positions import CASE, STANDING
from registry.queues import positions_of
from tests.registry.adapters.ledger_writer import ORIGIN
from tests.registry.playing import (
    CITY,
    COMMITTED,
    DECIDER,
    FIRST,
    OFFICER,
    REQUIREMENTS,
    SECOND,
    STEWARD,
    artefacts,
    judged,
    law,
    order,
)
from tests.registry.test_casework import BASE, NAME, Desk, reviewed
from tests.registry.test_envelope import Key

ROOT = Path(__file__).parents[2]


@pytest.fixture
def desk(ledger_url: str) -> Iterator[Desk]:
    made = Desk(ledger_url)
    yield made
    made.ledger.close()


def agree(work: Casework, ledger: SqlLedger) -> bool:
    """Say whether the tables, as they lie there, are what the events amount to."""
    size, found = ledger.positions()
    standings = [work.standing(CITY)]
    wanted = positions_of(law(), work.cases(), standings)
    return size == ledger.checkpoint().size and {row.name: row for row in found} == wanted


def test_every_step_moves_the_tables_with_it(desk: Desk) -> None:
    reviewed(desk)
    assert agree(desk.work, desk.ledger)
    row, standing = desk.work.positions()
    assert standing.state == "under-review", "a standing of its own"
    assert (row.name, row.city, row.kind, row.state, row.roles) == (
        NAME,
        CITY,
        "accreditation",
        "in-review",
        ("reviewer", "steward"),
    )
    assert row.last_day == desk.work.deadlines()[0].last_day
    for reviewer in (FIRST, SECOND):
        desk.do("file-findings", reviewer, judgements=judged(REQUIREMENTS))
    desk.do("reply", OFFICER)
    desk.do("assign-decider", STEWARD, candidate=DECIDER)
    desk.do("accredit", DECIDER, level=COMMITTED)
    assert agree(desk.work, desk.ledger)
    decided, standing = desk.work.positions()
    assert (decided.state, decided.roles) == ("decided", ())
    assert (standing.name, standing.kind, standing.state) == ("standing/oderau", "", "accredited-committed")
    assert (standing.last_day, standing.roles) == (desk.work.standing(CITY).due, ("officer",))
    assert decided.name.startswith(CASE)
    assert standing.name.startswith(STANDING)


def test_another_process_sees_the_same_at_once(desk: Desk) -> None:
    reviewed(desk)
    other = SqlLedger(desk.url, origin=ORIGIN, signer=Key(1), clock=desk.clock)
    assert other.positions() == desk.ledger.positions()
    work = Casework(law(), other, artefacts().syntax, base=BASE, clock=desk.clock)
    work.act(NAME, order("ask-city"), FIRST)
    assert next(row.state for row in desk.work.positions()) == "clarification"
    other.close()


def test_what_touches_no_case_leaves_the_tables_in_step(desk: Desk) -> None:
    reviewed(desk)
    desk.ledger.append([DraftedEvent(case="profile/york", kind="profile", office="steward", reason="Read.")])
    assert agree(desk.work, desk.ledger)


def test_tables_that_were_left_behind_or_lost_are_made_again(desk: Desk) -> None:
    reviewed(desk)
    rows = desk.work.positions()
    other = DraftedEvent(case="case/else-1", kind="note", office="steward", reason="No act.", previous=None)
    size = desk.ledger.checkpoint().size
    change(desk.url, "UPDATE positions SET state = 'closed'", "UPDATE positions_folded SET size = 1")
    assert desk.ledger.positions()[0] == 1
    assert desk.work.positions() == rows
    assert agree(desk.work, desk.ledger)
    change(desk.url, "DELETE FROM positions", "DELETE FROM positions_folded")
    assert desk.ledger.positions() == (0, ())
    assert desk.work.positions() == rows
    assert not desk.ledger.refold({}, size=size - 1)
    desk.ledger.append([other])
    assert desk.ledger.positions()[0] == size, "an event of a case without its position must not pass for folded"


def test_a_ledger_from_before_the_tables_gets_them(desk: Desk) -> None:
    reviewed(desk)
    rows = desk.work.positions()
    change(desk.url, "DROP TABLE positions", "DROP TABLE positions_folded")
    again = SqlLedger(desk.url, origin=ORIGIN, signer=Key(1), clock=desk.clock)
    assert again.positions() == (0, ())
    work = Casework(law(), again, artefacts().syntax, base=BASE, clock=desk.clock)
    assert work.positions() == rows
    again.close()


def test_a_ledger_with_tables_of_an_earlier_form_gets_new_ones(desk: Desk) -> None:
    reviewed(desk)
    rows = desk.work.positions()
    change(desk.url, "ALTER TABLE positions ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0")
    again = SqlLedger(desk.url, origin=ORIGIN, signer=Key(1), clock=desk.clock)
    work = Casework(law(), again, artefacts().syntax, base=BASE, clock=desk.clock)
    assert work.positions() == rows
    work.act(NAME, order("ask-city"), FIRST)
    assert agree(work, again)
    again.close()


def test_when_the_tables_cannot_be_written_nothing_is_recorded(desk: Desk) -> None:
    """The events and the tables are one transaction."""
    reviewed(desk)
    before, rows = list(desk.ledger.read()), desk.work.positions()
    change(desk.url, "ALTER TABLE positions RENAME TO away")
    with pytest.raises(Exception, match="Writing to the ledger failed"):
        desk.do("ask-city", FIRST)
    change(desk.url, "ALTER TABLE away RENAME TO positions")
    again = SqlLedger(desk.url, origin=ORIGIN, signer=Key(1), clock=desk.clock)
    assert list(again.read()) == before
    assert again.positions() == (len(before), rows)
    again.close()


@pytest.mark.slow
def test_whoever_is_killed_between_two_steps_leaves_both_or_neither(desk: Desk) -> None:
    """Twelve kills at random moments while cases are moved."""
    chance = Random(12)  # noqa: S311  # no secret
    for number in range(12):
        program = "import sys; from tests.registry.test_positions import play; play(*sys.argv[1:])"
        playing = subprocess.Popen(
            [sys.executable, "-c", program, desk.url, str(number)],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert playing.stdout
        assert playing.stdout.readline()
        sleep(chance.uniform(0, 0.3))
        playing.send_signal(signal.SIGKILL)
        playing.communicate(timeout=60)
        again = SqlLedger(desk.url, origin=ORIGIN, signer=Key(1), clock=desk.clock)
        assert agree(Casework(law(), again, artefacts().syntax, base=BASE, clock=desk.clock), again)
        again.close()
    assert desk.ledger.checkpoint().size > 24


def play(url: str, number: str) -> None:
    """Open and withdraw cases of one city until the end."""
    made = Desk(url)
    officer = Actor(account=f"officer-{number}-{'0' * 16}", roles=frozenset({"officer"}), city=CITY)
    while True:
        running = [case for case in made.work.cases() if case.state != "closed"]
        for case in running:
            made.work.act(case.name, order("withdraw"), officer)
        made.work.open(order("open", city=CITY), officer)
        sys.stdout.write(".\n")
        sys.stdout.flush()


def change(url: str, *statements: str) -> None:
    """Do to the database what nobody does."""
    parsed = make_url(url)
    engine = create_engine(
        parsed if parsed.get_backend_name() == "sqlite" else parsed.set(drivername="postgresql+psycopg")
    )
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
