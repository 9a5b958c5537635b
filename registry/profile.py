"""The data-entry profile (``shapes/submission.ttl``) as values: what a submission may say, field by field."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from registry.errors import ProfileFault
from registry.lexical import readable
from registry.model import ProfileResult, ValidationReport
from registry.namespaces import HRC, RDF, RDFS, ROOT, SH
from registry.ports import Validator

_UNDER_CHECK: Final = URIRef(f"{ROOT}id/submission/under-check")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A section of the form."""

    iri: URIRef
    label: str
    order: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileProperty:
    """One field: its property, what it takes, how it is explained (the example is Turtle), which criteria it serves."""

    iri: URIRef
    label: str
    description: str
    datatypes: frozenset[URIRef]
    classes: frozenset[URIRef]
    node_kinds: frozenset[URIRef]
    code_list: URIRef | None
    values: frozenset[Node]
    order: Decimal
    group: Group | None
    example: str
    serves: frozenset[URIRef]
    is_required: bool
    is_single: bool
    pattern: str | None = None
    least: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileClass:
    """One kind of thing that a submission may describe, with its fields in order of groups and fields."""

    iri: URIRef
    label: str
    description: str
    properties: tuple[ProfileProperty, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """Every class a submission may use."""

    classes: Mapping[URIRef, ProfileClass]

    def field(self, kind: Node, iri: Node) -> ProfileProperty | None:
        """Find the field of a class by its property; None when the profile has no such class or field."""
        found = self.classes.get(URIRef(str(kind)))
        return next((each for each in found.properties if each.iri == iri), None) if found else None

    def terms(self) -> frozenset[URIRef]:
        """Give every class, property and code list that the profile names."""
        properties = [each for found in self.classes.values() for each in found.properties]
        lists = {each.code_list for each in properties if each.code_list}
        return frozenset(self.classes) | {each.iri for each in properties} | lists


def read_profile(graph: Graph) -> Profile:
    """Read the node shapes that target a class and have fields, in their order; no other part of SHACL is looked at."""
    shapes = [
        (_order(graph, shape), URIRef(str(target)), shape)
        for shape, target in graph.subject_objects(SH.targetClass)
        if (shape, SH.property, None) in graph
    ]
    return Profile(
        classes={
            iri: ProfileClass(
                iri=iri,
                label=_text(graph, shape, SH.name) or _text(graph, shape, RDFS.label) or readable(iri),
                description=_text(graph, shape, SH.description) or _text(graph, shape, RDFS.comment),
                properties=tuple(sorted(_properties(graph, shape), key=_place)),
            )
            for _, iri, shape in sorted(shapes)
        }
    )


def demand_profile(submission: Graph, code_lists: Graph, clerk: Validator) -> None:
    """Raise ProfileFault, with every fault, unless a submission fits the profile whose shapes the clerk has."""
    checked = Graph()
    for graph in (submission, code_lists):
        checked += graph
    checked.add((_UNDER_CHECK, RDF.type, HRC.Submission))
    report = clerk.validate(checked)
    found = faults(report)
    if found:
        listed = "\n".join(f"- {fault}" for fault in found)
        raise ProfileFault(f"The file does not fit the data-entry profile:\n{listed}", found, results(report))


def faults(report: ValidationReport) -> tuple[str, ...]:
    """Turn each result of the profile into a sentence: the message, then the node, the path and the value found."""
    return tuple(sorted({_fault(report.graph, result) for result in report.graph.objects(None, SH.result)}))


def results(report: ValidationReport) -> tuple[ProfileResult, ...]:
    """Give each result of the profile with its place, in the order of nodes and paths."""
    found = {
        ProfileResult(
            message=_text(report.graph, result, SH.resultMessage),
            focus=report.graph.value(result, SH.focusNode) or result,
            path=report.graph.value(result, SH.resultPath),
            value=report.graph.value(result, SH.value),
            shape=report.graph.value(result, SH.sourceShape),
        )
        for result in report.graph.objects(None, SH.result)
    }
    return tuple(sorted(found, key=lambda each: tuple(map(str, (each.focus, each.path, each.value, each.message)))))


def _fault(graph: Graph, result: Node) -> str:
    message = _text(graph, result, SH.resultMessage).rstrip(".") or "A condition of the data-entry profile is not met"
    places = [
        f"{word} {readable(term)}"
        for word, predicate in (("at", SH.focusNode), ("property", SH.resultPath), ("found", SH.value))
        if (term := graph.value(result, predicate)) is not None
    ]
    return f"{message} ({', '.join(places)})."


def _properties(graph: Graph, shape: Node) -> Iterator[ProfileProperty]:
    by_path: dict[URIRef, list[Node]] = {}
    for node in _with_parents(graph, shape):
        for constraint in graph.objects(node, SH.property):
            path = graph.value(constraint, SH.path)
            if isinstance(path, URIRef) and _integer(graph, constraint, SH.maxCount) != 0:
                by_path.setdefault(path, []).append(constraint)
    for path, constraints in by_path.items():
        yield _property(graph, path, sorted(constraints, key=str))


def _with_parents(graph: Graph, shape: Node) -> list[Node]:
    """Give the shape and the node shapes it includes by sh:node or sh:and."""
    found = [shape]
    for node in found:
        included = [*graph.objects(node, SH.node), *_members(graph, node, SH["and"])]
        found.extend(each for each in included if each not in found)
    return found


def _property(graph: Graph, path: URIRef, constraints: list[Node]) -> ProfileProperty:
    branches = list(constraints)
    for constraint in branches:
        branches.extend([*_members(graph, constraint, SH["or"]), *_members(graph, constraint, SH.xone)])
    groups = _values(graph, constraints, SH.group)
    return ProfileProperty(
        iri=path,
        label=_first_text(graph, constraints, SH.name) or readable(path),
        description=_first_text(graph, constraints, SH.description),
        datatypes=_iris(_values(graph, branches, SH.datatype)),
        classes=_iris(_values(graph, branches, SH["class"])),
        node_kinds=_iris(_values(graph, branches, SH.nodeKind)),
        code_list=next(iter(sorted(_iris(_values(graph, branches, HRC.codeList)))), None),
        values=frozenset(member for branch in branches for member in _members(graph, branch, SH["in"])),
        order=min(_order(graph, each) for each in constraints),
        group=_group(graph, groups[0]) if groups else None,
        example=_first_text(graph, constraints, HRC.example),
        serves=_iris(_values(graph, constraints, HRC.serves)),
        is_required=any((_integer(graph, each, SH.minCount) or 0) > 0 for each in constraints),
        is_single=any(_integer(graph, each, SH.maxCount) == 1 for each in constraints),
        pattern=next((str(found) for found in _values(graph, branches, SH.pattern)), None),
        least=next((str(found) for found in _values(graph, branches, SH.minInclusive)), None),
    )


def _group(graph: Graph, iri: Node) -> Group:
    label = _text(graph, iri, RDFS.label) or _text(graph, iri, SH.name) or readable(iri)
    return Group(iri=URIRef(str(iri)), label=label, order=_order(graph, iri))


def _place(field: ProfileProperty) -> tuple[Decimal, str, Decimal, str]:
    group = field.group
    return (group.order if group else Decimal(0), group.label if group else "", field.order, str(field.iri))


def _values(graph: Graph, subjects: Iterable[Node], predicate: URIRef) -> list[Node]:
    return [value for subject in subjects for value in sorted(graph.objects(subject, predicate), key=str)]


def _members(graph: Graph, subject: Node, predicate: URIRef) -> list[Node]:
    return [member for head in graph.objects(subject, predicate) for member in Collection(graph, head)]


def _iris(nodes: Iterable[Node]) -> frozenset[URIRef]:
    return frozenset(node for node in nodes if isinstance(node, URIRef))


def _order(graph: Graph, subject: Node) -> Decimal:
    return Decimal(str(graph.value(subject, SH.order) or 0))


def _integer(graph: Graph, subject: Node, predicate: URIRef) -> int | None:
    value = graph.value(subject, predicate)
    return None if value is None else int(str(value))


def _first_text(graph: Graph, subjects: Iterable[Node], predicate: URIRef) -> str:
    return next((text for subject in subjects if (text := _text(graph, subject, predicate))), "")


def _text(graph: Graph, subject: Node, predicate: URIRef) -> str:
    """Give the English literal, or any literal, or nothing."""
    texts = [value for value in graph.objects(subject, predicate) if isinstance(value, Literal)]
    texts.sort(key=lambda text: (text.language != "en", text.language or "", str(text)))
    return str(texts[0]) if texts else ""
