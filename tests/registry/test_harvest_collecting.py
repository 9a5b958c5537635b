"""A run over a peer keeps within one budget of requests, time and bytes, whatever the peer does."""

from collections.abc import Sequence

import pytest

from registry.fetch_errors import BrokenAnswer
from registry.fetch_ports import Fetched
from registry.harvest_collecting import Collector, HarvestLimits
from registry.loading import now
from registry.peer_errors import HarvestRefused
from registry.peer_ports import Document, PeerHealth
from registry.peers import Peer, PeerKind, PeerState
from tests.registry.peers import DAY

LIMITS = HarvestLimits(seconds=10, most_bytes=1_000, most_requests=5, page=2)


class Pages:
    """A peer in memory: what it is asked, and what it gives; reads its own documents."""

    def __init__(self, *bodies: bytes, status: int = 200) -> None:
        self.bodies, self.status = list(bodies), status
        self.asked: list[str] = []
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
            address=address, final=address, status=self.status, media_type="text/turtle", body=body, at=now()
        )

    def releases(self, document: object) -> Sequence[str]:
        assert document
        return ()

    def verified(self, files: object, key: bytes, identifier: str) -> None:
        raise AssertionError((files, key, identifier))

    def distributions(self, document: object) -> Sequence[str]:
        assert document
        return [f"https://north.example/{number}" for number in range(100)]

    def statements(self, document: Document) -> int:
        return document.body.count(b".")


def collector(pages: Pages, limits: HarvestLimits = LIMITS) -> Collector:
    return Collector(
        pages,
        pages,
        page_address=lambda endpoint, _scope, size, before: f"{endpoint}?{size}&{before}",
        limits=limits,
        timer=lambda: pages.time,
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
