"""A run over a peer keeps within one budget of requests, time and bytes, whatever the peer does."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from registry.fetch_errors import BrokenAnswer
from registry.fetch_ports import Fetched
from registry.harvest_collecting import Collector, HarvestLimits
from registry.loading import now
from registry.peer_errors import AskedToWait, HarvestRefused, HarvestUnfinished
from registry.peer_ports import Document, PeerHealth, StreamPage, StreamState
from registry.peers import Peer, PeerKind, PeerState
from tests.registry.peers import DAY

LIMITS = HarvestLimits(seconds=10, most_bytes=1_000, most_requests=5, page=2)


class Pages:
    """A peer in memory: what it is asked, and what it gives; reads its own documents."""

    def __init__(self, *bodies: bytes, status: int = 200, retry_after: str = "") -> None:
        self.bodies, self.status, self.retry_after = list(bodies), status, retry_after
        self.asked: list[str] = []
        self.kept: list[int] = []
        self.is_settled = False
        self.time = 0.0

    def __call__(
        self, address: str, *, media_types: Sequence[str] = (), etag: str = "", last_modified: str = ""
    ) -> Fetched:
        body = self.bodies[min(len(self.asked), len(self.bodies) - 1)]
        self.asked.append(address)
        self.time += 3.0
        assert isinstance(media_types, tuple)
        assert (etag, last_modified) == ("", "")
        return Fetched(
            address=address,
            final=address,
            status=self.status,
            media_type="text/turtle",
            body=body,
            at=now(),
            retry_after=self.retry_after,
        )

    def releases(self, document: object) -> Sequence[str]:
        assert document
        return ()

    def verified(self, files: object, key: bytes, identifier: str) -> None:
        raise AssertionError((files, key, identifier))

    def distributions(self, document: object) -> Sequence[str]:
        assert document
        return [f"https://north.example/{number}" for number in range(100)]

    def page(self, document: Document, names: object, paths: object, scope: object) -> StreamPage:
        assert names == (document.address, document.address)
        assert scope == ("https://north.example/",)
        assert paths == {}
        number = len(self.asked)
        return StreamPage(
            address=document.address, is_settled=self.is_settled, following=(f"https://north.example/{number}",)
        )

    def stream(self, peer: str, key: str) -> StreamState:
        assert (peer, len(key)) == ("north", 64)
        return StreamState()

    def keep_stream(self, peer: str, key: str, state: StreamState) -> None:
        assert (peer, len(key)) == ("north", 64)
        self.kept.append(len(state.pages))

    def admits(self, rules: bytes, address: str) -> bool:
        raise AssertionError((rules, address))

    def statements(self, document: Document) -> int:
        return document.body.count(b".")


def collector(pages: Pages, limits: HarvestLimits = LIMITS, robots: Any = None) -> Collector:
    return Collector(
        pages,
        pages,
        page_address=lambda endpoint, _scope, size, before: f"{endpoint}?{size}&{before}",
        limits=limits,
        timer=lambda: pages.time,
        streams=pages,
        robots=robots,
    )


def peer(kind: PeerKind) -> Peer:
    return Peer(
        iri="",  # type: ignore[arg-type]  # nobody looks at it here
        slug="north",
        label="North",
        kind=kind,
        address="https://north.example/x",
        scope=("https://north.example/",),
        state=PeerState.ACTIVE,
        since=DAY,
        decided_by="",  # type: ignore[arg-type]  # nor at that
    )


def test_pages_end_with_the_first_that_is_not_full() -> None:
    pages = Pages(b"a.b.", b"c.d.", b"e.")
    found = collector(pages, HarvestLimits(page=2)).collect(peer(PeerKind.SPARQL), None)
    assert [document.body for document in found.documents] == [b"a.b.", b"c.d.", b"e."]
    assert pages.asked == [f"https://north.example/x?2&{before}" for before in (0, 2, 4)]


@pytest.mark.parametrize(
    ("bodies", "limits", "words"),
    [
        ([b"a.b."], HarvestLimits(page=2), "gives the same page again"),
        ([b"a.b.c."], HarvestLimits(page=2), "more than was asked for"),
        ([b"a." * 2 + bytes([65 + n]) for n in range(26)], LIMITS, "needs more than 10 seconds"),
        ([b"a." * 2 + bytes([65 + n]) for n in range(26)], HarvestLimits(page=2, most_requests=5), "5 requests"),
        ([b"a.b." + b"x" * 600, b"c.d." + b"x" * 600], LIMITS, "gives more than 1,000 bytes"),
    ],
)
def test_pages_without_end_are_stopped(bodies: list[bytes], limits: HarvestLimits, words: str) -> None:
    with pytest.raises(HarvestRefused, match=words):
        collector(Pages(*bodies), limits).collect(peer(PeerKind.SPARQL), None)


def test_distributions_without_end_are_stopped() -> None:
    with pytest.raises(HarvestRefused, match="needs more than 10 seconds"):
        collector(Pages(b".")).collect(peer(PeerKind.DUMP), None)


@pytest.mark.parametrize(("status", "words"), [(404, "is not there"), (410, "is not there"), (503, "is not given")])
@pytest.mark.parametrize("kind", list(PeerKind))
def test_an_answer_that_is_none_is_told_with_its_status(kind: PeerKind, status: int, words: str) -> None:
    with pytest.raises(BrokenAnswer, match=f"{words}.* status {status}"):
        collector(Pages(b"", status=status)).collect(peer(kind), None)


def test_an_answer_not_modified_gives_nothing_new() -> None:
    health = PeerHealth(peer="north", tried=now(), due=now())
    found = collector(Pages(b"", status=304)).collect(peer(PeerKind.FILE), health)
    assert found.is_unchanged
    assert found.documents == ()


def test_a_registry_without_releases_is_told() -> None:
    with pytest.raises(HarvestRefused, match=r"https://north\.example/x lists no release yet"):
        collector(Pages(b".")).collect(peer(PeerKind.RELEASE), None)


def test_a_peer_that_is_busy_says_until_when() -> None:
    with pytest.raises(AskedToWait, match=r"status 503 and asks to wait until 20\d\d-") as told:
        collector(Pages(b"", status=503, retry_after="3600")).collect(peer(PeerKind.FILE), None)
    assert told.value.wait == timedelta(hours=1)


def test_rules_are_asked_within_the_budget_and_not_of_a_registry() -> None:
    asked = list[str]()

    class Rules:
        def demand(self, address: str, ask: Callable[[str], Fetched]) -> None:
            asked.append(address)
            ask("https://north.example/robots.txt")

    pages = Pages(b".")
    collected = collector(pages, robots=Rules()).collect(peer(PeerKind.FILE), None)
    assert (asked, len(collected.documents)) == (["https://north.example/x"], 1)
    assert pages.asked == ["https://north.example/robots.txt", "https://north.example/x"]
    with pytest.raises(HarvestRefused, match="5 requests"):
        collector(Pages(b"."), HarvestLimits(most_requests=5), robots=Rules()).collect(peer(PeerKind.DUMP), None)
    with pytest.raises(HarvestRefused, match="lists no release"):
        collector(Pages(b"."), robots=Rules()).collect(peer(PeerKind.RELEASE), None)
    assert not [address for address in asked if address.endswith("/releases")]


@pytest.mark.parametrize(("is_settled", "kind"), [(True, HarvestUnfinished), (False, HarvestRefused)])
def test_a_stream_without_end_is_stopped_and_what_was_read_is_kept(
    is_settled: bool, kind: type[HarvestRefused]
) -> None:
    pages = Pages(b".")
    pages.is_settled = is_settled
    with pytest.raises(HarvestRefused, match="needs more than 5 requests") as told:
        collector(pages, HarvestLimits(most_requests=5)).collect(peer(PeerKind.STREAM), None)
    assert told.type is kind
    assert pages.kept == [5]
