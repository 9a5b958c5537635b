"""Where cases and cities stand, beside the events and written in the same transaction; made again from them at will."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    inspect,
    select,
)

from registry.model import RecordedEvent
from registry.positions import CASE, STANDING, Position

_NUMBER: Final = BigInteger().with_variant(Integer, "sqlite")

METADATA: Final = MetaData()
POSITIONS: Final = Table(
    "positions",
    METADATA,
    Column("name", String(200), primary_key=True),
    Column("city", Text, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("state", String(64), nullable=False),
    Column("since", String(40), nullable=False),
    Column("last_day", String(10)),
    Column("roles", String(200), nullable=False),
)
FOLDED: Final = Table(
    "positions_folded",
    METADATA,
    Column("only", Integer, primary_key=True, autoincrement=False),
    Column("size", _NUMBER, nullable=False),
)
_ONLY: Final = 1


def are_ready(connection: Connection) -> bool:
    """Say whether the tables are there, with the columns that are written here."""
    known = inspect(connection)
    return all(
        known.has_table(table.name)
        and {column["name"] for column in known.get_columns(table.name)} == {*table.c.keys()}
        for table in METADATA.sorted_tables
    )


def make(connection: Connection) -> None:
    """Make the tables, in the place of those of another form; they hold nothing until they are folded again."""
    METADATA.drop_all(connection)
    METADATA.create_all(connection)


def keep(connection: Connection, recorded: Sequence[RecordedEvent], positions: Mapping[str, Position]) -> None:
    """Write where the cases of recorded events stand after them.

    That the tables hold everything up to the last of these events is noted only when they did so up to the first, and
    when no case is left out; else they stay behind, and whoever reads them makes them again.
    """
    cases = {event.envelope.case for event in recorded}
    known = {name: position for name, position in positions.items() if name in cases}
    if known:
        connection.execute(
            delete(POSITIONS).where(POSITIONS.c.name == bindparam("old")), [{"old": name} for name in known]
        )
        _write(connection, known)
    before, first = folded(connection), recorded[0].envelope.sequence
    touched = {name for name in cases if name.startswith((CASE, STANDING))}
    if before == first - 1 and touched <= set(known):
        _note(connection, recorded[-1].envelope.sequence)


def replace(connection: Connection, size: int, positions: Mapping[str, Position]) -> None:
    """Put positions in the place of all that are there, as they are after so many events."""
    connection.execute(delete(POSITIONS))
    _write(connection, positions)
    _note(connection, size)


def folded(connection: Connection) -> int:
    """Give the number of events that the tables hold, from the first on."""
    return connection.execute(select(FOLDED.c.size)).scalar_one_or_none() or 0


def read(connection: Connection) -> tuple[Position, ...]:
    """Give every position, in the order of names."""
    return tuple(map(_position, connection.execute(select(POSITIONS).order_by(POSITIONS.c.name))))


def _write(connection: Connection, positions: Mapping[str, Position]) -> None:
    if positions:
        connection.execute(insert(POSITIONS), list(_rows(positions.values())))


def _rows(positions: Iterable[Position]) -> Iterable[dict[str, object]]:
    for found in positions:
        yield {
            "name": found.name,
            "city": found.city,
            "kind": found.kind,
            "state": found.state,
            "since": found.since.isoformat(),
            "last_day": found.last_day.isoformat() if found.last_day else None,
            "roles": " ".join(found.roles),
        }


def _note(connection: Connection, size: int) -> None:
    connection.execute(delete(FOLDED))
    connection.execute(insert(FOLDED).values(only=_ONLY, size=size))


def _position(row: Row[Any]) -> Position:
    return Position(
        name=row.name,
        city=row.city,
        kind=row.kind,
        state=row.state,
        since=datetime.fromisoformat(row.since),
        last_day=date.fromisoformat(row.last_day) if row.last_day else None,
        roles=tuple(row.roles.split()),
    )
