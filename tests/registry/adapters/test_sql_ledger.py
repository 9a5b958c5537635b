"""The contract of the ledger on each database: what is acknowledged stays, in one order, and nothing is changed."""

import os
import random
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import monotonic, perf_counter, sleep

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import Pool

from registry.adapters.ed25519_key import is_signed
from registry.adapters.sql_ledger import SqlLedger
from registry.checkpoint import is_signed_by, read_note
from registry.errors import (
    BackDated,
    LedgerConflict,
    LedgerDamaged,
    LedgerStopped,
    LedgerUnavailable,
    MalformedRecord,
    SettingsError,
    UnknownRecord,
)
from registry.merkle import leaf_hash, verify_consistency, verify_inclusion
from registry.model import DraftedEvent, Receipt, RecordedEvent
from tests.registry.adapters.ledger_writer import ORIGIN
from tests.registry.test_envelope import NOON, Key

ROOT = Path(__file__).parents[3]


class Place:
    """Where a ledger lies, and what time it is there."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.now = NOON
        self._open: list[SqlLedger] = []

    def ledger(self) -> SqlLedger:
        opened = SqlLedger(self.url, origin=ORIGIN, signer=Key(1), clock=lambda: self.now)
        self._open.append(opened)
        return opened

    def close(self) -> None:
        for ledger in self._open:
            ledger.close()

    def change(self, *statements: str) -> None:
        """Do to the database what the ledger never does."""
        url = make_url(self.url)
        engine = create_engine(url if url.get_backend_name() == "sqlite" else url.set(drivername="postgresql+psycopg"))
        try:
            with engine.begin() as connection:
                for statement in statements:
                    connection.execute(text(statement))
        finally:
            engine.dispose()


@pytest.fixture
def place(ledger_url: str) -> Iterator[Place]:
    found = Place(ledger_url)
    yield found
    found.close()


def draft(
    case: str = "profile/york", previous: str | None = None, body: bytes | None = b"<a> <b> <c> .\n"
) -> DraftedEvent:
    return DraftedEvent(
        case=case,
        kind="profile",
        office="registry-steward",
        account="q83vEjRWeJCrze8SNFZ4kA",
        reason="Compiled from public sources.",
        payload=body,
        hashes={"standard": sha256(b"standard").hexdigest()},
        previous=previous,
    )


def proves(receipt: Receipt) -> bool:
    head = receipt.checkpoint
    return is_signed_by(read_note(head.note), ORIGIN, [Key(1).public_key], is_signed) and verify_inclusion(
        leaf_hash(receipt.event.raw), receipt.index, head.size, receipt.proof, head.root
    )


def test_a_new_ledger_is_empty_and_has_a_signed_head(place: Place) -> None:
    ledger = place.ledger()
    assert list(ledger.read()) == []
    assert (ledger.checkpoint().size, ledger.checkpoint().origin) == (0, ORIGIN)
    assert [head.size for head in ledger.checkpoints()] == [0]
    assert ledger.append([]) == ()
    assert ledger.case("profile/york") == ()


def test_every_receipt_proves_its_event_under_a_signed_head(place: Place) -> None:
    ledger = place.ledger()
    receipts = [
        receipt for number in range(5) for receipt in ledger.append([draft(f"a/{number}"), draft(f"b/{number}")])
    ]
    assert all(map(proves, receipts))
    assert [receipt.index for receipt in receipts] == list(range(10))
    assert [receipt.checkpoint.size for receipt in receipts] == [2, 2, 4, 4, 6, 6, 8, 8, 10, 10]
    assert [head.size for head in ledger.checkpoints()] == [0, 2, 4, 6, 8, 10]
    again = ledger.receipt(3)
    assert proves(again)
    assert (again.event, again.index, again.checkpoint.size) == (receipts[2].event, 2, 10)
    for number in (0, 11):
        with pytest.raises(UnknownRecord, match=f"holds no event {number}; it has 10"):
            ledger.receipt(number)
    before = ledger.receipt(3, receipts[4].checkpoint)
    assert proves(before)
    assert (before.event, before.checkpoint) == (receipts[2].event, receipts[4].checkpoint)
    with pytest.raises(UnknownRecord, match="holds no event 3; it has 2"):
        ledger.receipt(3, receipts[0].checkpoint)


def test_an_envelope_says_what_was_drafted_and_binds_the_payload(place: Place) -> None:
    ledger = place.ledger()
    (receipt,) = ledger.append([draft()])
    told = receipt.event.envelope
    assert (told.sequence, told.case, told.kind, told.office) == (1, "profile/york", "profile", "registry-steward")
    assert (told.account, told.reason, told.previous) == (
        "q83vEjRWeJCrze8SNFZ4kA",
        "Compiled from public sources.",
        None,
    )
    assert told.claimed == told.recorded == NOON
    digest = told.hashes["payload"]
    assert set(told.hashes) == {"payload", "standard"}
    assert ledger.payload(digest) == b"<a> <b> <c> .\n"
    assert is_signed(Key(1).public_key, receipt.event.signature, receipt.event.raw)
    with pytest.raises(UnknownRecord, match="holds no payload with the SHA-256"):
        ledger.payload("0" * 64)


def test_events_are_read_in_their_order_from_any_number_and_by_case(place: Place) -> None:
    ledger = place.ledger()
    first = ledger.append([draft("a/1"), draft("a/2"), draft("a/1")])
    second = ledger.append([draft("a/1", previous=first[2].event.hash, body=None)])
    events = [receipt.event for receipt in (*first, *second)]
    assert list(ledger.read()) == events
    assert list(ledger.read(3)) == events[2:]
    assert list(ledger.read(5)) == []
    assert list(ledger.case("a/1")) == [events[0], events[2], events[3]]
    previous = [event.envelope.previous for event in ledger.case("a/1")]
    assert previous == [None, events[0].hash, events[2].hash]


def test_more_events_than_are_read_at_once_come_in_order(place: Place) -> None:
    ledger = place.ledger()
    ledger.append([draft(f"a/{number}") for number in range(1203)])
    assert [event.envelope.sequence for event in ledger.read(2)] == list(range(2, 1204))
    assert place.ledger().checkpoint().size == 1203


def test_one_payload_is_kept_once(place: Place) -> None:
    ledger = place.ledger()
    receipts = [
        *ledger.append([draft("a/1"), draft("a/2")]),
        *ledger.append([draft("a/3"), draft("a/4", body=b"other")]),
    ]
    assert len({receipt.event.envelope.hashes["payload"] for receipt in receipts}) == 2


def test_heads_are_consistent_with_one_another(place: Place) -> None:
    ledger = place.ledger()
    for number in range(9):
        ledger.append([draft(f"a/{number}")])
    heads = [head for head in ledger.checkpoints() if head.size]
    for first in heads:
        for second in heads[first.size - 1 :]:
            proof = ledger.consistency_proof(first.size, second.size)
            assert verify_consistency(first.size, second.size, proof, first.root, second.root)
    for first, second in ((0, 9), (3, 10), (5, 4)):
        with pytest.raises(UnknownRecord, match="There is no"):
            ledger.consistency_proof(first, second)


def test_an_append_names_what_it_builds_upon_or_fails(place: Place) -> None:
    ledger, other = place.ledger(), place.ledger()
    (receipt,) = ledger.append([draft()])
    with pytest.raises(LedgerConflict, match=r"has moved on: its last event is [0-9a-f]{64}, not none") as fault:
        other.append([draft("a/other"), draft()])
    assert fault.value.latest == receipt.event.hash
    with pytest.raises(LedgerConflict, match="its last event is none, not 0000"):
        other.append([draft("a/new", previous="0" * 64)])
    assert [event.hash for event in other.read()] == [receipt.event.hash]
    assert other.append([draft(previous=receipt.event.hash)])[0].index == 1
    assert ledger.checkpoint().size == 2


def test_nothing_is_back_dated_and_nothing_happens_before_it_did(place: Place) -> None:
    ledger = place.ledger()
    earlier = NOON - timedelta(days=400)
    (receipt,) = ledger.append([with_claim(draft("a/1"), earlier)])
    assert (receipt.event.envelope.claimed, receipt.event.envelope.recorded) == (earlier, NOON)
    for claimed in (NOON + timedelta(microseconds=1), datetime(2026, 6, 30, 11)):
        with pytest.raises(BackDated, match="give the time at which it happened"):
            ledger.append([with_claim(draft("a/2"), claimed)])
    place.now = NOON - timedelta(days=365)
    with pytest.raises(BackDated, match="set the clock right"):
        ledger.append([draft("a/2")])
    place.now = NOON - timedelta(seconds=4)
    assert ledger.append([draft("a/2")])[0].event.envelope.recorded == NOON
    assert ledger.checkpoint().size == 2


def with_claim(drafted: DraftedEvent, claimed: datetime) -> DraftedEvent:
    fields = {name: getattr(drafted, name) for name in DraftedEvent.__slots__}
    return DraftedEvent(**{**fields, "claimed": claimed})


def test_all_events_of_an_append_are_recorded_or_none(place: Place) -> None:
    ledger = place.ledger()
    wrong = DraftedEvent(case="a/2", kind="profile", office="registry-steward", reason="", payload=b"new")
    with pytest.raises(MalformedRecord, match="“reason” of the envelope"):
        ledger.append([draft("a/1"), wrong])
    named = DraftedEvent(case="a/2", kind="k", office="o", reason="r", hashes={"payload": "0" * 64})
    with pytest.raises(MalformedRecord, match="made from the payload"):
        ledger.append([named])
    assert (list(ledger.read()), ledger.checkpoint().size) == ([], 0)
    assert ledger.append([draft("a/1")])[0].index == 0


def test_an_opened_ledger_goes_on_where_it_was(place: Place) -> None:
    first = place.ledger().append([draft("a/1")])
    place.close()
    ledger = place.ledger()
    second = ledger.append([draft("a/1", previous=first[0].event.hash)])
    assert second[0].index == 1
    assert proves(second[0])
    assert proves(ledger.receipt(1))


CHANGES = [
    "UPDATE events SET signature = signature",
    "UPDATE events SET \"case\" = 'a/other' WHERE sequence = 2",
    "DELETE FROM events",
    "DELETE FROM events WHERE sequence = 3",
    "UPDATE payloads SET body = body",
    "DELETE FROM payloads",
    "UPDATE checkpoints SET note = 'x'",
    "DELETE FROM checkpoints WHERE size = 3",
    "INSERT INTO events SELECT 9, \"case\", 'h', envelope, signature, payload FROM events WHERE sequence = 1",
    'INSERT INTO events SELECT sequence, "case", hash, envelope, signature, payload FROM events WHERE sequence = 1',
]
REPLACES = [
    "INSERT OR REPLACE INTO events SELECT * FROM events WHERE sequence = 1",
    'INSERT OR REPLACE INTO events SELECT 4, "case", hash, envelope, signature, payload FROM events WHERE sequence = 1',
    "INSERT OR REPLACE INTO payloads SELECT sha256, x'00' FROM payloads",
    "INSERT OR REPLACE INTO checkpoints SELECT size, 'x' FROM checkpoints",
    "UPDATE OR REPLACE events SET sequence = 1 WHERE sequence = 2",
]
TRUNCATES = [
    "TRUNCATE events, payloads, checkpoints",
    "TRUNCATE checkpoints",
    "SET session_replication_role = replica; DELETE FROM events",
    "INSERT INTO checkpoints SELECT size, 'x' FROM checkpoints ON CONFLICT (size) DO UPDATE SET note = 'x'",
]


def test_the_database_itself_refuses_every_change(place: Place) -> None:
    ledger = place.ledger()
    ledger.append([draft("a/1"), draft("a/2"), draft("a/3")])
    before = [list(ledger.read()), list(ledger.checkpoints())]
    of_engine = REPLACES if place.url.startswith("sqlite") else TRUNCATES
    for change in [*CHANGES, *of_engine]:
        with pytest.raises(DBAPIError, match=r"append-only|violates unique|UNIQUE"):
            place.change(change)
    assert [list(ledger.read()), list(ledger.checkpoints())] == before
    assert place.ledger().checkpoint().size == 3


def test_a_database_that_would_let_changes_through_is_not_opened(place: Place) -> None:
    place.ledger().append([draft()])
    drop = (
        ["DROP TRIGGER payloads_keep_delete"]
        if place.url.startswith("sqlite")
        else ["ALTER TABLE payloads DISABLE TRIGGER payloads_keep"]
    )
    place.change(*drop)
    with pytest.raises(LedgerDamaged, match=r"no longer keeps the ledger from changes \(payloads_keep"):
        place.ledger()


def test_a_failed_commit_stops_the_ledger_until_it_is_opened_again(place: Place) -> None:
    ledger = place.ledger()
    ledger.append([draft("a/1")])

    def fail(_connection: Connection) -> None:
        raise OperationalError("COMMIT", {}, OSError("disk I/O error"))

    event.listen(Engine, "commit", fail)
    try:
        with pytest.raises(LedgerStopped, match=r"failed: disk I/O error\. Whether it was recorded is known after"):
            ledger.append([draft("a/2")])
    finally:
        event.remove(Engine, "commit", fail)
    with pytest.raises(LedgerStopped, match=r"a write failed \(disk I/O error\): nothing was recorded"):
        ledger.append([draft("a/2")])
    assert [found.envelope.case for found in ledger.read()] == ["a/1"]
    opened = place.ledger()
    assert proves(opened.append([draft("a/2")])[0])
    with pytest.raises(LedgerStopped):
        ledger.append([draft("a/3")])


def test_an_interrupted_append_stops_the_ledger_too(place: Place) -> None:
    ledger = place.ledger()

    def interrupt(_connection: Connection) -> None:
        raise KeyboardInterrupt

    event.listen(Engine, "commit", interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            ledger.append([draft("a/2")])
    finally:
        event.remove(Engine, "commit", interrupt)
    with pytest.raises(LedgerStopped, match=r"a write failed \(KeyboardInterrupt\)"):
        ledger.append([draft("a/2")])
    assert place.ledger().checkpoint().size == 0


def test_a_full_disk_stops_the_ledger_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    place = Place(f"sqlite:///{tmp_path}/ledger.sqlite")

    def small(connection: Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 60")

    event.listen(Engine, "connect", small)
    acknowledged: list[Receipt] = []
    try:
        ledger = place.ledger()
        with pytest.raises(LedgerStopped, match="database or disk is full"):
            fill(ledger, acknowledged)
        with pytest.raises(LedgerStopped, match="Open it again"):
            ledger.append([draft("a/small", body=None)])
    finally:
        event.remove(Engine, "connect", small)
    assert len(acknowledged) > 5
    opened = place.ledger()
    assert list(opened.read()) == [receipt.event for receipt in acknowledged]
    assert proves(opened.append([draft("a/next", body=os.urandom(5000))])[0])
    place.close()


def fill(ledger: SqlLedger, acknowledged: list[Receipt]) -> None:
    while True:
        acknowledged += ledger.append([draft(f"a/{len(acknowledged)}", body=os.urandom(5000))])


@pytest.mark.slow
def test_wherever_a_write_breaks_off_the_ledger_stops_and_what_was_acknowledged_stays(tmp_path: Path) -> None:
    place = Place(f"sqlite:///{tmp_path}/ledger.sqlite")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    acknowledged: list[Receipt] = []
    place.ledger().close()
    for step in range(40):
        ledger = place.ledger()
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000 + 12_347 * step, hard))
        try:
            with pytest.raises(LedgerStopped, match="failed"):
                fill(ledger, acknowledged)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        ledger.close()
        again = place.ledger()
        events = list(again.read())
        assert events[: len(acknowledged)] == [receipt.event for receipt in acknowledged]
        acknowledged = [again.receipt(event.envelope.sequence) for event in events]
        acknowledged += again.append([draft(f"a/{len(acknowledged)}", body=None)])
        again.close()
    assert len(acknowledged) > 60


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("sqlite://", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
        ("mysql://root:secret@localhost/x", r"mysql://root:\*\*\*@localhost/x; it must name"),
        ("no url", "has a wrong form"),
    ],
)
def test_a_url_that_keeps_nothing_is_refused(url: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        Place(url).ledger()


def test_a_database_that_gives_no_answer_is_no_damage(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnavailable, match="gives no answer"):
        Place(f"sqlite:///{tmp_path}").ledger()
    with pytest.raises(LedgerUnavailable, match="gives no answer"):
        Place(f"postgresql://nobody@/none?host={tmp_path}").ledger()


def test_a_file_that_is_no_database_is_damage(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"something else " * 1000)
    with pytest.raises(LedgerDamaged, match="file is not a database"):
        Place(f"sqlite:///{tmp_path}/ledger.sqlite").ledger()


def test_sqlite_flushes_every_commit_and_its_log_is_written_back_on_opening(tmp_path: Path) -> None:
    asked: list[str] = []
    pragmas: set[tuple[object, ...]] = set()

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    def look(connection: sqlite3.Connection, *_rest: object) -> None:
        names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        pragmas.add(tuple(connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names))

    place = Place(f"sqlite:///{tmp_path}/ledger.sqlite")
    event.listen(Engine, "before_cursor_execute", listen)
    event.listen(Pool, "checkout", look)
    try:
        place.ledger().append([draft()])
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
        event.remove(Pool, "checkout", look)
    assert asked[0] == "PRAGMA wal_checkpoint(TRUNCATE)"
    assert asked.count("BEGIN IMMEDIATE") == 2
    assert pragmas == {("wal", 2, 1, 1)}
    place.close()


def writer(url: str, name: str, most: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.registry.adapters.ledger_writer", url, name, str(most)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


def whole(ledger: SqlLedger) -> list[RecordedEvent]:
    """Every event, after all that can be read of each case and under the head was looked at."""
    events = list(ledger.read())
    assert [found.envelope.sequence for found in events] == list(range(1, len(events) + 1))
    assert ledger.checkpoint().size == len(events)
    for case in {found.envelope.case for found in events}:
        assert list(ledger.case(case)) == [found for found in events if found.envelope.case == case]
    for found in events:
        ledger.payload(found.envelope.hashes["payload"])
    return events


@pytest.mark.alone
@pytest.mark.slow
def test_writers_in_several_processes_lose_nothing_and_keep_one_order(place: Place) -> None:
    place.now = datetime.now(UTC)
    writers = [writer(place.url, f"w{number}", 15) for number in range(4)]
    told = [process.communicate(timeout=120) for process in writers]
    assert [process.returncode for process in writers] == [0, 0, 0, 0], told
    acknowledged = [line for out, _ in told for line in out.split()]
    assert len(acknowledged) == 4 * 15 * 2
    events = whole(place.ledger())
    assert sorted(found.hash for found in events) == sorted(acknowledged)
    for number, (out, _) in enumerate(told):
        mine = [found.hash for found in events if found.envelope.reason.startswith(f"w{number} ")]
        assert mine == out.split()


@pytest.mark.slow
def test_no_acknowledged_event_is_lost_when_writers_are_killed(place: Place) -> None:
    chance, acknowledged = random.Random(20), []  # noqa: S311  # no secret
    for number in range(20):
        process = writer(place.url, f"w{number}", 10_000)
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        end = monotonic() + chance.uniform(0, 0.2)
        while monotonic() < end:
            sleep(0.001)
        process.kill()
        rest, fault = process.communicate(timeout=60)
        lines += rest.splitlines(keepends=True)
        assert lines[0], fault
        acknowledged += [line.strip() for line in lines if line.endswith("\n")]
    hashes = [found.hash for found in whole(place.ledger())]
    assert len(acknowledged) >= 40
    assert set(acknowledged) <= set(hashes)
    assert [digest for digest in hashes if digest in set(acknowledged)] == acknowledged


@pytest.mark.slow
@pytest.mark.alone
def test_an_append_costs_little_in_a_ledger_of_20_000_events(tmp_path: Path) -> None:
    place = Place(f"sqlite:///{tmp_path}/ledger.sqlite")
    ledger = place.ledger()
    for start in range(0, 20_000, 5_000):
        ledger.append([draft(f"a/{start + number}") for number in range(5_000)])
    began = perf_counter()
    for number in range(20):
        ledger.append([draft(f"b/{number}")])
    assert (perf_counter() - began) / 20 < 0.05
    began = perf_counter()
    place.ledger()
    assert perf_counter() - began < 2
    place.close()
