"""Links and what is known of them as RDF: what a release and a dossier hold of the checks; pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.evidence_model import Copy, Link, LinkState, Visit
from registry.namespaces import DCAT, DCT, HRC, RDF, ROOT, VOCAB, XSD

CASE: Final = "link-check/"
KIND: Final = "link-check"
CONFIRMED_AFTER: Final = timedelta(days=30)
"""What has not changed is recorded again after so long, so that a release says when it was last true."""

_GRAPH: Final = ROOT + "graph/"
_PROFILE: Final = "profile/"
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_STATES: Final = f"{VOCAB}link-states/"


@dataclass(frozen=True, slots=True)
class Drift:
    """One link whose state, address or text is not what was recorded before; ``before`` is empty for a new one."""

    source: str
    before: str
    after: str


def links_of(name: URIRef, graph: Graph) -> Iterator[Link]:
    """Give every address that sources and texts of one named graph of a release name, in order."""
    group = str(name).removeprefix(_GRAPH).removeprefix(_PROFILE)
    found = {
        Link(group, source, str(address))
        for kind in (HRC.Evidence, HRC.Text)
        for source in graph.subjects(RDF.type, kind)
        if isinstance(source, URIRef)
        for address in graph.objects(source, DCAT.accessURL)
        if str(address).startswith(("http://", "https://"))
    }
    yield from sorted(found)


def facts(links: Iterable[Link], visits: Mapping[str, Visit], *, base: str) -> Graph:
    """Give one link check for each link that was looked at, and the copies that are kept of it."""
    graph = Graph(bind_namespaces="none")
    for link in links:
        visit = visits.get(link.address)
        if visit is not None and visit.state is not None and visit.settled is not None:
            for triple in _facts_of(link, visit, visit.settled.date(), visit.state, base):
                graph.add(triple)
    return graph


def drift(before: Graph, after: Graph) -> tuple[Drift, ...]:
    """Give the links that stand otherwise than was recorded, by the names of their sources."""
    known, found = _standing(before), _standing(after)
    return tuple(
        Drift(_short(check), _words(known.get(check, frozenset())), _words(now))
        for check, now in sorted(found.items())
        if known.get(check) != now
    )


def is_worth_recording(before: Graph, after: Graph, *, now: datetime) -> bool:
    """Say whether what is known has to be recorded: when it changed, or was last true too long ago."""
    if drift(before, after) or set(_standing(before)) - set(_standing(after)):
        return True
    recorded = _dates(before)
    days = [
        day for value in recorded.values() if isinstance(value, Literal) and isinstance(day := value.toPython(), date)
    ]
    return bool(days) and now.date() - min(days) >= CONFIRMED_AFTER and recorded != _dates(after)


def reason(links: Sequence[Link], visits: Mapping[str, Visit], drifts: Sequence[Drift], *, most: int = 20) -> str:
    """Say in a sentence or two how the links of one group stand and what is new."""
    states = [visits[link.address].state for link in links if link.address in visits]
    counted = Counter(str(state) for state in states if state is not None)
    told = ", ".join(f"{number} {state}" for state, number in sorted(counted.items()))
    sentence = f"The registry looked at {sum(counted.values())} of {len(links)} addresses: {told or 'none yet'}."
    changed = [one for one in drifts if one.before]
    if not changed:
        return sentence
    listed = "; ".join(f"{one.source}: {one.before}, now {one.after}" for one in changed[:most])
    more = f"; and {len(changed) - most} more" if len(changed) > most else ""
    return f"{sentence} Otherwise than before: {listed}{more}."


def copies(graph: Graph) -> frozenset[str]:
    """Give the SHA-256 of every copy that a record names."""
    return frozenset(str(value) for value in graph.objects(None, HRC.sha256))


def _facts_of(link: Link, visit: Visit, day: date, state: LinkState, base: str) -> Iterator[tuple[Node, Node, Node]]:
    name = f"{link.group}/{_name(link.source)}-{sha256(link.address.encode()).hexdigest()[:8]}"
    check = URIRef(f"{base}id/link-check/{name}")
    yield check, RDF.type, HRC.LinkCheck
    yield check, HRC.checks, link.source
    yield check, DCAT.accessURL, URIRef(link.address)
    yield check, DCT.date, Literal(day)
    yield check, HRC.linkState, URIRef(_STATES + state)
    if visit.status is not None:
        yield check, HRC.httpStatus, Literal(visit.status, datatype=XSD.integer)
    if visit.final:
        yield check, HRC.finalAddress, URIRef(visit.final)
    for copy in (visit.first, visit.last):
        if copy is not None:
            yield from _facts_of_copy(link.source, copy, URIRef(f"{base}id/stored-copy/{name}-{copy.sha256[:8]}"))


def _facts_of_copy(source: URIRef, copy: Copy, node: URIRef) -> Iterator[tuple[Node, Node, Node]]:
    yield source, HRC.storedCopy, node
    yield node, RDF.type, HRC.StoredCopy
    yield node, HRC.copyOf, source
    yield node, DCT.date, Literal(copy.at.date())
    yield node, HRC.sha256, Literal(copy.sha256)
    if copy.media_type:
        yield node, HRC.mediaType, Literal(copy.media_type)


def _name(source: URIRef) -> str:
    name = str(source).partition("#")[2] or str(source).rstrip("/").rsplit("/", 1)[-1]
    return name if _PLAIN.fullmatch(name) else sha256(str(source).encode()).hexdigest()[:16]


def _standing(graph: Graph) -> dict[Node, frozenset[tuple[Node, Node]]]:
    """Give what is said of each check but for its day, and of the copies of its source."""
    return {
        check: frozenset(
            [pair for pair in graph.predicate_objects(check) if pair[0] != DCT.date]
            + [
                (HRC.storedCopy, digest)
                for source in graph.objects(check, HRC.checks)
                for copy in graph.objects(source, HRC.storedCopy)
                for digest in graph.objects(copy, HRC.sha256)
            ]
        )
        for check in graph.subjects(RDF.type, HRC.LinkCheck)
    }


def _dates(graph: Graph) -> dict[Node, Node | None]:
    """Give when each link was looked at; the days of the copies of its source are others and stay."""
    return {check: graph.value(check, DCT.date) for check in graph.subjects(RDF.type, HRC.LinkCheck)}


def _words(said: frozenset[tuple[Node, Node]]) -> str:
    states = [str(value).rsplit("/", 1)[-1] for predicate, value in said if predicate == HRC.linkState]
    statuses = [str(value) for predicate, value in said if predicate == HRC.httpStatus]
    return " ".join([*states, *(f"({status})" for status in statuses)])


def _short(check: Node) -> str:
    return str(check).rsplit("/", 1)[-1].rpartition("-")[0]
