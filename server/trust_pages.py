"""Whose statements this registry takes: the list of peers, and of each how it answers and what is found by whom.

Who a peer is and what it says is read from the release; how it answers, from what is kept of the last runs.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from flask import Blueprint, Flask, Response, current_app, render_template
from rdflib import Literal, URIRef
from rdflib.term import Node

from registry.cosignature import write_vkey
from registry.dumps import public_key_pem
from registry.ledger_wiring import origin_of
from registry.namespaces import ROOT, VOCAB
from registry.peer_errors import UnknownPeer
from registry.peer_ports import HarvestLine, PeerHarvests, PeerHealth
from registry.peer_recording import JUDGED, LIST, SAID
from registry.peer_wiring import HARVESTS
from registry.peers import Peer, peer_of, read_peers
from registry.witness_ports import Alarm, KeptCosignature, WitnessState
from registry.witness_wiring import OwnNames, has_state
from server.installed import settings
from server.library import GRAPHS, Shelf, shelf
from server.problems import Problem
from server.representations import present
from server.response_headers import fresh
from server.words import Shown, Words, best_literal, literal, local_name

blueprint = Blueprint("trust", __name__)

_SCHEMES: Final = ("vocabulary/peer-kinds", "vocabulary/peer-states", "vocabulary/standings")
MOST_GRAPHS: Final = 1_000
"""Graphs of a peer that one page reads; what is beyond is there for SPARQL, and the page says so."""
_MOST_KEPT: Final = 8
"""Peers of releases whose cities are kept."""
_MOST_LINES: Final = 50
_THEIR_WORDS: Final = {"passed": "shown", "failed": "not met", "cantTell": "cannot tell", "untested": "not tested"}
_OUR_WORDS: Final = {**_THEIR_WORDS, "failed": "not demonstrated", "cantTell": "not demonstrated"}
"""What outcomes are called: nobody submitted anything here, so the unfavourable word is never used of ours."""


@dataclass(frozen=True, slots=True)
class PeerView:
    """One peer ready for a page."""

    peer: Peer
    name: Shown
    kind: Shown
    state: Shown
    decided_by: Shown


@dataclass(slots=True)
class Finding:
    """What one side finds of one city: how many requirements came to what, and where it says the city stands."""

    outcomes: Counter[str] = field(default_factory=Counter)
    standing: Node | None = None


@dataclass(slots=True)
class CityOfPeer:
    """One city that a peer speaks of, with what the peer finds and what this registry finds."""

    iri: str
    names: list[Literal] = field(default_factory=list)
    theirs: Finding = field(default_factory=Finding)
    ours: Finding = field(default_factory=Finding)

    @property
    def name(self) -> Shown:
        """Its name in the language asked for."""
        best = best_literal(self.names)
        return Shown(local_name(self.iri)) if best is None else literal(best)


@dataclass(frozen=True, slots=True)
class Answering:
    """How a peer answers: None where it was never asked; the newest lines of its log first."""

    health: PeerHealth | None
    lines: Sequence[HarvestLine]


def install(app: Flask, harvests: Callable[[], PeerHarvests]) -> None:
    """Say where what came of peers is kept; it is opened when there is something."""
    app.extensions["peer_harvests"] = harvests


@blueprint.get("/trust")
def index() -> Response:
    """List the peers: address, kind, key, scope, since when, by whose decision, in which state."""
    held = shelf()
    return fresh(
        present(
            ROOT + "trust",
            lambda: held.graph(LIST),
            lambda: render_template(
                "trust.html",
                peers=[_view(held, peer) for peer in _peers(held)],
                cosigned=_cosigned(),
                **_own(),
            ),
        )
    )


@blueprint.get("/trust/<slug>")
def peer(slug: str) -> Response:
    """Tell of one peer: who it is, how it answers, and for each city what it finds and what this registry finds."""
    held = shelf()
    try:
        found = peer_of(_peers(held), slug)
    except UnknownPeer as unknown:
        raise Problem("not-found", str(unknown), lists=["/trust"]) from unknown
    return fresh(
        present(
            str(found.iri),
            lambda: held.graph(LIST).cbd(found.iri),
            lambda: render_template(
                "peer.html",
                view=_view(held, found),
                answering=_answering(slug),
                alarms=_alarms(found),
                cities=sorted(_cities(held, slug), key=lambda city: (city.name.text.casefold(), city.iri)),
                label=_words(held).label,
                most=MOST_GRAPHS,
                graphs=len(held.slugs(f"{SAID}/{slug}/")),
            ),
        )
    )


def _cosigned() -> Sequence[KeptCosignature]:
    """Give who cosigned heads of the ledger here, the newest head first; each witness on each of the last heads."""
    if not has_state(settings()):
        return ()
    state: WitnessState = current_app.extensions["witness_state"]()
    return state.cosignatures(origin_of(settings()), most=_MOST_LINES)


def _own() -> dict[str, str]:
    """Give what others need to look at the ledger here, and to count what is cosigned here; empty where no key is."""
    names: OwnNames = current_app.extensions["own_names"]()
    return {
        "origin": names.origin,
        "ledger_key": public_key_pem(names.ledger_key).decode() if names.ledger_key else "",
        "witness": write_vkey(names.witness) if names.witness else "",
        "witness_name": names.witness.name if names.witness else "",
        "witness_key": public_key_pem(names.witness.key).decode() if names.witness else "",
    }


def _alarms(peer: Peer) -> Sequence[Alarm]:
    if not peer.origin or not has_state(settings()):
        return ()
    state: WitnessState = current_app.extensions["witness_state"]()
    return state.alarms(peer.origin)[:_MOST_LINES]


def _peers(held: Shelf) -> tuple[Peer, ...]:
    return read_peers(held.graph(LIST))


def _words(held: Shelf) -> Words:
    return held.words(held.graph(LIST), *map(held.graph, _SCHEMES))


def _view(held: Shelf, peer: Peer) -> PeerView:
    words = _words(held)
    return PeerView(
        peer,
        words.label(peer.iri),
        words.show(URIRef(f"{VOCAB}peer-kinds/{peer.kind}")),
        words.show(URIRef(f"{VOCAB}peer-states/{peer.state}")),
        words.label(peer.decided_by),
    )


def _answering(slug: str) -> Answering:
    if not (settings().home / HARVESTS).exists():
        return Answering(None, ())
    store: PeerHarvests = current_app.extensions["peer_harvests"]()
    return Answering(store.health(slug), store.lines(slug, most=_MOST_LINES))


@lru_cache(_MOST_KEPT)
def _cities(held: Shelf, slug: str) -> tuple[CityOfPeer, ...]:
    """Bring together by city what the graphs of a peer say and what ours say of them: one query each, asked once."""
    cities: dict[str, CityOfPeer] = {}
    for kind in (SAID, JUDGED):
        for name in held.slugs(f"{kind}/{slug}/")[:MOST_GRAPHS]:
            _read(held, f"{kind}/{slug}/{name}", cities, is_ours=kind == JUDGED)
    return tuple(cities.values())


def _read(held: Shelf, graph: str, cities: dict[str, CityOfPeer], *, is_ours: bool) -> None:
    for row in held.rows("peer-verdicts", graph=URIRef(GRAPHS + graph)):
        if row["city"] is None:
            continue
        iri = str(row["city"])
        city = cities.setdefault(iri, CityOfPeer(iri))
        finding = city.ours if is_ours else city.theirs
        if row["outcome"] is not None:
            outcome = str(row["outcome"]).rpartition("#")[2]
            finding.outcomes[(_OUR_WORDS if is_ours else _THEIR_WORDS).get(outcome, outcome)] += 1
        finding.standing = row["standing"] or finding.standing
        if isinstance(row["label"], Literal):
            city.names.append(row["label"])
