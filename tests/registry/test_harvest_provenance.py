"""Each run over a peer is told as a PROV activity, the last of them in one graph."""

from datetime import UTC, datetime, timedelta

from rdflib import Graph, Literal, URIRef

from registry.harvest_provenance import KEPT, with_run
from registry.loading import artefacts
from registry.namespaces import DCT, PROV, RDF, ROOT
from registry.peer_ports import PeerGraph
from registry.peers import Peer, read_peers
from tests.registry.peers import PREFIXES, peer_turtle

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


def peer() -> Peer:
    return read_peers(Graph().parse(data=PREFIXES + peer_turtle(), format="turtle"))[0]


def run(before: bytes, number: int, outcome: str = "taken") -> PeerGraph:
    began = NOON + timedelta(hours=number)
    return with_run(
        before,
        peer(),
        began=began,
        ended=began + timedelta(seconds=3),
        outcome=outcome,
        message="Two graphs.",
        graphs={"peer/north/city/oderau": b"<a:b> <a:c> <a:d> .\n"} if outcome == "taken" else {},
        base=ROOT,
        syntax=artefacts().syntax,
    )


def test_a_run_says_when_what_was_asked_and_what_it_gave() -> None:
    told = run(b"", 0)
    assert (told.case, told.kind) == ("peer-run/north", "peer-run")
    graph = Graph().parse(data=told.payload.decode(), format="nt")
    (activity,) = graph.subjects(RDF.type, PROV.Activity)
    assert str(activity) == f"{ROOT}id/harvest/north/20260630T120000000000Z"
    assert graph.value(activity, PROV.used) == URIRef("https://north.example/city.ttl")
    assert graph.value(activity, PROV.generated) == URIRef(f"{ROOT}graph/peer/north/city/oderau")
    assert graph.value(activity, PROV.endedAtTime).toPython() == NOON + timedelta(seconds=3)  # type: ignore[union-attr]  # it is there
    assert graph.value(activity, DCT.type) == Literal("taken", lang="en")


def test_the_last_runs_are_kept_and_older_ones_are_not() -> None:
    payload = b""
    for number in range(KEPT + 3):
        payload = run(payload, number, "refused" if number % 2 else "taken").payload
    graph = Graph().parse(data=payload.decode(), format="nt")
    runs = sorted(map(str, graph.subjects(RDF.type, PROV.Activity)))
    assert len(runs) == KEPT
    assert runs[0].endswith(f"{NOON + timedelta(hours=3):%Y%m%dT%H}0000000000Z")
