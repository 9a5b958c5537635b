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
    Column("sequence", _NUMBER, nullable=False),
    Column("city", Text, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("state", String(64), nullable=False, index=True),
    Column("since", String(40), nullable=False),
    Column("last_day", String(10), index=True),
    Column("roles", String(200), nullable=False),
)
FOLDED: Final = Table(
    "positions_folded",
    METADATA,
    Column("only", Integer, primary_key=True, autoincrement=False),
    Column("size", _NUMBER, nullable=False),
)
_ONLY: Final = 1


def exist(connection: Connection) -> bool:
    """Say whether the tables are there."""
    return inspect(connection).has_table(FOLDED.name)


def keep(connection: Connection, recorded: Sequence[RecordedEvent], positions: Mapping[str, Position]) -> None:
    """Write where the cases of recorded events stand after them.

    That the tables hold everything up to the last of these events is noted only when they did so up to the first, and
    when no case is left out; else they stay behind, and whoever reads them makes them again.
    """
    sequences = {event.envelope.case: event.envelope.sequence for event in recorded}
    known = {name: position for name, position in positions.items() if name in sequences}
    _write(connection, known, sequences)
    before, first = folded(connection), recorded[0].envelope.sequence
    touched = {name for name in sequences if name.startswith((CASE, STANDING))}
    if before == first - 1 and touched <= set(known):
        _note(connection, recorded[-1].envelope.sequence)


def replace(connection: Connection, size: int, positions: Mapping[str, Position], sequences: Mapping[str, int]) -> None:
    """Put positions in the place of all that are there, as they are after so many events."""
    connection.execute(delete(POSITIONS))
    _write(connection, positions, sequences)
    _note(connection, size)


def folded(connection: Connection) -> int:
    """Give the number of events that the tables hold, from the first on."""
    return connection.execute(select(FOLDED.c.size)).scalar_one_or_none() or 0


def read(connection: Connection) -> tuple[Position, ...]:
    """Give every position, in the order of names."""
    return tuple(map(_position, connection.execute(select(POSITIONS).order_by(POSITIONS.c.name))))


def _write(connection: Connection, positions: Mapping[str, Position], sequences: Mapping[str, int]) -> None:
    if positions:
        connection.execute(delete(POSITIONS).where(POSITIONS.c.name.in_(positions)))
        connection.execute(insert(POSITIONS), list(_rows(positions.values(), sequences)))


def _rows(positions: Iterable[Position], sequences: Mapping[str, int]) -> Iterable[dict[str, object]]:
    for found in positions:
        yield {
            "name": found.name,
            "sequence": sequences[found.name],
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
