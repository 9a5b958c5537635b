"""Getting what a peer gives, kind by kind, within one budget of time, bytes and requests for the whole run."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

from registry.dumps import MANIFEST, SIGNATURE, SUMS
from registry.fetch_errors import BrokenAnswer
from registry.fetch_ports import Fetch, Fetched
from registry.peer_errors import AskedToWait, HarvestRefused, HarvestUnfinished
from registry.peer_ports import Document, PeerHealth, Reading, Streams
from registry.peers import Peer, PeerKind
from registry.retry_after import BUSY, asked_wait
from registry.robots import Robots
from registry.stream_collecting import MEDIA_TYPES, StreamWalk, stream_key
from registry.verification import FACTS, QUADS

RDF_TYPES: Final = (
    "text/turtle",
    "application/n-triples",
    "application/ld+json",
    "application/x-turtle",
    "application/json",
    "text/plain",
    "application/octet-stream",
    "",
)
"""Media types under which servers give RDF; what it is, the guard of intake tells from name and content."""
_TRIPLES: Final = ("text/turtle", "application/n-triples", "application/x-turtle")
_NOT_MODIFIED: Final = 304
_GONE: Final = (404, 410)


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestLimits:
    """What one run over one peer may take in all."""

    seconds: float = 120.0
    most_bytes: int = 64 * 1024 * 1024
    most_requests: int = 200
    page: int = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What came of one peer: documents, or the quads of a release with its identifier and the hash of its sums.

    ``is_unchanged`` says that the peer has nothing else than last time, ``may_be_empty`` that nothing may be left of
    what it said, and ``left_out`` in sentences what is not among it.
    """

    documents: tuple[Document, ...] = ()
    quads: bytes | None = None
    latest: str = ""
    sums: str = ""
    tags: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    is_unchanged: bool = False
    may_be_empty: bool = False
    left_out: tuple[str, ...] = ()


class Collector:
    """The collecting of one run; used once."""

    def __init__(
        self,
        fetch: Fetch,
        reading: Reading,
        *,
        page_address: Callable[[str, Sequence[str], int, int], str],
        limits: HarvestLimits,
        timer: Callable[[], float],
        streams: Streams,
        robots: Robots | None = None,
    ) -> None:
        """``page_address`` gives the address of a page of a SPARQL endpoint: endpoint, scope, size, and how many go
        before. ``streams`` keeps what was read of event streams. ``robots`` are the rules of places, which are asked
        for all but registries like this one.
        """
        self._fetch = fetch
        self._reading = reading
        self._page_address = page_address
        self._limits = limits
        self._timer = timer
        self._robots = robots
        self._streams = streams
        self._is_over = False
        self._began = timer()
        self._requests = 0
        self._bytes = 0
        self._tags: dict[str, tuple[str, str]] = {}

    def collect(self, peer: Peer, health: PeerHealth | None) -> Collected:
        """Get what the peer gives; raise FetchError, HarvestRefused, or what reading a hostile document raises."""
        if peer.kind is PeerKind.RELEASE:
            self._robots = None
        ways = {
            PeerKind.RELEASE: self._release,
            PeerKind.FILE: self._file,
            PeerKind.DUMP: self._dump,
            PeerKind.SPARQL: self._endpoint,
            PeerKind.STREAM: self._stream,
        }
        return replace(ways[peer.kind](peer, health), tags=self._tags)

    def _release(self, peer: Peer, health: PeerHealth | None) -> Collected:
        """Get the newest release of another registry, whose signature, hashes and counts are verified."""
        home = peer.address.rstrip("/")
        listed = self._get(f"{home}/releases", health, media_types=_TRIPLES)
        if listed is None:
            return Collected(is_unchanged=True)
        identifiers = self._reading.releases(listed)
        if not identifiers:
            raise HarvestRefused(f"{home} lists no release yet.")
        latest = identifiers[-1]
        if health is not None and health.latest and _rank(latest) < _rank(health.latest):
            raise HarvestRefused(
                f"The newest release of {home} is {latest}, older than {health.latest}, which was taken before; ask "
                "the peer what became of that."
            )
        place = f"{home}/releases/{latest}"
        files = {path: self._needed(f"{place}/{path}") for path in (SUMS, SIGNATURE)}
        sums = sha256(files[SUMS]).hexdigest()
        held = health.sums if health is not None and health.latest == latest else ""
        if held and held != sums:
            raise HarvestRefused(f"The release {latest} of {home} is not what it was when it was taken.")
        if held:
            return Collected(is_unchanged=True)
        files |= {path: self._needed(f"{place}/{path}") for path in (MANIFEST, QUADS)}
        facts = self._asked(f"{place}/{FACTS}")
        if facts.is_ok:
            files[FACTS] = facts.body
        if peer.key is None:
            raise HarvestRefused(f"No key of {peer.slug} is known; a release is taken only with the key that signs it.")
        self._reading.verified(files, peer.key, latest)
        return Collected(quads=files[QUADS], latest=latest, sums=sums)

    def _file(self, peer: Peer, health: PeerHealth | None) -> Collected:
        document = self._get(peer.address, health, media_types=RDF_TYPES)
        return Collected(is_unchanged=True) if document is None else Collected(documents=(document,))

    def _dump(self, peer: Peer, health: PeerHealth | None) -> Collected:
        """Get every distribution in RDF of a catalogue; each has its own tag, and one that changed asks for all."""
        catalogue = self._document(peer.address, self._asked(peer.address, media_types=RDF_TYPES))
        addresses = self._reading.distributions(catalogue)
        if not addresses:
            raise HarvestRefused(f"{peer.address} names no distribution in Turtle, N-Triples or JSON-LD.")
        answers = [self._asked(each, media_types=RDF_TYPES, tags=_tags(health, each)) for each in addresses]
        self._tags = {each: tags for each, tags in self._tags.items() if each in addresses}
        known = set(health.tags) if health is not None else set()
        if all(answer.status == _NOT_MODIFIED for answer in answers) and known == set(addresses):
            return Collected(is_unchanged=True)
        documents = [
            self._document(each, self._asked(each, media_types=RDF_TYPES) if answer.status == _NOT_MODIFIED else answer)
            for each, answer in zip(addresses, answers, strict=True)
        ]
        return Collected(documents=tuple(documents))

    def _endpoint(self, peer: Peer, health: PeerHealth | None) -> Collected:  # noqa: ARG002  # the shape of all ways
        """Ask an endpoint for all of its statements about the scope, page by page, until one is not full."""
        pages, seen, size = list[Document](), set[str](), self._limits.page
        while True:
            place = self._page_address(peer.address, peer.scope, size, size * len(pages))
            page = self._document(peer.address, self._asked(place, media_types=_TRIPLES))
            digest, count = sha256(page.body).hexdigest(), self._reading.statements(page)
            if count > size or (count and digest in seen):
                raise HarvestRefused(f"{peer.address} gives the same page again, or more than was asked for.")
            seen.add(digest)
            pages.append(page)
            if count < size:
                self._tags = {}
                return Collected(documents=tuple(pages))

    def _stream(self, peer: Peer, health: PeerHealth | None) -> Collected:
        """Follow an event stream from where the last run ended; what was read is kept, whatever comes after it."""
        key = stream_key(peer)
        walk = StreamWalk(
            lambda address, tags: self._asked(address, media_types=MEDIA_TYPES, tags=tags),
            self._document,
            self._reading,
            self._streams.stream(peer.slug, key),
            peer,
            most_bytes=self._limits.most_bytes,
        )
        try:
            walk.walk()
        except HarvestRefused as fault:
            if self._is_over and walk.has_come_further:
                raise HarvestUnfinished(f"{fault} The next run goes on where this one ended.") from fault
            raise
        finally:
            self._streams.keep_stream(peer.slug, key, walk.read)
        self._tags = {}
        found = walk.streamed()
        if health is not None and health.sums == found.digest:
            return Collected(is_unchanged=True)
        return Collected(
            documents=found.documents,
            quads=found.quads or None,
            sums=found.digest,
            may_be_empty=found.has_gone,
            left_out=found.left_out,
        )

    def _get(self, address: str, health: PeerHealth | None, *, media_types: Collection[str]) -> Document | None:
        """Give what lies at an address, None when it is what it was last time."""
        answer = self._asked(address, media_types=media_types, tags=_tags(health, address))
        return None if answer.status == _NOT_MODIFIED else self._document(address, answer)

    def _needed(self, address: str) -> bytes:
        return self._document(address, self._asked(address)).body

    def _document(self, address: str, answer: Fetched) -> Document:
        if not answer.is_ok:
            what = "is not there (any more)" if answer.status in _GONE else "is not given"
            raise BrokenAnswer(f"{address} {what}: the server answers with status {answer.status}.")
        return Document(address, answer.media_type, answer.body)

    def _asked(self, address: str, *, media_types: Collection[str] = (), tags: tuple[str, str] = ("", "")) -> Fetched:
        """Ask once more, where the place lets it be asked, within the budget of the run."""
        if self._robots is not None:
            self._robots.demand(address, self._counted)
        return self._counted(address, media_types=media_types, tags=tags)

    def _counted(self, address: str, *, media_types: Collection[str] = (), tags: tuple[str, str] = ("", "")) -> Fetched:
        self._requests += 1
        if self._requests > self._limits.most_requests:
            raise self._over(f"needs more than {self._limits.most_requests} requests")
        if self._timer() - self._began > self._limits.seconds:
            raise self._over(f"needs more than {self._limits.seconds:g} seconds")
        answer = self._fetch(address, media_types=media_types, etag=tags[0], last_modified=tags[1])
        self._bytes += len(answer.body)
        if self._bytes > self._limits.most_bytes:
            raise self._over(f"gives more than {self._limits.most_bytes:,} bytes")
        wait = asked_wait(answer.retry_after, answer.at) if answer.status in BUSY else None
        if wait is not None:
            raise AskedToWait(
                f"{address} is not given: the server answers with status {answer.status} and asks to wait until "
                f"{answer.at + wait:%Y-%m-%d %H:%M} UTC.",
                wait,
            )
        if answer.status == _NOT_MODIFIED:
            self._tags[address] = tags
        elif answer.is_ok and (answer.etag or answer.last_modified):
            self._tags[address] = (answer.etag, answer.last_modified)
        return answer

    def _over(self, what: str) -> HarvestRefused:
        self._is_over = True
        return HarvestRefused(f"The peer {what}; the run was stopped, and what was taken before stays.")


def _tags(health: PeerHealth | None, address: str) -> tuple[str, str]:
    return ("", "") if health is None else health.tags.get(address, ("", ""))


def _rank(identifier: str) -> tuple[str, int]:
    """Give what orders releases: the day, then the number on that day."""
    day, _, number = identifier.rpartition("-")
    return day, int(number) if number.isdecimal() else 0
