"""The seam to addresses on the web that others name: one document, asked for once, within limits."""

from collections.abc import Collection
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

    ``final`` is the address that answered, ``etag`` and ``last_modified`` are as sent, ``at`` is when it was whole.
    """

    address: str
    final: str
    status: int
    media_type: str
    body: bytes
    at: datetime
    etag: str = ""
    last_modified: str = ""

    @property
    def is_ok(self) -> bool:
        """Say whether there is a body to go on with."""
        return 200 <= self.status < 300


class Fetch(Protocol):
    """A guarded GET (RFC 9110, 9.3.1)."""

    def __call__(
        self, address: str, *, media_types: Collection[str] = (), etag: str = "", last_modified: str = ""
    ) -> Fetched:
        """Fetch what lies at an http(s) address, whatever its status; raise FetchError in one of its kinds.

        ``media_types`` are the only ones taken of a body, all where none is named; the empty one stands for an
        answer that says none. ``etag`` and ``last_modified``, as an earlier answer gave them, make the request
        conditional (RFC 9110, 13), so that the status may be 304.
        """
