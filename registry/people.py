"""The nouns of people as frozen values: accounts, sessions, tokens; none of them shows a person when it is printed."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypedDict


class Role(StrEnum):
    """What a person does for the registry, or for a city in it."""

    OFFICER = "officer"
    REVIEWER = "reviewer"
    DECIDER = "decider"
    STEWARD = "steward"


class Scope(StrEnum):
    """What a token may be used for; nobody reviews, decides or stewards with one."""

    READ = "read"
    SUBMIT = "submit"
    FEED = "feed"


class Stage(StrEnum):
    """How far somebody has come who signs in."""

    CODE = "code"
    """The password was right; the code of the second factor is awaited."""
    ENROL = "enrol"
    """The password was right; a second factor has to be set up first."""
    WHOLE = "whole"


class Tie(StrEnum):
    """What a person declares to be bound to."""

    CITY = "city"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A conflict of interest that a person declared: bound to which city or organisation, and why."""

    id: str
    tie: Tie
    subject: str = field(repr=False)
    reason: str = field(repr=False)
    declared: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One person; ``id`` is random and all that other parts of the registry may keep.

    ``password`` is a hash with its parameters, ``secret`` the key of the authenticator; None where there is none.
    """

    id: str
    email: str = field(repr=False)
    name: str = field(repr=False)
    roles: frozenset[Role]
    city: str | None = None
    organisation: str | None = field(default=None, repr=False)
    is_active: bool = True
    created: datetime
    password: str | None = field(default=None, repr=False)
    secret: bytes | None = field(default=None, repr=False)
    conflicts: tuple[Conflict, ...] = field(default=(), repr=False)
    has_passkey: bool = field(default=False, repr=False)

    @property
    def has_second_factor(self) -> bool:
        """Say whether this person set a second factor up: an authenticator or a passkey."""
        return self.secret is not None or self.has_passkey

    @property
    def bound_cities(self) -> frozenset[str]:
        """Give the cities that this person works for or is bound to, by IRI."""
        own = {self.city} if self.city else set()
        return frozenset(own | {entry.subject for entry in self.conflicts if entry.tie is Tie.CITY})

    @property
    def bound_organisations(self) -> frozenset[str]:
        """Give the organisations that this person works for or is bound to, by IRI."""
        own = {self.organisation} if self.organisation else set()
        return frozenset(own | {entry.subject for entry in self.conflicts if entry.tie is Tie.ORGANISATION})


class Changes(TypedDict, total=False):
    """What shall be different about an account; what is not named stays."""

    roles: frozenset[Role]
    city: str | None
    organisation: str | None
    is_active: bool
    password: str
    secret: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser in which somebody signs in or has signed in; ``digest`` is the hash of what its cookie holds.

    ``pending`` is the key of a second factor that is being set up.
    """

    digest: str = field(repr=False)
    account: str
    stage: Stage
    begun: datetime
    seen: datetime
    authenticated: datetime
    pending: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One key for programs; its secret is kept as a hash only."""

    id: str
    account: str
    label: str = field(repr=False)
    scopes: frozenset[Scope]
    created: datetime
    expires: datetime
    used: datetime | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is asking: a person by session, or with a token within its ``scopes``.

    ``authenticated`` says when the person last proved who they are; None with a token.
    """

    account: Account
    authenticated: datetime | None = None
    scopes: frozenset[Scope] | None = None


@dataclass(frozen=True, slots=True)
class Throttle:
    """How often something may be tried: freely so often, then after waits that double, and no more than ``most`` times.

    Waits are in seconds; after ``forget`` seconds without a try all is forgotten.
    """

    free: int
    first_wait: int
    longest_wait: int
    forget: int
    most: int


@dataclass(frozen=True, slots=True)
class Act:
    """What was done to an account, when, and by which account; None for the operator at the command line."""

    at: datetime
    actor: str | None
    act: str
    account: str
