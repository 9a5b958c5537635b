"""A stream is followed to its end, each page once, from where the last run ended; only the newest state counts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

import registry.stream_collecting
from registry.fetch_errors import Unreachable
from registry.fetch_ports import Fetched
from registry.guard import Limits
from registry.loading import artefacts
from registry.peer_errors import HarvestRefused
from registry.peer_ports import Document, StreamPage, StreamState
from registry.peers import Peer, PeerKind, PeerState
from registry.stream_collecting import StreamWalk, by_city, stream_key
from registry.stream_reading import read_page
from tests.registry.peers import DAY
from tests.registry.streams import PATHS, STREAM, member, page

HOME = "https://north.example/s"
NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
PEER = Peer(
    iri="",  # type: ignore[arg-type]  # nobody looks at it here
    slug="north",
    label="North",
    kind=PeerKind.STREAM,
    address=HOME,
    scope=("https://example.org/id/city/",),
    state=PeerState.ACTIVE,
    since=DAY,
    decided_by="",  # type: ignore[arg-type]  # nor at that
)


class Server:
    """A stream in memory: its pages by query, what it was asked, and all that was read of it so far."""

    def __init__(self, *pages: bytes) -> None:
        self.pages = {f"{HOME}{f'?{number}' if number else ''}": body for number, body in enumerate(pages)}
        self.fields: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.state = StreamState()

    def ask(self, address: str, tags: tuple[str, str]) -> Fetched:
        self.asked.append(address.removeprefix(HOME))
        body = self.pages.get(address)
        if body is None:
            raise Unreachable(f"Nobody answers at {address}.")
        given: dict[str, Any] = {"address": address, "final": address, "media_type": "text/turtle", "at": NOON}
        given |= {"etag": f'"{hash(body)}"', **self.fields.get(address, {})}
        if tags[0] == given["etag"]:
            return Fetched(status=304, body=b"", **given)
        return Fetched(status=200, body=body, **given)

    def page(self, document: Document, names: Sequence[str], paths: Any, scope: Sequence[str]) -> StreamPage:
        syntax = artefacts().syntax
        graphs = syntax.parse_graphs(document.body, "application/trig", base=names[0], most_triples=10_000)
        return read_page(graphs, names, paths, scope, syntax=syntax, limits=Limits())

    def walk(self, *, peer: Peer = PEER, most_bytes: int = 10_000_000) -> StreamWalk:
        """Read it, and keep what was read as the store does."""
        self.asked = []
        walk = StreamWalk(
            self.ask,
            lambda address, answer: Document(address, answer.media_type, answer.body),
            self,  # type: ignore[arg-type]  # it only reads pages
            self.state,
            peer,
            most_bytes=most_bytes,
        )
        try:
            walk.walk()
        finally:
            read = walk.read
            self.state = StreamState({**self.state.pages, **read.pages}, {**self.state.members, **read.members})
        return walk

    def labels(self) -> list[str]:
        documents = self.walk().streamed().documents
        return sorted(text.split(b'"')[1].decode() for one in documents for text in [one.body])


def test_every_page_is_read_once_and_what_is_settled_never_again() -> None:
    server = Server(
        page(to=["?1"], paths=PATHS),
        page([member(1, "a", "A")], to=["?2"], is_settled=True),
        page([member(2, "b", "B")], to=["?3"]),
        page([member(3, "c", "C")]),
    )
    server.fields[f"{HOME}?2"] = {"cache_control": "public, max-age=9, Immutable"}
    assert server.labels() == ["A", "B", "C"]
    assert server.asked == ["", "?1", "?2", "?3"]
    assert server.labels() == ["A", "B", "C"]
    assert server.asked == ["", "?3"]
    server.pages[f"{HOME}?3"] = page([member(3, "c", "C"), member(4, "d", "D")])
    assert server.labels() == ["A", "B", "C", "D"]


def test_the_newest_state_of_each_counts_in_whatever_order_they_are_read() -> None:
    server = Server(
        page(
            [member(3, "a", "Third", day="2026-03-01"), member(1, "a", "First"), member(4, "b", "B")],
            to=["?1"],
            paths=PATHS,
        ),
        page([member(2, "a", "Second", day="2026-02-01"), member(5, "b", day="2026-01-02")]),
    )
    found = server.walk().streamed()
    assert [text.split(b'"')[1] for text in (one.body for one in found.documents)] == [b"Third"]
    assert found.has_gone
    server.pages[HOME] += member(6, "b", "B is back", day="2026-01-03").encode()
    assert server.labels() == ["B is back", "Third"]
    server.pages[HOME] += member(7, "a", "Late", day="2025-01-01").encode()
    assert server.labels() == ["B is back", "Third"]


def test_of_one_time_the_number_decides_and_then_what_was_read_last() -> None:
    numbered = f"{PATHS} ; ldes:sequencePath hrc:number"
    server = Server(
        page([member(1, "a", "Nine", more="; hrc:number 9 "), member(2, "a", "Ten", more="; hrc:number 10 ")],
             paths=numbered)
    )  # fmt: skip
    assert server.labels() == ["Ten"]
    server = Server(page([member(2, "a", "First")], to=["?1"], paths=PATHS), page([member(1, "a", "Then")]))
    assert server.labels() == ["Then"]
    assert server.labels() == ["Then"]


def test_only_the_newest_lines_are_kept_and_of_all_others_the_digest() -> None:
    server = Server(page([member(1, "a", "Old"), member(2, "a", "New", day="2026-02-01")], paths=PATHS))
    server.walk()
    old, new = (server.state.members[f"https://example.org/versions/{number}"] for number in (1, 2))
    assert (old.lines, bool(old.digest), bool(new.lines)) == (b"", True, True)
    server.pages[HOME] += member(3, "a", "Newer", day="2026-03-01").encode()
    assert set(server.walk().read.members) == {f"https://example.org/versions/{number}" for number in (2, 3)}
    assert not server.state.members[new.iri].lines


def test_a_run_that_ends_half_way_goes_on_where_it_ended() -> None:
    server = Server(
        page(to=["?1"], paths=PATHS),
        page([member(1, "a", "A")], to=["?2"], is_settled=True),
        page([member(2, "b", "B")], to=["?9"], is_settled=True),
    )
    with pytest.raises(Unreachable):
        server.walk()
    server.pages[f"{HOME}?9"] = page([member(3, "c", "C")])
    assert server.labels() == ["A", "B", "C"]
    assert server.asked == ["", "?9"]


def test_circles_end() -> None:
    server = Server(
        page(to=["?1", "#again", "?0"], paths=PATHS), page([member(1, "a", "A")], to=["?2"]), page(to=["?1", ""])
    )
    server.pages[f"{HOME}?0"] = page(to=["?0"])
    assert server.labels() == ["A"]
    assert sorted(server.asked) == ["", "?0", "?1", "?2"]


@pytest.mark.parametrize(
    "there",
    [
        "http://north.example/s?1",
        "https://south.example/s",
        "https://north.example:8443/s",
        "http://127.0.0.1/",
        "file:///etc/passwd",
        "https://north.example@evil.example/s",
    ],
)
def test_nothing_is_asked_elsewhere(there: str) -> None:
    server = Server(page(to=[there], paths=PATHS))
    with pytest.raises(HarvestRefused, match="which lies elsewhere than the stream; nothing is asked there"):
        server.walk()
    assert server.asked == [""]


def test_an_answer_from_elsewhere_is_not_taken() -> None:
    server = Server(page([member(1, "a", "A")], paths=PATHS))
    server.fields[HOME] = {"final": "https://south.example/s"}
    with pytest.raises(HarvestRefused, match="leads on to https://south"):
        server.walk()
    assert server.state.members == {}


def test_a_port_that_goes_without_saying_is_the_same_place() -> None:
    server = Server(page(to=["https://NORTH.example:443/s?1"], paths=PATHS))
    server.pages["https://NORTH.example:443/s?1"] = page([member(1, "a", "A")])
    assert server.labels() == ["A"]


@pytest.mark.parametrize("settled", [False, True])
@pytest.mark.parametrize(
    "again",
    [member(1, "a", "Other"), member(1, "b", "A"), member(1, "a", "A", day="2026-01-02"), member(1, "a")],
)
def test_a_past_that_changes_is_refused_and_nothing_of_that_page_is_taken(again: str, settled: bool) -> None:
    server = Server(page([member(1, "a", "A")], to=["?1"], paths=PATHS), page([member(2, "b", "B")]))
    assert server.labels() == ["A", "B"]
    where = f"{HOME}?1" if settled else HOME
    server.pages[where] = page([again, member(3, "c", "C")], to=["?1"], paths=PATHS)
    with pytest.raises(HarvestRefused, match="otherwise than it did; what a stream has said never changes"):
        server.walk()
    assert "https://example.org/versions/3" not in server.state.members


def test_what_is_yet_to_come_is_refused_but_for_a_day() -> None:
    assert Server(page([member(1, "a", "A", day="2026-07-01")], paths=PATHS)).labels() == ["A"]
    with pytest.raises(HarvestRefused, match="a member of 2026-07-02T00:00:00 UTC, which is yet to come"):
        Server(page([member(1, "a", "A", day="2026-07-02")], paths=PATHS)).walk()


def test_what_lies_outside_the_scope_is_told_and_a_city_comes_with_its_parts() -> None:
    part = ":7 dct:isVersionOf <https://example.org/id/city/a#act> ; a hrc:Declaration .\n"
    server = Server(
        page(
            [
                member(1, "a", "A"),
                member(2, "b", "B").replace("city:", "hrc:"),
                f"<https://example.org/stream> tree:member :7 . {part}",
            ],
            paths=PATHS,
        )
    )
    found = server.walk().streamed()
    assert found.left_out == ("1 things outside the scope.",)
    assert {name: len(group) for name, group in by_city(found.documents).items()} == {
        "https://example.org/id/city/a": 2
    }


def test_the_graphs_of_a_registry_come_as_quads_and_those_that_are_gone_do_not() -> None:
    graph = "https://w3id.org/hrcr/graph/profile/"
    said = "".join(
        f"<https://w3id.org/hrcr/feed> tree:member :{number} . :{number} dct:isVersionOf <{graph}{slug}> .\n"
        f"GRAPH :{number} {{ city:{slug} a hrc:City }}\n"
        for number, slug in ((1, "a"), (2, "b"))
    )
    server = Server((STREAM + said).encode())
    found = server.walk().streamed()
    assert [line.split()[3] for line in found.quads.decode().splitlines()] == [f"<{graph}a>", f"<{graph}b>"]
    assert (found.documents, found.left_out) == ((), ())
    server.pages[HOME] += (
        f"<https://w3id.org/hrcr/feed> tree:member :3 . :3 dct:isVersionOf <{graph}b> ; a as:Delete .".encode()
    )
    again = server.walk().streamed()
    assert [line.split()[3] for line in again.quads.decode().splitlines()] == [f"<{graph}a>"]
    assert again.digest != found.digest


def test_a_stream_has_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(page([member(n, f"c{n}", "C" * 50) for n in range(1, 5)], to=["?1"], paths=PATHS), page())
    with pytest.raises(HarvestRefused, match="says now has more than 500 bytes"):
        server.walk(most_bytes=500)
    with pytest.raises(HarvestRefused, match="says now has more than 500 bytes"):
        server.walk(most_bytes=500)
    assert server.asked == []
    server.state = StreamState()
    monkeypatch.setattr(registry.stream_collecting, "MOST_MEMBERS", 3)
    with pytest.raises(HarvestRefused, match="has more than 3 members"):
        server.walk()
    monkeypatch.setattr(registry.stream_collecting, "MOST_PAGES", 1)
    with pytest.raises(HarvestRefused, match="has more than 1 pages"):
        Server(page(to=["?1"], paths=PATHS), page()).walk()


def test_a_stream_is_read_anew_where_something_else_is_asked_of_it() -> None:
    assert (
        len({stream_key(PEER), stream_key(replace(PEER, address=f"{HOME}/")), stream_key(replace(PEER, scope=()))}) == 3
    )
    assert stream_key(PEER) == stream_key(replace(PEER, label="Other", description="Other"))
