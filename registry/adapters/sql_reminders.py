"""The Reminded port on SQLAlchemy Core (SQLite, or PostgreSQL by URL): one row for each account, case and last day."""

from datetime import date, timedelta
from functools import partial
from typing import Final

from sqlalchemy import Column, ColumnElement, MetaData, String, Table, delete, insert, select
from sqlalchemy.exc import IntegrityError

from registry.adapters.databases import explained, make_tables, open_engine, writing
from registry.ports import Clock

KEPT: Final = timedelta(days=400)
"""How long after a last day it is known that somebody was reminded of it; of what lies further back nobody is."""

_explained: Final = partial(explained, "The database of reminders did not answer; nobody was reminded.")
METADATA: Final = MetaData()
_REMINDERS: Final = Table(
    "reminders",
    METADATA,
    Column("account", String(64), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("day", String(10), primary_key=True),
)


class SqlReminders:
    """The reminders of one database; processes and threads may share it."""

    def __init__(self, url: str, *, clock: Clock) -> None:
        """Open the database, made when missing; raise SettingsError for an unusable URL, PortError when it is away."""
        self._engine = open_engine(url, what="The address of the database of reminders")
        self._oldest = clock().date() - KEPT
        with _explained():
            make_tables(self._engine, METADATA)
            with writing(self._engine) as connection:
                connection.execute(delete(_REMINDERS).where(_REMINDERS.c.day < self._oldest.isoformat()))

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def claim(self, account: str, case: str, day: date) -> bool:
        """Note that somebody is reminded (see the port)."""
        if day < self._oldest:
            return False
        with _explained():
            try:
                with writing(self._engine) as connection:
                    connection.execute(insert(_REMINDERS).values(account=account, name=case, day=day.isoformat()))
            except IntegrityError:
                return False
        return True

    def knows(self, account: str, case: str, day: date) -> bool:
        """Say whether somebody was reminded (see the port)."""
        with _explained(), self._engine.connect() as connection:
            found = connection.execute(select(_REMINDERS.c.day).where(_row(account, case, day))).first()
        return found is not None or day < self._oldest

    def release(self, account: str, case: str, day: date) -> None:
        """Take it back (see the port)."""
        with _explained(), writing(self._engine) as connection:
            connection.execute(delete(_REMINDERS).where(_row(account, case, day)))


def _row(account: str, case: str, day: date) -> ColumnElement[bool]:
    return (_REMINDERS.c.account == account) & (_REMINDERS.c.name == case) & (_REMINDERS.c.day == day.isoformat())
