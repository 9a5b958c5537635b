"""Following a Linked Data Event Stream from page to page, from where the last run ended (LDES 1.0, TREE)."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Final
from urllib.parse import urlsplit

from registry.fetch_ports import Fetched
from registry.namespaces import ROOT
from registry.peer_content import RELEASED
from registry.peer_errors import HarvestRefused
from registry.peer_ports import Document, Reading, StreamMember, StreamPage, StreamState
from registry.peers import Peer

MEDIA_TYPES: Final = (
    "application/n-quads",
    "application/trig",
    "text/turtle;q=0.5",
    "application/n-triples;q=0.5",
    "application/ld+json;q=0.3",
)
"""What is asked for: named graphs first, in which members may say what they say."""
MOST_PAGES: Final = 10_000
MOST_MEMBERS: Final = 200_000
AHEAD: Final = timedelta(days=1)
"""How far the time of a member may lie ahead: dates have no zone."""
_GRAPH: Final = f"{ROOT}graph/"
_PORTS: Final = {"http": 80, "https": 443}
_NOT_MODIFIED: Final = 304
_TRIPLES: Final = "application/n-triples"

Ask = Callable[[str, tuple[str, str]], Fetched]
"""From an address and the tags of what is known of it to its answer, within the budget of the run."""


@dataclass(frozen=True, slots=True)
class Streamed:
    """What a stream says now: the graphs of a registry as N-Quads, other things as documents, one name for a city.

    ``digest`` is one for each choice of newest members. ``has_gone`` says that something was taken back.
    """

    quads: bytes
    documents: tuple[Document, ...]
    left_out: tuple[str, ...]
    digest: str
    has_gone: bool


class StreamWalk:
    """One run over a stream; what it has read so far can be had at any time."""

    def __init__(
        self,
        ask: Ask,
        taken: Callable[[str, Fetched], Document],
        reading: Reading,
        state: StreamState,
        peer: Peer,
        *,
        most_bytes: int,
    ) -> None:
        """``state`` is what earlier runs have read; ``taken`` gives the document of an answer, or raises."""
        self._ask = ask
        self._taken = taken
        self._reading = reading
        self._peer = peer
        self._most_bytes = most_bytes
        self._pages = dict(state.pages)
        self._members = dict(state.members)
        self._paths: dict[str, str] = {}
        self._fresh: dict[str, StreamPage] = {}
        self._new = set[str]()
        self._seen = set[str]()

    @property
    def read(self) -> StreamState:
        """Give the pages that were read in this run, and every member that is new or no longer the newest."""
        newest = {one.iri for one in self._newest()}
        kept = {
            iri: one if iri in newest else replace(one, lines=b"")
            for iri, one in self._members.items()
            if iri in self._new or (one.lines and iri not in newest)
        }
        return StreamState(self._fresh, kept)

    @property
    def has_come_further(self) -> bool:
        """Say whether a page was read that need never be read again."""
        return any(page.is_settled for page in self._fresh.values())

    def walk(self) -> None:
        """Read every page that can be reached and may have changed, each once, whatever leads to it.

        Raises HarvestRefused for what is no stream, leads elsewhere, or says otherwise than before.
        """
        self._weigh()
        pending = deque([self._peer.address])
        while pending:
            address = pending.popleft()
            if address in self._seen:
                continue
            self._seen.add(address)
            if len(self._seen) > MOST_PAGES:
                raise HarvestRefused(f"{self._peer.address} has more than {MOST_PAGES:,} pages.")
            page = self._page(address)
            self._paths = {**page.paths, **self._paths}
            for following in page.following:
                if _place(following) != _place(self._peer.address):
                    raise HarvestRefused(
                        f"{address[:200]} leads to {following[:200]}, which lies elsewhere than the stream; nothing is "
                        "asked there."
                    )
                pending.append(following)
        self._weigh()

    def streamed(self) -> Streamed:
        """Give what the stream says now: the newest state of each thing that was not taken back."""
        newest = self._newest()
        heard: list[StreamMember] = []
        beyond: list[StreamMember] = []
        for one in newest:
            (heard if _is_graph(one) or self._peer.speaks_of(one.of) else beyond).append(one)
        left = [one.fault for one in heard if one.fault]
        if outside := len([one for one in beyond if not one.of.startswith(_GRAPH)]):
            left.append(f"{outside} things outside the scope.")
        there = [one for one in heard if not one.is_gone and not one.fault]
        quads = b"".join(_in_graph(one) for one in there if _is_graph(one))
        cities = sorted((one for one in there if not _is_graph(one)), key=lambda one: (_city(one), one.of))
        documents = [Document(_city(one), _TRIPLES, one.lines) for one in cities if one.lines]
        said = "\n".join(f"{one.of} {one.iri}" for one in newest)
        return Streamed(
            quads, tuple(documents), tuple(left), sha256(said.encode()).hexdigest(), any(one.is_gone for one in heard)
        )

    def _page(self, address: str) -> StreamPage:
        known = self._pages.get(address)
        if known is not None and known.is_settled:
            return known
        answer = self._ask(address, ("", "") if known is None else known.tags)
        if known is not None and answer.status == _NOT_MODIFIED:
            return known
        document = self._taken(address, answer)
        if _place(answer.final) != _place(self._peer.address):
            raise HarvestRefused(f"{address} leads on to {answer.final}, which lies elsewhere than the stream.")
        names = (answer.final.partition("#")[0], address)
        page = self._reading.page(replace(document, address=names[0]), names, self._paths, self._peer.scope)
        self._absorb(page.members, address, answer.at)
        kinds = {each.strip().lower() for each in answer.cache_control.split(",")}
        page = replace(
            page,
            address=address,
            is_settled=page.is_settled or "immutable" in kinds,
            tags=(answer.etag, answer.last_modified),
            members=(),
        )
        self._pages[address] = self._fresh[address] = page
        return page

    def _absorb(self, members: Sequence[StreamMember], address: str, now: datetime) -> None:
        """Take the members of a page, all or none of them; raise HarvestRefused."""
        latest = (now + AHEAD).isoformat(timespec="microseconds")
        for one in members:
            known = self._members.get(one.iri)
            if known is not None and (known.of, known.digest) != (one.of, one.digest):
                raise HarvestRefused(
                    f"{address} says of {one.iri[:200]} otherwise than it did; what a stream has said never changes."
                )
            if one.at > latest:
                raise HarvestRefused(f"{address} has a member of {one.at[:19]} UTC, which is yet to come.")
        fresh = {one.iri: one for one in members if one.iri not in self._members}
        if len(self._members) + len(fresh) > MOST_MEMBERS:
            raise HarvestRefused(f"{self._peer.address} has more than {MOST_MEMBERS:,} members.")
        self._members |= fresh
        self._new |= fresh.keys()

    def _weigh(self) -> None:
        if sum(len(one.lines) for one in self._newest()) > self._most_bytes:
            raise HarvestRefused(f"What {self._peer.address} says now has more than {self._most_bytes:,} bytes.")

    def _newest(self) -> Sequence[StreamMember]:
        """Give the newest member of each thing, by its time, then its number, then as they were read."""
        found = dict[str, StreamMember]()
        for one in self._members.values():
            held = found.get(one.of)
            if held is None or one.order >= held.order:
                found[one.of] = one
        return [found[of] for of in sorted(found)]


def stream_key(peer: Peer) -> str:
    """Give what says what was asked for: a stream at another address, or for another scope, is read anew."""
    return sha256("\n".join((peer.address, *peer.scope)).encode()).hexdigest()


def by_city(documents: Iterable[Document]) -> Mapping[str, Sequence[Document]]:
    """Bring together the documents about one city, which stand one after the other."""
    return {name: list(group) for name, group in groupby(documents, key=lambda each: each.address)}


def _is_graph(one: StreamMember) -> bool:
    return one.of.startswith(_GRAPH) and one.of.removeprefix(_GRAPH).partition("/")[0] in RELEASED


def _in_graph(one: StreamMember) -> bytes:
    name = f" <{one.of}> .\n".encode()
    return b"".join(line.removesuffix(b" .") + name for line in one.lines.splitlines())


def _city(one: StreamMember) -> str:
    return one.of.partition("#")[0]


def _place(address: str) -> tuple[str, str, int | None]:
    """Give scheme, host and port of an address (RFC 6454, 4)."""
    try:
        parts = urlsplit(address)
        return parts.scheme, (parts.hostname or "").rstrip("."), parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return "", address, None
