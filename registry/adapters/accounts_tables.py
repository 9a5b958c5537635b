"""The database of the accounts on SQLite and PostgreSQL: its tables, and how nothing erased stays in its files."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from registry.account_errors import AccountsUnavailable
from registry.errors import SettingsError

_WAIT_SECONDS: Final = 10
_ADVISORY_LOCK: Final = 0x68726372_61636374
"""What one process holds on PostgreSQL while it makes the tables."""

METADATA: Final = MetaData()


def _seconds(name: str, *, nullable: bool = False) -> Column[int]:
    """Give a column for a moment, in whole seconds since 1970, UTC."""
    return Column(name, BigInteger, nullable=nullable)


def _owner() -> Column[str]:
    return Column("account", String(64), ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True)


ACCOUNTS: Final = Table(
    "accounts",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("email", String(300), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("roles", String(100), nullable=False),
    Column("city", Text),
    Column("organisation", Text),
    Column("is_active", Boolean, nullable=False),
    _seconds("created"),
    Column("password", Text),
    Column("secret", LargeBinary),
    Column("step", BigInteger, nullable=False, server_default="0"),
    Column("code", String(64)),
    _seconds("code_expires", nullable=True),
)
CONFLICTS: Final = Table(
    "conflicts",
    METADATA,
    Column("id", String(64), primary_key=True),
    _owner(),
    Column("tie", String(20), nullable=False),
    Column("subject", Text, nullable=False),
    Column("reason", Text, nullable=False),
    _seconds("declared"),
)
SESSIONS: Final = Table(
    "sessions",
    METADATA,
    Column("digest", String(64), primary_key=True),
    _owner(),
    Column("stage", String(20), nullable=False),
    _seconds("begun"),
    _seconds("seen"),
    _seconds("authenticated"),
    Column("pending", LargeBinary),
)
TOKENS: Final = Table(
    "tokens",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    _owner(),
    Column("label", Text, nullable=False),
    Column("scopes", String(100), nullable=False),
    _seconds("created"),
    _seconds("expires"),
    _seconds("used", nullable=True),
)
ATTEMPTS: Final = Table(
    "attempts",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    _seconds("last"),
)
ACTS: Final = Table(
    "acts",
    METADATA,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    _seconds("at"),
    Column("actor", String(64)),
    Column("act", String(60), nullable=False),
    Column("account", String(64), nullable=False, index=True),
)
KEYS: Final = Table("keys", METADATA, Column("name", String(20), primary_key=True), Column("key", LargeBinary))


class AccountsDatabase:
    """One database of accounts, opened when it is first needed; any number of processes and threads may share it."""

    def __init__(self, url: str) -> None:
        """Name the database: ``sqlite:///FILE`` or ``postgresql://…``; raise SettingsError for any other."""
        self._engine = _engine(url)
        self._is_made = False

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection to read with."""
        with _explained():
            self._make()
            with self._engine.connect() as connection:
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection that writes all or nothing; on SQLite alone from its first statement on."""
        with _explained():
            self._make()
            with self._begun() as connection:
                yield connection

    def scrub(self) -> None:
        """Remove from the files what was deleted: SQLite's log is emptied, PostgreSQL's dead rows are vacuumed."""
        with _explained(), self._engine.connect() as connection:
            if self._engine.dialect.name == "sqlite":
                connection.execution_options(accounts_begins="").exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                return
            vacuuming = connection.execution_options(isolation_level="AUTOCOMMIT")
            for table in METADATA.sorted_tables:
                vacuuming.exec_driver_sql(f"VACUUM {table.name}")

    def _make(self) -> None:
        if self._is_made:
            return
        if self._engine.dialect.name == "sqlite":
            _private_file(Path(str(self._engine.url.database)))
        with self._begun() as connection:
            if self._engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
            METADATA.create_all(connection)
        self._is_made = True

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        writing = self._engine.connect().execution_options(accounts_begins="BEGIN IMMEDIATE")
        with writing as connection, connection.begin():
            yield connection


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as fault:
        raise SettingsError("HRCR_ACCOUNTS has a wrong form; write sqlite:///FILE or postgresql://…") from fault
    if parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != ":memory:":
        engine = create_engine(parsed.set(drivername="sqlite"))
        event.listen(engine, "connect", _on_sqlite)
        event.listen(engine, "begin", _begin_on_sqlite)
        return engine
    if parsed.get_backend_name() == "postgresql":
        try:
            return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
        except ImportError as fault:
            raise SettingsError(f"PostgreSQL needs psycopg: install hrcr[postgresql] ({fault}).") from fault
    shown = parsed.render_as_string(hide_password=True)
    raise SettingsError(f"HRCR_ACCOUNTS is {shown}; it must name a file (sqlite:///FILE) or postgresql://…")


def _private_file(path: Path) -> None:
    """Make the file when it is missing, so that nobody but its owner can read it or what stands beside it.

    A file that is there is not opened: to close it would end the locks that SQLite holds on it in this process.
    """
    if path.exists():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as fault:
        if not path.exists():  # else somebody else has made it at this moment
            raise AccountsUnavailable(f"The file of the accounts cannot be opened: {fault.strerror}.") from fault


def _on_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself
    for pragma in (
        f"busy_timeout = {_WAIT_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
        "temp_store = MEMORY",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_on_sqlite(connection: Connection) -> None:
    begins = connection.get_execution_options().get("accounts_begins", "BEGIN")
    if begins:
        connection.exec_driver_sql(begins)


@contextmanager
def _explained() -> Iterator[None]:
    """Tell what the database says as an error of the registry, without the statement and its values."""
    try:
        yield
    except SQLAlchemyError as fault:
        kind = type(getattr(fault, "orig", None) or fault).__name__
        raise AccountsUnavailable(f"The database of the accounts gives no answer ({kind}); try again.") from None
