"""How and when something was taken from a peer, as PROV: an activity for each run, the last ones in one graph; pure."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.namespaces import DCT, HRC, PROV, RDF, ROOT, XSD
from registry.peer_ports import PeerGraph
from registry.peer_recording import RUNS
from registry.peers import Peer
from registry.ports import Syntax

KEPT: Final = 50
"""Runs that the graph of a peer tells of; older ones stand in older releases and in the ledger."""
_REGISTRY: Final = URIRef(f"{ROOT}id/organisation/registry")


def with_run(
    before: bytes,
    peer: Peer,
    *,
    began: datetime,
    ended: datetime,
    outcome: str,
    message: str,
    graphs: dict[str, bytes],
    base: str,
    syntax: Syntax,
) -> PeerGraph:
    """Give the graph of the runs of a peer with one more; ``before`` is what it was, as N-Triples.

    A run is a prov:Activity that used the address of the peer and generated graphs, each with its SHA-256 (PROV-O 3.1);
    ``graphs`` are canonical N-Triples by the end of the name, empty where nothing was taken.
    """
    told = syntax.parse(before, "application/n-triples", base="", most_triples=1_000_000) if before else Graph()
    run = URIRef(f"{base}id/harvest/{peer.slug}/{began:%Y%m%dT%H%M%S%fZ}")
    for predicate, value in _run(peer, began, ended, outcome, message):
        told.add((run, predicate, value))
    digest = sha256(b"".join(name.encode() + lines for name, lines in sorted(graphs.items()))).hexdigest()
    if graphs:
        told.add((run, HRC.sha256, Literal(digest)))
    for name in graphs:
        told.add((run, PROV.generated, URIRef(f"{ROOT}graph/{name}")))
    for old in sorted(set(told.subjects(RDF.type, PROV.Activity)), key=str)[:-KEPT]:
        told.remove((old, None, None))
    return PeerGraph(f"{RUNS}/{peer.slug}", RUNS, syntax.canonical(told), "When and how the peer was last asked.")


def _run(peer: Peer, began: datetime, ended: datetime, outcome: str, message: str) -> Iterator[tuple[URIRef, Node]]:
    yield RDF.type, PROV.Activity
    yield PROV.wasAssociatedWith, _REGISTRY
    yield PROV.used, URIRef(peer.address)
    yield PROV.wasInfluencedBy, peer.iri
    yield PROV.startedAtTime, Literal(began.isoformat(), datatype=XSD.dateTime)
    yield PROV.endedAtTime, Literal(ended.isoformat(), datatype=XSD.dateTime)
    yield DCT.type, Literal(outcome, lang="en")
    yield DCT.description, Literal(message, lang="en")
