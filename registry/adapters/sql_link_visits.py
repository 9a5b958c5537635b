"""The LinkVisits port on a SQLite file: a cache of what servers said, made anew when it is lost."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Column, Integer, MetaData, Row, String, Table, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from registry.adapters.databases import explained, make_tables, open_engine, writing
from registry.adapters.held_files import held
from registry.evidence_errors import CheckRunning
from registry.evidence_model import Copy, LinkState, Visit

_METADATA: Final = MetaData()
_COPY: Final = tuple(field.name for field in fields(Copy))
_VISITS: Final = Table(
    "visits",
    _METADATA,
    Column("address", String, primary_key=True),
    Column("tried", String, nullable=False),
    Column("due", String, nullable=False),
    Column("state", String),
    Column("status", Integer),
    Column("settled", String),
    Column("final", String, nullable=False),
    Column("etag", String, nullable=False),
    Column("last_modified", String, nullable=False),
    Column("failures", Integer, nullable=False),
    *(
        Column(f"{which}_{name}", Integer if name == "size" else String)
        for which in ("first", "last")
        for name in _COPY
    ),
)


class SqlLinkVisits:
    """The visits of one file; threads may share it."""

    def __init__(self, file: Path) -> None:
        """Open the file, made when missing; raise PortError when it cannot be used."""
        self._file = file
        self._engine = open_engine(f"sqlite:///{file}", what="The file of what is known of links")
        self._explained = partial(explained, f"What is known of the links cannot be read or written in {file}.")
        with self._explained():
            make_tables(self._engine, _METADATA)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def known(self) -> Mapping[str, Visit]:
        """Give what is known by address (see the port)."""
        with self._explained(), self._engine.connect() as connection:
            rows = connection.execute(select(_VISITS).order_by(_VISITS.c.address)).all()
        return {row.address: _visit(row) for row in rows}

    def of(self, addresses: Collection[str]) -> Mapping[str, Visit]:
        """Give what is known of some addresses alone, by address, without reading the whole file."""
        wanted = select(_VISITS).where(_VISITS.c.address == bindparam("wanted"))
        with self._explained(), self._engine.connect() as connection:
            rows = [connection.execute(wanted, {"wanted": address}).one_or_none() for address in addresses]
        return {row.address: _visit(row) for row in rows if row is not None}

    def keep(self, visit: Visit) -> None:
        """Keep what is known of one address (see the port)."""
        row = _row(visit)
        statement = insert(_VISITS).values(**row).on_conflict_do_update(index_elements=["address"], set_=row)
        with self._explained(), writing(self._engine) as connection:
            connection.execute(statement)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the only check (see the port); the system lets go of it when the process ends."""
        with held(
            self._file.with_suffix(".lock"),
            CheckRunning("Another check of the links is running; wait until it has ended."),
        ):
            yield


def _row(visit: Visit) -> dict[str, object]:
    row: dict[str, object] = {
        "address": visit.address,
        "tried": visit.tried.isoformat(),
        "due": visit.due.isoformat(),
        "state": None if visit.state is None else str(visit.state),
        "status": visit.status,
        "settled": None if visit.settled is None else visit.settled.isoformat(),
        "final": visit.final,
        "etag": visit.etag,
        "last_modified": visit.last_modified,
        "failures": visit.failures,
    }
    for which, copy in (("first", visit.first), ("last", visit.last)):
        for name in _COPY:
            value = None if copy is None else getattr(copy, name)
            row[f"{which}_{name}"] = value.isoformat() if isinstance(value, datetime) else value
    return row


def _visit(row: Row[Any]) -> Visit:
    return Visit(
        address=row.address,
        tried=datetime.fromisoformat(row.tried),
        due=datetime.fromisoformat(row.due),
        state=None if row.state is None else LinkState(row.state),
        status=row.status,
        settled=None if row.settled is None else datetime.fromisoformat(row.settled),
        final=row.final,
        first=_copy(row, "first"),
        last=_copy(row, "last"),
        etag=row.etag,
        last_modified=row.last_modified,
        failures=row.failures,
    )


def _copy(row: Row[Any], which: str) -> Copy | None:
    values = {name: getattr(row, f"{which}_{name}") for name in _COPY}
    if values["sha256"] is None:
        return None
    return Copy(**{**values, "at": datetime.fromisoformat(values["at"])})
