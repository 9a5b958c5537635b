"""The Documents port on SQLAlchemy Core (SQLite, or PostgreSQL by URL): what cases refer to, by SHA-256."""

from functools import partial
from hashlib import sha256
from typing import Final

from sqlalchemy import Column, LargeBinary, MetaData, String, Table, insert, select
from sqlalchemy.exc import IntegrityError

from registry.adapters.databases import explained, make_tables, open_engine, writing
from registry.errors import PortError, UnknownRecord

METADATA: Final = MetaData()
_DOCUMENTS: Final = Table(
    "documents",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
_explained: Final = partial(explained, "The database of documents did not answer; nothing was kept, try again.")


class SqlDocuments:
    """The documents of one database; processes and threads may share it."""

    def __init__(self, url: str) -> None:
        """Open the database, made when missing; raise SettingsError for an unusable URL, PortError when it is away."""
        self._engine = open_engine(url, what="The address of the database of documents")
        with _explained():
            make_tables(self._engine, METADATA)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def keep(self, body: bytes) -> str:
        """Keep a document and give its SHA-256 (see the port)."""
        digest = sha256(body).hexdigest()
        with _explained():
            try:
                with writing(self._engine) as connection:
                    connection.execute(insert(_DOCUMENTS).values(sha256=digest, body=body))
            except IntegrityError:  # the same bytes are kept already
                self.read(digest)
        return digest

    def read(self, digest: str) -> bytes:
        """Give a document by its SHA-256, which is compared (see the port)."""
        with _explained(), self._engine.connect() as connection:
            body = connection.execute(
                select(_DOCUMENTS.c.body).where(_DOCUMENTS.c.sha256 == digest)
            ).scalar_one_or_none()
        if body is None:
            raise UnknownRecord(f"No document with the SHA-256 {digest:.80} is kept.")
        found = bytes(body)
        if sha256(found).hexdigest() != digest:
            raise PortError(f"The document {digest} is stored with other bytes than were kept; take it from a backup.")
        return found
