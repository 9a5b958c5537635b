"""How long a server asks to wait before it is asked again: the header Retry-After (RFC 9110, 10.2.3); pure."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST: Final = timedelta(days=7)
"""What is waited at most, whatever a server asks for."""
BUSY: Final = frozenset({429, 503})
"""The statuses with which a server says that it does not want to be asked now (RFC 6585, 4; RFC 9110, 15.6.4)."""
_SECONDS: Final = re.compile(r"[0-9]+", re.ASCII)
_DIGITS: Final = 9


def asked_wait(value: str, now: datetime) -> timedelta | None:
    """Give how long the value of the header asks to wait from ``now``, at most a week; None where it says nothing.

    It is a number of seconds or a date; a date that is over asks for nothing.
    """
    text = value.strip()
    if _SECONDS.fullmatch(text):
        wait = LONGEST if len(text.lstrip("0")) > _DIGITS else timedelta(seconds=int(text))
    else:
        try:
            until = parsedate_to_datetime(text)
        except (ValueError, OverflowError, TypeError):
            return None
        wait = (until if until.tzinfo is not None else until.replace(tzinfo=UTC)) - now
    return min(wait, LONGEST) if wait > timedelta() else None
