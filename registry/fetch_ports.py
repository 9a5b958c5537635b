"""The seams to addresses on the web that others name: one document, or one answer to a form, within limits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """What one fetch may take, all redirects together."""

    seconds: float = 15.0
    most_bytes: int = 10 * 1024 * 1024
    most_redirects: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer: ``body`` is what a status of 200 to 299 brought, unpacked; any other status has none.

    ``final`` is the address that answered, ``at`` is when it was whole; header fields are as sent.
    """

    address: str
    final: str
    status: int
    media_type: str
    body: bytes
    at: datetime
    etag: str = ""
    last_modified: str = ""
    retry_after: str = ""
    cache_control: str = ""

    @property
    def is_ok(self) -> bool:
        """Say whether there is a body to go on with."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Answered:
    """What came in answer to a form."""

    status: int
    body: bytes


class Fetch(Protocol):
    """A guarded GET (RFC 9110, 9.3.1)."""

    def __call__(
        self,
        address: str,
        *,
        media_types: Collection[str] = (),
        etag: str = "",
        last_modified: str = "",
        part: tuple[int, int] | None = None,
    ) -> Fetched:
        """Fetch what lies at an http(s) address, whatever its status; raise FetchError in one of its kinds.

        ``media_types`` are the only ones taken of a body, all where none is named; the empty one stands for an
        answer that says none, and one may carry a weight (``;q=0.5``, RFC 9110, 12.4.2). ``etag`` and
        ``last_modified``, as an earlier answer gave them, make the request conditional (RFC 9110, 13), so that the
        status may be 304. ``part`` asks for the bytes from one
        number to another, both included (RFC 9110, 14), so that the status may be 206, or 416 where there are none.
        """


class Exchange(Fetch, Protocol):
    """A guarded GET, and a guarded POST of a form (RFC 9110, 9.3.3)."""

    def post(self, address: str, form: bytes, fields: Mapping[str, str]) -> Answered:
        """Send a form (application/x-www-form-urlencoded) with these header fields, once; raise FetchError.

        Unlike a document, what is answered with a status of failure is given too; a redirect is refused.
        """
