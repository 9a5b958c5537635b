"""The rows of positions are written and read back as they were, and say how far they go."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from registry.adapters.databases import make_tables, open_engine
from registry.adapters.position_tables import METADATA, exist, folded, keep, read, replace
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
    assert exist(connection)
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
    replace(connection, 7, {PLACE.name: PLACE}, {PLACE.name: 6})
    assert (folded(connection), read(connection)) == (7, (PLACE,))
