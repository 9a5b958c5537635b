"""The database of the accounts on SQLite and PostgreSQL: its tables, and how nothing erased stays in its files."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.exc import SQLAlchemyError

from registry.account_errors import AccountsUnavailable
from registry.adapters.databases import OUTSIDE, make_tables, open_engine
from registry.adapters.databases import writing as begun
from registry.provider_ports import LONGEST_SUBJECT

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
PROVIDER_LINKS: Final = Table(
    "provider_links",
    METADATA,
    Column("issuer", String(500), primary_key=True),
    Column("subject", String(LONGEST_SUBJECT), primary_key=True),
    _owner(),
    _seconds("linked"),
    UniqueConstraint("issuer", "account"),
)
LINK_CODES: Final = Table(
    "link_codes",
    METADATA,
    Column("account", String(64), ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", String(64), nullable=False),
    _seconds("expires"),
)
PROVIDER_REQUESTS: Final = Table(
    "provider_requests",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("purpose", String(20), nullable=False),
    _seconds("begun"),
    Column("wish", Text, nullable=False),
    Column("account", String(64), ForeignKey("accounts.id", ondelete="CASCADE"), index=True),
    Column("code", String(64)),
)
PASSKEYS: Final = Table(
    "passkeys",
    METADATA,
    Column("id", String(64), primary_key=True),
    _owner(),
    Column("label", Text, nullable=False),
    Column("credential", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    _seconds("created"),
    _seconds("used", nullable=True),
)
CHALLENGES: Final = Table(
    "challenges",
    METADATA,
    Column("session", String(64), ForeignKey("sessions.digest", ondelete="CASCADE"), primary_key=True),
    Column("ceremony", String(20), primary_key=True),
    Column("challenge", LargeBinary, nullable=False),
    _seconds("asked"),
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
        self._engine = open_engine(url, what="HRCR_ACCOUNTS")
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
            with begun(self._engine) as connection:
                yield connection

    def scrub(self) -> None:
        """Remove from the files what was deleted: SQLite's log is emptied, PostgreSQL's dead rows are vacuumed."""
        with _explained(), self._engine.connect() as connection:
            if self._engine.dialect.name == "sqlite":
                connection.execution_options(**OUTSIDE).exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                return
            vacuuming = connection.execution_options(isolation_level="AUTOCOMMIT")
            for table in METADATA.sorted_tables:
                vacuuming.exec_driver_sql(f"VACUUM {table.name}")

    def _make(self) -> None:
        if self._is_made:
            return
        make_tables(self._engine, METADATA)
        self._is_made = True


@contextmanager
def _explained() -> Iterator[None]:
    """Tell what the database says as an error of the registry, without the statement and its values."""
    try:
        yield
    except SQLAlchemyError as fault:
        kind = type(getattr(fault, "orig", None) or fault).__name__
        raise AccountsUnavailable(f"The database of the accounts gives no answer ({kind}); try again.") from None
