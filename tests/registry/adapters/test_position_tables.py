"""The rows of positions are written and read back as they were, and say how far they go."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from registry.adapters.databases import make_tables, open_engine
from registry.adapters.position_tables import METADATA, are_ready, folded, keep, make, read, replace
from registry.envelope import sign
from registry.model import Envelope, RecordedEvent
from registry.positions import Position
from tests.registry.test_envelope import NOON, Key

PLACE = Position(
    name="case/york-1",
    city="https://example.org/id/city/york",
    kind="accreditation",
    state="in-review",
    since=datetime(2027, 1, 4, 9, 0, 0, 1, tzinfo=UTC),
    last_day=date(2027, 3, 5),
    roles=("decider", "reviewer"),
)
STANDING = Position(
    name="standing/york", city=PLACE.city, kind="", state="listed", since=PLACE.since, last_day=None, roles=()
)


def recorded(sequence: int, case: str) -> RecordedEvent:
    envelope = Envelope(
        sequence=sequence,
        case=case,
        kind="note",
        office="steward",
        account=None,
        claimed=NOON,
        recorded=NOON,
        hashes={},
        previous=None,
        reason="It is so.",
    )
    return sign(envelope, Key(1))


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = open_engine(f"sqlite:///{tmp_path}/ledger.sqlite", what="The URL")
    make_tables(engine, METADATA)
    with engine.connect() as found:
        yield found
    engine.dispose()


def test_positions_are_read_as_they_were_written(connection: Connection) -> None:
    assert are_ready(connection)
    assert (folded(connection), read(connection)) == (0, ())
    keep(
        connection, [recorded(1, PLACE.name), recorded(2, STANDING.name)], {PLACE.name: PLACE, STANDING.name: STANDING}
    )
    assert (folded(connection), read(connection)) == (2, (PLACE, STANDING))


def test_what_is_left_out_is_not_said_to_be_folded(connection: Connection) -> None:
    keep(connection, [recorded(1, "profile/york")], {})
    assert folded(connection) == 1
    keep(connection, [recorded(2, PLACE.name)], {})
    assert folded(connection) == 1
    keep(connection, [recorded(3, STANDING.name)], {STANDING.name: STANDING})
    assert (folded(connection), read(connection)) == (1, (STANDING,))


def test_all_can_be_put_in_the_place_of_all(connection: Connection) -> None:
    keep(connection, [recorded(1, STANDING.name)], {STANDING.name: STANDING})
    replace(connection, 7, {PLACE.name: PLACE})
    assert (folded(connection), read(connection)) == (7, (PLACE,))


def test_of_a_large_registry_all_positions_are_written(connection: Connection) -> None:
    """More than SQLite takes variables in one statement (32,766)."""
    many = {name: dataclasses.replace(PLACE, name=name) for name in (f"case/york-{number}" for number in range(33_000))}
    for _again in range(2):
        replace(connection, 7, many)
    keep(connection, [recorded(sequence, name) for sequence, name in enumerate(many, start=8)], many)
    assert len(read(connection)) == len(many)
    assert folded(connection) == 7 + len(many)


def test_tables_of_another_form_are_not_ready_and_are_made_anew(connection: Connection) -> None:
    keep(connection, [recorded(1, STANDING.name)], {STANDING.name: STANDING})
    connection.execute(text("ALTER TABLE positions ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0"))
    assert not are_ready(connection)
    make(connection)
    assert are_ready(connection)
    assert (folded(connection), read(connection)) == (0, ())
