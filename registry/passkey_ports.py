"""The seams for passkeys (Web Authentication, W3C): keys that a person's device holds, as a second factor."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from registry.people import Account


class Ceremony(StrEnum):
    """What a challenge is for (Web Authentication, section 7)."""

    REGISTRATION = "registration"
    AUTHENTICATION = "authentication"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """What a device gave when a passkey was made: its credential identifier, its public key (COSE), its counter."""

    credential: bytes = field(repr=False)
    key: bytes = field(repr=False)
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A passkey of an account, under the name that its owner gave it; ``id`` is the hash of its credential."""

    id: str
    account: str
    label: str = field(repr=False)
    public: PublicKey
    created: datetime
    used: datetime | None = None


class Authenticators(Protocol):
    """Speaks with the devices of people, in JSON that a page hands on (Web Authentication, 5.1)."""

    def creation(self, account: Account, challenge: bytes, known: Sequence[Passkey]) -> str:
        """Give the options that have a device make a passkey, other than those known."""

    def made(self, credential: str, challenge: bytes) -> PublicKey:
        """Give what a device made upon a challenge; raise CredentialsRefused for what is not right (7.1)."""

    def request(self, challenge: bytes, known: Sequence[Passkey]) -> str:
        """Give the options that have a device sign a challenge with one of the passkeys known."""

    def identifier(self, credential: str) -> bytes:
        """Give the identifier of the credential that signed; raise CredentialsRefused when it names none."""

    def signed(self, credential: str, challenge: bytes, passkey: Passkey) -> int:
        """Give the counter of a device that signed; raise CredentialsRefused for what is not right (7.2)."""


class Passkeys(Protocol):
    """The passkeys of all accounts, and the challenges that are out; raises AccountsUnavailable as Accounts does."""

    def ask(self, session: str, ceremony: Ceremony, challenge: bytes, at: datetime) -> None:
        """Keep the challenge of a session in place of an earlier one of the same ceremony."""

    def answer(self, session: str, ceremony: Ceremony, since: datetime) -> bytes | None:
        """Give the challenge of a session and forget it, so that each is answered once; None when it is older."""

    def add(self, passkey: Passkey) -> None:
        """Keep a passkey; raise AccountError when it is known already."""

    def find(self, account: str, identifier: str) -> Passkey | None:
        """Give a passkey of an account."""

    def of(self, account: str) -> Sequence[Passkey]:
        """Give the passkeys of an account, the oldest first."""

    def use(self, passkey: Passkey, count: int, at: datetime) -> bool:
        """Note the counter of a device and when; give False when it has been noted otherwise since it was read."""

    def remove(self, account: str, identifier: str) -> bool:
        """Forget a passkey of an account; give whether there was one."""
