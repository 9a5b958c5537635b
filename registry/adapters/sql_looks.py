"""The Looks port on SQLAlchemy Core (SQLite, or PostgreSQL by URL): one row for each account and case."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from registry.adapters.databases import explained, make_tables, open_engine, writing
from registry.desk_ports import Look
from registry.ports import Clock

ONE_LOOK: Final = timedelta(hours=1)
"""How long after each other two looks are one."""

_explained: Final = partial(explained, "The database of looks did not answer; the page is there without them.")
METADATA: Final = MetaData()
_LOOKS: Final = Table(
    "looks",
    METADATA,
    Column("account", String(64), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("acts", Integer, nullable=False),
    Column("at", String(40), nullable=False),
    Column("acts_before", Integer),
    Column("at_before", String(40)),
)


class SqlLooks:
    """The looks of one database; processes and threads may share it."""

    def __init__(self, url: str, *, clock: Clock) -> None:
        """Open the database, made when missing; raise SettingsError for an unusable URL, PortError when it is away."""
        self._engine = open_engine(url, what="The address of the database of looks")
        self._clock = clock
        with _explained():
            make_tables(self._engine, METADATA)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def look(self, account: str, case: str, acts: int) -> Look | None:
        """Note a look and give the one before (see the port)."""
        now, mine = self._clock(), (_LOOKS.c.account == account) & (_LOOKS.c.name == case)
        row: dict[str, object] = {"acts": acts, "at": now.isoformat()}
        with _explained(), writing(self._engine) as connection:
            found = connection.execute(select(_LOOKS).where(mine).with_for_update()).one_or_none()
            if found is None:
                with suppress(IntegrityError), connection.begin_nested():  # of two first looks at once one notes it
                    connection.execute(insert(_LOOKS).values(account=account, name=case, **row))
                return None
            before, at_before = found.acts_before, found.at_before
            if now - datetime.fromisoformat(found.at) > ONE_LOOK:
                before, at_before = found.acts, found.at
                row |= {"acts_before": before, "at_before": at_before}
            connection.execute(update(_LOOKS).where(mine).values(**row))
        return None if at_before is None else Look(datetime.fromisoformat(at_before), before)

    def noted(self) -> frozenset[tuple[str, str]]:
        """Give whose looks are noted (see the port)."""
        with _explained(), self._engine.connect() as connection:
            return frozenset((row.account, row.name) for row in connection.execute(select(_LOOKS)))

    def erase(self, looks: Collection[tuple[str, str]]) -> None:
        """Erase looks (see the port)."""
        mine = (_LOOKS.c.account == bindparam("whose")) & (_LOOKS.c.name == bindparam("which"))
        if looks:
            with _explained(), writing(self._engine) as connection:
                connection.execute(delete(_LOOKS).where(mine), [{"whose": who, "which": case} for who, case in looks])
