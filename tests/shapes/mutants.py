"""Mutants of the shapes of one file: each lacks one constraint, one branch, one FILTER, or one of a count."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import BNode, Node

from registry.namespaces import HRCSH, RDF, SH

_CONSTRAINTS: Final = frozenset(
    SH[name]
    for name in (
        *("and", "class", "closed", "datatype", "disjoint", "equals", "hasValue", "in", "languageIn", "lessThan"),
        *("lessThanOrEquals", "maxCount", "maxExclusive", "maxInclusive", "maxLength", "minCount", "minExclusive"),
        *("minInclusive", "minLength", "node", "nodeKind", "not", "or", "pattern", "property", "qualifiedMaxCount"),
        *("qualifiedValueShape", "sparql", "uniqueLang", "xone"),
    )
)
"""Every constraint parameter of SHACL that means something by its own (4; 5.1); the rest goes with one of these."""

_WITH: Final = {SH.qualifiedValueShape: SH.qualifiedMinCount}
_COUNTS: Final = (SH.minCount, SH.qualifiedMinCount)
_LISTS: Final = (SH["or"], SH["and"], SH.xone, SH["in"])


@dataclass(frozen=True)
class Mutant:
    """What was taken out, a shape that reports it or is used by those that do, and the shapes graph without it."""

    name: str
    shape: URIRef
    shapes: Graph


def mutants(own: Graph, shapes: Graph) -> Iterator[Mutant]:
    """Give every mutant of the shapes described in ``own``; ``shapes`` is the whole graph they are judged with."""
    for shape in sorted({shape for kind in (SH.NodeShape, SH.PropertyShape) for shape in own.subjects(RDF.type, kind)}):
        named = URIRef(str(shape))
        yield from _without_constraints(named, shapes)
        yield from _with_one_less(named, shapes)
        yield from _without_branches(named, shapes)
        yield from _without_filters(named, shapes)


def reporters(shapes: Graph, shape: URIRef) -> frozenset[Node]:
    """Give the shapes whose results can change with one shape: targeted ones, and property shapes right under them."""
    targeted = set(shapes.subjects(SH.targetClass))
    under = {part for node in targeted for part in shapes.objects(node, SH.property)}
    found: set[Node] = set()
    waiting, seen = [URIRef(shape)], {URIRef(shape)}
    while waiting:
        one = waiting.pop()
        if one in targeted or one in under:
            found.add(one)
        else:
            users = {user for user in _users(shapes, one) if user not in seen}
            seen |= users
            waiting.extend(users)
    return frozenset(found)


def only(shapes: Graph, kept: frozenset[Node]) -> Graph:
    """Give the shapes graph in which none but the kept shapes can report on a target."""
    graph = Graph()
    targeted = set(shapes.subjects(SH.targetClass))
    for subject, predicate, value in shapes:
        is_idle = subject not in kept and kept.isdisjoint(shapes.objects(subject, SH.property))
        is_other_part = subject in targeted and value not in kept
        if not ((predicate == SH.targetClass and is_idle) or (predicate == SH.property and is_other_part)):
            graph.add((subject, predicate, value))
    return graph


def _users(shapes: Graph, term: Node) -> Iterator[URIRef]:
    """Give the named shapes that refer to a term, directly or by a list."""
    for subject in shapes.subjects(None, term):
        if isinstance(subject, URIRef):
            yield subject
        else:
            yield from _users(shapes, subject)


def local(term: Node) -> str:
    """Write an IRI of ours or of SHACL as a prefixed name, any other term as it is."""
    return str(term).replace(str(HRCSH), "hrcsh:").replace(str(SH), "sh:")


def filters(text: str) -> Iterator[str]:
    """Give each FILTER of a query text up to its closing bracket, the nested ones too."""
    start = text.find("FILTER")
    while start >= 0:
        yield text[start : _end(text, start)]
        start = text.find("FILTER", start + 1)


def _end(text: str, start: int) -> int:
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] in "({") - (text[place] in ")}")
        if depth == 0 and text[place] in ")}":
            return place + 1
    raise AssertionError(f"a FILTER that does not end: {text[start:]}")


def _without_constraints(shape: URIRef, shapes: Graph) -> Iterator[Mutant]:
    for predicate, value in sorted(shapes.predicate_objects(shape)):
        if predicate in _CONSTRAINTS:
            removed = {(shape, predicate, value)}
            if predicate in _WITH:
                removed |= set(shapes.triples((shape, _WITH[URIRef(str(predicate))], None)))
            name = f"{local(shape)} {local(predicate)}" + ("" if isinstance(value, BNode) else f" {local(value)}")
            is_whole_part = predicate == SH.property and (shape, SH.targetClass, None) in shapes
            yield Mutant(name, URIRef(str(value)) if is_whole_part else shape, _changed(shapes, removed, set()))


def _with_one_less(shape: URIRef, shapes: Graph) -> Iterator[Mutant]:
    for predicate in _COUNTS:
        for value in shapes.objects(shape, predicate):
            if int(str(value)) > 1:
                less = {(shape, predicate, Literal(int(str(value)) - 1))}
                changed = _changed(shapes, {(shape, predicate, value)}, less)
                yield Mutant(f"{local(shape)} {local(predicate)} less than {value}", shape, changed)


def _without_branches(shape: URIRef, shapes: Graph) -> Iterator[Mutant]:
    for predicate in _LISTS:
        for head in shapes.objects(shape, predicate):
            members = list(Collection(shapes, head))
            for member in members if len(members) > 1 else ():
                changed = _changed(shapes, {(shape, predicate, head)}, set())
                rest = Collection(changed, BNode(), [other for other in members if other != member])
                changed.add((shape, predicate, rest.uri))
                yield Mutant(f"{local(shape)} {local(predicate)} without {local(member)}", shape, changed)


def _without_filters(shape: URIRef, shapes: Graph) -> Iterator[Mutant]:
    for constraint in shapes.objects(shape, SH.sparql):
        for select in shapes.objects(constraint, SH.select):
            for number, condition in enumerate(filters(str(select)), start=1):
                place = _place(str(select), number)
                text = str(select)[:place] + str(select)[place + len(condition) :]
                changed = _changed(shapes, {(constraint, SH.select, select)}, {(constraint, SH.select, Literal(text))})
                yield Mutant(f"{local(shape)} FILTER {number}", shape, changed)


def _place(text: str, number: int) -> int:
    place = -1
    for _ in range(number):
        place = text.find("FILTER", place + 1)
    return place


def _changed(shapes: Graph, removed: set[tuple[Node, Node, Node]], added: set[tuple[Node, Node, Node]]) -> Graph:
    changed = Graph()
    for triple in shapes:
        if triple not in removed:
            changed.add(triple)
    for triple in added:
        changed.add(triple)
    return changed
