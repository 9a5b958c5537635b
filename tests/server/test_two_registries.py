"""Two registries take from each other over HTTP: what either holds of the other is always what the other publishes."""

import random
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from rdflib import Graph, URIRef
from werkzeug.serving import make_server

from registry.adapters.ed25519_key import new_key
from registry.adapters.guarded_fetch import GuardedFetch
from registry.adapters.release_directories import ReleaseDirectories
from registry.events import STEWARD
from registry.feed import Edition
from registry.feeding import feed_files
from registry.fold import fold
from registry.harvest_wiring import harvest_peers
from registry.ledger_wiring import open_ledger
from registry.loading import artefacts, now
from registry.model import Event
from registry.namespaces import EARL, HRC, ROOT
from registry.peer_content import RELEASED
from registry.peer_wiring import record_peers, taken_of
from registry.recording import as_events, to_record
from registry.settings import Settings
from registry.verification import Kind
from registry.verification_wiring import verify_path
from registry.wiring import wire
from server.app import create_app
from tests.registry.peers import DAY, key_turtle, peer_turtle, write_peers
from tests.server.conftest import Page

pytestmark = pytest.mark.slow

ROUNDS, SEEDS = 4, (1,)
STATES = ("listed", "under-review", "accredited-declared", "withdrawn")


@dataclass
class Instance:
    """A registry in a home of its own: the cities that it holds, and a server of its releases."""

    name: str
    home: Path
    key: bytes
    place: tuple[str, int] = ("", 0)
    app: Flask | None = None
    cities: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def space(self) -> str:
        """How the IRIs of its cities begin."""
        return f"https://{self.name}.example/id/city/"

    @property
    def settings(self) -> Settings:
        return Settings(
            home=self.home,
            signing_key=str(self.home / "key.pem"),
            peers=str(self.home / "peers.ttl"),
            query_workers=1,
            harvest_seconds=60,
        )

    def turn(self, dice: random.Random) -> str:
        """Create, change, retire or withdraw one city, and say which."""
        deed = dice.choice(("create", "change", "retire", "withdraw")) if self.cities else "create"
        if deed == "create":
            self.cities[f"city-{dice.randrange(10**6)}"] = (f"City {dice.randrange(10**6)}", STATES[0])
        else:
            slug = dice.choice(sorted(self.cities))
            label, _ = self.cities[slug]
            if deed == "change":
                self.cities[slug] = (f"{label}, renamed", dice.choice(STATES))
            elif deed == "retire":
                self.cities[slug] = (label, "withdrawn")
            else:
                del self.cities[slug]
        return deed

    def graphs(self) -> Mapping[str, Graph]:
        """What the cities say, and what this registry finds of each."""
        found = {}
        for slug, (label, state) in self.cities.items():
            city, verdict = f"{self.space}{slug}", f"https://{self.name}.example/id/assessment/{slug}"
            found[f"profile/{slug}"] = turtle(
                f'<{city}> a hrc:City ; skos:prefLabel "{label}"@en ; hrc:standing <{ROOT}vocab/standings/{state}> .'
            )
            found[f"assessment/{slug}"] = turtle(
                f"<{verdict}> a hrc:Assessment ; hrc:assesses <{city}> . <{verdict}#1> earl:subject <{city}> ; "
                f"earl:result <{verdict}#2> . <{verdict}#2> earl:outcome earl:failed ."
            )
        return found

    def publish(self) -> None:
        """Record what the cities say now and what came of peers, and make the next signed release."""
        syntax = artefacts().syntax
        events = [
            Event(number, case.split("/")[0], case, STEWARD, DAY.isoformat(), "Told.", URIRef(f"{ROOT}graph/{case}"),
                  syntax.canonical(graph))
            for number, (case, graph) in enumerate(sorted(self.graphs().items()), start=1)
        ]  # fmt: skip
        with closing(open_ledger(self.settings, may_be_new=True)) as ledger:
            if drafts := to_record(events, ledger.read()):
                ledger.append(drafts)
        record_peers(self.settings, taken_of(self.settings), at=DAY)
        with closing(open_ledger(self.settings)) as ledger:
            content = fold(as_events(ledger.read(), ledger.payload), syntax)
        releases, registry = ReleaseDirectories(self.home), wire(self.settings)
        releases.build(
            content,
            day=DAY,
            standard_version="1.0.0",
            software_version="0.1.0",
            files=lambda made, reader: {
                **registry.files_of(made, reader),
                **feed_files(releases, Edition(made.id, made.day, content), list),
            },
        )

    def digest(self, prefix: str = "") -> str:
        """The SHA-256 over the canonical quads of what cities say and what is found of them, ours or a peer's."""
        reader, lines = ReleaseDirectories(self.home).current().reader, list[bytes]()
        for name in reader.names():
            short = name.removeprefix(f"{ROOT}graph/{prefix}")
            if short != name and short.split("/")[0] in RELEASED:
                quads = artefacts().syntax.canonical(reader.graph(name)).splitlines()
                lines += [line.removesuffix(b" .") + f" <{short}> .\n".encode() for line in quads]
        return sha256(b"".join(sorted(lines))).hexdigest()

    def take(self, other: "Instance") -> str:
        """Take what the other publishes; say how it ended."""
        fetch = GuardedFetch(agent="hrcr/test", clock=now, exempt={other.place})
        (run,) = harvest_peers(self.settings, again=True, fetch=fetch)
        assert not run.is_refused, run.message
        return run.outcome


def turtle(text: str) -> Graph:
    """Read a few statements."""
    prefixes = f"""@prefix hrc: <{HRC}> . @prefix earl: <{EARL}> .
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"""
    return Graph().parse(data=prefixes + text, format="turtle")


@contextmanager
def served(instance: Instance) -> Iterator[None]:
    """Serve the releases of an instance over HTTP until the end of the block."""
    settings = instance.settings
    instance.app = create_app(wire(settings), settings)
    server = make_server("127.0.0.1", 0, instance.app, threaded=True)
    instance.place = ("127.0.0.1", server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        instance.app.extensions["query_pool"].close()


@pytest.fixture
def pair(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Instance, Instance]]:
    """Two registries that are each other's peers, and take the releases or follow the feed of the other."""
    both, kind = [], getattr(request, "param", "hrcr-release")
    for name in ("north", "south"):
        home = tmp_path / name
        home.mkdir()
        both.append(Instance(name, home, new_key(home / "key.pem")))
    north, south = both
    with served(north), served(south):
        for here, there in ((north, south), (south, north)):
            write_peers(
                here.home / "peers.ttl",
                peer_turtle(
                    there.name,
                    prefLabel=f'"Registry of the {there.name}"@en',
                    peerKind=f"peer-kinds:{kind}",
                    accessURL=f"<http://127.0.0.1:{there.place[1]}/{'feed' if kind == 'ldes' else ''}>",
                    uriSpace=f'"{there.space}"',
                    publicKey=key_turtle(there.key),
                ),
            )
        yield north, south


@pytest.mark.parametrize("pair", ["hrcr-release", "ldes"], indirect=True)
@pytest.mark.parametrize("seed", SEEDS)
def test_after_whatever_happened_each_holds_what_the_other_publishes(
    pair: tuple[Instance, Instance], seed: int
) -> None:
    dice, deeds = random.Random(seed), set[str]()  # noqa: S311  # a sequence that can be drawn again
    for _ in range(ROUNDS):
        for instance in pair:
            deeds.add(instance.turn(dice))
            instance.publish()
        for here, there in (pair, pair[::-1]):
            own = here.digest()
            here.take(there)
            here.publish()
            assert here.digest(f"peer/{there.name}/") == there.digest()
            assert here.digest() == own
    assert len(deeds) > 1
    for here, there in (pair, pair[::-1]):
        assert here.take(there) in ("unchanged", "taken")
        assert here.take(there) == "unchanged"
        directory = ReleaseDirectories(here.home).current().release.directory
        assert not [check for check in verify_path(directory, keys=(here.key,)) if check.kind is Kind.BROKEN]


def test_each_shows_the_verdicts_of_the_other_as_the_others(pair: tuple[Instance, Instance]) -> None:
    north, south = pair
    north.cities["oderau"], south.cities["narrowmere"] = ("Oderau", "accredited-declared"), ("Narrowmere", "listed")
    for instance in pair:
        instance.publish()
    for here, there in (pair, pair[::-1]):
        here.take(there)
        here.publish()
    assert south.app is not None
    client = south.app.test_client()
    page = Page(client.get("/trust/north", headers={"Accept": "text/html"}).text).text
    words = " ".join(page.split())
    assert "Registry of the north finds This registry finds" in words
    assert "Oderau https://north.example/id/city/oderau accredited declared. 1 not met" in words
    assert "not demonstrated" in words
    assert "Oderau" not in client.get("/cities", headers={"Accept": "text/html"}).text
    assert "Oderau" not in ReleaseDirectories(south.home).current().reader.graph(None).serialize(format="nt")


def test_suspending_a_peer_takes_its_graphs_out_and_leaves_a_trace(pair: tuple[Instance, Instance]) -> None:
    north, south = pair
    north.cities["oderau"] = ("Oderau", "listed")
    north.publish()
    south.publish()
    south.take(north)
    south.publish()
    nothing = Instance("nobody", south.home, b"").digest("peer/nobody/")
    assert south.digest("peer/north/") != nothing
    listed = south.home / "peers.ttl"
    listed.write_text(listed.read_text(encoding="utf-8").replace("peer-states:active", "peer-states:suspended"))
    south.publish()
    assert south.digest("peer/north/") == nothing
    (run,) = harvest_peers(south.settings, again=True)
    assert run.outcome == "not active"
    with closing(open_ledger(south.settings)) as ledger:
        reasons = [event.envelope.reason for event in ledger.case("peer/north/profile/oderau")]
    assert reasons[-1].startswith("Taken out: the peer is suspended.")
