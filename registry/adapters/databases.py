"""How every database of an installation is opened: durable, readable by its owner alone, keeping nothing erased."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from registry.errors import PortError, SettingsError
from registry.ports import MOVED

OUTSIDE: Final = {"begins": ""}
"""Execution options of a connection outside any transaction (SQLite)."""
WRITING: Final = {"begins": "BEGIN IMMEDIATE"}
"""Execution options of a connection that writes, and on SQLite alone from its first statement on."""

_ADVISORY_LOCK: Final = 0x68726372_7461626C
"""What one process holds on PostgreSQL while it makes tables."""
_PRAGMAS: Final = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "fullfsync = ON",
    "foreign_keys = ON",
    "recursive_triggers = ON",
    "secure_delete = ON",
    "temp_store = MEMORY",
    "trusted_schema = OFF",
)


def open_engine(url: str, *, what: str, wait_seconds: int = 10) -> Engine:
    """Give the engine of a database by its URL: ``sqlite:///FILE``, made when first used, or ``postgresql://…``.

    Every commit on it is flushed to the disk before it returns; who meets another writer waits ``wait_seconds`` at
    most. Raises SettingsError, which begins with ``what`` the URL is, when it names no file and no server, another
    database, or a driver that is not installed.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as fault:
        raise SettingsError(f"{what} has a wrong form; write sqlite:///FILE or postgresql://…") from fault
    backend, shown = parsed.get_backend_name(), parsed.render_as_string(hide_password=True)
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        engine = create_engine(parsed.set(drivername="sqlite"))
        event.listen(engine, "do_connect", partial(_before_connecting, Path(parsed.database)))
        event.listen(engine, "connect", partial(_on_sqlite, wait_seconds))
        event.listen(engine, "begin", _begin_on_sqlite)
    elif backend == "postgresql":
        try:
            engine = create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
        except ImportError as fault:
            raise SettingsError(f"PostgreSQL needs psycopg: install hrcr[postgresql] ({fault}).") from fault
        event.listen(engine, "connect", partial(_on_postgresql, wait_seconds))
    else:
        raise SettingsError(f"{what} is {shown}; it must name a file (sqlite:///FILE) or postgresql://…")
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection that writes all or nothing, committed at the end."""
    options = WRITING if engine.dialect.name == "sqlite" else {}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def make_tables(engine: Engine, tables: MetaData) -> None:
    """Make the tables that are missing, whoever else does so at the same moment."""
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        tables.create_all(connection)


@contextmanager
def explained(sentence: str) -> Iterator[None]:
    """Tell whatever a database says as a PortError in one sentence, without the statement and its values."""
    try:
        yield
    except SQLAlchemyError as fault:
        raise PortError(sentence) from fault


def _before_connecting(path: Path, *_given: object) -> None:
    """Make the file when it is missing, so that nobody but its owner can read it or what stands beside it.

    A file that is there is not opened: to close it would end the locks that SQLite holds on it in this process. What
    hinders it is for SQLite to tell, which opens the file next.
    """
    if path.exists():
        return
    if path.with_name(path.name + MOVED).exists():
        raise SettingsError(f"{path} was moved to a server; start again with the URL of its database set.")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _on_sqlite(wait_seconds: int, connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself
    for pragma in (f"busy_timeout = {wait_seconds * 1000}", *_PRAGMAS):
        connection.execute(f"PRAGMA {pragma}")


def _begin_on_sqlite(connection: Connection) -> None:
    begins = connection.get_execution_options().get("begins", "BEGIN")
    if begins:
        connection.exec_driver_sql(begins)


def _on_postgresql(wait_seconds: int, connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.autocommit = True
    connection.execute("SET synchronous_commit TO on")
    connection.execute(f"SET lock_timeout TO '{wait_seconds}s'")
    connection.autocommit = False
