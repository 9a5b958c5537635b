"""Where a case or a city stands, as the tables beside the ledger hold it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

CASE: Final = "case/"
STANDING: Final = "standing/"
"""How the names of cases and of standings begin in the ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a case or a city stands: since when, until which day at the latest, and which roles it waits for.

    ``kind`` is that of the case, nothing for a standing.
    """

    name: str
    city: str
    kind: str
    state: str
    since: datetime
    last_day: date | None
    roles: tuple[str, ...]
