"""The seam to what is kept of peers between runs: their graphs, how they answered, and what is told of each run."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PeerGraph:
    """One graph that comes of a peer: the case under which it is recorded, its kind, canonical N-Triples, and why."""

    case: str
    kind: str
    payload: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class HarvestLine:
    """One line of the log of a peer: when, what it came to (``taken``, ``left out``, ``refused`` …), and what."""

    at: datetime
    outcome: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerHealth:
    """How a peer answers: when it was last tried, last gave something whole, and may be asked again.

    ``failures`` counts those since the last success. ``latest`` and ``sums`` are the identifier of the last release
    that was taken and the SHA-256 of its file of hashes; ``terms`` and ``rules`` are the hashes of what was decided of
    the peer and of the rules of judging then; ``tags`` are ETag and Last-Modified by address.
    """

    peer: str
    tried: datetime
    due: datetime
    settled: datetime | None = None
    failures: int = 0
    latest: str = ""
    sums: str = ""
    terms: str = ""
    rules: str = ""
    tags: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """The robots.txt of a place, its scheme and authority: when it was had, and its bytes, empty where it has none."""

    place: str
    at: datetime
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamMember:
    """One member of an event stream: the state of something (``of``) from a time on.

    ``at`` is that time in UTC, which texts order rightly, and ``number`` its place among those of one time. ``digest``
    is of all that it says; ``lines`` are its statements as canonical N-Triples, about what it is a version of, empty
    where nobody hears the peer on that, and no longer kept when there is a newer one. ``fault`` says why they could
    not be read.
    """

    iri: str
    of: str
    at: str = ""
    number: int = 0
    is_gone: bool = False
    digest: str = ""
    lines: bytes = b""
    fault: str = ""

    @property
    def order(self) -> tuple[str, int]:
        """Give what says which of two states is the newer one."""
        return self.at, self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPage:
    """One page of an event stream: where it leads, and what it says of the whole stream (``paths``, by local name).

    Of a settled page nothing changes any more; ``tags`` are ETag and Last-Modified.
    """

    address: str
    is_settled: bool
    following: tuple[str, ...]
    paths: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, str] = ("", "")
    members: tuple[StreamMember, ...] = ()


@dataclass(frozen=True, slots=True)
class StreamState:
    """What was read of a stream: its pages by address, without members, and its members by IRI in the order read."""

    pages: Mapping[str, StreamPage] = field(default_factory=dict)
    members: Mapping[str, StreamMember] = field(default_factory=dict)


class Streams(Protocol):
    """What was read of the event streams of peers, each under a key that says what was asked for."""

    def stream(self, peer: str, key: str) -> StreamState:
        """Give what was read; nothing where the key is another one than it was kept under."""

    def keep_stream(self, peer: str, key: str, state: StreamState) -> None:
        """Keep pages and members beside those that are kept under this key, and nothing under another, all or nothing.

        What stands there under the same address or IRI is replaced.
        """


class PeerHarvests(Streams, Protocol):
    """What is kept of peers; one peer's run never touches what is kept of another."""

    def health(self, peer: str) -> PeerHealth | None:
        """Give how a peer answers; None when it was never asked."""

    def graphs(self, peer: str) -> Sequence[PeerGraph]:
        """Give every graph that comes of a peer, in the order of the cases."""

    def lines(self, peer: str, *, most: int) -> Sequence[HarvestLine]:
        """Give the last lines of the log of a peer, the newest first."""

    def keep(
        self,
        health: PeerHealth,
        lines: Sequence[HarvestLine],
        runs: PeerGraph,
        graphs: Sequence[PeerGraph] | None = None,
    ) -> None:
        """Keep how a run ended, in one transaction, with the graph of the runs of the peer.

        ``graphs`` take the place of all that came of the peer before; None leaves those as they are.
        """

    def rules(self, place: str) -> Rules | None:
        """Give the rules of a place, its scheme and authority, as they were last had; None when never."""

    def keep_rules(self, rules: Rules) -> None:
        """Keep the rules of a place in the place of those before."""

    def alone(self) -> AbstractContextManager[None]:
        """Hold the only harvest; raise HarvestRunning when another is under way."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document as it came: from which address, of which media type by its server's word, its bytes."""

    address: str
    media_type: str
    body: bytes


class Reading(Protocol):
    """Reading what came of a peer, each time in a killable place; raises what a parser and a guard raise."""

    def releases(self, document: Document) -> Sequence[str]:
        """Give the identifiers of the releases that a registry lists, the oldest first."""

    def verified(self, files: Mapping[str, bytes], key: bytes, identifier: str) -> None:
        """Check the files of the release of this identifier; raise HarvestRefused for what is broken."""

    def distributions(self, document: Document) -> Sequence[str]:
        """Give the addresses of the distributions in RDF that a DCAT catalogue names, in order, each once."""

    def admits(self, rules: bytes, address: str) -> bool:
        """Say whether the robots.txt of a place lets this registry ask an address (RFC 9309)."""

    def page(
        self, document: Document, names: Sequence[str], paths: Mapping[str, str], scope: Sequence[str]
    ) -> StreamPage:
        """Read a page of an event stream that is called by one of some names; raise HarvestRefused for what is none.

        ``paths`` are what pages before it said of the stream, ``scope`` how what the peer is heard on begins.
        """

    def statements(self, document: Document) -> int:
        """Count the statements of a page of a SPARQL endpoint; raise HarvestRefused for nodes without IRI."""
