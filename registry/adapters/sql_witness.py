"""The WitnessState port on SQLite or PostgreSQL: beside the ledger, compared and set in one transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from registry import checkpoint as checkpoints
from registry.adapters.databases import explained, make_tables, open_engine, writing
from registry.model import Checkpoint
from registry.witness_errors import HeadMoved
from registry.witness_ports import Alarm, AlarmKind, Asking, KeptCosignature, SeenHead

MOST_HEADS: Final = 1_000
"""Heads that are kept of one ledger, the largest ones."""
MOST_ALARMS: Final = 100
"""Alarms of one kind that are kept of one ledger, the first ones; one is enough to prove what it proves."""
_LOCK: Final = 0x68726372_77697473

METADATA: Final = MetaData()
_HEADS: Final = Table(
    "witness_heads",
    METADATA,
    Column("origin", String, primary_key=True),
    Column("size", BigInteger, primary_key=True),
    Column("root", LargeBinary, nullable=False),
    Column("note", String, nullable=False),
    Column("seen", String, nullable=False),
    Column("cosigned", String),
)
_ALARMS: Final = Table(
    "witness_alarms",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("digest", String, nullable=False, unique=True),
    Column("origin", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("at", String, nullable=False),
    Column("held", String, nullable=False),
    Column("given", String, nullable=False),
    Column("message", String, nullable=False),
)
_COSIGNATURES: Final = Table(
    "cosignatures",
    METADATA,
    Column("origin", String, primary_key=True),
    Column("size", BigInteger, primary_key=True),
    Column("witness", String, primary_key=True),
    Column("key", LargeBinary, primary_key=True),
    Column("root", LargeBinary, nullable=False),
    Column("at", String, nullable=False),
    Column("line", String, nullable=False),
)
_ASKINGS: Final = Table(
    "witness_askings",
    METADATA,
    Column("peer", String, primary_key=True),
    Column("at", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("message", String, nullable=False),
)


class SqlWitness:
    """What is kept of heads in one database; threads and processes may share it."""

    def __init__(self, url: str) -> None:
        """Open the database, its tables made when missing; raise PortError when it cannot be used."""
        self._engine = open_engine(url, what="The database of what is seen of ledgers")
        self._explained = partial(explained, "What was seen of ledgers cannot be read or written.")
        with self._explained():
            make_tables(self._engine, METADATA)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def latest(self, origin: str) -> SeenHead | None:
        """Give the largest head seen of a ledger (see the port)."""
        return self._seen(origin, None)

    def of_size(self, origin: str, size: int) -> SeenHead | None:
        """Give the head of a size that was seen of a ledger (see the port)."""
        return self._seen(origin, size)

    def advance(self, head: Checkpoint, *, after: int, at: datetime, is_cosigned: bool) -> None:
        """Take a head for the largest one of its ledger, or raise HeadMoved (see the port)."""
        own = _HEADS.c.origin == head.origin
        with self._writing() as connection:
            latest = _latest(connection, head.origin)
            if (latest.size if latest else 0) != after or after > head.size:
                raise HeadMoved(f"Another head of {head.origin} was seen meanwhile.", size=latest.size if latest else 0)
            if latest is not None and latest.size == head.size:
                if latest.root != head.root:
                    raise HeadMoved(f"Another head of {head.origin} of this size was seen.", size=latest.size)
                if is_cosigned:
                    same = update(_HEADS).where(own, _HEADS.c.size == head.size)
                    connection.execute(same.values(cosigned=at.isoformat()))
                return
            told = {"origin": head.origin, "size": head.size, "root": head.root, "note": head.note}
            time = at.isoformat()
            connection.execute(insert(_HEADS).values(**told, seen=time, cosigned=time if is_cosigned else None))
            kept = select(_HEADS.c.size).where(own).order_by(_HEADS.c.size.desc()).limit(MOST_HEADS)
            connection.execute(delete(_HEADS).where(own, _HEADS.c.size.not_in(kept)))

    def blame(self, alarm: Alarm) -> bool:
        """Keep what was found, once for each pair of heads (see the port)."""
        origin, digest = alarm.given.origin, _digest(alarm)
        with self._writing() as connection:
            alike = (_ALARMS.c.origin == origin, _ALARMS.c.kind == alarm.kind.value)
            count = select(func.count()).select_from(_ALARMS).where(*alike)
            if connection.execute(select(_ALARMS.c.number).where(_ALARMS.c.digest == digest)).first():
                return False
            if connection.execute(count).scalar_one() >= MOST_ALARMS:
                return False
            notes = {"held": alarm.held.note, "given": alarm.given.note, "message": alarm.message}
            values = {"digest": digest, "origin": origin, "kind": alarm.kind.value, "at": alarm.at.isoformat()}
            connection.execute(insert(_ALARMS).values(**values, **notes))
        return True

    def alarms(self, origin: str) -> Sequence[Alarm]:
        """Give what was found of a ledger, the newest first (see the port)."""
        wanted = select(_ALARMS).where(_ALARMS.c.origin == origin).order_by(_ALARMS.c.number.desc())
        return [_alarm(row) for row in self._rows(wanted)]

    def keep(self, cosignature: KeptCosignature) -> None:
        """Keep by which line a head of ours was cosigned (see the port)."""
        of, told = _COSIGNATURES.c, cosignature
        same = (of.origin == told.origin, of.size == told.size, of.witness == told.witness, of.key == told.key)
        values = {"origin": told.origin, "size": told.size, "witness": told.witness, "key": told.key}
        with self._writing() as connection:
            connection.execute(delete(_COSIGNATURES).where(*same))
            rest = {"root": told.root, "at": told.at.isoformat(), "line": told.line}
            connection.execute(insert(_COSIGNATURES).values(**values, **rest))

    def cosignatures(
        self, origin: str, size: int | None = None, *, most: int | None = None
    ) -> Sequence[KeptCosignature]:
        """Give who cosigned heads of a ledger of ours (see the port)."""
        of = _COSIGNATURES.c
        wanted = select(_COSIGNATURES).where(of.origin == origin).order_by(of.size.desc(), of.witness, of.key)
        wanted = (wanted if size is None else wanted.where(of.size == size)).limit(most)
        return [_cosignature(row) for row in self._rows(wanted)]

    def note(self, asking: Asking) -> None:
        """Keep how it ended that a peer was asked (see the port)."""
        values = {"peer": asking.peer, "at": asking.at.isoformat(), "outcome": asking.outcome}
        with self._writing() as connection:
            connection.execute(delete(_ASKINGS).where(_ASKINGS.c.peer == asking.peer))
            connection.execute(insert(_ASKINGS).values(**values, message=asking.message))

    def askings(self) -> Sequence[Asking]:
        """Give how it ended with each peer that was asked (see the port)."""
        rows = self._rows(select(_ASKINGS).order_by(_ASKINGS.c.peer))
        return [Asking(row.peer, datetime.fromisoformat(row.at), row.outcome, row.message) for row in rows]

    def _seen(self, origin: str, size: int | None) -> SeenHead | None:
        with self._explained(), self._engine.connect() as connection:
            row = _latest(connection, origin, size)
            times = select(func.max(_HEADS.c.cosigned)).where(_HEADS.c.origin == origin)
            last = connection.execute(times).scalar_one() if row is not None else None
        return None if row is None else _head(row, last)

    def _rows(self, wanted: Any) -> Sequence[Row[Any]]:
        with self._explained(), self._engine.connect() as connection:
            return connection.execute(wanted).all()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Give a connection that writes all or nothing, alone among all processes."""
        with self._explained(), writing(self._engine) as connection:
            if self._engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            yield connection


def _latest(connection: Connection, origin: str, size: int | None = None) -> Row[Any] | None:
    wanted = select(_HEADS).where(_HEADS.c.origin == origin).order_by(_HEADS.c.size.desc()).limit(1)
    return connection.execute(wanted if size is None else wanted.where(_HEADS.c.size == size)).one_or_none()


def _head(row: Row[Any], cosigned: str | None) -> SeenHead:
    last = None if cosigned is None else datetime.fromisoformat(cosigned)
    return SeenHead(checkpoints.read(row.note), datetime.fromisoformat(row.seen), last)


def _alarm(row: Row[Any]) -> Alarm:
    held, given = checkpoints.read(row.held), checkpoints.read(row.given)
    return Alarm(AlarmKind(row.kind), datetime.fromisoformat(row.at), held, given, row.message)


def _digest(alarm: Alarm) -> str:
    """Give what is the same for a pair of heads of one kind, whatever signatures stand on them."""
    pair = [f"{head.origin}\n{head.size}\n{head.root.hex()}" for head in (alarm.held, alarm.given)]
    return sha256("\n".join([alarm.kind, *pair]).encode()).hexdigest()


def _cosignature(row: Row[Any]) -> KeptCosignature:
    at = datetime.fromisoformat(row.at)
    return KeptCosignature(row.witness, bytes(row.key), row.origin, row.size, bytes(row.root), at, row.line)
