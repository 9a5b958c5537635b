"""The people of an installation in a folder of its own, with a clock that a test moves."""

import subprocess
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from registry.adapters.accounts_tables import AccountsDatabase
from registry.adapters.one_time_codes import TimeCodes
from registry.adapters.passwords import Argon2Passwords
from registry.adapters.sql_accounts import SqlAccounts
from registry.adapters.sql_sessions import SqlSessions
from registry.people import Account, Role
from registry.registrar import Registrar
from registry.sign_in import Opened, SignIn, Visit

GRAZ = "https://w3id.org/hrcr/id/city/graz"
LUND = "https://w3id.org/hrcr/id/city/lund"
PASSWORD = "quiet lantern orbit maple"  # noqa: S105  # a password of nobody
OTHER_PASSWORD = "seven copper river tents"  # noqa: S105  # another one
HERE = "192.0.2.7"
NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


class HandClock:
    """A clock that goes on when it is told to."""

    def __init__(self, now: datetime) -> None:
        """Begin at a moment."""
        self.now = now

    def __call__(self) -> datetime:
        """Give the moment."""
        return self.now

    def wait(self, **duration: float) -> None:
        """Go on."""
        self.now += timedelta(**duration)


@dataclass(frozen=True)
class Place:
    """The people of a folder."""

    clock: HandClock
    accounts: SqlAccounts
    sessions: SqlSessions
    sign_in: SignIn
    registrar: Registrar

    def add(self, *roles: Role, email: str, city: str | None = None, factor: bool = True) -> Account:
        """Make an account with the usual password; with a second factor where its roles need one."""
        account = self.registrar.add(email, f"Office of {email.partition('@')[0]}", roles, city=city, password=PASSWORD)
        if not factor or set(roles) == {Role.OFFICER}:
            return account
        secret = TimeCodes().new_secret()
        self.accounts.change(account.id, {"secret": secret})
        return replace(account, secret=secret)

    def code(self, account: Account) -> str:
        """Give the code that an authenticator shows, half a minute later so that it is a new one."""
        self.clock.wait(seconds=30)
        return code_at(account, self.clock())

    def enter(self, account: Account) -> Opened:
        """Sign somebody in wholly."""
        opened = self.sign_in.with_password(account.email, PASSWORD, client=HERE)
        if account.secret is None:
            return opened
        return self.sign_in.with_code(self.visit(opened), self.code(account), client=HERE)

    def visit(self, opened: Opened) -> Visit:
        """Give the visit of a session that was opened."""
        return self.visit_of(opened.secret)

    def visit_of(self, secret: str) -> Visit:
        """Give the visit of a cookie."""
        found = self.sign_in.visit(secret)
        assert found is not None
        return found

    def visit_again(self, visit: Visit) -> Visit:
        """Give a visit as it stands now."""
        session, account = self.sessions.find(visit.session.digest), self.accounts.find(visit.account.id)
        assert session is not None
        assert account is not None
        return Visit(session, account)


def code_at(account: Account, at: datetime) -> str:
    """Give the code of an account's second factor at a moment."""
    assert account.secret is not None
    return TOTP(account.secret, 6, SHA1(), 30).generate(int(at.timestamp())).decode()  # noqa: S303  # as RFC 6238 has it


def files_of(home: Path) -> dict[str, bytes]:
    """Give every file below a folder, read by another process: to close one here would end SQLite's locks on it."""
    names = [path for path in home.rglob("*") if path.is_file()]
    return {path.name: subprocess.run(["/bin/cat", path], check=True, capture_output=True).stdout for path in names}


def place(home: Path, *, now: datetime = NOON, url: str | None = None) -> Place:
    """Give the people of a folder, or of a database."""
    clock, database = HandClock(now), AccountsDatabase(url or f"sqlite:///{home}/accounts.db")
    accounts, sessions, passwords = SqlAccounts(database), SqlSessions(database), Argon2Passwords()
    return Place(
        clock,
        accounts,
        sessions,
        SignIn(accounts, sessions, passwords, TimeCodes(), clock),
        Registrar(accounts, sessions, passwords, clock, base="https://w3id.org/hrcr/"),
    )
