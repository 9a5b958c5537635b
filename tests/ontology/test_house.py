"""Our own artefacts keep the house shapes, no term is undefined, and each condition of the house catches its fault."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, SKOS
from rdflib.term import Node

from registry.namespaces import HRC, SH, XSD

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
TIDY = (Path(__file__).parent / "house" / "tidy.ttl").read_text(encoding="utf-8")
STRANGER = URIRef("https://example.org/house/stranger")
CONSTRAINTS = (
    SH.minCount,
    SH.maxCount,
    SH["class"],
    SH.datatype,
    SH.hasValue,
    SH["in"],
    SH.nodeKind,
    SH.pattern,
    SH.uniqueLang,
)
ISSUED = 'dct:issued "2020-02-13"^^xsd:date .'
PARTS = ("hrc:earliest '2020-02-01'^^xsd:date", "hrc:latest '2020-02-28'^^xsd:date", "hrc:dateWording 'Feb 2020'@en")

FAULTS = [
    (
        "a concept without definition",
        '    skos:definition "Something to choose."@en ;\n',
        "",
        "HouseDefinedConceptShape",
    ),
    ("a property shape that is a blank node", "hrcsh:ThingShape-part a", "[] a", "HouseNamedShapeShape"),
    ("a shape without readable name", "hrcsh:ThingShape-share a", "hrcsh:b7f3a_ a", "HouseNamedShapeShape"),
    ("a statement without its triple", "hrc:reliesOn ex:act .", "hrc:act ex:act .", "HouseStatementShape-stated"),
    ("a source without date", ISSUED, "dct:issued 'early 2020'@en .", "HouseDatedEvidenceShape"),
    ("a source marked as dated", ISSUED, "hrc:undated false .", "HouseDatedEvidenceShape"),
    ("a source without latest day", ISSUED, f"{PARTS[0]} ; {PARTS[2]} .", "HouseDatedEvidenceShape"),
    ("a source without earliest day", ISSUED, f"{PARTS[1]} ; {PARTS[2]} .", "HouseDatedEvidenceShape"),
    ("a source without wording of its date", ISSUED, f"{PARTS[0]} ; {PARTS[1]} .", "HouseDatedEvidenceShape"),
    (
        "a source that ends before it begins",
        ISSUED,
        f"{PARTS[0]} ; {PARTS[1].replace('2020', '2019')} ; {PARTS[2]} .",
        "HouseDatedEvidenceShape",
    ),
]
TIDY_CHANGES = [
    ("a source dated in part", ISSUED, f"{' ; '.join(PARTS)} ."),
    ("a source without date that says so", ISSUED, "hrc:undated true ."),
    ("a goal of the United Nations without definition of ours", '    skos:definition "Something to choose."@en ;\n',
     "    a <http://metadata.un.org/sdg/ontology#Goal> ;\n"),
    ("a target of the United Nations without definition of ours", '    skos:definition "Something to choose."@en ;\n',
     "    a <http://metadata.un.org/sdg/ontology#Target> ;\n"),
]  # fmt: skip


def test_the_ontology_the_standard_and_the_shapes_keep_the_house() -> None:
    read, files = _read("ontology/**/*.ttl", "shapes/*.ttl")
    assert files >= 98
    assert _results(read, _house()) == []


def test_the_data_keep_the_house() -> None:
    read, files = _read("data/cities/*.ttl", "data/reference/*.ttl", "data/*.ttl")
    assert files >= 65
    context, _ = _read("ontology/hrc.ttl", "ontology/vocabularies/*.ttl")
    assert _results(read + context, _house()) == []


def test_every_term_in_our_namespace_is_defined() -> None:
    defined = set(Graph().parse(ROOT / "ontology" / "hrc.ttl").subjects(RDF.type, None))
    files = [
        path for folder in ("ontology", "shapes", "data", "tests/shapes") for path in (ROOT / folder).rglob("*.ttl")
    ]
    assert len(files) >= 200
    undefined = {(path.name, term) for path in files for term in _our_terms(path) if term not in defined}
    assert undefined == set()


def test_every_term_is_defined_by_one_sentence() -> None:
    terms = Graph().parse(ROOT / "ontology" / "hrc.ttl")
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    found = [term for kind in kinds for term in terms.subjects(RDF.type, kind)]
    assert len(found) == len(set(found)) >= 470
    assert {term for term in found if str(terms.value(term, SKOS.definition)).count(".") != 1} == set()


def test_a_tidy_house_has_no_result() -> None:
    assert _results(_turtle(TIDY), _house()) == []


@pytest.mark.parametrize(("what", "old", "new"), TIDY_CHANGES, ids=[one[0].replace(" ", "-") for one in TIDY_CHANGES])
def test_what_is_allowed_gives_no_result(what: str, old: str, new: str) -> None:
    assert TIDY.count(old) == 1, what
    assert _results(_turtle(TIDY.replace(old, new)), _house()) == []


@pytest.mark.parametrize(("what", "old", "new", "shape"), FAULTS, ids=[fault[0].replace(" ", "-") for fault in FAULTS])
def test_a_fault_is_found_by_its_shape(what: str, old: str, new: str, shape: str) -> None:
    assert TIDY.count(old) == 1, what
    assert shape in {found for found, _ in _results(_turtle(TIDY.replace(old, new)), _house())}


def test_each_constraint_of_the_house_finds_its_fault() -> None:
    tried, blind = 0, []
    for shape, field, constraint in _constraints():
        only = _alone(shape, field)
        broken = _broken(shape, field, constraint)
        name, component = str(field).split("#")[1], f"{str(constraint).split('#')[1]}ConstraintComponent".lower()
        if (name, component) not in {(found, kind.lower()) for found, kind in _results(broken, only)}:
            blind.append((name, constraint))
        tried += 1
    assert blind == [], blind
    assert tried >= 335


def _constraints() -> Iterator[tuple[Node, Node, URIRef]]:
    house = _house()
    targets = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
    for shape in sorted({shape for target in targets for shape in house.subjects(target)}, key=str):
        for field in sorted(house.objects(shape, SH.property), key=str):
            for constraint in CONSTRAINTS:
                if (field, constraint, None) in house:
                    yield shape, field, constraint


def _broken(shape: Node, field: Node, constraint: URIRef) -> Graph:
    """The tidy house with the values of one field of one focus node changed so that the constraint does not hold."""
    house, changed = _house(), _turtle(TIDY)
    focus = next(iter(sorted(_focus_nodes(shape, changed), key=str)))
    path = house.value(field, SH.path)
    assert path is not None
    inverse = house.value(path, SH.inversePath)
    values = list(changed.subjects(inverse, focus) if inverse is not None else changed.objects(focus, path))
    wrong: dict[URIRef, list[Node]] = {
        SH.minCount: [],
        SH.maxCount: [*values, Literal("another"), STRANGER],
        SH.datatype: [Literal("5", datatype=XSD.byte)],
        SH.nodeKind: [BNode()],
        SH.pattern: [Literal("{not as it should be}")],
        SH.uniqueLang: [Literal("one", lang="en"), Literal("two", lang="en")],
    }
    for value in values:
        changed.remove((value, inverse, focus) if inverse is not None else (focus, path, value))
    for value in wrong.get(constraint, [STRANGER]):
        changed.add((value, inverse, focus) if inverse is not None else (focus, path, value))
    return changed


def _focus_nodes(shape: Node, graph: Graph) -> Iterator[Node]:
    house = _house()
    for kind in house.objects(shape, SH.targetClass):
        yield from graph.subjects(RDF.type, kind)
    yield from house.objects(shape, SH.targetNode)
    for path in house.objects(shape, SH.targetSubjectsOf):
        yield from graph.subjects(path)
    for path in house.objects(shape, SH.targetObjectsOf):
        yield from graph.objects(None, path)


def _alone(shape: Node, field: Node) -> Graph:
    """One node shape of the house with one of its property shapes."""
    house, only = _house(), Graph()
    for triple in house.triples((shape, None, None)):
        if triple[1] != SH.property or triple[2] == field:
            only.add(triple)
    queue = [field]
    while queue:
        node = queue.pop()
        for triple in house.triples((node, None, None)):
            only.add(triple)
            if isinstance(triple[2], BNode):
                queue.append(triple[2])
    return only


def _results(graph: Graph, shapes: Graph) -> list[tuple[str, str]]:
    report = validate(graph, shacl_graph=shapes, inference="none", inplace=True)[1]
    assert isinstance(report, Graph)
    return sorted(
        (
            str(report.value(result, SH.sourceShape)).split("#")[-1],
            str(report.value(result, SH.sourceConstraintComponent)).split("#")[-1],
        )
        for result in report.objects(None, SH.result)
    )


def _our_terms(path: Path) -> set[URIRef]:
    read = Graph().parse(path)
    nodes = {node for triple in read for node in triple}
    return {node for node in nodes if isinstance(node, URIRef) and node.startswith(HRC) and node != URIRef(HRC)}


def _read(*patterns: str) -> tuple[Graph, int]:
    merged, files = Graph(), [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]
    for path in files:
        merged.parse(path)
    return merged, len(files)


def _turtle(text: str) -> Graph:
    return Graph().parse(data=text, format="turtle")


@cache
def _house() -> Graph:
    return _read("shapes/house.ttl", "shapes/prefixes.ttl")[0]
