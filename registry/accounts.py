"""The rules for accounts: roles that go together, passwords, waits after failures, and how long anything is valid.

Passwords, waits and sessions follow NIST SP 800-63B-4 (3.1.1, 3.2.2, 5.2). Nothing here reads a clock or a database.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from registry.account_errors import AccessDenied, AccountError, PasswordRefused
from registry.cases import Actor
from registry.people import Account, Role, Scope, Session, Stage, Throttle, Token

SHORTEST_PASSWORD: Final = 15
"""NIST SP 800-63B-4, 3.1.1.2: where a password is the only factor."""
LONGEST_PASSWORD: Final = 200

IDLE: Final = timedelta(hours=1)
LONGEST_SESSION: Final = timedelta(hours=12)
UNFINISHED: Final = timedelta(minutes=10)
RECENT: Final = timedelta(minutes=15)
RECOVERY: Final = timedelta(hours=72)
LONGEST_TOKEN: Final = timedelta(days=90)
MOST_TOKENS: Final = 20
MOST_CONFLICTS: Final = 100

_HOUR: Final = 3600
_MONTH: Final = 30 * 24 * _HOUR
OF_ACCOUNT: Final = Throttle(free=5, first_wait=30, longest_wait=_HOUR, forget=_MONTH, most=100)
"""NIST SP 800-63B-4, 3.2.2: at most 100 failures in a row, whether or not there is such an account."""
OF_CLIENT: Final = Throttle(free=30, first_wait=60, longest_wait=_HOUR, forget=_HOUR * 4, most=1_000_000)

SECOND_FACTOR: Final = frozenset({Role.REVIEWER, Role.DECIDER, Role.STEWARD})
"""Roles that sign in with a second factor."""
_JUDGES: Final = frozenset({Role.REVIEWER, Role.DECIDER})

_EMAIL: Final = re.compile(r"[^\s@<>\"(),:;\\\x00-\x1f]{1,64}@[^\s@<>\"(),:;\\\x00-\x1f]{1,190}")
_IRI: Final = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20]{3,300}")
_LONGEST_TEXT: Final = 300
_HERE: Final = "human rights cities registry hrcr"

IsGuessable = Callable[[str, Sequence[str]], bool]
"""Say whether a password is among the first that an attacker tries who knows some words about its owner."""


def plain_email(text: str) -> str:
    """Give an e-mail address in the one form that is compared; raise AccountError when it is none."""
    email = unicodedata.normalize("NFC", text.strip()).casefold()
    if not _EMAIL.fullmatch(email):
        raise AccountError("That is no e-mail address; write it like name@city.example.")
    return email


def plain_text(text: str, what: str) -> str:
    """Give a name or a reason in one line; raise AccountError when it is empty or too long."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    if not plain or len(plain) > _LONGEST_TEXT or not plain.isprintable():
        raise AccountError(f"{what} is empty or too long; write 1 to {_LONGEST_TEXT} characters.")
    return plain


def plain_city(text: str, base: str) -> str:
    """Give the IRI of a city from its IRI or its short name; raise AccountError when it is neither."""
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text.strip()):
        return f"{base}id/city/{text.strip()}"
    if not _IRI.fullmatch(text.strip()):
        raise AccountError(f"“{text}” names no city; write its short name, such as graz, or its IRI.")
    return text.strip()


def plain_organisation(text: str, base: str) -> str:
    """Give the IRI of an organisation from its IRI or its name, the same for every spelling of a name.

    Conflicts of interest are found by comparing these. Raises AccountError when the text is neither.
    """
    if _IRI.fullmatch(text.strip()):
        return text.strip()
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    slug = "-".join(re.findall(r"[a-z0-9]+", letters))
    if not slug or len(text) > _LONGEST_TEXT:
        raise AccountError("That names no organisation; write its name in Latin letters, or its IRI.")
    return f"{base}id/organisation/{slug}"


def actor_of(account: Account) -> Actor:
    """Give an account as the law of a case knows it: an identifier, roles and ties; no role when it is closed."""
    return Actor(
        account=account.id,
        roles=frozenset(role.value for role in account.roles) if account.is_active else frozenset(),
        city=account.city or "",
        organisation=account.organisation or "",
        declared=frozenset(entry.subject for entry in account.conflicts),
    )


def check_roles(roles: Iterable[Role], city: str | None) -> frozenset[Role]:
    """Give roles that one account may have together; raise AccountError when it may not.

    A steward never judges; an officer is one of a city.
    """
    found = frozenset(roles)
    if not found:
        raise AccountError(f"An account needs a role: {', '.join(Role)}.")
    if Role.STEWARD in found and found & _JUDGES:
        raise AccountError("A steward cannot judge: give the roles of reviewer and decider to another account.")
    if Role.OFFICER in found and city is None:
        raise AccountError("An officer needs a city: say which one.")
    return found


def refuse_oneself(account: Account, actor: str | None) -> None:
    """Raise AccessDenied when somebody would act as a steward on their own account; ``actor`` is who acts."""
    if actor == account.id:
        raise AccessDenied("Nobody does this to their own account; ask another steward or the operator.")


def must_have_second_factor(account: Account) -> bool:
    """Say whether a role of a person needs a second factor."""
    return bool(account.roles & SECOND_FACTOR)


def needs_second_factor(account: Account) -> bool:
    """Say whether a person signs in with a second factor, by role or because they set one up."""
    return must_have_second_factor(account) or account.has_second_factor


def stage_after_password(account: Account) -> Stage:
    """Say what comes after the right password."""
    if account.has_second_factor:
        return Stage.CODE
    return Stage.ENROL if needs_second_factor(account) else Stage.WHOLE


def stage_after_provider(account: Account, *, is_proved: bool) -> Stage:
    """Say what comes after an identity provider vouched for somebody; ``is_proved`` is that it saw a second factor.

    That spares showing the second factor here, never setting one up: else whoever has a password, or is given a
    one-time code to set one, could set up a factor of their own and come in as them.
    """
    stage = stage_after_password(account)
    return Stage.WHOLE if is_proved and stage is Stage.CODE else stage


def plain_password(password: str) -> str:
    """Give the form of a password that is hashed and compared (NIST SP 800-63B-4, 3.1.1.2: Unicode, NFC)."""
    return unicodedata.normalize("NFC", password)


def check_password(password: str, words: Sequence[str], is_guessable: IsGuessable) -> str:
    """Give a new password in its plain form; raise PasswordRefused, with what to do, when it may not be used.

    Only length and guessing count: no kinds of characters are demanded, and it never expires. ``words`` are what an
    attacker knows of its owner.
    """
    plain = plain_password(password)
    if len(plain) < SHORTEST_PASSWORD:
        raise PasswordRefused(
            f"The password has {len(plain)} characters; use at least {SHORTEST_PASSWORD}, for example four words that "
            "have nothing to do with one another."
        )
    if len(plain) > LONGEST_PASSWORD:
        raise PasswordRefused(f"The password has more than {LONGEST_PASSWORD} characters; use a shorter one.")
    if is_guessable(plain, words):
        raise PasswordRefused(
            "The password is among the first that would be guessed: it is well known, repeats itself, or holds your "
            "name or address; use words that have nothing to do with one another or with you."
        )
    return plain


def known_words(account: Account) -> list[str]:
    """Give what an attacker knows of somebody: address, name, organisation and what the account is for."""
    return words_of(account.email, account.name, account.organisation or "", account.city or "")


def words_of(*texts: str) -> list[str]:
    """Give the words of some texts in small letters, and those of what the account is for."""
    found = {part for text in (*texts, _HERE) for part in re.split(r"[\W_]+", text.casefold()) if len(part) > 2}
    return sorted(found)


def wait_after(throttle: Throttle, failures: int) -> int:
    """Give how many seconds must pass after so many failures in a row before the next try."""
    if failures < throttle.free:
        return 0
    if failures >= throttle.most:
        return throttle.forget
    doublings = min(failures - throttle.free, 32)
    return min(throttle.first_wait << doublings, throttle.longest_wait)


def is_over(session: Session, at: datetime) -> bool:
    """Say whether a session has ended: unused for an hour, twelve hours old, or not finished in ten minutes."""
    if session.stage is not Stage.WHOLE:
        return at >= session.begun + UNFINISHED
    return at >= session.seen + IDLE or at >= session.begun + LONGEST_SESSION


def token_life(days: int) -> timedelta:
    """Give how long a token is valid; raise AccountError for more than 90 days."""
    if not 1 <= days <= LONGEST_TOKEN.days:
        raise AccountError(f"A token is valid for 1 to {LONGEST_TOKEN.days} days, not {days}.")
    return timedelta(days=days)


def check_scopes(scopes: Iterable[Scope], account: Account) -> frozenset[Scope]:
    """Give the scopes of a token; raise AccountError for none, or for one that its owner has no use for."""
    found = frozenset(scopes)
    if not found:
        raise AccountError(f"A token needs a scope: {', '.join(Scope)}.")
    if Scope.SUBMIT in found and Role.OFFICER not in account.roles:
        raise AccountError("Only an officer can have a token that submits.")
    return found


def is_usable(token: Token, at: datetime) -> bool:
    """Say whether a token is still valid."""
    return at < token.expires
