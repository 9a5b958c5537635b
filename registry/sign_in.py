"""Signing in, by password and second factor or with a token, and staying so; each try counts before its outcome."""

import hmac
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from registry.account_errors import AccountError, CredentialsRefused
from registry.account_ports import Accounts, OneTimeCodes, Passwords, Sessions
from registry.accounts import (
    LONGEST_SESSION,
    OF_ACCOUNT,
    RECENT,
    check_password,
    is_over,
    is_usable,
    known_words,
    needs_second_factor,
    plain_email,
    plain_password,
    stage_after_password,
    words_of,
)
from registry.attempts import RECOVERY, Attempts
from registry.people import Account, Act, Identity, Session, Stage
from registry.ports import Clock

TOKEN_PREFIX: Final = "hrcr_"  # noqa: S105  # how a token begins, so that leaked ones can be searched for
ISSUER: Final = "Human Rights Cities Registry"
_PERIODS: Final = 3
_TOUCH: Final = timedelta(minutes=1)
_WRONG: Final = "The e-mail address and the password do not belong together, or the account is closed."
_WRONG_CODE: Final = "The code is wrong or was used before; wait for the next one and type it again."
_NO_FACTOR: Final = (
    "A password alone is not enough for your account; confirm with a passkey or with the account of your organisation, "
    "or sign in anew."
)
_WRONG_RECOVERY: Final = "The code does not belong to this address, was used before, or is older than three days."


def digest_of(secret: str) -> str:
    """Give the hash under which a random secret is kept; it is too long to be guessed, so it needs no salt."""
    return sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser in which somebody signs in or has signed in, and whose it is."""

    session: Session
    account: Account

    @property
    def identity(self) -> Identity | None:
        """Give who is asking, once everything needed was proved."""
        return Identity(self.account, self.session.authenticated) if self.session.stage is Stage.WHOLE else None


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session and the secret that its cookie shall hold."""

    secret: str = field(repr=False)
    session: Session


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What sets an authenticator up: a key as text and as a QR code in SVG."""

    text: str = field(repr=False)
    picture: str = field(repr=False)


class SignIn:
    """Who comes in, and for how long."""

    def __init__(
        self, accounts: Accounts, sessions: Sessions, passwords: Passwords, codes: OneTimeCodes, clock: Clock
    ) -> None:
        """Let in the people of these accounts."""
        self._accounts = accounts
        self._sessions = sessions
        self._passwords = passwords
        self._codes = codes
        self._clock = clock
        self._attempts = Attempts(sessions, clock)

    def with_password(self, email: str, password: str, *, client: str) -> Opened:
        """Begin a session; raise CredentialsRefused, which never tells whether there is such an account.

        ``client`` names who asks from where. Raises TooManyRequests after failures.
        """
        account = self._account_of(email)
        keys = self._attempts.count(client, email)
        self._demand_password(account if account and account.is_active else None, password, _WRONG)
        if account is None:
            raise CredentialsRefused(_WRONG)
        stage = stage_after_password(account)
        self._attempts.forgive(keys, wholly=stage is Stage.WHOLE)
        self._renew_hash(account, password)
        return self.open(account, stage)

    def with_code(self, visit: Visit, code: str, *, client: str) -> Opened:
        """Finish signing in with a code of the second factor, in a new session; raise CredentialsRefused."""
        keys = self._attempts.count(client, visit.account.email)
        self._demand_code(visit.account, visit.account.secret, code)
        self._attempts.forgive(keys, wholly=True)
        return self._rotate(visit)

    def enrolment(self, visit: Visit) -> Enrolment:
        """Give the key of the second factor that is being set up, the same until it is confirmed."""
        secret = visit.session.pending
        if secret is None:
            secret = self._codes.new_secret()
            self._sessions.replace(replace(visit.session, pending=secret))
        picture = self._codes.picture(secret, name=visit.account.email, issuer=ISSUER)
        return Enrolment(self._codes.text(secret), picture)

    def enrol(self, visit: Visit, code: str, *, client: str) -> Opened:
        """Set the second factor up, once a code shows that the authenticator has the key; end all other sessions."""
        if visit.session.pending is None:
            raise AccountError("No second factor is being set up; open the page again.")
        keys = self._attempts.count(client, visit.account.email)
        self._demand_code(visit.account, visit.session.pending, code)
        self._attempts.forgive(keys, wholly=True)
        self._accounts.change(visit.account.id, {"secret": visit.session.pending})
        self._record(visit.account, "second factor set up")
        self._sessions.close_all(visit.account.id)
        return self._rotate(visit)

    def confirm(self, visit: Visit, password: str, code: str, *, client: str) -> Opened:
        """Prove again who is asking, in a new session; raise CredentialsRefused."""
        account = visit.account
        keys = self._attempts.count(client, account.email)
        self._demand_password(account, password, "The password is wrong.")
        if account.secret is not None:
            self._demand_code(account, account.secret, code)
        elif needs_second_factor(account):
            raise CredentialsRefused(_NO_FACTOR)
        self._attempts.forgive(keys, wholly=True)
        return self._rotate(visit)

    def recover(self, email: str, code: str, password: str, *, client: str) -> None:
        """Set a new password with a one-time code from a steward; end every session.

        The second factor stays. Raises CredentialsRefused, PasswordRefused.
        """
        plain = check_password(password, words_of(email), self._passwords.is_guessable)
        account = self._account_of(email)
        keys = self._attempts.count(client, email, RECOVERY)
        is_right = self._accounts.take(account.id if account else "", digest_of(code.strip()), self._clock())
        if account is None or not is_right:
            raise CredentialsRefused(_WRONG_RECOVERY)
        self._attempts.forgive(keys, wholly=True)
        self._attempts.forget(email)
        self._accounts.change(account.id, {"password": self._passwords.hash(plain)})
        self._record(account, "password set with a one-time code")
        self._sessions.close_all(account.id)

    def change_password(self, visit: Visit, old: str, new: str, *, client: str) -> Opened:
        """Change a password; every other session ends. Raises CredentialsRefused, PasswordRefused."""
        account = visit.account
        plain = check_password(new, known_words(account), self._passwords.is_guessable)
        keys = self._attempts.count(client, account.email)
        self._demand_password(account, old, "The present password is wrong.")
        self._attempts.forgive(keys, wholly=True)
        self._accounts.change(account.id, {"password": self._passwords.hash(plain)})
        self._record(account, "password changed")
        self._sessions.close_all(account.id)
        return self._rotate(visit)

    def visit(self, secret: str) -> Visit | None:
        """Give whose cookie this is; None when the session is over, or the account closed or erased."""
        session = self._sessions.find(digest_of(secret))
        if session is None:
            return None
        now = self._clock()
        account = self._accounts.find(session.account)
        if account is None or not account.is_active or is_over(session, now):
            self._sessions.close(session.digest)
            return None
        if now - session.seen >= _TOUCH:
            session = replace(session, seen=now)
            self._sessions.replace(session)
        return Visit(session, account)

    def with_token(self, text: str) -> Identity:
        """Give whose token this is, with what it is for; raise CredentialsRefused."""
        token = self._sessions.token(digest_of(text)) if text.startswith(TOKEN_PREFIX) else None
        now = self._clock()
        account = self._accounts.find(token.account) if token is not None else None
        if token is None or account is None or not account.is_active or not is_usable(token, now):
            raise CredentialsRefused("The token is not known here or not valid any more; make a new one.")
        if token.used is None or now - token.used >= _TOUCH:
            self._sessions.use(token.id, now)
        return Identity(account, None, token.scopes)

    def open(self, account: Account, stage: Stage, *, authenticated: datetime | None = None) -> Opened:
        """Begin a session of somebody who has come so far, and forget what is over.

        ``authenticated`` is when they proved it, else now.
        """
        secret, now = secrets.token_urlsafe(32), self._clock()
        self._sessions.purge(now, sessions=now - LONGEST_SESSION, attempts=now - timedelta(seconds=OF_ACCOUNT.forget))
        session = Session(
            digest=digest_of(secret),
            account=account.id,
            stage=stage,
            begun=now,
            seen=now,
            authenticated=authenticated or now,
        )
        self._sessions.open(session)
        return Opened(secret, session)

    def sign_out(self, visit: Visit) -> None:
        """End a session."""
        self._sessions.close(visit.session.digest)

    def is_recent(self, visit: Visit) -> bool:
        """Say whether somebody proved who they are in the last quarter of an hour."""
        return self._clock() < visit.session.authenticated + RECENT

    def form_token(self, owner: str) -> str:
        """Give what a form carries so that only pages of ours can send it for its owner; it is good for a day."""
        return self._form_token(owner, self._period())

    def is_form_token(self, owner: str, text: str) -> bool:
        """Say whether a form carries what it was given, not longer ago than a day and a half."""
        present = self._period()
        made = [self._form_token(owner, present - earlier) for earlier in range(_PERIODS)]
        return any(hmac.compare_digest(each.encode(), text.encode("utf-8", "replace")) for each in made)

    def _form_token(self, owner: str, period: int) -> str:
        return hmac.new(self._sessions.form_key(), f"form\n{period}\n{owner}".encode(), "sha256").hexdigest()

    def _period(self) -> int:
        return int(self._clock().timestamp() // LONGEST_SESSION.total_seconds())

    def _account_of(self, email: str) -> Account | None:
        try:
            return self._accounts.with_email(plain_email(email))
        except AccountError:
            return None

    def _demand_password(self, account: Account | None, password: str, message: str) -> None:
        if not self._passwords.fits(plain_password(password), account.password if account else None):
            raise CredentialsRefused(message)

    def _demand_code(self, account: Account, secret: bytes | None, code: str) -> None:
        """Take a code once: neither a wrong one nor one that was used before passes (RFC 6238, 5.2)."""
        step = None if secret is None else self._codes.step(secret, code, self._clock())
        if step is None or not self._accounts.use_step(account.id, step):
            raise CredentialsRefused(_WRONG_CODE)

    def _renew_hash(self, account: Account, password: str) -> None:
        if account.password is not None and self._passwords.is_dated(account.password):
            self._accounts.change(account.id, {"password": self._passwords.hash(plain_password(password))})

    def _rotate(self, visit: Visit) -> Opened:
        """Give a new session in place of this one, so that who knew its cookie before knows nothing."""
        self._sessions.close(visit.session.digest)
        return self.open(visit.account, Stage.WHOLE)

    def _record(self, account: Account, act: str) -> None:
        self._accounts.record(Act(self._clock(), account.id, act, account.id))
