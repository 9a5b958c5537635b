"""What came of peers is kept peer by peer, all of a run or nothing of it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from registry.adapters.sql_peer_harvests import MOST_LINES, SqlPeerHarvests
from registry.errors import PortError
from registry.peer_errors import HarvestRunning
from registry.peer_ports import HarvestLine, PeerGraph, PeerHealth, Rules, StreamMember, StreamPage, StreamState

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
HEALTH = PeerHealth(
    peer="north",
    tried=NOON,
    due=NOON + timedelta(days=1),
    settled=NOON,
    latest="2026-06-30-1",
    sums="a" * 64,
    terms="b",
    rules="c",
    tags={"https://north.example/": ('"tag"', "")},
)
LINE = HarvestLine(NOON, "taken", "Two graphs.")
RUNS = PeerGraph("peer-run/north", "peer-run", b"runs\n", "Runs.")
SAID = PeerGraph("peer/north/city/a", "peer", b"said\n", "Said.")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlPeerHarvests]:
    with closing(SqlPeerHarvests(tmp_path / "peers.sqlite")) as store:
        yield store


def test_nothing_is_known_at_first(store: SqlPeerHarvests) -> None:
    assert (store.health("north"), store.graphs("north"), store.lines("north", most=9)) == (None, [], [])


def test_what_a_run_brought_is_read_back_as_it_was(store: SqlPeerHarvests) -> None:
    store.keep(HEALTH, [LINE], RUNS, [SAID])
    assert store.health("north") == HEALTH
    assert store.graphs("north") == [RUNS, SAID]
    assert store.lines("north", most=9) == [LINE]


def test_a_run_without_graphs_leaves_those_there_are(store: SqlPeerHarvests) -> None:
    store.keep(HEALTH, [LINE], RUNS, [SAID])
    later = replace(RUNS, payload=b"more runs\n")
    store.keep(replace(HEALTH, failures=1, settled=None), [replace(LINE, outcome="refused")], later)
    assert store.graphs("north") == [later, SAID]
    assert [line.outcome for line in store.lines("north", most=9)] == ["refused", "taken"]
    assert store.health("north") == replace(HEALTH, failures=1, settled=None)


def test_new_graphs_take_the_place_of_all_of_that_peer_and_of_no_other(store: SqlPeerHarvests) -> None:
    store.keep(HEALTH, [LINE], RUNS, [SAID])
    east = (
        replace(HEALTH, peer="east"),
        [LINE],
        replace(RUNS, case="peer-run/east"),
        [replace(SAID, case="peer/east/x")],
    )
    store.keep(*east)
    store.keep(HEALTH, [LINE], RUNS, [replace(SAID, case="peer/north/city/b")])
    assert [one.case for one in store.graphs("north")] == ["peer-run/north", "peer/north/city/b"]
    assert [one.case for one in store.graphs("east")] == ["peer-run/east", "peer/east/x"]


def test_a_run_that_cannot_be_kept_leaves_everything_as_it_was(store: SqlPeerHarvests) -> None:
    store.keep(HEALTH, [LINE], RUNS, [SAID])
    with pytest.raises(PortError):
        store.keep(replace(HEALTH, failures=9), [LINE], RUNS, [SAID, SAID])
    assert store.health("north") == HEALTH
    assert len(store.lines("north", most=9)) == 1


def test_a_log_does_not_grow_for_ever(store: SqlPeerHarvests) -> None:
    lines = [HarvestLine(NOON, "taken", str(number)) for number in range(MOST_LINES + 20)]
    store.keep(HEALTH, lines, RUNS)
    found = store.lines("north", most=10_000)
    assert (len(found), found[0].message) == (MOST_LINES, str(MOST_LINES + 19))


def test_two_harvests_are_never_under_way_at_once(store: SqlPeerHarvests, tmp_path: Path) -> None:
    with (
        closing(SqlPeerHarvests(tmp_path / "peers.sqlite")) as other,
        store.alone(),
        pytest.raises(HarvestRunning, match="Another harvest is running"),
        other.alone(),
    ):
        pass
    with store.alone():
        pass


def test_the_rules_of_each_place_are_kept_as_they_were_last_had(store: SqlPeerHarvests) -> None:
    place, other = "https://north.example", "https://south.example"
    assert store.rules(place) is None
    for body in (b"User-agent: *", b"\x00"):
        store.keep_rules(Rules(place, NOON, body))
    store.keep_rules(Rules(other, NOON, b""))
    assert store.rules(place) == Rules(place, NOON, b"\x00")
    assert store.rules(other) == Rules(other, NOON, b"")
    store.keep_rules(Rules(place, NOON + timedelta(days=8), b""))
    assert store.rules(other) is None


def test_what_was_read_of_a_stream_is_kept_in_its_order_under_what_was_asked(store: SqlPeerHarvests) -> None:
    assert store.stream("north", "key") == StreamState({}, {})
    page = StreamPage(address="a", is_settled=True, following=("b",), paths={"timestampPath": "p"}, tags=("t", ""))
    members = {
        iri: StreamMember(iri=iri, of="x", at="2026", number=2, digest="d", lines=b"l", fault="f") for iri in "zay"
    }
    store.keep_stream("north", "key", StreamState({"a": page}, members))
    store.keep_stream("south", "key", StreamState({}, {"z": StreamMember(iri="z", of="y", is_gone=True)}))
    assert store.stream("north", "key") == StreamState({"a": page}, members)
    assert list(store.stream("north", "key").members) == ["z", "a", "y"]
    old, new = replace(members["z"], lines=b""), StreamMember(iri="b", of="x")
    later = replace(page, is_settled=False)
    store.keep_stream("north", "key", StreamState({"a": later}, {"b": new, "z": old}))
    found = store.stream("north", "key")
    assert (found.pages, list(found.members)) == ({"a": later}, ["z", "a", "y", "b"])
    assert found.members["z"] == old
    store.keep_stream("north", "other", StreamState({}, {"a": new}))
    assert store.stream("north", "key") == StreamState({}, {})
    assert store.stream("south", "key").members["z"].is_gone
