"""Submissions as they were read: nobody waits for another's reading, and lists keep but name and country of each."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final

from registry.claims import countries_of
from registry.entry import Entry

MOST_READ: Final = 32
MOST_OUTLINED: Final = 20_000
LONGEST_UNREAD: Final = 60.0
"""For how many seconds a submission that could not be read is not tried again."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What lists need of a submission: what the city calls itself, and the countries that it names as its own."""

    title: str = ""
    countries: frozenset[str] = frozenset()


class ReadSubmissions:
    """Submissions read into entries, the longest unused dropped; what lists need of each is kept much longer."""

    def __init__(
        self,
        read: Callable[[str], Entry | None],
        title: Callable[[Entry], str],
        *,
        most: int = MOST_READ,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read with a function from the SHA-256 of a submission, which may take long; ``title`` names its city."""
        self._read = read
        self._title = title
        self._most = most
        self._seconds = seconds
        self._lock = Lock()
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._outlines: OrderedDict[str, Outline] = OrderedDict()
        self._unread: dict[str, float] = {}

    def entry(self, digest: str) -> Entry | None:
        """Give a submission by its SHA-256; None when it cannot be read now, or could not a moment ago."""
        with self._lock:
            if digest in self._entries:
                self._entries.move_to_end(digest)
                return self._entries[digest]
            if self._seconds() < self._unread.get(digest, 0.0):
                return None
        entry = self._read(digest)
        with self._lock:
            if entry is None:
                self._unread[digest] = self._seconds() + LONGEST_UNREAD
                return None
            self._unread.pop(digest, None)
            self._entries[digest] = entry
            while len(self._entries) > self._most:
                self._entries.popitem(last=False)
        return entry

    def outline(self, digest: str) -> Outline:
        """Give what lists need of a submission; nothing but blanks when it cannot be read now."""
        with self._lock:
            if digest in self._outlines:
                self._outlines.move_to_end(digest)
                return self._outlines[digest]
        entry = self.entry(digest)
        if entry is None:
            return Outline()
        outline = Outline(self._title(entry), countries_of(entry))
        with self._lock:
            self._outlines[digest] = outline
            while len(self._outlines) > MOST_OUTLINED:
                self._outlines.popitem(last=False)
        return outline
