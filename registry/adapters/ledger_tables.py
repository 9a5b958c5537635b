"""The tables of the ledger on SQLite and PostgreSQL: what they hold, how the database refuses every change to them."""

import re
from collections.abc import Iterator
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    inspect,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from registry.adapters.databases import OUTSIDE, WRITING

_NUMBER: Final = BigInteger().with_variant(Integer, "sqlite")
_DIGEST: Final = String(64)

METADATA: Final = MetaData()
PAYLOADS: Final = Table(
    "payloads",
    METADATA,
    Column("sha256", _DIGEST, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
EVENTS: Final = Table(
    "events",
    METADATA,
    Column("sequence", _NUMBER, primary_key=True, autoincrement=False),
    Column("case", String(200), nullable=False),
    Column("hash", _DIGEST, nullable=False, unique=True),
    Column("envelope", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("payload", _DIGEST, ForeignKey("payloads.sha256")),
    Index("events_of_case", "case", "sequence"),
)
CHECKPOINTS: Final = Table(
    "checkpoints",
    METADATA,
    Column("size", _NUMBER, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
)

_NAMES: Final = ("events", "payloads", "checkpoints")
LOCK_SECONDS: Final = 30
_ADVISORY_LOCK: Final = 0x68726372_6C656467
"""What a writer holds on PostgreSQL while it appends: one number for this purpose."""

_TAKEN: Final = {
    "events": "sequence = NEW.sequence OR hash = NEW.hash",
    "payloads": "sha256 = NEW.sha256",
    "checkpoints": "size = NEW.size",
}
"""By table, the rows that a new row would take the place of."""
_OUT_OF_ORDER: Final = "NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM events)"

_TRIGGER: Final = re.compile(r"CREATE TRIGGER (\w+) ")
_SQLITE_NAMES: Final = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
_POSTGRESQL_NAMES: Final = (
    "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D' AND tgrelid IN "
    "('events'::regclass, 'payloads'::regclass, 'checkpoints'::regclass)"
)


def reading_options(engine: Engine) -> dict[str, object]:
    """Give the execution options of a connection that reads one state of the database, whoever writes meanwhile."""
    if engine.dialect.name == "sqlite":
        return {}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def writing_options(engine: Engine) -> dict[str, object]:
    """Give the execution options of a connection that will write and sees what was committed before it got its turn."""
    if engine.dialect.name == "sqlite":
        return dict(WRITING)
    return {"isolation_level": "READ COMMITTED"}


def lock(connection: Connection) -> None:
    """Begin a transaction that alone may write, waiting for another writer half a minute at most."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    else:
        connection.begin()


def exist(connection: Connection) -> bool:
    """Say whether the tables are there."""
    return inspect(connection).has_table(EVENTS.name)


def create(connection: Connection) -> None:
    """Make the tables, and the triggers by which the database refuses to change or to remove a row."""
    METADATA.create_all(connection)
    statements = _sqlite_triggers() if connection.dialect.name == "sqlite" else _postgresql_triggers()
    for statement in statements:
        connection.exec_driver_sql(statement)


def missing_triggers(connection: Connection) -> list[str]:
    """Name the triggers that should keep the tables and are not there, or are switched off."""
    sqlite = connection.dialect.name == "sqlite"
    statements = _sqlite_triggers() if sqlite else _postgresql_triggers()
    wanted = {found[1] for statement in statements if (found := _TRIGGER.match(statement))}
    return sorted(wanted - set(connection.exec_driver_sql(_SQLITE_NAMES if sqlite else _POSTGRESQL_NAMES).scalars()))


def recover(engine: Engine) -> None:
    """Write what a broken writer left in SQLite's log to the database anew, and flush it.

    After a failed flush the system may hold pages for written that are not; so none of them is relied upon
    (sqlite.org/wal.html; Rebello et al., USENIX ATC 2020). PostgreSQL recovers by itself.
    """
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(**OUTSIDE) as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def is_damage(fault: SQLAlchemyError) -> bool:
    """Say whether the database itself is malformed (SQLITE_CORRUPT, SQLITE_NOTADB)."""
    return type(fault).__name__ == "DatabaseError"


def _sqlite_triggers() -> Iterator[str]:
    refuse = "BEGIN SELECT RAISE(ABORT, 'The ledger is append-only.'); END"
    for name in _NAMES:
        yield f"CREATE TRIGGER {name}_keep_update BEFORE UPDATE ON {name} {refuse}"
        yield f"CREATE TRIGGER {name}_keep_delete BEFORE DELETE ON {name} {refuse}"
        taken = f"EXISTS (SELECT 1 FROM {name} WHERE {_TAKEN[name]})"  # noqa: S608  # names of this module alone
        yield f"CREATE TRIGGER {name}_keep_insert BEFORE INSERT ON {name} WHEN {taken} {refuse}"
    yield f"CREATE TRIGGER events_in_order BEFORE INSERT ON events WHEN {_OUT_OF_ORDER} {refuse}"


def _postgresql_triggers() -> Iterator[str]:
    refuse = "RAISE EXCEPTION USING MESSAGE = 'The ledger is append-only: ' || TG_OP || ' is refused.'"
    yield f"CREATE FUNCTION ledger_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refuse}; END $$"
    ordered = f"IF {_OUT_OF_ORDER} THEN {refuse}; END IF; RETURN NEW"
    yield f"CREATE FUNCTION ledger_in_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {ordered}; END $$"
    for name in _NAMES:
        yield (
            f"CREATE TRIGGER {name}_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses()"
        )
        yield f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {name}_keep"
    yield "CREATE TRIGGER events_in_order BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION ledger_in_order()"
