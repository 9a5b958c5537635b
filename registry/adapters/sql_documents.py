"""The Documents port on SQLAlchemy Core (SQLite, or PostgreSQL by URL): what cases refer to, by SHA-256."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Column, LargeBinary, MetaData, String, Table, create_engine, event, insert, select
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError

from registry.errors import PortError, SettingsError, UnknownRecord

_METADATA: Final = MetaData()
_DOCUMENTS: Final = Table(
    "documents",
    _METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)


class SqlDocuments:
    """The documents of one database; processes and threads may share it."""

    def __init__(self, url: str) -> None:
        """Open the database, made when missing; raise SettingsError for an unusable URL, PortError when it is away."""
        try:
            self._engine = create_engine(url)
        except (ArgumentError, ModuleNotFoundError) as fault:
            raise SettingsError(
                "The address of the database of documents cannot be used; see HRCR_ACCOUNTS."
            ) from fault
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _harden)
        with self._explained():
            _METADATA.create_all(self._engine)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def keep(self, body: bytes) -> str:
        """Keep a document and give its SHA-256 (see the port)."""
        digest = sha256(body).hexdigest()
        with self._explained():
            try:
                with self._engine.begin() as connection:
                    connection.execute(insert(_DOCUMENTS).values(sha256=digest, body=body))
            except IntegrityError:  # the same bytes are kept already
                self.read(digest)
        return digest

    def read(self, digest: str) -> bytes:
        """Give a document by its SHA-256, which is compared (see the port)."""
        with self._explained(), self._engine.connect() as connection:
            body = connection.execute(
                select(_DOCUMENTS.c.body).where(_DOCUMENTS.c.sha256 == digest)
            ).scalar_one_or_none()
        if body is None:
            raise UnknownRecord(f"No document with the SHA-256 {digest:.80} is kept.")
        found = bytes(body)
        if sha256(found).hexdigest() != digest:
            raise PortError(f"The document {digest} is stored with other bytes than were kept; take it from a backup.")
        return found

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as fault:
            raise PortError("The database of documents did not answer; nothing was kept, try again.") from fault


def _harden(connection: Any, _record: object) -> None:
    """Have SQLite write ahead, durably, and wait for others rather than fail."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
