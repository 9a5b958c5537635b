"""A page of a Linked Data Event Stream: where it leads, and its members, each the state of something; pure.

Members are versions of something (LDES 1.0, 4), whose statements stand beside them or in a graph named as they are
(TREE, member extraction). What they say is brought to what they are a version of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from rdflib import BNode, Graph, URIRef
from rdflib.term import Node

from registry.blank_nodes import check_blank_nodes
from registry.errors import SubmissionError
from registry.guard import Limits
from registry.namespaces import AS, DCT, LDES, RDF, ROOT, TREE
from registry.peer_content import RELEASED
from registry.peer_errors import HarvestRefused
from registry.peer_ports import StreamMember, StreamPage
from registry.ports import Syntax

MOST_RELATIONS: Final = 500
"""Other pages that one page may lead to."""
PATHS: Final = ("versionOfPath", "timestampPath", "sequencePath", "versionDeletePath", "versionDeleteObject")
_TRUE: Final = ("true", "1")
_GRAPH: Final = f"{ROOT}graph/"
_DIGITS: Final = 18

Graphs = Mapping[URIRef | None, Graph]


def read_page(
    graphs: Graphs,
    names: Sequence[str],
    paths: Mapping[str, str],
    scope: Sequence[str],
    *,
    syntax: Syntax,
    limits: Limits,
) -> StreamPage:
    """Read a page that is called by one of ``names``, the first being where it lies; see the port."""
    told = graphs[None]
    members = sorted({node for node in told.objects(None, TREE.member) if isinstance(node, URIRef)})
    following, is_settled = _onward(told, names, has_members=bool(members))
    known = {**_said_of_stream(told, names[0]), **paths}
    reading = _Reading(graphs, known, tuple(scope), frozenset(members), syntax, limits)
    return StreamPage(
        address=names[0],
        is_settled=is_settled,
        following=following,
        paths=known,
        members=tuple(reading.member(node) for node in members),
    )


def _onward(told: Graph, names: Sequence[str], *, has_members: bool) -> tuple[tuple[str, ...], bool]:
    """Give the pages that a page leads to, and whether it never changes."""
    here = [URIRef(name) for name in names]
    views = {str(view) for view in told.objects(None, TREE.view) if isinstance(view, URIRef)}
    relations = {relation for node in here for relation in told.objects(node, TREE.relation)}
    if not relations and not views & set(names) and not any((node, RDF.type, TREE.Node) in told for node in here):
        if len(views) == 1:
            return tuple(views), False
        if (None, TREE.relation, None) in told:
            raise HarvestRefused(
                f"{names[0]} speaks of other pages than itself; give the address that it is called by."
            )
        if not has_members:
            raise HarvestRefused(f"{names[0]} is no page of an event stream: it has neither members nor pages (TREE).")
    if len(relations) > MOST_RELATIONS:
        raise HarvestRefused(f"{names[0]} leads to more than {MOST_RELATIONS} other pages.")
    targets = {target for relation in relations for target in told.objects(relation, TREE.node)}
    if not all(isinstance(target, URIRef) for target in targets):
        raise HarvestRefused(f"{names[0]} leads to a page without an address.")
    is_settled = any(str(value) in _TRUE for node in here for value in told.objects(node, LDES.immutable))
    return tuple(sorted(str(target).partition("#")[0] for target in targets)), is_settled


def _said_of_stream(told: Graph, address: str) -> dict[str, str]:
    found = dict[str, str]()
    for name in PATHS:
        values = set(told.objects(None, LDES[name]))
        if not values:
            continue
        if len(values) > 1 or not isinstance(value := values.pop(), URIRef):
            raise HarvestRefused(f"{address} says ldes:{name} otherwise than by one IRI, which is not read here.")
        found[name] = str(value)
    return found


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is needed to read the members of one page."""

    graphs: Graphs
    paths: Mapping[str, str]
    scope: tuple[str, ...]
    members: frozenset[URIRef]
    syntax: Syntax
    limits: Limits

    def member(self, node: URIRef) -> StreamMember:
        told = self.graphs[None]
        of, at = self._of(node), self._time(node)
        number = str(self._one(node, "sequencePath") or "")
        how = URIRef(self.paths.get("versionDeletePath", RDF.type))
        found = StreamMember(
            iri=str(node),
            of=str(of),
            at=at,
            number=int(number) if number.isdecimal() and len(number) <= _DIGITS else 0,
            is_gone=(node, how, URIRef(self.paths.get("versionDeleteObject", AS.Delete))) in told,
        )
        try:
            lines = self._lines(node, of)
        except SubmissionError as fault:
            return replace(found, fault=f"{of}: {fault}")
        said = f"{of}\n{at}\n{found.number}\n{found.is_gone}\n".encode()
        return replace(found, lines=lines, digest=sha256(said + lines).hexdigest() if self._is_heard(of) else "")

    def _is_heard(self, of: URIRef) -> bool:
        if of.startswith(_GRAPH):
            return of.removeprefix(_GRAPH).partition("/")[0] in RELEASED
        return str(of).startswith(self.scope)

    def _lines(self, node: URIRef, of: URIRef) -> bytes:
        """Give what a member says as canonical N-Triples; nothing where nobody hears the peer on it."""
        if not self._is_heard(of):
            return b""
        if of.startswith(_GRAPH):
            content = self.graphs.get(node, Graph())
            if any(isinstance(term, BNode) for term in content.all_nodes()):
                raise SubmissionError("it has nodes without IRI")
        else:
            content = _about(self.graphs, node, of, self.members)
            self._strip(content, of)
        check_blank_nodes(content, most=self.limits.blank_nodes)
        return self.syntax.canonical(content)

    def _strip(self, content: Graph, of: URIRef) -> None:
        """Take out what is said of the version and not of the thing."""
        for name in ("versionOfPath", "timestampPath", "sequencePath"):
            if name in self.paths:
                content.remove((of, URIRef(self.paths[name]), None))
        content.remove((of, DCT.isVersionOf, None))
        for kind in (AS.Create, AS.Update, AS.Delete):
            content.remove((of, RDF.type, kind))

    def _of(self, node: URIRef) -> URIRef:
        found = self._one(node, "versionOfPath", DCT.isVersionOf)
        return found if isinstance(found, URIRef) else node

    def _time(self, node: URIRef) -> str:
        found = self._one(node, "timestampPath")
        if found is None:
            return ""
        try:
            time = datetime.fromisoformat(str(found).strip())
            time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
        except (ValueError, OverflowError) as fault:
            raise HarvestRefused(f"The time of the member {node} cannot be read: “{str(found)[:40]}”.") from fault
        return time.isoformat(timespec="microseconds")

    def _one(self, node: URIRef, name: str, otherwise: URIRef | None = None) -> Node | None:
        """Give the one value of a path; None where none is told, or nothing is said by it."""
        path = self.paths.get(name, otherwise)
        values = list(self.graphs[None].objects(node, URIRef(path))) if path else []
        if len(values) > 1:
            raise HarvestRefused(f"The member {node} has {len(values)} values of ldes:{name}, which may have one.")
        return values[0] if values else None


def _about(graphs: Graphs, node: URIRef, of: URIRef, members: frozenset[URIRef]) -> Graph:
    """Give what is said of a member and of what belongs to it, as said of what it is a version of.

    That is its named graph where it has one, else what is said of it, of its parts, and of nodes without IRI.
    """
    own, told, seen = Graph(bind_namespaces="none"), graphs[None], set[Node]()
    pending: list[Node] = [node, *(each for each in set(told.subjects()) - members if _is_part(each, node, node))]
    while pending and node not in graphs:
        subject = pending.pop()
        if subject not in seen:
            seen.add(subject)
            own += told.triples((subject, None, None))
            terms = set(told.objects(subject))
            pending += [term for term in terms - members if isinstance(term, BNode) or _is_part(term, node, of)]
    said = Graph(bind_namespaces="none")
    for subject, predicate, term in graphs.get(node, own):
        said.add((_renamed(subject, node, of), predicate, _renamed(term, node, of)))
    return said


def _is_part(term: Node, node: URIRef, of: URIRef) -> bool:
    return isinstance(term, URIRef) and str(term).startswith((f"{node}#", f"{of}#"))


def _renamed(term: Node, node: URIRef, of: URIRef) -> Node:
    if term == node:
        return of
    if isinstance(term, URIRef) and term.startswith(f"{node}#"):
        return URIRef(of + term.removeprefix(node))
    return term
