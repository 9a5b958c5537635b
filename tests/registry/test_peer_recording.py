"""What has to be recorded of peers follows from the list, from what came, and from what the ledger holds."""

from rdflib import Graph, URIRef

from registry.loading import artefacts
from registry.namespaces import ROOT
from registry.peer_ports import PeerGraph
from registry.peer_recording import BESIDE, KINDS, speaker, to_record
from registry.peers import read_peers
from tests.registry.peers import DAY, PREFIXES, peer_turtle


def test_a_peers_word_is_the_peers_and_all_else_an_office_s() -> None:
    assert speaker("peer", "peer/north/city/x", "registry-steward") == URIRef(f"{ROOT}id/peer/north")
    for kind in (*(KINDS - {"peer"}), "profile"):
        assert speaker(kind, f"{kind}/north/x", "panel") == URIRef(f"{ROOT}id/office/panel")
    assert {"peer", "peer-assessment", "peer-run"} == BESIDE


def test_an_empty_list_over_an_empty_ledger_records_nothing() -> None:
    assert to_record(Graph(), (), {}, (), at=DAY, syntax=artefacts().syntax) == []


def test_what_came_is_recorded_in_the_order_of_the_cases() -> None:
    graph = Graph().parse(data=PREFIXES + peer_turtle("north") + peer_turtle("east"), format="turtle")
    taken = {
        slug: [PeerGraph(f"peer/{slug}/city/{name}", "peer", b"<a:b> <a:c> <a:d> .\n", "Said.") for name in "ba"]
        for slug in ("north", "east", "unlisted")
    }
    drafts = to_record(graph, read_peers(graph), taken, (), at=DAY, syntax=artefacts().syntax)
    assert [draft.case for draft in drafts] == [
        "peer/east/city/a", "peer/east/city/b", "peer/north/city/a", "peer/north/city/b", "trust/peers",
    ]  # fmt: skip
    assert {draft.previous for draft in drafts} == {None}
