"""What the profile says of each field, that it serves a criterion, is what the shapes of the criterion read."""

import re
from functools import cache
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from registry.namespaces import DCT, HRC, PREFIXES, SH, VOCAB

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SAME_DATE: dict[Node, set[Node]] = {
    DCT.date: {DCT.issued, HRC.earliest, HRC.latest},
    HRC.startDate: {HRC.earliestStart, HRC.latestStart},
    HRC.endDate: {HRC.earliestEnd, HRC.latestEnd},
}
"""Properties of which the registry computes one from another, so that a rule may read either."""


def test_the_fields_that_serve_a_criterion_are_those_its_shapes_read() -> None:
    served, read = _served(), {path.stem: _read_by(path) for path in _shape_files()}
    assert len(read) == 40
    assert {slug: missing for slug, found in read.items() if (missing := found - served[slug])} == {}
    for_people = _judged_or_held()
    extra = {slug: more for slug, found in read.items() if slug not in for_people and (more := served[slug] - found)}
    assert extra == {}


def _served() -> dict[str, set[Node]]:
    """The properties that each criterion reads by the word of the profile, dates that stand for one another as one."""
    served: dict[str, set[Node]] = {}
    for field in _fields():
        for criterion in _profile().objects(field, HRC.serves):
            path = _profile().value(field, SH.path)
            assert path is not None
            served.setdefault(str(criterion).rsplit("/", 1)[-1], set()).add(_date(path))
    return served


def _read_by(path: Path) -> set[Node]:
    """The properties of the profile that the shapes of one criterion read, with the sources of derived values."""
    shapes, windows = Graph().parse(path), Graph().parse(ROOT / "shapes" / "windows.ttl")
    used = {shape for shape in shapes.objects() if (shape, RDF.type, SH.NodeShape) in windows}
    shapes += _about(windows, used)
    found = {node for part in (SH.path, SH.lessThan, SH.lessThanOrEquals) for node in _leaves(shapes, part)}
    for query in shapes.objects(None, SH.select):
        named = re.findall(r"\b([a-z]+):([A-Za-z0-9]+)", str(query))
        found |= {PREFIXES[prefix][local] for prefix, local in named if prefix in PREFIXES}
    derived = Graph().parse(ROOT / "ontology" / "standard" / "derived-values.ttl")
    for _ in range(len(derived)):
        values = {value for value, target in derived.subject_objects(HRC.toProperty) if target in found}
        sources = {
            node
            for part in (HRC.fromProperty, HRC.untilProperty)
            for one in values
            for node in derived.objects(one, part)
        }
        if sources <= found:
            break
        found |= sources
    paths = {_profile().value(field, SH.path) for field in _fields()}
    return {_date(node) for node in found if node in paths}


def _about(graph: Graph, shapes: set[Node]) -> Graph:
    part = Graph()
    for field in {field for shape in shapes for field in graph.objects(shape, SH.property)}:
        for triple in graph.triples((field, None, None)):
            part.add(triple)
    return part


def _leaves(shapes: Graph, part: URIRef) -> set[Node]:
    found: set[Node] = set()
    queue = list(shapes.objects(None, part))
    while queue:
        node = queue.pop()
        if isinstance(node, URIRef):
            found.add(node)
        else:
            queue.extend(shapes.objects(node))
    return found


def _date(path: Node) -> Node:
    return next((first for first, others in SAME_DATE.items() if path in others), path)


def _shape_files() -> list[Path]:
    return [
        ROOT / "shapes" / f"{criterion.stem}.ttl"
        for criterion in sorted((ROOT / "ontology/standard/criteria").glob("*.ttl"))
    ]


def _judged_or_held() -> set[str]:
    slugs = set()
    for path in (ROOT / "ontology/standard/criteria").glob("*.ttl"):
        criterion = Graph().parse(path)
        if (None, HRC.judged, None) in criterion or (None, HRC.mode, VOCAB["modes/held"]) in criterion:
            slugs.add(path.stem)
    return slugs


def _fields() -> list[Node]:
    return list(_profile().subjects(HRC.example))


@cache
def _profile() -> Graph:
    return Graph().parse(ROOT / "shapes" / "submission.ttl")
