"""Same city, many names: which cities of peers may be ours, for people to decide; never merged by a machine.

Candidates rest on an equal identifier of an authority (Wikidata, GeoNames), then on name and country. A decision is an
event with its reason: a mapping as SSSOM has it, skos:exactMatch where it is the same city, negated where it is not.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Final

from rapidfuzz import fuzz, process
from rdflib import Graph, Literal, URIRef

from registry.authority_identifiers import authority
from registry.events import STEWARD
from registry.model import DraftedEvent, RecordedEvent
from registry.namespaces import DCT, HRC, OWL, RDF, RDFS, ROOT, SEMAPV, SKOS, SSSOM
from registry.ports import Syntax
from registry.reconciliation import folded, plain

KIND: Final = "identity"
"""The kind of event by which a city of a peer is said to be one of ours, or not to be."""
DECIDED: Final = f"{ROOT}graph/{KIND}/"
OURS: Final = (f"{ROOT}graph/profile/", f"{ROOT}graph/reference/cities")
THEIRS: Final = f"{ROOT}graph/peer/"
"""How the names of the graphs begin in which peers say something; the name of the peer follows."""

_ALIKE: Final = 90
"""Names less alike than this (RapidFuzz, ``ratio`` of folded names) are no candidates."""


class Evidence(StrEnum):
    """What a candidate rests on, the strongest first."""

    IDENTIFIER = "identifier"
    NAME = "name"
    ALIKE = "similar name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A city as somebody tells of it: its names in all languages, its country, its identifiers at authorities."""

    iri: str
    source: str
    names: frozenset[str]
    country: str = ""
    identifiers: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Give one name, always the same."""
        return min(self.names, key=lambda name: (not name.isascii(), name), default=self.iri)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided of two cities, and why."""

    ours: str
    theirs: str
    is_same: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Two cities that may be one: what that rests on, and what stands against it.

    ``is_alone`` says that neither is in another candidate as well supported. ``decision`` is None while nobody decided.
    """

    ours: Place
    theirs: Place
    evidence: Evidence
    rests_on: str
    against: str = ""
    is_alone: bool = True
    decision: Decision | None = None


def places(graphs: Iterable[tuple[str, Graph]]) -> dict[str, Place]:
    """Give every city that graphs tell of, by IRI; the source of each graph comes with it, empty for our own."""
    found: dict[str, Place] = {}
    for source, graph in graphs:
        for city in sorted(set(graph.subjects(RDF.type, HRC.City)), key=str):
            if isinstance(city, URIRef):
                told = _place(city, source, graph)
                found[told.iri] = _joined(found[told.iri], told) if told.iri in found else told
    return found


def candidates(
    ours: Iterable[Place], theirs: Iterable[Place], decisions: Iterable[Decision] = ()
) -> tuple[Candidate, ...]:
    """Give the pairs that may be one city, by the name of ours; those that were decided come with the decision."""
    decided = {(each.ours, each.theirs): each for each in decisions}
    known = list(ours)
    index = _Index(known)
    found = [
        replace(one, decision=decided.get((one.ours.iri, one.theirs.iri)))
        for place in sorted(theirs, key=lambda each: each.iri)
        for one in index.like(place)
    ]
    often = Counter(
        (one.evidence, iri) for one in found for iri in (one.ours.iri, f"{one.theirs.source} {one.theirs.iri}")
    )
    once = [
        replace(
            one,
            is_alone=often[one.evidence, one.ours.iri] == 1
            and often[one.evidence, f"{one.theirs.source} {one.theirs.iri}"] == 1,
        )
        for one in found
    ]
    order = list(Evidence)
    return tuple(sorted(once, key=lambda one: (plain(one.ours.name), order.index(one.evidence), one.theirs.iri)))


def case_of(ours: str, theirs: str) -> str:
    """Name the case of two cities: all that was ever decided of them follows one another in it."""
    pair = f"{ours}\n{theirs}"
    return f"{KIND}/{sha256(pair.encode()).hexdigest()[:24]}"


def drafted(decision: Decision, known: RecordedEvent | None, syntax: Syntax) -> DraftedEvent:
    """Give the event that records a decision; ``known`` is the last one of the same two cities."""
    return DraftedEvent(
        case=case_of(decision.ours, decision.theirs),
        kind=KIND,
        office=STEWARD,
        reason=decision.reason,
        payload=syntax.canonical(mapping(decision)),
        previous=None if known is None else known.hash,
    )


def mapping(decision: Decision) -> Graph:
    """Write a decision as a mapping (SSSOM in RDF: an annotated axiom), with the statement itself where it holds."""
    graph = Graph(bind_namespaces="none")
    ours, theirs = URIRef(decision.ours), URIRef(decision.theirs)
    node = URIRef(f"{ours}#{case_of(decision.ours, decision.theirs).replace('/', '-')}")
    if decision.is_same:
        graph.add((ours, SKOS.exactMatch, theirs))
    else:
        graph.add((node, SSSOM.predicate_modifier, SSSOM.NegatedPredicate))
    graph.add((node, RDF.type, OWL.Axiom))
    graph.add((node, OWL.annotatedSource, ours))
    graph.add((node, OWL.annotatedProperty, SKOS.exactMatch))
    graph.add((node, OWL.annotatedTarget, theirs))
    graph.add((node, SSSOM.mapping_justification, SEMAPV.ManualMappingCuration))
    graph.add((node, RDFS.comment, Literal(decision.reason, lang="en")))
    return graph


def decisions(graphs: Iterable[Graph]) -> Iterator[Decision]:
    """Read decisions from graphs that ``mapping`` wrote."""
    for graph in graphs:
        for node in graph.subjects(OWL.annotatedProperty, SKOS.exactMatch):
            yield Decision(
                ours=str(graph.value(node, OWL.annotatedSource)),
                theirs=str(graph.value(node, OWL.annotatedTarget)),
                is_same=(node, SSSOM.predicate_modifier, None) not in graph,
                reason=str(graph.value(node, RDFS.comment) or ""),
            )


class _Index:
    """Our cities by identifier, and by name within a country."""

    def __init__(self, known: list[Place]) -> None:
        self._identified: dict[str, list[Place]] = defaultdict(list)
        self._named: dict[str, list[tuple[str, Place]]] = defaultdict(list)
        for place in known:
            for identifier in place.identifiers:
                self._identified[identifier].append(place)
            if place.country:
                self._named[place.country] += [(folded(name), place) for name in sorted(place.names)]

    def like(self, theirs: Place) -> list[Candidate]:
        """Give the candidates for one of their cities, each of ours once, with the strongest evidence."""
        found: dict[str, Candidate] = {}
        for one in (*self._by_identifier(theirs), *self._by_name(theirs)):
            if one.ours.iri != theirs.iri:
                found.setdefault(one.ours.iri, one)
        return list(found.values())

    def _by_identifier(self, theirs: Place) -> Iterator[Candidate]:
        for identifier in sorted(theirs.identifiers):
            for ours in self._identified.get(identifier, ()):
                yield Candidate(
                    ours=ours,
                    theirs=theirs,
                    evidence=Evidence.IDENTIFIER,
                    rests_on=identifier,
                    against=_against(ours, theirs),
                )

    def _by_name(self, theirs: Place) -> Iterator[Candidate]:
        named = self._named.get(theirs.country, []) if theirs.country else []
        texts, likest = [text for text, _ in named], dict[str, tuple[float, Candidate]]()
        for name in sorted(theirs.names):
            for _, score, index in process.extract(
                folded(name), texts, scorer=fuzz.ratio, processor=None, score_cutoff=_ALIKE, limit=None
            ):
                ours = named[index][1]
                is_equal = plain(name) in map(plain, ours.names)
                one = Candidate(
                    ours=ours,
                    theirs=theirs,
                    evidence=Evidence.NAME if is_equal else Evidence.ALIKE,
                    rests_on=name if is_equal else f"{name} ({score:.0f} of 100)",
                    against=_against(ours, theirs),
                )
                rank = score + is_equal
                if ours.iri not in likest or likest[ours.iri][0] < rank:
                    likest[ours.iri] = rank, one
        return iter([one for _, one in likest.values()])


def _against(ours: Place, theirs: Place) -> str:
    """Tell where an authority gives both an identifier, and another one: then they are hardly the same."""
    of_ours, of_theirs = _by_authority(ours), _by_authority(theirs)
    apart = [name for name in of_ours if name in of_theirs and not of_ours[name] & of_theirs[name]]
    return ", ".join(f"another identifier at {name}" for name in sorted(apart))


def _by_authority(place: Place) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for identifier in place.identifiers:
        found[identifier.partition(":")[0]].add(identifier)
    return found


def _place(city: URIRef, source: str, graph: Graph) -> Place:
    names = {str(name) for naming in (SKOS.prefLabel, SKOS.altLabel) for name in graph.objects(city, naming)}
    around = [city, *graph.objects(city, DCT.spatial)]
    matches = {authority(str(match)) for node in around for match in graph.objects(node, SKOS.exactMatch)}
    return Place(
        iri=str(city),
        source=source,
        names=frozenset(filter(None, names)),
        country=str(min(map(str, graph.objects(city, HRC.country)), default="")),
        identifiers=frozenset(matches - {""}),
    )


def _joined(one: Place, other: Place) -> Place:
    return replace(
        one,
        names=one.names | other.names,
        country=one.country or other.country,
        identifiers=one.identifiers | other.identifiers,
    )


def cities_of(names: Iterable[URIRef], graph: Callable[[URIRef], Graph]) -> tuple[dict[str, Place], list[Place]]:
    """Give the cities of a release by the names of its graphs: ours by IRI, and those of which each peer tells."""
    found = sorted(names)
    ours = places(("", graph(name)) for name in found if str(name).startswith(OURS))
    by_peer: dict[str, list[URIRef]] = defaultdict(list)
    for name in found:
        if name.startswith(THEIRS):
            by_peer[name.removeprefix(THEIRS).partition("/")[0]].append(name)
    theirs = [each for peer, of in by_peer.items() for each in places((peer, graph(name)) for name in of).values()]
    return ours, theirs


def decisions_of(names: Iterable[URIRef], graph: Callable[[URIRef], Graph]) -> list[Decision]:
    """Give what a release tells of decisions, by the names of its graphs."""
    return list(decisions(graph(name) for name in sorted(names) if name.startswith(DECIDED)))
