"""What a release is called."""

from collections.abc import Iterable
from datetime import date


def next_id(day: date, existing: Iterable[str]) -> str:
    """Give the identifier of the next release of a day: the day, a dash, and the number of the release on that day."""
    taken = [int(found.rsplit("-", 1)[1]) for found in existing if found.startswith(f"{day.isoformat()}-")]
    return f"{day.isoformat()}-{max(taken, default=0) + 1}"
