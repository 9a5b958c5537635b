"""The list of peers becomes events: each change of it, and taking out what was taken of a peer that is not active."""

from contextlib import closing
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef

from registry.fold import fold
from registry.ledger_wiring import open_ledger
from registry.loading import artefacts
from registry.model import Folded
from registry.namespaces import HRC, PROV, ROOT
from registry.peer_errors import PeerFault
from registry.peer_ports import PeerGraph
from registry.peer_wiring import peers, peers_file, peers_graph, record_peers
from registry.recording import as_events
from registry.settings import Settings
from tests.registry.peers import DAY, peer_turtle, write_peers

CASE = "peer/north/city/oderau"
SAID = PeerGraph(CASE, "peer", b'<https://north.example/id/city/oderau> <http://schema.org/name> "Oderau" .\n', "Said.")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, peers=write_peers(tmp_path / "peers.ttl", peer_turtle()))


def folded(settings: Settings) -> Folded:
    with closing(open_ledger(settings)) as ledger:
        return fold(as_events(ledger.read(), ledger.payload), artefacts().syntax)


def reasons(settings: Settings, case: str) -> list[str]:
    with closing(open_ledger(settings)) as ledger:
        return [event.envelope.reason for event in ledger.case(case)]


def test_no_peer_is_shipped() -> None:
    assert peers(Settings()) == ()
    assert peers_file(Settings()).name == "peers.ttl"


def test_a_missing_list_is_told(tmp_path: Path) -> None:
    with pytest.raises(PeerFault, match=r"gone\.ttl is missing"):
        peers_graph(Settings(peers=str(tmp_path / "gone.ttl")))


def test_what_a_peer_says_stands_in_its_graph_alone_and_names_it(settings: Settings) -> None:
    assert record_peers(settings, {"north": [SAID]}, at=DAY) == 2
    assert record_peers(settings, {"north": [SAID]}, at=DAY) == 0
    release = folded(settings)
    name = URIRef(f"{ROOT}graph/{CASE}")
    assert not release.graphs[name].is_current
    assert release.graphs[URIRef(f"{ROOT}graph/trust/peers")].is_current
    about = Graph().parse(data=b"\n".join(release.about).decode(), format="nt")
    assert about.value(name, PROV.wasAttributedTo) == URIRef(f"{ROOT}id/peer/north")
    assert about.value(name, HRC.graphKind) == Literal("peer")
    assert not [line for line in release if b"Oderau" in line and f"<{name}> .".encode() not in line]


@pytest.mark.parametrize("state", ["suspended", "withdrawn", "proposed"])
def test_a_peer_that_is_not_active_is_taken_out_and_leaves_a_trace(settings: Settings, state: str) -> None:
    record_peers(settings, {"north": [SAID]}, at=DAY)
    write_peers(Path(settings.peers), peer_turtle(peerState=f"peer-states:{state}"))
    assert record_peers(settings, {"north": [SAID]}, at=DAY) == 2
    assert URIRef(f"{ROOT}graph/{CASE}") not in folded(settings).graphs
    assert reasons(settings, CASE) == ["Said.", f"Taken out: the peer is {state}. It follows event 1."]
    assert len(reasons(settings, "trust/peers")) == 2
    write_peers(Path(settings.peers), peer_turtle())
    assert record_peers(settings, {"north": [SAID]}, at=DAY) == 2
    assert URIRef(f"{ROOT}graph/{CASE}") in folded(settings).graphs


def test_what_a_peer_says_no_more_and_a_peer_that_is_gone_are_taken_out(settings: Settings) -> None:
    record_peers(settings, {"north": [SAID]}, at=DAY)
    assert record_peers(settings, {}, at=DAY) == 1
    assert reasons(settings, CASE)[-1] == "The peer says it no more. It follows event 1."
    record_peers(settings, {"north": [SAID]}, at=DAY)
    write_peers(Path(settings.peers))
    record_peers(settings, {}, at=DAY)
    assert reasons(settings, CASE)[-1].startswith("Taken out: the peer is no longer listed.")
    assert list(folded(settings).graphs) == []
