"""Sessions, tokens and failures on SQLite or PostgreSQL (the port Sessions)."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from registry.adapters.accounts_tables import ATTEMPTS, KEYS, SESSIONS, TOKENS, AccountsDatabase
from registry.adapters.sql_accounts import moment, seconds
from registry.people import Scope, Session, Stage, Token

_FORMS = "forms"


class SqlSessions:
    """Who has signed in on this installation, keys for programs, and failures."""

    def __init__(self, database: AccountsDatabase) -> None:
        """Keep them in the database of the accounts."""
        self._database = database

    def open(self, session: Session) -> None:
        """Keep a session."""
        with self._database.writing() as connection:
            connection.execute(insert(SESSIONS).values(digest=session.digest, **_row(session)))

    def find(self, digest: str) -> Session | None:
        """Give a session by the hash of what its cookie holds."""
        with self._database.reading() as connection:
            row = connection.execute(select(SESSIONS).where(SESSIONS.c.digest == digest)).one_or_none()
        return None if row is None else _session(row)

    def replace(self, session: Session) -> None:
        """Keep what has changed of a session."""
        with self._database.writing() as connection:
            same = SESSIONS.c.digest == session.digest
            connection.execute(update(SESSIONS).where(same).values(**_row(session)))

    def close(self, digest: str) -> None:
        """Forget a session."""
        with self._database.writing() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.digest == digest))

    def close_all(self, account: str) -> None:
        """Forget every session of an account."""
        with self._database.writing() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.account == account))

    def issue(self, token: Token, digest: str) -> None:
        """Keep a token with the hash of its secret."""
        with self._database.writing() as connection:
            connection.execute(
                insert(TOKENS).values(
                    id=token.id,
                    digest=digest,
                    account=token.account,
                    label=token.label,
                    scopes=" ".join(sorted(token.scopes)),
                    created=seconds(token.created),
                    expires=seconds(token.expires),
                )
            )

    def token(self, digest: str) -> Token | None:
        """Give a token by the hash of its secret."""
        found = self._tokens(select(TOKENS).where(TOKENS.c.digest == digest))
        return found[0] if found else None

    def tokens(self, account: str) -> Sequence[Token]:
        """Give the tokens of an account, the oldest first."""
        return self._tokens(select(TOKENS).where(TOKENS.c.account == account).order_by(TOKENS.c.created, TOKENS.c.id))

    def use(self, token: str, at: datetime) -> None:
        """Note when a token was last used."""
        with self._database.writing() as connection:
            connection.execute(update(TOKENS).where(TOKENS.c.id == token).values(used=seconds(at)))

    def revoke(self, account: str, token: str) -> None:
        """Forget a token of an account."""
        with self._database.writing() as connection:
            connection.execute(delete(TOKENS).where((TOKENS.c.id == token) & (TOKENS.c.account == account)))

    def attempt(self, key: str, at: datetime, *, forget: int, wait: Callable[[int], int]) -> int:
        """Count a try as a failure ahead of its outcome, or give the seconds that are left to wait."""
        now = seconds(at)
        with self._database.writing() as connection:
            _insert_missing(connection, ATTEMPTS, {"key": key, "failures": 0, "last": now})
            row = connection.execute(select(ATTEMPTS).where(ATTEMPTS.c.key == key).with_for_update()).one()
            failures = 0 if now - row.last >= forget else row.failures
            left = row.last + wait(failures) - now if failures else 0
            if left > 0:
                return int(left)
            connection.execute(update(ATTEMPTS).where(ATTEMPTS.c.key == key).values(failures=failures + 1, last=now))
            return 0

    def forgive(self, key: str, *, wholly: bool) -> None:
        """Take back the last try, or forget every one."""
        with self._database.writing() as connection:
            if not wholly:
                fewer = update(ATTEMPTS).where((ATTEMPTS.c.key == key) & (ATTEMPTS.c.failures > 0))
                connection.execute(fewer.values(failures=ATTEMPTS.c.failures - 1))
                return
            connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.key == key))

    def purge(self, at: datetime, *, sessions: datetime, attempts: datetime) -> None:
        """Remove tokens that are over at a time, and sessions and failures older than their times."""
        with self._database.writing() as connection:
            connection.execute(delete(TOKENS).where(TOKENS.c.expires <= seconds(at)))
            connection.execute(delete(SESSIONS).where(SESSIONS.c.begun <= seconds(sessions)))
            connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.last <= seconds(attempts)))

    def form_key(self) -> bytes:
        """Give the random key of this installation, made when it is first asked for."""
        wanted = select(KEYS.c.key).where(KEYS.c.name == _FORMS)
        with self._database.reading() as connection:
            known = connection.execute(wanted).scalar_one_or_none()
        if known is None:
            with self._database.writing() as connection:
                _insert_missing(connection, KEYS, {"name": _FORMS, "key": secrets.token_bytes(32)})
                known = connection.execute(wanted).scalar_one()
        return bytes(known)

    def _tokens(self, query: Select[Any]) -> list[Token]:
        with self._database.reading() as connection:
            return [_token(row) for row in connection.execute(query).all()]


def _insert_missing(connection: Connection, table: Any, row: dict[str, object]) -> None:
    """Insert a row unless its key is there; what others do at the same moment is no error."""
    adding: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(adding(table).values(**row).on_conflict_do_nothing())


def _row(session: Session) -> dict[str, object]:
    return {
        "account": session.account,
        "stage": session.stage.value,
        "begun": seconds(session.begun),
        "seen": seconds(session.seen),
        "authenticated": seconds(session.authenticated),
        "pending": session.pending,
    }


def _session(row: Row[Any]) -> Session:
    return Session(
        digest=row.digest,
        account=row.account,
        stage=Stage(row.stage),
        begun=moment(row.begun),
        seen=moment(row.seen),
        authenticated=moment(row.authenticated),
        pending=None if row.pending is None else bytes(row.pending),
    )


def _token(row: Row[Any]) -> Token:
    return Token(
        id=row.id,
        account=row.account,
        label=row.label,
        scopes=frozenset(map(Scope, row.scopes.split())),
        created=moment(row.created),
        expires=moment(row.expires),
        used=None if row.used is None else moment(row.used),
    )
