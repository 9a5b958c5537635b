"""The intake guard: only what the data-entry profile lists, about the one city of the file, reaches the judges.

Order: the bytes (``registry.guard``), the parser behind the Syntax port, single terms (``registry.lexical``), then the
allow-list. What passes is a graph without blank nodes whose every statement the profile knows.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from hashlib import sha256
from typing import Final

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from registry.blank_nodes import check_blank_nodes, named_as_fragments
from registry.errors import NotAdmitted, SubmissionError, SubmissionTooLarge
from registry.guard import JSON_LD, TURTLE, Limits, checked_bytes, media_type_of
from registry.lexical import admitted_literal, check_iri, readable
from registry.named_city import NO_BASE, city_of, legible
from registry.namespaces import EARL, HRC, ORG, RDF, ROOT, SH
from registry.ports import Syntax
from registry.profile import Profile, ProfileProperty

__all__ = [
    "JSON_LD",
    "TURTLE",
    "Examination",
    "Held",
    "Limits",
    "Sifted",
    "Submission",
    "media_type_of",
    "read_held",
    "read_submission",
    "sift",
]

Triple = tuple[Node, Node, Node]

_LIMITS: Final = Limits()
_MOST_FAULTS: Final = 20
_WRITTEN_BY_JUDGING: Final = frozenset({HRC.Assessment, HRC.City, HRC.Submission, HRC.assesses})


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What is to be examined: the raw bytes as they came, what is held, the day, and whether it is to be explained."""

    raw: bytes
    name: str
    media_type: str | None = None
    held: bytes | None = None
    held_name: str = "held.ttl"
    at: date | None = None
    is_explained: bool = False

    @property
    def kind(self) -> str:
        """Give the media type of the file; raise UnsupportedFormat for one that is not read."""
        return media_type_of(self.name, self.media_type, self.raw)


@dataclass(frozen=True, slots=True)
class Submission:
    """A city's word as it may be judged: the city, its statements without blank nodes, the SHA-256 of the file sent."""

    city: URIRef
    graph: Graph
    raw_sha256: str


@dataclass(frozen=True, slots=True)
class Held:
    """What is held about a city as it may be judged, and the SHA-256 of the file sent."""

    graph: Graph
    raw_sha256: str


def read_submission(
    raw: bytes, media_type: str, *, profile: Profile, syntax: Syntax, limits: Limits = _LIMITS
) -> Submission:
    """Read one city's file; bytes in, a graph that says only what the profile lists out.

    Raises SubmissionTooLarge, UnsupportedFormat, UnreadableSubmission, NotAdmitted (naming the statement), and
    ProfileFault when the file does not speak of exactly one city. Run it confined: a parser may die on hostile bytes.
    """
    graph = parsed(raw, media_type, syntax=syntax, limits=limits)
    return admit(graph, sha256(raw).hexdigest(), profile=profile, syntax=syntax, limits=limits)


def admit(graph: Graph, raw_sha256: str, *, profile: Profile, syntax: Syntax, limits: Limits = _LIMITS) -> Submission:
    """Give what a graph says as a submission, when it says only what the profile lists about exactly one city.

    Raises NotAdmitted (naming the statement), SubmissionTooLarge and ProfileFault.
    """
    city = city_of(graph, profile, limits)
    claims = _Claims(city, profile, graph, limits)
    clean = _each(graph, claims.admitted, city)
    check_blank_nodes(clean, most=limits.blank_nodes)
    if any(isinstance(term, BNode) for term in clean.all_nodes()):
        clean = named_as_fragments(syntax.canonical_graph(clean), city)
    return Submission(city=city, graph=clean, raw_sha256=raw_sha256)


@dataclass(frozen=True, slots=True)
class Sifted:
    """A file before it is refused: its city, all it says, which of it is not admitted, and how what is was written.

    Blank nodes have the names that they get in a submission. What is admitted stands in canonical form; ``written``
    leads from there to the statement of the file where that is another.
    """

    city: URIRef
    graph: Graph
    refused: tuple[Triple, ...]
    written: Mapping[Triple, Triple]


def sift(graph: Graph, *, profile: Profile, syntax: Syntax, limits: Limits = _LIMITS) -> Sifted:
    """Look at every statement of a parsed file, in reading order, and refuse none of them.

    Raises ProfileFault when it does not speak of exactly one city, and what speaks against its blank nodes.
    """
    city = city_of(graph, profile, limits)
    check_blank_nodes(graph, most=limits.blank_nodes)
    if any(isinstance(term, BNode) for term in graph.all_nodes()):
        graph = named_as_fragments(syntax.canonical_graph(graph), city)
    claims = _Claims(city, profile, graph, limits)
    said, refused, written = Graph(bind_namespaces="none"), list[Triple](), dict[Triple, Triple]()
    for triple in sorted(graph, key=_reading_order):
        try:
            admitted = claims.admitted(triple)
        except (NotAdmitted, SubmissionTooLarge):
            refused.append(triple)
            admitted = triple
        if admitted != triple:
            written[admitted] = triple
        said.add(admitted)
    return Sifted(city, said, tuple(refused), written)


def read_held(
    raw: bytes,
    media_type: str,
    *,
    city: URIRef,
    profile: Profile,
    terms: frozenset[URIRef],
    syntax: Syntax,
    limits: Limits = _LIMITS,
) -> Held:
    """Read what is held about a city: findings, link checks, third parties' words; never the city's own claims.

    ``terms`` are the classes and properties that the registry or third parties may state; EARL's come with them. About
    anything but the city and its parts, the profile's may be used as well (an article has a title and a publisher).
    Raises what ``read_submission`` raises, but for ProfileFault.
    """
    graph = parsed(raw, media_type, syntax=syntax, limits=limits)
    words = _HeldWords(city, profile.terms(), terms | {ORG.subOrganizationOf}, limits)
    clean = _each(graph, words.admitted, city)
    check_blank_nodes(clean, most=limits.blank_nodes)
    return Held(graph=clean, raw_sha256=sha256(raw).hexdigest())


def parsed(raw: bytes, media_type: str, *, syntax: Syntax, limits: Limits = _LIMITS) -> Graph:
    """Give what the bytes of a file say, before any statement is looked at; raises what ``read_submission`` raises."""
    body = checked_bytes(raw, media_type, limits=limits)
    return syntax.parse(body, media_type, base=NO_BASE, most_triples=limits.most_triples)


def _each(graph: Graph, admitted: Callable[[Triple], Triple], city: URIRef) -> Graph:
    """Give the graph of all admitted statements, or raise for the first that is not, the same in every run."""
    clean = Graph(bind_namespaces="none")
    refused: list[SubmissionError] = []
    for triple in sorted(graph, key=_reading_order):
        try:
            clean.add(admitted(triple))
        except (NotAdmitted, SubmissionTooLarge) as fault:
            statement = _statement(triple, city)
            refused.append(type(fault)(f"The statement {statement} is not admitted: {fault}"))
            if len(refused) > _MOST_FAULTS:
                break
    if refused:
        raise type(refused[0])(f"{refused[0]}{_and_more(len(refused) - 1)}.")
    return clean


def _statement(triple: Triple, city: URIRef) -> str:
    subject, predicate, term = triple
    verb = "a" if predicate == RDF.type else readable(predicate)
    return f"{legible(subject, city)} {verb} {legible(term, city)}"


def _reading_order(triple: Triple) -> tuple[bool, str, bool, str, str]:
    subject, predicate, term = triple
    return isinstance(subject, BNode), str(subject), predicate != RDF.type, str(predicate), str(term)


def _local(iri: Node) -> str:
    return re.split(r"[#/]", str(iri))[-1]


def _and_more(count: int) -> str:
    if not count:
        return ""
    number = str(count) if count < _MOST_FAULTS else f"at least {count}"
    return f" ({number} more {'is' if count == 1 else 'are'} not admitted either)"


def _is_part(term: Node, city: URIRef) -> bool:
    return isinstance(term, URIRef) and (term == city or term.startswith(f"{city}#"))


def _checked_iri(term: URIRef, limits: Limits) -> URIRef:
    if term.startswith(NO_BASE):
        raise NotAdmitted(
            f"{legible(term)} is relative to nothing; write the IRI in full, or declare @base with the city's IRI"
        )
    check_iri(term, limits=limits)
    return term


@dataclass(frozen=True, slots=True)
class _Claims:
    """What the city of one file may say."""

    city: URIRef
    profile: Profile
    graph: Graph
    limits: Limits

    def admitted(self, triple: Triple) -> Triple:
        """Give the statement in canonical form; raises NotAdmitted or SubmissionTooLarge with the reason."""
        subject, predicate, term = triple
        if isinstance(subject, URIRef):
            _checked_iri(subject, self.limits)
            if not _is_part(subject, self.city):
                raise NotAdmitted(
                    "it speaks about something else than the city of this file; "
                    f"say only what concerns {readable(self.city)} and its parts, {readable(self.city)[:-1]}#…>"
                )
        found = self._class_of(subject)
        if predicate == RDF.type:
            return self._admitted_type(triple)
        if found is None:
            return triple  # its type is refused, and with it the file
        field = self.profile.field(found, predicate)
        if field is None:
            raise NotAdmitted(self._not_listed(predicate, found))
        if isinstance(term, Literal):
            return subject, predicate, admitted_literal(term, wanted=field.datatypes, limits=self.limits)
        if isinstance(term, URIRef):
            _checked_iri(term, self.limits)
            self._check_link(term, field)
        return triple

    def _class_of(self, subject: Node) -> URIRef | None:
        types = sorted(set(self.graph.objects(subject, RDF.type)), key=str)
        known = [each for each in types if isinstance(each, URIRef) and each in self.profile.classes]
        if not types:
            raise NotAdmitted(f"the thing it speaks about has no type; say what it is, as in {self._expected(subject)}")
        if len(known) > 1:
            names = " and ".join(readable(each) for each in known)
            raise NotAdmitted(f"the thing it speaks about has several types ({names}); describe each thing on its own")
        return known[0] if known else None

    def _admitted_type(self, triple: Triple) -> Triple:
        if triple[2] not in self.profile.classes:
            name = legible(triple[2], self.city)
            raise NotAdmitted(f"{name} is not a kind of thing that a submission describes; use a class of the profile")
        return triple

    def _expected(self, subject: Node) -> str:
        name = f"{readable(subject, city=self.city)} a {{}}" if isinstance(subject, URIRef) else "[ a {} ]"
        for holder, predicate in self.graph.subject_predicates(subject):
            for found in self.graph.objects(holder, RDF.type):
                field = self.profile.field(found, predicate)
                if field and field.classes:
                    return name.format(readable(min(field.classes)))
        return name.format("hrc:ActionPlan")

    def _not_listed(self, predicate: Node, found: URIRef) -> str:
        listed = {_local(field.iri): field.iri for field in self.profile.classes[found].properties}
        close = get_close_matches(_local(predicate), listed, n=1, cutoff=0.8)
        advice = (
            f"perhaps {readable(listed[close[0]])} is meant"
            if close and listed[close[0]] != predicate
            else "remove it; `hrcr template` lists what may be said"
        )
        return f"{readable(predicate)} is not a property that a submission gives to {readable(found)}; {advice}"

    def _check_link(self, term: URIRef, field: ProfileProperty) -> None:
        if _is_part(term, self.city):
            return
        if field.code_list is not None:
            if not str(term).startswith(tuple(field.code_list.rstrip("/#") + sign for sign in "/#")):
                raise NotAdmitted(f"its value must come from the code list {readable(field.code_list)}")
        elif field.values:
            if term not in field.values:
                raise NotAdmitted(f"its value must be one of {', '.join(sorted(map(readable, field.values)))}")
        elif SH.IRI not in field.node_kinds and field.classes <= self.profile.classes.keys():
            raise NotAdmitted(
                f"its value lies outside the city's own space; give {readable(field.iri)} "
                f"{'a part of the city' if field.classes else 'a text or number'}, described in this file"
            )


@dataclass(frozen=True, slots=True)
class _HeldWords:
    """What the registry and third parties may say about one city."""

    city: URIRef
    claims: frozenset[URIRef]
    terms: frozenset[URIRef]
    limits: Limits

    def admitted(self, triple: Triple) -> Triple:
        """Give the statement in canonical form; raises NotAdmitted or SubmissionTooLarge with the reason."""
        subject, predicate, term = triple
        if isinstance(subject, URIRef):
            _checked_iri(subject, self.limits)
            if subject.startswith(ROOT) and not subject.startswith(f"{ROOT}id/"):
                raise NotAdmitted("it speaks about the standard or a vocabulary, which no file changes; remove it")
        word = term if predicate == RDF.type else predicate
        is_claim = word in self.claims
        if _is_part(subject, self.city) and is_claim:
            raise NotAdmitted(f"{readable(word)} about the city is the city's own to state; move it to the city's file")
        if word in _WRITTEN_BY_JUDGING or not (is_claim or word in self.terms or str(word).startswith(str(EARL))):
            raise NotAdmitted(f"{legible(word)} is not a term that the registry or a third party states; remove it")
        if isinstance(term, Literal):
            return subject, predicate, admitted_literal(term, wanted=(), limits=self.limits)
        if isinstance(term, URIRef):
            _checked_iri(term, self.limits)
        return triple
