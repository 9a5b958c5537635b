"""Peers are read from data, and what is wrong with one is told with its name and the property."""

import re
from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from registry.cosignature import Cosigner
from registry.loading import artefacts
from registry.namespaces import HRC, RDF, ROOT
from registry.peer_errors import PeerFault, UnknownPeer
from registry.peers import Peer, PeerKind, PeerState, peer_of, read_peers
from tests.registry.peers import KEY, PREFIXES, key_turtle, peer_turtle


def read(*peers: str) -> tuple[Peer, ...]:
    return read_peers(Graph().parse(data=PREFIXES + "\n".join(peers), format="turtle"))


def test_a_peer_is_read_with_everything_that_was_decided() -> None:
    (peer,) = read(
        peer_turtle(
            peerKind="peer-kinds:hrcr-release",
            uriSpace='"https://north.example/id/city/", "https://east.example/id/city/"',
            publicKey=key_turtle(),
            sparqlEndpoint="<https://north.example/sparql>",
            permitsFederatedQuery="true",
            mapping='"plain-city"',
        )
    )
    assert (peer.iri, peer.slug, peer.label) == (URIRef(f"{ROOT}id/peer/north"), "north", "Registry of the north")
    assert (peer.kind, peer.state, peer.address) == (
        PeerKind.RELEASE, PeerState.ACTIVE, "https://north.example/city.ttl",
    )  # fmt: skip
    assert peer.scope == ("https://east.example/id/city/", "https://north.example/id/city/")
    assert (peer.since.isoformat(), peer.decided_by) == ("2026-06-01", URIRef(f"{ROOT}id/office/registry-steward"))
    assert (peer.key, peer.mapping, peer.endpoint) == (KEY, "plain-city", "https://north.example/sparql")
    assert peer.is_active
    assert peer.may_be_queried
    assert peer.speaks_of("https://east.example/id/city/x")
    assert not peer.speaks_of("https://w3id.org/hrcr/id/city/graz")


@pytest.mark.parametrize(
    "changes",
    [
        {"permitsFederatedQuery": "false"},
        {"permitsFederatedQuery": None},
        {"sparqlEndpoint": None},
        {"peerState": "peer-states:suspended"},
        {"peerState": "peer-states:proposed"},
        {"peerState": "peer-states:withdrawn"},
    ],
)
def test_an_endpoint_may_be_asked_only_of_an_active_peer_that_is_permitted(changes: dict[str, str | None]) -> None:
    permitted = {"sparqlEndpoint": "<https://north.example/sparql>", "permitsFederatedQuery": "true"}
    assert read(peer_turtle(**permitted))[0].may_be_queried
    assert not read(peer_turtle(**{**permitted, **changes}))[0].may_be_queried


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"prefLabel": None}, "prefLabel has no value"),
        ({"peerKind": None}, "peerKind must be one of peer-kinds"),
        ({"peerKind": "peer-kinds:other"}, "peerKind must be one of peer-kinds"),
        ({"peerKind": "peer-kinds:rdf-file, peer-kinds:dcat-dump"}, "peerKind must be one of peer-kinds"),
        ({"peerKind": "peer-kinds:hrcr-release"}, "publicKey has no value"),
        ({"publicKey": '"no key"'}, "publicKey is no Ed25519 public key"),
        ({"accessURL": None}, "accessURL has no value"),
        ({"accessURL": "<file:///etc/passwd>"}, "accessURL is no address of the web"),
        ({"uriSpace": None}, "uriSpace must say"),
        ({"uriSpace": '""'}, "uriSpace must say"),
        ({"peerState": None}, "peerState must be one of peer-states"),
        ({"peerState": "peer-kinds:rdf-file"}, "peerState must be one of peer-states"),
        ({"decidedOn": None}, "decidedOn must be one day"),
        ({"decidedOn": '"soon"'}, "decidedOn must be one day"),
        ({"decidedBy": None}, "decidedBy has no value"),
        ({"sparqlEndpoint": "<ftp://north.example/>"}, "sparqlEndpoint is no address"),
        ({"mapping": '"../secrets"'}, "mapping is no name"),
    ],
)
def test_what_is_wrong_is_told_with_the_peer_and_the_property(changes: dict[str, str | None], words: str) -> None:
    with pytest.raises(PeerFault, match=f"The peer “north” cannot be read: {words}.*docs/peers.md"):
        read(peer_turtle(**changes))


@pytest.mark.parametrize("slug", ["North", "a--b", "a" * 41, "-a"])
def test_a_peer_has_an_iri_with_a_plain_name(slug: str) -> None:
    with pytest.raises(PeerFault, match="has no fitting IRI"):
        read(peer_turtle(slug))


def test_a_peer_is_found_by_its_name() -> None:
    peers = read(peer_turtle("north"), peer_turtle("east"))
    assert [peer.slug for peer in peers] == ["east", "north"]
    assert peer_of(peers, "north").slug == "north"
    with pytest.raises(UnknownPeer, match="There is no peer “west”; those listed are: east, north"):
        peer_of(peers, "west")
    assert read() == ()


def test_kinds_and_states_are_those_of_the_vocabularies() -> None:
    vocabularies = artefacts().files.vocabularies
    for scheme, kind, names in (("peer-kinds", HRC.PeerKind, PeerKind), ("peer-states", HRC.PeerState, PeerState)):
        concepts = vocabularies[scheme].subjects(RDF.type, kind)
        assert {str(concept).rsplit("/", 1)[-1] for concept in concepts} == set(names)


def test_the_peer_that_the_documentation_shows_can_be_read_as_it_stands() -> None:
    (block,) = re.findall(r"```turtle\n(.*?)```", Path("docs/peers.md").read_text(encoding="utf-8"), re.DOTALL)
    (peer,) = read_peers(Graph().parse(data=block, format="turtle"))
    assert peer.is_active
    assert not peer.may_be_queried


WITNESS = {
    "ledgerOrigin": '"north.example/ledger"',
    "ledgerKey": key_turtle(),
    "witnessAddress": "<https://north.example/witness/>",
    "witnessName": '"north.example/witness"',
    "witnessKey": key_turtle(bytes(32)),
}


def test_a_peer_says_which_ledger_is_its_own_and_who_cosigns_ours() -> None:
    (peer,) = read(peer_turtle(**WITNESS))
    assert (peer.origin, peer.ledger_keys, peer.is_watched) == ("north.example/ledger", (KEY,), True)
    assert (peer.witness, peer.witness_address) == (
        Cosigner("north.example/witness", bytes(32)), "https://north.example/witness",
    )  # fmt: skip
    (other,) = read(peer_turtle(**WITNESS, peerState="peer-states:suspended"))
    assert (other.is_watched, other.is_witness) == (False, False)
    (plain,) = read(peer_turtle())
    assert (plain.is_watched, plain.is_witness, plain.ledger_keys) == (False, False, ())


def test_without_a_key_of_its_own_a_ledger_is_signed_with_that_of_the_releases() -> None:
    (peer,) = read(peer_turtle(ledgerOrigin='"north.example/ledger"', publicKey=key_turtle()))
    assert peer.ledger_keys == (KEY,)
    keys = f"{key_turtle()}, {key_turtle(bytes(32))}"
    assert read(peer_turtle(ledgerOrigin='"a"', ledgerKey=keys))[0].ledger_keys == (bytes(32), KEY)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"ledgerOrigin": '"a ledger"'}, "ledgerOrigin must be one word"),
        ({"ledgerKey": None}, "ledgerKey has no value"),
        ({"ledgerKey": '"none"'}, "ledgerKey is no Ed25519"),
        ({"witnessName": None}, "goes with witnessName"),
        ({"witnessKey": None}, "goes with witnessName"),
        ({"witnessAddress": None}, "goes with witnessName"),
        ({"witnessAddress": "<ftp://north.example/>"}, "witnessAddress is no address of the web"),
        ({"witnessName": '"a+b"'}, "witnessName must be one word"),
    ],
    ids=range(8),
)
def test_what_is_wrong_with_a_witness_is_told(changes: dict[str, str | None], why: str) -> None:
    with pytest.raises(PeerFault, match=why):
        read(peer_turtle(**{**WITNESS, **changes}))


def test_one_ledger_belongs_to_one_peer() -> None:
    with pytest.raises(PeerFault, match="Two active peers have the ledger north"):
        read(peer_turtle(**WITNESS), peer_turtle("east", **WITNESS))
    assert len(read(peer_turtle(**WITNESS), peer_turtle("east", **WITNESS, peerState="peer-states:withdrawn"))) == 2
