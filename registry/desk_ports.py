"""The seams of what is kept for one person at their desk, and is no part of any record."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Look:
    """A look that somebody had at a case: when, and how many acts it had then."""

    at: datetime
    acts: int


class Looks(Protocol):
    """How far a case had come when somebody last looked at it; theirs alone, and no part of any record."""

    def look(self, account: str, case: str, acts: int) -> Look | None:
        """Note that somebody looks at a case now, at so many acts; give the look before, None for the first.

        Looks within an hour of each other are one, so that reading on takes nothing away of what is new.
        """

    def noted(self) -> frozenset[tuple[str, str]]:
        """Give whose looks at which cases are noted."""

    def erase(self, looks: Collection[tuple[str, str]]) -> None:
        """Erase the looks of accounts at cases."""


class Delivery(StrEnum):
    """What became of a letter."""

    TAKEN = "taken"
    REFUSED = "refused"
    """It was certainly not taken, as the connection broke before its text or the server said so; it is tried again."""
    UNCERTAIN = "uncertain"
    """The connection broke while its text was sent or after; it may have been taken."""


class Letters(Protocol):
    """Letters that go out while a connection to a mail server is open."""

    def send(self, to: str, subject: str, text: str) -> Delivery:
        """Send one letter to one address; what goes wrong is logged without the address."""


class Reminded(Protocol):
    """Of which last days somebody was reminded already."""

    def claim(self, account: str, case: str, day: date) -> bool:
        """Note that somebody is reminded of a last day in a case.

        False when that was noted before, and for a day so long past that it is not known any more.
        """

    def knows(self, account: str, case: str, day: date) -> bool:
        """Say whether ``claim`` would give False; nothing is noted."""

    def release(self, account: str, case: str, day: date) -> None:
        """Take back that somebody was reminded."""
