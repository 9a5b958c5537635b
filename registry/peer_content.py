"""What comes of a peer, sorted: whose city each statement is about, what may be kept of it, what is left out; pure.

Everything here is untrusted. It is kept in graphs of the peer alone, so that what it says of other things, or of this
registry's own items, reaches nobody who does not ask for the peer's word.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from registry.blank_nodes import check_blank_nodes
from registry.errors import NotAdmitted, SubmissionError, SubmissionTooLarge
from registry.guard import Limits
from registry.intake import sift
from registry.lexical import check_iri, text_fault
from registry.namespaces import HRC, RDF, ROOT
from registry.peer_errors import HarvestRefused
from registry.ports import Syntax
from registry.profile import Profile

RELEASED: Final = frozenset({"assessment", "decision", "profile", "standing", "submission"})
"""The kinds of graphs that are taken of another registry's release: what cities say, and what it found."""
CLAIMS: Final = frozenset({"profile", "submission"})
"""Those of them that are judged here."""
LONGEST: Final = 100
"""Characters that the name of a graph of a peer may have."""

_GRAPH: Final = f"{ROOT}graph/"
_SPEAKING: Final = (HRC.assesses, HRC.concerns, HRC.recordOf)
_LITERAL: Final = rb'"(?:[^"\\\n\r]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^<>"\s]*>)?'
_LINE: Final = re.compile(
    rb'(<[^<>"\s]*> <[^<>"\s]*> (?:<[^<>"\s]*>|' + _LITERAL + rb'))(?: <([^<>"\s]*)>)? \.',
)
_NAME: Final = re.compile(r"[a-z][a-z-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)+")
_PLAIN: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TOLD: Final = 5
"""How many of the things left out for one reason are named."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What is kept of a peer: canonical N-Triples by the name of the graph, which of them say what a city claims.

    ``left_out`` says in sentences what was not kept, and why.
    """

    graphs: Mapping[str, bytes]
    claims: tuple[str, ...]
    left_out: tuple[str, ...]


def released_graphs(quads: bytes) -> dict[str, bytes]:
    """Give the graphs of a release that are taken, as N-Triples by kind and slug; ``quads`` is its ``hrcr.nq``.

    Raises HarvestRefused, naming the line, for anything but N-Quads without blank nodes.
    """
    found: dict[str, list[bytes]] = {}
    for number, line in enumerate(quads.splitlines(), start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise HarvestRefused(f"Line {number} of the release is no N-Quad without blank nodes; nothing is taken.")
        if match[2] is None:
            continue
        name = match[2].decode(errors="replace")
        short = name.removeprefix(_GRAPH)
        if name != short and short.partition("/")[0] in RELEASED and _NAME.fullmatch(short) and len(short) <= LONGEST:
            found.setdefault(short, []).append(match[1] + b" .\n")
    return {name: b"".join(lines) for name, lines in sorted(found.items())}


def sorted_release(graphs: Mapping[str, bytes], scope: Sequence[str], *, syntax: Syntax, limits: Limits) -> Taken:
    """Sort the graphs of a release: those about cities within the scope are kept whole, statement by statement.

    A graph is left out when it names a city outside the scope or none, or has a term that nobody can take.
    """
    kept, left = dict[str, bytes](), Counter[str]()
    for name, lines in graphs.items():
        try:
            graph = syntax.parse(lines, "application/n-triples", base="", most_triples=limits.most_triples)
            check_terms(graph, limits)
        except SubmissionError as fault:
            left[f"The graph {name}: {fault}"] += 1
            continue
        cities = set(_cities_of(graph))
        if not cities or not all(str(city).startswith(tuple(scope)) for city in cities):
            left[f"about no city within the scope, such as {name}"] += 1
            continue
        kept[name] = syntax.canonical(graph)
    claims = tuple(name for name in kept if name.partition("/")[0] in CLAIMS)
    return Taken(kept, claims, tuple(_counted(left, "graphs")))


def sorted_document(graph: Graph, scope: Sequence[str], *, profile: Profile, syntax: Syntax, limits: Limits) -> Taken:
    """Sort what a document says: a graph for each city within the scope, of what the data-entry profile lists.

    Raises SubmissionTooLarge and NotAdmitted for blank nodes that could not be told apart in time.
    """
    check_blank_nodes(graph, most=limits.blank_nodes)
    kept, left = dict[str, bytes](), list[str]()
    cities = sorted({city for city in graph.subjects(RDF.type, HRC.City) if isinstance(city, URIRef)}, key=str)
    outside = [city for city in cities if not str(city).startswith(tuple(scope))]
    left += _listed("cities outside the scope", outside)
    used = 0
    for city in cities:
        if city in outside:
            continue
        own = _about(graph, city)
        used += len(own)
        try:
            found = sift(own, profile=profile, syntax=syntax, limits=limits)
        except SubmissionError as fault:
            left.append(f"{city}: {fault}")
            continue
        admitted = Graph(bind_namespaces="none") + found.graph
        for triple in found.refused:
            admitted.remove(triple)
        if found.refused:
            told = sorted({_verb(triple) for triple in found.refused})[:_TOLD]
            left.append(f"{city}: {len(found.refused)} statements beside the profile ({', '.join(told)}).")
        kept[city_graph(city)] = syntax.canonical(admitted)
    if not cities:
        left.append("The document names no city (hrc:City); perhaps a mapping is needed.")
    elif used < len(graph) and not outside:
        left.append(f"{len(graph) - used} statements about other things than a city and its parts.")
    return Taken(kept, tuple(kept), tuple(left))


def merged(parts: Iterable[Taken]) -> Taken:
    """Bring together what several documents say; of two that describe one city the first counts."""
    graphs, claims, left = dict[str, bytes](), list[str](), list[str]()
    for part in parts:
        for name, lines in part.graphs.items():
            if name in graphs:
                left.append(f"{name} is described twice; the first description counts.")
            else:
                graphs[name] = lines
                claims += [name] if name in part.claims else []
        left += part.left_out
    return Taken(graphs, tuple(claims), tuple(left))


def city_graph(city: str) -> str:
    """Give the name of the graph in which a peer speaks of a city: readable, and one for each IRI."""
    end = re.split(r"[/#]", city.rstrip("/#"))[-1].lower()
    digest = sha256(city.encode()).hexdigest()[:12]
    return f"city/{end}-{digest}" if _PLAIN.fullmatch(end) and len(end) <= LONGEST // 2 else f"city/{digest}"


def check_terms(graph: Graph, limits: Limits) -> None:
    """Refuse terms that nobody can take: no web address, unseen signs, texts too long; raises a SubmissionError."""
    for triple in graph:
        for term in triple:
            if isinstance(term, URIRef):
                check_iri(term, limits=limits)
            elif isinstance(term, Literal):
                size = len(term.encode())
                if size > limits.literal_bytes:
                    raise SubmissionTooLarge(f"a text has {size:,} bytes and may have {limits.literal_bytes:,}")
                if fault := text_fault(str(term)):
                    raise NotAdmitted(f"a text contains {fault}")


def _cities_of(graph: Graph) -> Iterator[Node]:
    yield from graph.subjects(RDF.type, HRC.City)
    for predicate in _SPEAKING:
        yield from graph.objects(None, predicate)


def _about(graph: Graph, city: URIRef) -> Graph:
    """Give what is said of a city, of its parts, and of the nodes without IRI that these lead to."""
    own = Graph(bind_namespaces="none")
    pending: list[Node] = [node for node in set(graph.subjects()) if node == city or str(node).startswith(f"{city}#")]
    seen = set(pending)
    while pending:
        node = pending.pop()
        for triple in graph.triples((node, None, None)):
            own.add(triple)
            if isinstance(triple[2], BNode) and triple[2] not in seen:
                seen.add(triple[2])
                pending.append(triple[2])
    return own


def _verb(triple: tuple[Node, Node, Node]) -> str:
    verb = str(triple[2] if triple[1] == RDF.type else triple[1])
    return re.split(r"[/#]", verb)[-1][:60]


def _counted(left: Mapping[str, int], what: str) -> Iterator[str]:
    beside = "about no city within the scope"
    outside = [reason for reason in left if reason.startswith(beside)]
    if outside:
        yield f"{len(outside)} {what} {outside[0]}."
    yield from (reason for reason in left if not reason.startswith(beside))


def _listed(what: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
        yield f"{len(names)} {what}: {', '.join(names[:_TOLD])}{more}."
