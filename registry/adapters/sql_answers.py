"""The KeptAnswers port on SQLAlchemy Core (SQLite, or PostgreSQL by URL).

What is kept names an account and a key by their hash alone, and goes after 24 hours.
"""

import json
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Final

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table, Text, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from registry.adapters.databases import explained, make_tables, open_engine, writing
from registry.api_errors import KeyReused, RequestUnderWay
from registry.ports import Clock, KeptAnswer

KEPT: Final = timedelta(hours=24)
LONGEST_WORK: Final = timedelta(minutes=5)
"""After this long, a request that was begun and never answered is taken for one whose process died."""

METADATA: Final = MetaData()
_ANSWERS: Final = Table(
    "kept_answers",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("begun", String(40), nullable=False, index=True),
    Column("status", Integer),
    Column("headers", Text),
    Column("body", LargeBinary),
)
_explained: Final = partial(explained, "The database of kept answers did not answer; nothing was done, try again.")


class SqlAnswers:
    """The kept answers of one database; processes and threads may share it."""

    def __init__(self, url: str, *, clock: Clock) -> None:
        """Open the database, made when missing; raise SettingsError for an unusable URL, PortError when it is away."""
        self._engine = open_engine(url, what="The address of the database of kept answers")
        self._clock = clock
        with _explained():
            make_tables(self._engine, METADATA)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def begin(self, owner: str, key: str, fingerprint: str) -> KeptAnswer | None:
        """Give the kept answer, or None to who may now work on the request (see the port)."""
        now = self._clock()
        name = _name(owner, key)
        stale = (_ANSWERS.c.begun < _text(now - KEPT)) | (
            _ANSWERS.c.status.is_(None) & (_ANSWERS.c.begun < _text(now - LONGEST_WORK))
        )
        with _explained():
            try:
                with writing(self._engine) as connection:
                    connection.execute(delete(_ANSWERS).where(stale))
                    connection.execute(insert(_ANSWERS).values(name=name, fingerprint=fingerprint, begun=_text(now)))
            except IntegrityError:
                return self._kept(name, fingerprint)
        return None

    def keep(self, owner: str, key: str, answer: KeptAnswer) -> None:
        """Keep an answer (see the port)."""
        row = {"status": answer.status, "headers": json.dumps(answer.headers), "body": answer.body}
        with _explained(), writing(self._engine) as connection:
            connection.execute(update(_ANSWERS).where(_ANSWERS.c.name == _name(owner, key)).values(**row))

    def abandon(self, owner: str, key: str) -> None:
        """Forget a request (see the port)."""
        open_one = (_ANSWERS.c.name == _name(owner, key)) & _ANSWERS.c.status.is_(None)
        with _explained(), writing(self._engine) as connection:
            connection.execute(delete(_ANSWERS).where(open_one))

    def _kept(self, name: str, fingerprint: str) -> KeptAnswer:
        with self._engine.connect() as connection:
            found = connection.execute(select(_ANSWERS).where(_ANSWERS.c.name == name)).one_or_none()
        if found is not None and found.fingerprint != fingerprint:
            raise KeyReused("This Idempotency-Key came before with another request; take a new key for a new request.")
        if found is None or found.status is None:
            raise RequestUnderWay("The same request is being worked on; send it again in a few seconds.")
        headers = tuple((str(field), str(value)) for field, value in json.loads(found.headers))
        return KeptAnswer(int(found.status), headers, bytes(found.body))


def _name(owner: str, key: str) -> str:
    return sha256(f"{owner}\n{key}".encode()).hexdigest()


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
