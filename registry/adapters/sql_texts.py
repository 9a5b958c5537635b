"""The Texts port on SQLAlchemy Core (SQLite, or PostgreSQL by URL): each text with its salt, gone when it is erased."""

import secrets
from functools import partial
from typing import Any, Final

from sqlalchemy import Column, MetaData, Row, String, Table, Text, delete, insert, select

from registry.adapters.databases import explained, make_tables, open_engine, writing
from registry.commitment import SALT, commit
from registry.kept_texts import KeptText

METADATA: Final = MetaData()
_TEXTS: Final = Table(
    "texts",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("salt", String(32), nullable=False, unique=True),
    Column("body", Text, nullable=False),
)
_explained: Final = partial(explained, "The database of texts did not answer; nothing was kept, try again.")


class SqlTexts:
    """The texts of one database; processes and threads may share it."""

    def __init__(self, url: str) -> None:
        """Open the database, made when missing; raise SettingsError for an unusable URL, PortError when it is away."""
        self._engine = open_engine(url, what="The address of the database of texts")
        with _explained():
            make_tables(self._engine, METADATA)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def keep(self, text: str) -> KeptText:
        """Keep a text under a salt of its own (see the port)."""
        salt = secrets.token_hex(SALT)
        kept = KeptText(commit(salt, text), salt, text)
        with _explained(), writing(self._engine) as connection:
            connection.execute(insert(_TEXTS).values(digest=kept.digest, salt=salt, body=text))
        return kept

    def read(self, digest: str) -> KeptText | None:
        """Give a text by the commitment to it (see the port)."""
        with _explained(), self._engine.connect() as connection:
            return _text(connection.execute(select(_TEXTS).where(_TEXTS.c.digest == digest)).one_or_none())

    def under(self, salt: str) -> KeptText | None:
        """Give a text by its salt (see the port)."""
        with _explained(), self._engine.connect() as connection:
            return _text(connection.execute(select(_TEXTS).where(_TEXTS.c.salt == salt)).one_or_none())

    def erase(self, digest: str) -> bool:
        """Forget a text and its salt (see the port)."""
        with _explained(), writing(self._engine) as connection:
            return connection.execute(delete(_TEXTS).where(_TEXTS.c.digest == digest)).rowcount == 1


def _text(row: Row[Any] | None) -> KeptText | None:
    return None if row is None else KeptText(row.digest, row.salt, row.body)
