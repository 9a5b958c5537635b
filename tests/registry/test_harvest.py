"""A harvest asks each peer in its time, keeps what came, waits longer after each failure, and judges by our rules."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from rdflib import Graph

from registry.adapters.sql_peer_harvests import SqlPeerHarvests
from registry.errors import RegistryError, SubmissionError
from registry.fetch_errors import Unreachable
from registry.harvest import FIRST_WAIT, LONGEST_WAIT, Harvest, terms_of
from registry.harvest_collecting import Collected
from registry.judging_errors import EnginesDiffer
from registry.loading import artefacts
from registry.namespaces import ROOT
from registry.peer_content import Taken
from registry.peer_errors import AskedToWait, HarvestUnfinished
from registry.peer_ports import PeerHealth
from registry.peers import Peer, read_peers
from tests.registry.peers import PREFIXES, peer_turtle

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


@dataclass
class World:
    """A clock that stands, what the peer gives next, and everything that was judged."""

    store: SqlPeerHarvests
    time: datetime = NOON
    gives: "Collected | RegistryError" = field(default_factory=Collected)
    taken_as: Taken = field(default_factory=lambda: Taken({"city/a": b"<a:a> <a:b> <a:c> .\n"}, ("city/a",), ()))
    known: list[PeerHealth | None] = field(default_factory=list)
    judged_lines: list[bytes] = field(default_factory=list)
    rules: str = "rules 1"

    def collect(self, _peer: Peer, health: PeerHealth | None) -> Collected:
        self.known.append(health)
        if isinstance(self.gives, RegistryError):
            raise self.gives
        return self.gives

    def taken(self, _peer: Peer, _collected: Collected) -> Taken:
        return self.taken_as

    def judged(self, claims: Mapping[str, bytes], day: date) -> Iterator[tuple[str, bytes | RegistryError]]:
        for name, lines in claims.items():
            self.judged_lines.append(lines)
            is_broken = b"broken" in lines
            yield (
                name,
                SubmissionError("it cannot be read") if is_broken else f'<a:verdict> <a:on> "{day}" .\n'.encode(),
            )

    def harvest(self) -> Harvest:
        return Harvest(
            self.store,
            self,
            collect=self.collect,
            terms=lambda peer: terms_of(peer, ""),
            rules=self.rules,
            again=timedelta(hours=24),
            syntax=artefacts().syntax,
            clock=lambda: self.time,
            base=ROOT,
        )

    def run(self, peer: Peer, *, now: bool = False) -> tuple[str, str]:
        found = self.harvest().run(peer, now=now)
        return found.outcome, found.message

    def cases(self) -> list[str]:
        return [graph.case for graph in self.store.graphs("north")]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with closing(SqlPeerHarvests(tmp_path / "peers.sqlite")) as store:
        yield World(store)


@pytest.fixture
def north() -> Peer:
    return read_peers(Graph().parse(data=PREFIXES + peer_turtle(), format="turtle"))[0]


def test_what_came_is_kept_with_our_verdict_and_the_run(world: World, north: Peer) -> None:
    assert world.run(north)[0] == "taken"
    assert world.cases() == ["peer-assessment/north/city/a", "peer-run/north", "peer/north/city/a"]
    assert [line.outcome for line in world.store.lines("north", most=9)] == ["taken"]
    health = world.store.health("north")
    assert health is not None
    assert (health.due, health.failures, health.settled) == (NOON + timedelta(hours=24), 0, NOON)


def test_a_peer_is_not_asked_before_its_time_unless_somebody_wants_it(world: World, north: Peer) -> None:
    world.run(north)
    world.time += timedelta(hours=23)
    assert world.run(north) == ("waiting", "It is asked again after 2026-07-01 12:00 UTC.")
    assert world.run(north, now=True)[0] == "taken"
    world.time += timedelta(hours=24)
    assert world.run(north)[0] == "taken"


@pytest.mark.parametrize("state", ["proposed", "suspended", "withdrawn"])
def test_only_an_active_peer_is_asked(world: World, state: str) -> None:
    listed = PREFIXES + peer_turtle(peerState=f"peer-states:{state}")
    peer = read_peers(Graph().parse(data=listed, format="turtle"))[0]
    assert world.run(peer, now=True) == ("not active", f"The peer is {state}; nothing is asked.")
    assert world.known == []


def test_each_failure_in_a_row_doubles_the_wait_and_keeps_what_was_taken(world: World, north: Peer) -> None:
    world.run(north)
    world.gives, waits = Unreachable("Nobody\nanswers \u202eat https://north.example/."), []
    for number in range(1, 12):
        assert world.run(north, now=True) == ("refused", "Nobody answers at https://north.example/.")
        health = world.store.health("north")
        assert health is not None
        assert (health.failures, health.settled) == (number, NOON)
        waits.append(health.due - world.time)
    assert waits[:3] == [FIRST_WAIT, FIRST_WAIT * 2, FIRST_WAIT * 4]
    assert waits[-1] == LONGEST_WAIT
    assert "peer/north/city/a" in world.cases()
    world.gives = Collected()
    world.run(north, now=True)
    health = world.store.health("north")
    assert health is not None
    assert health.failures == 0


def test_what_has_not_changed_is_not_judged_again(world: World, north: Peer) -> None:
    world.run(north)
    world.taken_as = replace(
        world.taken_as,
        graphs={**world.taken_as.graphs, "city/b": b"<b:b> <b:b> <b:b> .\n"},
        claims=("city/a", "city/b"),
    )
    world.run(north, now=True)
    assert [lines[:4] for lines in world.judged_lines] == [b"<a:a", b"<b:b"]


def test_other_rules_judge_again_what_has_not_changed(world: World, north: Peer) -> None:
    world.run(north)
    world.gives, world.rules = Collected(is_unchanged=True), "rules 2"
    assert world.run(north, now=True)[0] == "taken"
    assert len(world.judged_lines) == 2
    assert world.run(north, now=True)[0] == "unchanged"
    assert len(world.judged_lines) == 2
    assert "peer-assessment/north/city/a" in world.cases()


def test_another_scope_asks_without_what_was_known_of_the_answers(world: World, north: Peer) -> None:
    world.gives = Collected(tags={north.address: ("tag", "")}, latest="2026-06-30-1", sums="s")
    world.run(north)
    world.run(north, now=True)
    world.run(replace(north, scope=("https://other.example/",)), now=True)
    assert [health and dict(health.tags) for health in world.known] == [None, {north.address: ("tag", "")}, {}]
    assert world.known[-1] is not None
    assert (world.known[-1].latest, world.known[-1].sums) == ("2026-06-30-1", "")


def test_a_city_that_cannot_be_judged_keeps_no_other_from_it(world: World, north: Peer) -> None:
    graphs = {"city/a": b"broken\n", "city/b": b"<b:b> <b:b> <b:b> .\n"}
    world.taken_as = Taken(graphs, ("city/a", "city/b"), ("Something else.",))
    assert world.run(north)[0] == "taken"
    assert "peer-assessment/north/city/b" in world.cases()
    assert "peer-assessment/north/city/a" not in world.cases()
    lines = [line.message for line in world.store.lines("north", most=9)]
    assert lines[1:] == ["city/a could not be judged: it cannot be read", "Something else."]


def test_a_document_of_which_nothing_can_be_taken_changes_nothing(world: World, north: Peer) -> None:
    world.run(north)
    world.taken_as = Taken({}, (), ("The document names no city.",))
    outcome, message = world.run(north, now=True)
    assert outcome == "refused"
    assert message.endswith("gives nothing that can be taken. The document names no city.")
    assert "peer/north/city/a" in world.cases()


def test_a_release_may_say_nothing_any_more(world: World, north: Peer) -> None:
    world.run(north)
    world.taken_as, world.gives = Taken({}, (), ()), Collected(quads=b"", latest="2026-06-30-2", sums="s")
    assert world.run(north, now=True)[0] == "taken"
    assert world.cases() == ["peer-run/north"]


def test_many_things_left_out_do_not_flood_the_log(world: World, north: Peer) -> None:
    world.taken_as = replace(world.taken_as, left_out=tuple(f"Thing {number}." + "x" * 900 for number in range(100)))
    world.run(north)
    lines = world.store.lines("north", most=999)
    assert len(lines) == 22
    assert max(len(line.message) for line in lines) == 500
    assert "… and 80 more such lines." in [line.message for line in lines]


def test_what_decides_how_a_peer_is_read_has_one_hash(north: Peer) -> None:
    changed = [
        replace(north, address="https://other.example/"),
        replace(north, scope=("https://other.example/",)),
        replace(north, key=b"k"),
    ]
    hashes = {terms_of(peer, "") for peer in [north, *changed]} | {terms_of(north, "CONSTRUCT")}
    assert len(hashes) == 5
    assert terms_of(north, "") == terms_of(replace(north, label="Otherwise"), "")


@pytest.mark.parametrize(("asked", "waited"), [(timedelta(hours=30), timedelta(hours=30)), (timedelta(1, 1), None)])
def test_a_peer_that_asks_to_wait_longer_than_we_would_is_left_alone_so_long(
    world: World, north: Peer, asked: timedelta, waited: timedelta | None
) -> None:
    world.gives = Unreachable("Nobody answers.")
    for _ in range(5 if waited is None else 1):
        world.run(north, now=True)
    world.gives = AskedToWait("It is not given, and asks to wait until then.", asked)
    assert world.run(north, now=True) == ("refused", "It is not given, and asks to wait until then.")
    health = world.store.health("north")
    assert health is not None
    assert health.due - world.time == (waited or timedelta(hours=32))
    assert world.run(north)[0] == "waiting"


def test_a_run_that_came_further_is_no_failure_and_the_next_one_is_soon(world: World, north: Peer) -> None:
    world.run(north)
    world.gives = HarvestUnfinished("It needs more. The next run goes on.")
    assert world.run(north, now=True) == ("unfinished", "It needs more. The next run goes on.")
    health = world.store.health("north")
    assert health is not None
    assert (health.failures, health.due) == (0, world.time + FIRST_WAIT)
    assert "peer/north/city/a" in world.cases()
    assert world.store.lines("north", most=1)[0].outcome == "unfinished"


def test_what_was_taken_back_is_no_longer_there_and_what_is_left_out_is_told(world: World, north: Peer) -> None:
    world.run(north)
    world.taken_as, world.gives = Taken({}, (), ()), Collected(may_be_empty=True, left_out=("2 things.",))
    assert world.run(north, now=True)[0] == "taken"
    assert world.cases() == ["peer-run/north"]
    assert [line.message for line in world.store.lines("north", most=9)][1] == "2 things."
    world.gives = Collected()
    assert world.run(north, now=True)[0] == "refused"


def test_that_two_engines_differ_is_no_failure_of_the_peer(
    world: World, north: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def differ(_claims: Mapping[str, bytes], _day: date) -> Iterator[tuple[str, bytes | RegistryError]]:
        raise EnginesDiffer("They differ.")

    monkeypatch.setattr(world, "judged", differ)
    with pytest.raises(EnginesDiffer):
        world.run(north)
    assert world.store.health("north") is None
