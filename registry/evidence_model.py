"""The nouns of evidence as frozen values: links, what an address gave, and what is known of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rdflib import URIRef


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """An address that a source or text names; ``group`` is the end of the graph that says so, such as “graz”."""

    group: str
    source: URIRef
    address: str


class LinkState(StrEnum):
    """How an address stands, by the names of the vocabulary ``link-states``."""

    ANSWERS = "answers"
    MOVED = "moved"
    CHANGED = "changed"
    TYPE_CHANGED = "type-changed"
    REFUSED = "refused"
    GONE = "gone"
    UNREACHABLE = "unreachable"

    @property
    def is_readable(self) -> bool:
        """Say whether the address gave a document (status 200), whatever it is, which is what the rule asks."""
        return self not in (LinkState.REFUSED, LinkState.GONE, LinkState.UNREACHABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One document as an address gave it: the SHA-256 of its bytes, of what is compared, its media type and size."""

    sha256: str
    fingerprint: str
    media_type: str
    size: int
    at: datetime

    def same_as(self, other: "Copy") -> bool:
        """Say whether a copy says the same as another, which then stands for both."""
        return self.fingerprint == other.fingerprint and self.media_type == other.media_type


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What is known of an address after the last visit.

    ``state`` and ``status`` are what was settled at ``settled``; an attempt that failed and will be repeated changes
    ``failures`` and ``tried`` only. ``first`` is the first copy, ``last`` the latest one that differs from it.
    """

    address: str
    tried: datetime
    due: datetime
    state: LinkState | None = None
    status: int | None = None
    settled: datetime | None = None
    final: str = ""
    first: Copy | None = None
    last: Copy | None = None
    etag: str = ""
    last_modified: str = ""
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """A text in a file, and where in it: a page, a part, or the name of a property of the file."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a program can read in a file: its texts, and what its properties tell of people.

    ``unread`` says in words what of the file could not be read, such as pages that are pictures.
    """

    texts: tuple[Passage, ...] = ()
    properties: tuple[Passage, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """A file that a city handed in: its SHA-256, whose it is, what it is called, and which account gave it when."""

    sha256: str
    city: str
    name: str
    media_type: str
    size: int
    account: str
    at: datetime
