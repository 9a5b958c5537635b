"""Peers: other publishers whose statements are taken, read from data; pure."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.checkpoint import is_key_name
from registry.cosignature import Cosigner
from registry.dumps import read_public_key
from registry.namespaces import DCAT, DCT, HRC, RDF, ROOT, SKOS, VOCAB, VOID
from registry.peer_errors import PeerFault, UnknownPeer

SPACE: Final = ROOT + "id/peer/"
"""What the IRI of each peer begins with; its slug follows."""
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST: Final = 40


class PeerKind(StrEnum):
    """In which form a peer gives what it says, by the local names of ``vocab/peer-kinds``."""

    RELEASE = "hrcr-release"
    FILE = "rdf-file"
    DUMP = "dcat-dump"
    SPARQL = "sparql-endpoint"
    STREAM = "ldes"


class PeerState(StrEnum):
    """Whether what a peer says is taken, by the local names of ``vocab/peer-states``."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One peer as the registry decided: ``scope`` are the beginnings of the IRIs of cities on which it is heard.

    ``key`` are the 32 bytes of its public key (Ed25519). ``endpoint`` is the address of its SPARQL endpoint, empty
    where none is known; only where ``permits_federated_query`` may a query here ask it. ``origin`` names its ledger,
    which ``ledger_keys`` sign; ``witness`` is who cosigns ours at the address ``witness_address``.
    """

    iri: URIRef
    slug: str
    label: str
    kind: PeerKind
    address: str
    scope: tuple[str, ...]
    state: PeerState
    since: date
    decided_by: URIRef
    description: str = ""
    key: bytes | None = None
    mapping: str = ""
    endpoint: str = ""
    permits_federated_query: bool = False
    origin: str = ""
    ledger_keys: tuple[bytes, ...] = ()
    witness_address: str = ""
    witness: Cosigner | None = None

    @property
    def is_active(self) -> bool:
        """Say whether what it says is taken."""
        return self.state is PeerState.ACTIVE

    @property
    def may_be_queried(self) -> bool:
        """Say whether a query here may ask its endpoint (SPARQL 1.1 Federated Query)."""
        return self.is_active and self.permits_federated_query and bool(self.endpoint)

    @property
    def is_watched(self) -> bool:
        """Say whether the heads of its ledger are looked at here, and cosigned where it asks for that."""
        return self.is_active and bool(self.origin)

    @property
    def is_witness(self) -> bool:
        """Say whether it is asked to cosign the heads of the ledger here."""
        return self.is_active and self.witness is not None

    def speaks_of(self, city: str) -> bool:
        """Say whether the peer is heard on a city."""
        return str(city).startswith(self.scope)


def read_peers(graph: Graph) -> tuple[Peer, ...]:
    """Read every peer that a graph describes, in order; raise PeerFault, naming peer and property, for a wrong one."""
    peers = tuple(_peer(node, graph) for node in sorted(set(graph.subjects(RDF.type, HRC.Peer)), key=str))
    origins = [peer.origin for peer in peers if peer.is_watched]
    twice = next((origin for origin in origins if origins.count(origin) > 1), None)
    if twice is not None:
        raise PeerFault(f"Two active peers have the ledger {twice}; one ledger belongs to one peer.")
    return peers


def peer_of(peers: tuple[Peer, ...], slug: str) -> Peer:
    """Give the peer of a slug; raise UnknownPeer."""
    for peer in peers:
        if peer.slug == slug:
            return peer
    known = ", ".join(peer.slug for peer in peers) or "none"
    raise UnknownPeer(f"There is no peer “{slug[:80]}”; those listed are: {known}.")


def _peer(node: Node, graph: Graph) -> Peer:
    slug = str(node).removeprefix(SPACE)
    if not isinstance(node, URIRef) or not _SLUG.fullmatch(slug) or len(slug) > _LONGEST:
        raise PeerFault(
            f"The peer {node} has no fitting IRI; write {SPACE} and a name of at most {_LONGEST} small letters, digits "
            "and single hyphens."
        )
    said = _Said(node, slug, graph)
    kind = PeerKind(said.concept(HRC.peerKind, "peer-kinds", tuple(PeerKind)))
    key, mapping, endpoint = said.key(), said.text(HRC.mapping), said.text(VOID.sparqlEndpoint)
    if key is None and kind is PeerKind.RELEASE:
        raise said.fault(HRC.publicKey, "has no value; a release is taken only with the key that signs it")
    if endpoint and not endpoint.startswith(("https://", "http://")):
        raise said.fault(VOID.sparqlEndpoint, "is no address of the web")
    if mapping and not _SLUG.fullmatch(mapping):
        raise said.fault(HRC.mapping, "is no name of a mapping")
    return Peer(
        iri=node,
        slug=slug,
        label=said.needed(SKOS.prefLabel),
        kind=kind,
        address=said.address(),
        scope=said.scope(),
        state=PeerState(said.concept(HRC.peerState, "peer-states", tuple(PeerState))),
        since=said.day(),
        decided_by=URIRef(said.needed(HRC.decidedBy)),
        description=said.text(DCT.description),
        key=key,
        mapping=mapping,
        endpoint=endpoint,
        permits_federated_query=said.text(HRC.permitsFederatedQuery) in ("true", "1"),
        origin=said.key_name(HRC.ledgerOrigin),
        ledger_keys=said.ledger_keys(key),
        witness_address=said.witness_address(),
        witness=said.witness(),
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """What a graph says of one peer, value by value."""

    node: URIRef
    slug: str
    graph: Graph

    def fault(self, predicate: URIRef, what: str) -> PeerFault:
        name = predicate.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
        return PeerFault(f"The peer “{self.slug}” cannot be read: {name} {what}; docs/peers.md shows how to write it.")

    def text(self, predicate: URIRef) -> str:
        values = sorted(map(str, self.graph.objects(self.node, predicate)))
        return values[0] if values else ""

    def needed(self, predicate: URIRef) -> str:
        values = set(self.graph.objects(self.node, predicate))
        if not values:
            raise self.fault(predicate, "has no value")
        return self.text(predicate)

    def concept(self, predicate: URIRef, scheme: str, names: tuple[str, ...]) -> str:
        values = {str(value).removeprefix(f"{VOCAB}{scheme}/") for value in self.graph.objects(self.node, predicate)}
        if len(values) != 1 or not values <= set(names):
            raise self.fault(predicate, f"must be one of {scheme}: {', '.join(names)}")
        return values.pop()

    def address(self) -> str:
        address = self.needed(DCAT.accessURL)
        if not address.startswith(("https://", "http://")):
            raise self.fault(DCAT.accessURL, "is no address of the web")
        return address

    def scope(self) -> tuple[str, ...]:
        spaces = tuple(sorted(map(str, self.graph.objects(self.node, VOID.uriSpace))))
        if not spaces or not all(space.startswith(("https://", "http://")) for space in spaces):
            raise self.fault(VOID.uriSpace, "must say how the IRIs of the cities begin on which the peer is heard")
        return spaces

    def day(self) -> date:
        value = self.graph.value(self.node, HRC.decidedOn)
        found = value.toPython() if isinstance(value, Literal) else None
        if not isinstance(found, date):
            raise self.fault(HRC.decidedOn, 'must be one day, written as "2026-11-28"^^xsd:date')
        return found

    def key(self, predicate: URIRef = HRC.publicKey) -> bytes | None:
        keys = self.keys(predicate)
        return keys[0] if keys else None

    def keys(self, predicate: URIRef) -> tuple[bytes, ...]:
        read = [read_public_key(str(pem).encode()) for pem in self.graph.objects(self.node, predicate)]
        keys = sorted(key for key in read if key is not None)
        if len(keys) != len(read):
            raise self.fault(predicate, "is no Ed25519 public key in PEM")
        return tuple(keys)

    def key_name(self, predicate: URIRef) -> str:
        name = self.text(predicate)
        if name and not is_key_name(name):
            raise self.fault(predicate, "must be one word without “+”, such as registry.example.org/ledger")
        return name

    def ledger_keys(self, usual: bytes | None) -> tuple[bytes, ...]:
        """Give the keys that may sign its ledger: those named, else the one that signs its releases."""
        keys = self.keys(HRC.ledgerKey) or (() if usual is None else (usual,))
        if self.text(HRC.ledgerOrigin) and not keys:
            raise self.fault(HRC.ledgerKey, "has no value; a ledger is looked at only with the key that signs it")
        return keys if self.text(HRC.ledgerOrigin) else ()

    def witness_address(self) -> str:
        address = self.text(HRC.witnessAddress)
        if address and not address.startswith(("https://", "http://")):
            raise self.fault(HRC.witnessAddress, "is no address of the web")
        return address.rstrip("/")

    def witness(self) -> Cosigner | None:
        name, key = self.key_name(HRC.witnessName), self.key(HRC.witnessKey)
        if not name and key is None and not self.text(HRC.witnessAddress):
            return None
        if not name or key is None or not self.text(HRC.witnessAddress):
            raise self.fault(HRC.witnessKey, "goes with witnessName and witnessAddress; a witness needs all three")
        return Cosigner(name, key)
