"""The Drafts port on SQLAlchemy Core (SQLite, or PostgreSQL by URL): a version is written only upon its ancestor.

What is kept names an account by its opaque identifier alone. Of each draft the latest fifty versions are kept.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from registry.adapters.databases import explained, make_tables, open_engine, writing
from registry.errors import DraftChanged, UnknownDraft
from registry.model import Draft
from registry.ports import Clock

KEPT: Final = 50

METADATA: Final = MetaData()
_DRAFTS: Final = Table(
    "drafts",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("office", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", String(200), nullable=False),
    Column("changed_by", String(64), nullable=False),
    Column("changed_at", String(40), nullable=False),
    Index("drafts_of_office", "office"),
)
_VERSIONS: Final = Table(
    "draft_versions",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("changed_by", String(64), nullable=False),
    Column("changed_at", String(40), nullable=False),
)
_ORIGINS: Final = Table(
    "draft_origins",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("body", Text, nullable=False),
)
_explained: Final = partial(explained, "The database of drafts did not answer; nothing was saved, try again.")


class SqlDrafts:
    """The drafts of one database; processes and threads may share it."""

    def __init__(self, url: str, *, clock: Clock) -> None:
        """Open the database, made when missing; raise SettingsError for an unusable URL, PortError when it is away."""
        self._engine = open_engine(url, what="The address of the database of drafts")
        self._clock = clock
        with _explained():
            make_tables(self._engine, METADATA)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def begin(
        self, text: str, *, title: str, office: str, account: str, origin: str = "", identifier: str = ""
    ) -> Draft:
        """Keep the first version of a new draft (see the port)."""
        draft = Draft(identifier or secrets.token_urlsafe(18), office, 1, title[:200], text, account, self._now())
        with _explained(), self._first(draft.id), writing(self._engine) as connection:
            connection.execute(insert(_DRAFTS).values(**_row(draft), office=office))
            _keep(connection, draft)
            if origin:
                connection.execute(insert(_ORIGINS).values(id=draft.id, body=origin))
        return draft

    def origin(self, identifier: str) -> str:
        """Give what a draft started from (see the port)."""
        wanted = select(_ORIGINS.c.body).where(_ORIGINS.c.id == identifier)
        with _explained(), self._engine.connect() as connection:
            return str(connection.execute(wanted).scalar_one_or_none() or "")

    def read(self, identifier: str, version: int | None = None) -> Draft:
        """Give the latest version, or the one asked for (see the port)."""
        with _explained(), self._engine.connect() as connection:
            found = connection.execute(select(_DRAFTS).where(_DRAFTS.c.id == identifier)).one_or_none()
            if found is None:
                raise UnknownDraft("There is no draft of this name.")
            wanted = found.version if version is None else version
            chosen = (_VERSIONS.c.id == identifier) & (_VERSIONS.c.version == wanted)
            kept = connection.execute(select(_VERSIONS).where(chosen)).one_or_none()
        if kept is None:
            raise UnknownDraft(f"Version {wanted} of this draft is not kept.")
        return Draft(identifier, found.office, wanted, found.title, kept.body, kept.changed_by, kept.changed_at)

    def save(self, identifier: str, text: str, *, title: str, account: str, based_on: int) -> Draft:
        """Keep one more version upon the version named (see the port)."""
        now = self._now()
        row = {"version": based_on + 1, "title": title[:200], "changed_by": account, "changed_at": now}
        standing = (_DRAFTS.c.id == identifier) & (_DRAFTS.c.version == based_on)
        with _explained(), writing(self._engine) as connection:
            if connection.execute(update(_DRAFTS).where(standing).values(**row)).rowcount != 1:
                raise self._refusal(connection, identifier)
            office = connection.execute(select(_DRAFTS.c.office).where(_DRAFTS.c.id == identifier)).scalar_one()
            draft = Draft(identifier, office, based_on + 1, title[:200], text, account, now)
            _keep(connection, draft)
        return draft

    def of_office(self, office: str) -> Sequence[Draft]:
        """Give every draft of an office without its text (see the port)."""
        listed = select(_DRAFTS).where(_DRAFTS.c.office == office).order_by(_DRAFTS.c.changed_at.desc(), _DRAFTS.c.id)
        with _explained(), self._engine.connect() as connection:
            rows = connection.execute(listed).all()
        return [Draft(r.id, r.office, r.version, r.title, "", r.changed_by, r.changed_at) for r in rows]

    def discard(self, identifier: str, *, based_on: int | None = None) -> None:
        """Forget a draft and its versions (see the port)."""
        standing = _DRAFTS.c.id == identifier
        if based_on is not None:
            standing &= _DRAFTS.c.version == based_on
        with _explained(), self._engine.begin() as connection:
            if connection.execute(delete(_DRAFTS).where(standing)).rowcount != 1:
                raise self._refusal(connection, identifier)
            for table in (_VERSIONS, _ORIGINS):
                connection.execute(delete(table).where(table.c.id == identifier))

    def _now(self) -> str:
        return self._clock().isoformat(timespec="seconds")

    def _refusal(self, connection: Connection, identifier: str) -> DraftChanged | UnknownDraft:
        standing = connection.execute(select(_DRAFTS.c.version).where(_DRAFTS.c.id == identifier)).scalar_one_or_none()
        if standing is None:
            return UnknownDraft("There is no draft of this name.")
        return DraftChanged(
            f"The draft was saved by somebody else and stands at version {standing}; compare before you save.",
            version=int(standing),
        )

    @contextmanager
    def _first(self, identifier: str) -> Iterator[None]:
        try:
            yield
        except IntegrityError as fault:
            with self._engine.connect() as connection:
                raise self._refusal(connection, identifier) from fault


def _row(draft: Draft) -> dict[str, object]:
    names = ("id", "version", "title", "changed_by", "changed_at")
    return {name: getattr(draft, name) for name in names}


def _keep(connection: Connection, draft: Draft) -> None:
    connection.execute(
        insert(_VERSIONS).values(
            id=draft.id,
            version=draft.version,
            body=draft.text,
            changed_by=draft.changed_by,
            changed_at=draft.changed_at,
        )
    )
    old = (_VERSIONS.c.id == draft.id) & (_VERSIONS.c.version <= draft.version - KEPT)
    connection.execute(delete(_VERSIONS).where(old))
