"""Peers: other publishers whose statements are taken, read from data; pure."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

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
    where none is known; only where ``permits_federated_query`` may a query here ask it.
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

    @property
    def is_active(self) -> bool:
        """Say whether what it says is taken."""
        return self.state is PeerState.ACTIVE

    @property
    def may_be_queried(self) -> bool:
        """Say whether a query here may ask its endpoint (SPARQL 1.1 Federated Query)."""
        return self.is_active and self.permits_federated_query and bool(self.endpoint)

    def speaks_of(self, city: str) -> bool:
        """Say whether the peer is heard on a city."""
        return str(city).startswith(self.scope)


def read_peers(graph: Graph) -> tuple[Peer, ...]:
    """Read every peer that a graph describes, in order; raise PeerFault, naming peer and property, for a wrong one."""
    return tuple(_peer(node, graph) for node in sorted(set(graph.subjects(RDF.type, HRC.Peer)), key=str))


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

    def key(self) -> bytes | None:
        pem = self.text(HRC.publicKey)
        key = read_public_key(pem.encode()) if pem else None
        if pem and key is None:
            raise self.fault(HRC.publicKey, "is no Ed25519 public key in PEM")
        return key
