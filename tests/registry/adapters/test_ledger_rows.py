"""A row is taken only when it is what its envelope says."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, insert, select

from registry import checkpoint as checkpoints
from registry import envelope as envelopes
from registry.adapters.ledger_rows import (
    checkpoint_of,
    checkpoint_row,
    event_of,
    event_row,
    fresh_payloads,
    last_checkpoint,
    last_event,
    last_hashes,
)
from registry.adapters.ledger_tables import CHECKPOINTS, EVENTS, METADATA, PAYLOADS
from registry.errors import LedgerDamaged
from registry.merkle import EMPTY_ROOT
from tests.registry.test_envelope import DIGEST, SAMPLE, Key

EVENT = envelopes.sign(SAMPLE, Key(1))
HEAD = checkpoints.write("registry.example.org/ledger", 0, EMPTY_ROOT, Key(1))


@pytest.fixture
def connection() -> Iterator[Connection]:
    """Tables without triggers, in memory."""
    engine = create_engine("sqlite://")
    METADATA.create_all(engine)
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def test_rows_are_read_back_as_they_were(connection: Connection) -> None:
    connection.execute(insert(EVENTS), [event_row(EVENT)])
    connection.execute(insert(CHECKPOINTS), [checkpoint_row(HEAD)])
    assert last_event(connection) == EVENT
    assert last_checkpoint(connection) == HEAD
    assert last_hashes(connection, ["profile/york", "profile/none"]) == {
        "profile/york": EVENT.hash,
        "profile/none": None,
    }


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"envelope": EVENT.raw.replace(b"2011", b"2012")}, "does not agree with its envelope"),
        ({"envelope": EVENT.raw[:-1]}, "another envelope than was recorded"),
        ({"case": "profile/graz"}, "does not agree"),
        ({"hash": "0" * 64}, "does not agree"),
        ({"sequence": 3}, "The event 3 is stored in a row that does not agree"),
        ({"payload": None}, "does not agree"),
    ],
    ids=range(6),
)
def test_a_changed_row_is_damage(connection: Connection, changed: dict[str, object], why: str) -> None:
    connection.execute(insert(EVENTS), [{**event_row(EVENT), **changed}])
    with pytest.raises(LedgerDamaged, match=why):
        last_event(connection)


def test_a_text_where_bytes_should_be_is_damage(connection: Connection) -> None:
    connection.execute(insert(EVENTS), [event_row(EVENT)])
    connection.exec_driver_sql("UPDATE events SET envelope = CAST(envelope AS TEXT)")
    row = connection.exec_driver_sql("SELECT * FROM events").one()
    with pytest.raises(LedgerDamaged, match="something else than bytes"):
        event_of(row)


def test_a_changed_checkpoint_is_damage_and_so_is_none(connection: Connection) -> None:
    with pytest.raises(LedgerDamaged, match="has no checkpoint"):
        last_checkpoint(connection)
    for row, why in (({"size": 1, "note": HEAD.note}, "states the size 0"), ({"size": 2, "note": "x"}, "is damaged")):
        connection.execute(insert(CHECKPOINTS), [row])
        with pytest.raises(LedgerDamaged, match=why):
            checkpoint_of(connection.execute(select(CHECKPOINTS).where(CHECKPOINTS.c.size == row["size"])).one())


def test_a_payload_that_is_there_is_not_written_again(connection: Connection) -> None:
    connection.execute(insert(PAYLOADS), [{"sha256": DIGEST, "body": b"payload"}])
    rows = fresh_payloads(connection, [b"payload", b"other", b"other"])
    assert [row["body"] for row in rows] == [b"other"]
    assert len(fresh_payloads(connection, [bytes([number // 256, number % 256]) for number in range(1200)])) == 1200
