"""The EvidenceRecords port on SQLAlchemy Core (SQLite, or PostgreSQL by URL): whose each file of evidence is."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select
from sqlalchemy.exc import IntegrityError

from registry.adapters.databases import explained, make_tables, open_engine, writing
from registry.evidence_model import EvidenceFile

METADATA: Final = MetaData()
_FILES: Final = Table(
    "evidence_files",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("city", String(200), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("account", String(64), nullable=False),
    Column("at", String(40), nullable=False),
)
_explained: Final = partial(explained, "The database of evidence did not answer; nothing was noted, try again.")


class SqlEvidence:
    """The records of one database; processes and threads may share it."""

    def __init__(self, url: str) -> None:
        """Open the database, made when missing; raise SettingsError for an unusable URL, PortError when it is away."""
        self._engine = open_engine(url, what="The address of the database of evidence")
        with _explained():
            make_tables(self._engine, METADATA)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def note(self, file: EvidenceFile) -> None:
        """Note a file of a city (see the port)."""
        row = {column.name: getattr(file, column.name) for column in _FILES.columns}
        row |= {"at": file.at.isoformat(), "name": file.name[:200]}
        with _explained(), suppress(IntegrityError), writing(self._engine) as connection:
            connection.execute(insert(_FILES).values(**row))

    def of_city(self, city: str) -> Mapping[str, EvidenceFile]:
        """Give the files of a city (see the port)."""
        with _explained(), self._engine.connect() as connection:
            rows = connection.execute(select(_FILES).where(_FILES.c.city == city).order_by(_FILES.c.at)).all()
        return {
            row.sha256: EvidenceFile(
                sha256=row.sha256,
                city=row.city,
                name=row.name,
                media_type=row.media_type,
                size=row.size,
                account=row.account,
                at=datetime.fromisoformat(row.at),
            )
            for row in rows
        }
