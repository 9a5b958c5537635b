"""The seam to an identity provider (OpenID Connect Core 1.0), and what is kept of whom it vouches for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

LONGEST_SUBJECT: Final = 255


def is_subject(text: str) -> bool:
    """Say whether a text can identify somebody at a provider: 1 to 255 ASCII characters (Core 1.0, section 2)."""
    return text.isascii() and 0 < len(text) <= LONGEST_SUBJECT


class Purpose(StrEnum):
    """What a browser is sent to the provider for."""

    SIGN_IN = "sign-in"
    CONFIRM = "confirm"
    """Somebody who has signed in proves again who they are."""
    LINK = "link"
    """Somebody who has signed in shows which identity is theirs, with a code that was given to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationRequest:
    """What a browser is sent to the provider with (OpenID Connect Core 1.0, 3.1.2.1; PKCE, RFC 7636).

    ``redirect`` is where the provider sends it back to; ``is_fresh`` asks for a proof that is made just now.
    """

    redirect: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    is_fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a valid ID Token says: whom it vouches for, by which means (``acr`` and ``amr``) and when that was shown.

    ``authenticated`` is None where the provider does not say when.
    """

    issuer: str
    subject: str = field(repr=False)
    means: frozenset[str] = frozenset()
    authenticated: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """A request whose answer is awaited; ``digest`` is the hash of the secret that the browser's cookie holds.

    ``account`` is whose it is where somebody has signed in, ``code`` the hash of the code that lets them link.
    """

    digest: str = field(repr=False)
    purpose: Purpose
    begun: datetime
    wish: str = ""
    account: str | None = None
    code: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An account and the identity that stands for it at a provider: issuer and subject, nothing else of it."""

    issuer: str
    subject: str = field(repr=False)
    account: str
    linked: datetime


class Provider(Protocol):
    """An OpenID Provider that is asked who somebody is."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def issuer(self) -> str:
        """Its issuer identifier."""

    def address(self, request: AuthenticationRequest) -> str:
        """Give the address to send a browser to; raise ProviderUnavailable when the provider gives no answer."""

    def proof(self, request: AuthenticationRequest, answer: Mapping[str, str]) -> Proof:
        """Give what the provider vouches for, from the parameters with which it sent the browser back.

        Raises CredentialsRefused unless the ID Token is valid in every respect, ProviderUnavailable.
        """


class Links(Protocol):
    """Which identities stand for which accounts; raises AccountsUnavailable as Accounts does."""

    def expect(self, account: str, digest: str, expires: datetime) -> None:
        """Keep the hash of a code with which an account may be linked, in place of an earlier one."""

    def expects(self, account: str, digest: str, at: datetime) -> bool:
        """Say whether this is the code expected and still valid; it is not used up."""

    def begin(self, awaited: Awaited) -> None:
        """Keep a request whose answer is awaited."""

    def take(self, digest: str) -> Awaited | None:
        """Give a request and forget it, so that each is answered once; None when there is none."""

    def purge(self, before: datetime) -> None:
        """Forget the requests that were begun before a moment."""

    def link(self, link: Link, *, code: str | None = None) -> None:
        """Link an identity, using up the code where one is given; otherwise nothing changes.

        Raises CredentialsRefused for a code that is not expected, AccountError when the identity is linked already or
        the account has one of this issuer.
        """

    def unlink(self, account: str, issuer: str) -> bool:
        """Forget the identity of an account; give whether there was one."""

    def account_of(self, issuer: str, subject: str) -> str | None:
        """Give the account that an identity stands for, None when it is linked to none."""

    def of(self, account: str) -> Sequence[Link]:
        """Give the identities of an account."""
