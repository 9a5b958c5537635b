"""The seams for people: who has an account, who has signed in, and how they prove who they are."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from registry.people import Account, Act, Changes, Conflict, Session, Token


class Accounts(Protocol):
    """The people of this installation; every method raises AccountsUnavailable when the database gives no answer."""

    def add(self, account: Account) -> None:
        """Keep a new account; raise AccountError when its address has one."""

    def find(self, identifier: str) -> Account | None:
        """Give an account by its identifier, None when there is none."""

    def with_email(self, email: str) -> Account | None:
        """Give the account of an address in its plain form, None when there is none."""

    def all(self) -> Sequence[Account]:
        """Give every account, the oldest first."""

    def change(self, identifier: str, changes: Changes) -> None:
        """Change an account and leave what is not named as it is; raise UnknownAccount."""

    def erase(self, identifier: str) -> None:
        """Remove an account with its conflicts, sessions, tokens and codes, so that nothing stays in the files."""

    def declare(self, identifier: str, conflict: Conflict) -> None:
        """Keep a conflict that somebody declares."""

    def withdraw(self, identifier: str, conflict: str) -> None:
        """Remove a conflict that was declared; nothing happens when it is not there."""

    def expect(self, identifier: str, digest: str, expires: datetime) -> None:
        """Keep the hash of a one-time code in place of an earlier one."""

    def take(self, identifier: str, digest: str, at: datetime) -> bool:
        """Use a one-time code up; give whether it was the one expected and still valid."""

    def use_step(self, identifier: str, step: int) -> bool:
        """Note the time step of a code (RFC 6238); give False when that one or a later one was used before."""

    def strip(self, identifier: str) -> None:
        """Take every second factor of an account away: the authenticator and the passkeys."""

    def record(self, act: Act) -> None:
        """Note what was done to an account."""

    def acts(self, identifier: str) -> Sequence[Act]:
        """Give what was done to an account, the oldest first."""


class Sessions(Protocol):
    """Who has signed in, keys for programs, and failures; raises AccountsUnavailable as Accounts does."""

    def open(self, session: Session) -> None:
        """Keep a session."""

    def find(self, digest: str) -> Session | None:
        """Give a session by the hash of what its cookie holds."""

    def replace(self, session: Session) -> None:
        """Keep what has changed of a session; nothing happens when it was closed meanwhile."""

    def close(self, digest: str) -> None:
        """Forget a session."""

    def close_all(self, account: str) -> None:
        """Forget every session of an account."""

    def issue(self, token: Token, digest: str) -> None:
        """Keep a token with the hash of its secret."""

    def token(self, digest: str) -> Token | None:
        """Give a token by the hash of its secret."""

    def tokens(self, account: str) -> Sequence[Token]:
        """Give the tokens of an account, the oldest first."""

    def use(self, token: str, at: datetime) -> None:
        """Note when a token was last used."""

    def revoke(self, account: str, token: str) -> None:
        """Forget a token of an account; nothing happens when it has no such one."""

    def attempt(self, key: str, at: datetime, *, forget: int, wait: Callable[[int], int]) -> int:
        """Count a try as a failure ahead of its outcome, in one step; give 0.

        When ``wait`` of the failures so far has not passed since the last, count nothing and give the seconds left.
        After ``forget`` seconds without a try all is forgotten.
        """

    def forgive(self, key: str, *, wholly: bool) -> None:
        """Take back the last try, or forget every one."""

    def purge(self, at: datetime, *, sessions: datetime, attempts: datetime) -> None:
        """Remove tokens that are over at a time, and sessions and failures older than their times."""

    def form_key(self) -> bytes:
        """Give the random key of this installation that forms and names of failures are made with."""


class Passwords(Protocol):
    """Hashing passwords slowly (RFC 9106)."""

    def hash(self, password: str) -> str:
        """Give a salted hash with its parameters; raise QueueFull when too many are hashed at once."""

    def fits(self, password: str, known: str | None) -> bool:
        """Say whether a password belongs to a hash; takes as long when there is none."""

    def is_dated(self, known: str) -> bool:
        """Say whether a hash was made with weaker parameters than are used now."""

    def is_guessable(self, password: str, words: Sequence[str]) -> bool:
        """Say whether a password is among the first that are tried by who knows some words about its owner."""


class OneTimeCodes(Protocol):
    """The second factor: codes that change with time (TOTP, RFC 6238)."""

    def new_secret(self) -> bytes:
        """Give a random key."""

    def step(self, secret: bytes, code: str, at: datetime) -> int | None:
        """Give the time step that a code is right for, now or one beside it; None for a wrong one."""

    def text(self, secret: bytes) -> str:
        """Give a key as a person types it (base 32)."""

    def picture(self, secret: bytes, *, name: str, issuer: str) -> str:
        """Give what sets an authenticator up as a QR code in SVG."""
