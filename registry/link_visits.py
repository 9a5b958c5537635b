"""What a visit to the address of a source means: how the link stands now, and when to look again; pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from registry.evidence_model import Copy, LinkState, Visit
from registry.fetch_errors import AddressRefused, FetchError, FetchTooLarge
from registry.fetch_ports import Fetched


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How patient the registry is: an address that answered, one that failed, when a failure counts.

    Failures count after ``patience`` of them, each on another day; the wait then doubles up to ``longest``.
    """

    again: timedelta = timedelta(days=7)
    retry: timedelta = timedelta(hours=20)
    patience: int = 3
    longest: timedelta = timedelta(days=14)


_GONE: Final = frozenset({404, 410})
_REFUSING: Final = frozenset({401, 403, 405, 406, 407, 451})
_NOT_MODIFIED: Final = 304
_DOUBLINGS: Final = 16
"""After so many the wait is longer than anybody waits; some more, and no span of time could hold it."""


def after_answer(before: Visit | None, fetched: Fetched, copy: Copy | None, pace: Pace) -> Visit:
    """Give what is known after an answer; ``copy`` is what it brought, None when it brought no body.

    An answer of the server's own trouble (status 429, 500 and above, or any not understood) is an attempt that failed.
    """
    known = before or Visit(address=fetched.address, tried=fetched.at, due=fetched.at)
    if fetched.status in _GONE:
        return _settled(known, fetched, LinkState.GONE, pace)
    if fetched.status in _REFUSING:
        return _settled(known, fetched, LinkState.REFUSED, pace)
    if fetched.status == _NOT_MODIFIED and known.first is not None:
        held = known.last or known.first
        return _settled(known, fetched, _compared(known.first, held, fetched), pace, status=200)
    if copy is None:
        return _failed(known, fetched.at, pace, status=fetched.status)
    first = known.first or copy
    latest = next((held for held in (known.last, first) if held is not None and held.same_as(copy)), copy)
    visit = _settled(known, fetched, _compared(first, latest, fetched), pace)
    return replace(
        visit,
        first=first,
        last=None if latest is first else latest,
        etag=fetched.etag,
        last_modified=fetched.last_modified,
    )


def after_fault(before: Visit | None, address: str, fault: FetchError, at: datetime, pace: Pace) -> Visit:
    """Give what is known after an attempt that brought no answer, or one too large to be kept."""
    known = before or Visit(address=address, tried=at, due=at)
    if isinstance(fault, FetchTooLarge):
        state = LinkState.ANSWERS
        return replace(known, state=state, status=200, settled=at, tried=at, due=at + pace.again, failures=0)
    if isinstance(fault, AddressRefused):
        state = LinkState.UNREACHABLE
        return replace(known, state=state, status=None, settled=at, tried=at, due=at + pace.longest, failures=0)
    return _failed(known, at, pace, status=None)


def is_due(visit: Visit | None, now: datetime) -> bool:
    """Say whether an address is to be visited."""
    return visit is None or visit.due <= now


def _settled(known: Visit, fetched: Fetched, state: LinkState, pace: Pace, *, status: int | None = None) -> Visit:
    return replace(
        known,
        state=state,
        status=fetched.status if status is None else status,
        settled=fetched.at,
        tried=fetched.at,
        due=fetched.at + pace.again,
        final=fetched.final if fetched.final != fetched.address else "",
        failures=0,
    )


def _failed(known: Visit, at: datetime, pace: Pace, *, status: int | None) -> Visit:
    """Count one more failure; it says something of the link once there were enough, on different days."""
    failures = known.failures + 1
    doublings = min(max(0, failures - pace.patience), _DOUBLINGS)
    wait = min(pace.retry * 2**doublings, pace.longest)
    visit = replace(known, failures=failures, tried=at, due=at + wait)
    if failures < pace.patience:
        return visit
    return replace(visit, state=LinkState.UNREACHABLE, status=status, settled=at)


def _compared(first: Copy, latest: Copy, fetched: Fetched) -> LinkState:
    if latest.media_type != first.media_type:
        return LinkState.TYPE_CHANGED
    if _place(fetched.final) != _place(fetched.address):
        return LinkState.MOVED
    return LinkState.ANSWERS if latest.fingerprint == first.fingerprint else LinkState.CHANGED


def _place(address: str) -> tuple[str, str, str]:
    """Give what tells two addresses apart: not http from https, nor with www or without, nor a slash at the end."""
    parts = urlsplit(address)
    return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/"), parts.query
