"""The peers of one installation: the list as it is written, and what is put into the ledger of them at publishing."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from rdflib import Graph

from registry.adapters.artefact_files import artefact_root, mapping_tables, mapping_texts
from registry.adapters.sql_peer_harvests import SqlPeerHarvests
from registry.ledger_wiring import open_ledger
from registry.loading import artefacts
from registry.peer_errors import PeerFault
from registry.peer_ports import PeerGraph
from registry.peer_recording import to_record
from registry.peers import Peer, read_peers
from registry.settings import Settings

HARVESTS: Final = "peer-harvests.sqlite"
"""The file in HRCR_HOME of what came of peers."""
_FILE: Final = "peers.ttl"
_MOST_TRIPLES: Final = 100_000


@lru_cache(1)
def mapping_files() -> Mapping[str, tuple[str, str]]:
    """Give the mappings of foreign vocabularies by name: each query, and the table that justifies it."""
    tables = mapping_tables()
    return {name: (query, tables[name]) for name, query in mapping_texts().items()}


def peers_file(settings: Settings) -> Path:
    """Give where the list of peers is: HRCR_PEERS, or data/peers.ttl."""
    return Path(settings.peers) if settings.peers else artefact_root() / "data" / _FILE


def peers_graph(settings: Settings) -> Graph:
    """Read the list of peers as RDF; raise PeerFault when the file is missing, UnreadableSubmission for no Turtle."""
    place = peers_file(settings)
    if not place.is_file():
        raise PeerFault(f"{place} is missing; write the list of peers there, or let HRCR_PEERS name another file.")
    return artefacts().syntax.parse(place.read_bytes(), "text/turtle", base="", most_triples=_MOST_TRIPLES)


def peers(settings: Settings) -> tuple[Peer, ...]:
    """Read the peers that this installation lists, whatever their state; raise PeerFault for a wrong one."""
    return read_peers(peers_graph(settings))


def open_harvests(settings: Settings) -> SqlPeerHarvests:
    """Open what came of peers, made when missing."""
    return SqlPeerHarvests(settings.home / HARVESTS)


def taken_of(settings: Settings) -> dict[str, Sequence[PeerGraph]]:
    """Give every graph that came of each peer that is listed, by slug; nothing where nothing was ever taken."""
    if not (settings.home / HARVESTS).exists():
        return {}
    with closing(open_harvests(settings)) as store:
        return {peer.slug: store.graphs(peer.slug) for peer in peers(settings)}


def record_peers(settings: Settings, taken: Mapping[str, Sequence[PeerGraph]], *, at: date) -> int:
    """Record the list of peers, and what came of those that are active; give the number of events.

    ``taken`` gives the graphs by the slug of the peer. What is recorded of a peer that is not active is taken out.
    """
    graph = peers_graph(settings)
    with closing(open_ledger(settings, may_be_new=True)) as ledger:
        drafts = to_record(graph, read_peers(graph), taken, ledger.read(), at=at, syntax=artefacts().syntax)
        return len(ledger.append(drafts)) if drafts else 0
