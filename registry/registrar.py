"""Looking after accounts: made, changed, helped back in, closed and erased; their tokens and declared conflicts."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from registry.account_errors import AccessDenied, AccountError, UnknownAccount
from registry.account_ports import Accounts, Passwords, Sessions
from registry.accounts import (
    MOST_CONFLICTS,
    MOST_TOKENS,
    RECOVERY,
    check_password,
    check_roles,
    check_scopes,
    known_words,
    plain_city,
    plain_email,
    plain_organisation,
    plain_text,
    refuse_oneself,
    token_life,
)
from registry.people import Account, Act, Changes, Conflict, Role, Scope, Tie, Token
from registry.ports import Clock
from registry.sign_in import TOKEN_PREFIX, digest_of

_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits of one-time codes; none looks like another."""
_GROUPS: Final = 4
_GROUP: Final = 5


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token and its text, which is shown this once."""

    token: Token
    text: str = field(repr=False)


class Registrar:
    """Who keeps the accounts; ``actor`` is the account that acts, None for the operator at the command line."""

    def __init__(
        self, accounts: Accounts, sessions: Sessions, passwords: Passwords, clock: Clock, *, base: str
    ) -> None:
        """Look after these accounts; a city's short name stands for an item under ``base``."""
        self._accounts = accounts
        self._sessions = sessions
        self._passwords = passwords
        self._clock = clock
        self._base = base

    def add(
        self,
        email: str,
        name: str,
        roles: Collection[Role],
        *,
        city: str | None = None,
        organisation: str | None = None,
        password: str | None = None,
        actor: str | None = None,
    ) -> Account:
        """Make an account; without a password it needs a one-time code. Raises AccountError, PasswordRefused."""
        place = plain_city(city, self._base) if city else None
        account = Account(
            id=secrets.token_hex(16),
            email=plain_email(email),
            name=plain_text(name, "The name"),
            roles=check_roles(roles, place),
            city=place,
            organisation=plain_organisation(organisation, self._base) if organisation else None,
            created=self._clock(),
        )
        if password is not None:
            plain = check_password(password, known_words(account), self._passwords.is_guessable)
            account = replace(account, password=self._passwords.hash(plain))
        self._accounts.add(account)
        self._record(account.id, "made", actor)
        return account

    def all(self) -> Sequence[Account]:
        """Give every account, the oldest first."""
        return self._accounts.all()

    def find(self, text: str) -> Account:
        """Give an account by its identifier or its address; raise UnknownAccount."""
        found = self._accounts.with_email(plain_email(text)) if "@" in text else self._accounts.find(text)
        if found is None:
            raise UnknownAccount("There is no such account; `hrcr users list` shows which there are.")
        return found

    def has_steward(self) -> bool:
        """Say whether anybody can steward this registry."""
        return any(account.is_active and Role.STEWARD in account.roles for account in self._accounts.all())

    def change_roles(
        self,
        account: Account,
        roles: Collection[Role],
        *,
        city: str | None = None,
        organisation: str | None = None,
        actor: str | None = None,
    ) -> Account:
        """Give a person other roles, and another city or organisation where one is named; end their sessions."""
        place = plain_city(city, self._base) if city else account.city
        theirs = plain_organisation(organisation, self._base) if organisation else account.organisation
        changes: Changes = {"roles": check_roles(roles, place), "city": place, "organisation": theirs}
        self._accounts.change(account.id, changes)
        self._sessions.close_all(account.id)
        self._record(account.id, "roles changed", actor)
        return replace(account, **changes)

    def recovery_code(self, account: Account, *, actor: str | None = None, with_second_factor: bool = False) -> str:
        """Give a one-time code with which a person sets a new password; only its hash is kept, for three days.

        The second factor stays, so that who has the code alone does not come in; only the operator may take it away.
        """
        refuse_oneself(account, actor)
        groups = ["".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS)]
        code = "-".join(groups)
        self._accounts.expect(account.id, digest_of(code), self._clock() + RECOVERY)
        self._record(account.id, "one-time code given", actor)
        if with_second_factor:
            if actor is not None:
                raise AccessDenied("Only the operator can take a second factor away: `hrcr users reset`.")
            self._accounts.strip(account.id)
            self._sessions.close_all(account.id)
            self._record(account.id, "second factor taken away", actor)
        return code

    def close(self, account: Account, *, actor: str | None = None) -> None:
        """Let somebody in no more; what they did stays theirs."""
        refuse_oneself(account, actor)
        self._accounts.change(account.id, {"is_active": False})
        self._sessions.close_all(account.id)
        self._record(account.id, "closed", actor)

    def reopen(self, account: Account, *, actor: str | None = None) -> None:
        """Let somebody in again."""
        refuse_oneself(account, actor)
        self._accounts.change(account.id, {"is_active": True})
        self._record(account.id, "opened again", actor)

    def erase(self, account: Account, *, actor: str | None = None) -> None:
        """Remove a person with all that hangs on them; elsewhere their random identifier stays, which means nothing."""
        refuse_oneself(account, actor)
        self._accounts.erase(account.id)
        self._record(account.id, "erased", actor)

    def issue(self, account: Account, label: str, scopes: Collection[Scope], *, days: int) -> Issued:
        """Make a token; its text is given this once and kept as a hash. Raises AccountError."""
        if len(self._sessions.tokens(account.id)) >= MOST_TOKENS:
            raise AccountError(f"An account has at most {MOST_TOKENS} tokens; end one first.")
        text, now = TOKEN_PREFIX + secrets.token_urlsafe(32), self._clock()
        token = Token(
            id=secrets.token_hex(8),
            account=account.id,
            label=plain_text(label, "What the token is for"),
            scopes=check_scopes(scopes, account),
            created=now,
            expires=now + token_life(days),
        )
        self._sessions.issue(token, digest_of(text))
        return Issued(token, text)

    def tokens(self, account: Account) -> Sequence[Token]:
        """Give the tokens of an account."""
        return self._sessions.tokens(account.id)

    def revoke(self, account: Account, token: str) -> None:
        """End a token of an account."""
        self._sessions.revoke(account.id, token)

    def declare(self, account: Account, tie: Tie, subject: str, reason: str) -> Conflict:
        """Keep a conflict of interest that a person declares; raises AccountError."""
        if len(account.conflicts) >= MOST_CONFLICTS:
            raise AccountError(f"At most {MOST_CONFLICTS} conflicts can be declared; withdraw one first.")
        bound = (plain_city if tie is Tie.CITY else plain_organisation)(subject, self._base)
        conflict = Conflict(secrets.token_hex(8), tie, bound, plain_text(reason, "The reason"), self._clock())
        self._accounts.declare(account.id, conflict)
        return conflict

    def withdraw(self, account: Account, conflict: str) -> None:
        """Take back a conflict that was declared; that it was, stays noted."""
        self._accounts.withdraw(account.id, conflict)
        self._record(account.id, "conflict withdrawn", account.id)

    def acts(self, account: Account) -> Sequence[Act]:
        """Give what was done to an account."""
        return self._accounts.acts(account.id)

    def _record(self, account: str, act: str, actor: str | None) -> None:
        self._accounts.record(Act(self._clock(), actor, act, account))
