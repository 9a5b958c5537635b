"""The seams of what is kept for one person at their desk, and is no part of any record."""

from dataclasses import dataclass
from datetime import datetime
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
