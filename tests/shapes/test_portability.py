"""The house rules that keep shapes portable between engines, safe on hostile input, and fully tested."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from rdflib import OWL, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.namespaces import HRC, HRCSH, RDF, SH, SHAPES
from tests.shapes.judging import ROOT, cases, judging_shapes, standard_graph, turtle
from tests.shapes.mutants import filters, local

FILES = sorted((ROOT / "shapes").glob("*.ttl"))
NOT_JUDGING: Final = {"house", "prefixes", "submission", "windows"}
JUDGING = [path.stem for path in FILES if path.stem not in NOT_JUDGING]
CASES = cases()

FORBIDDEN: Final = {
    r"\bVALUES\s": "pySHACL refuses the word",
    r"\bMINUS\b": "pySHACL refuses it",
    r"\bSERVICE\b": "a rule asks nobody",
    r"\bNOW\s*\(": "a rule has no clock",
    r"\bHAVING\b": "it gives no row over nothing, so the rule passes in silence",
    r"(?i)yearMonthDuration": "two engines reckon months wrongly",
    r"\bSELECT\s+\*": "engines differ on what it projects",
    r"\bSELECT\s+(?!(DISTINCT\s+)?\$this\b)": "$this comes first in every SELECT, nested ones too",
    r"GROUP BY\s+(?!\$this\b)": "$this is grouped by first",
    r"\bSUM\((?!COALESCE\()": "a sum over nothing is 0 in one engine and unbound in two",
    r"\s[-+*/]\s*\(|\)\s+[-+*/]\s": "one engine drops brackets in arithmetic",
    r"\S\s[-/]\s\S+\s[-/]\s": "two engines read a chain of subtractions from the right",
    r"\^\(": "one engine misses the inverse of an alternative",
}
"""What no query text of a shape may contain, and why."""

NUMBERS: Final = tuple(
    SH[edge + kind]
    for edge in ("min", "max", "qualifiedMin", "qualifiedMax")
    for kind in ("Count", "Inclusive", "Exclusive")
)
REFERENCES: Final = (SH.property, SH.node, SH["not"], SH.qualifiedValueShape, SH["or"], SH["and"], SH.xone)


def texts() -> Iterator[tuple[str, str]]:
    """Give each query text of a shape with the shape's name."""
    shapes = judging_shapes()
    for shape, constraint in shapes.subject_objects(SH.sparql):
        for text in shapes.objects(constraint, SH.select):
            yield local(shape), str(text)


@pytest.mark.parametrize("pattern", FORBIDDEN, ids=FORBIDDEN.values())
def test_no_query_text_holds_what_engines_read_differently(pattern: str) -> None:
    assert [name for name, text in texts() if re.search(pattern, text)] == []


def test_a_shape_has_one_query_with_the_prefixes_of_the_header() -> None:
    shapes = judging_shapes()
    for shape in set(shapes.subjects(SH.sparql)):
        (constraint,) = shapes.objects(shape, SH.sparql)
        assert set(shapes.predicates(constraint)) == {RDF.type, SH.prefixes, SH.select}, local(shape)
        assert list(shapes.objects(constraint, SH.prefixes)) == [SHAPES], local(shape)
        assert len(list(shapes.objects(constraint, SH.select))) == 1, local(shape)


def test_a_variable_of_a_filter_in_a_nested_group_is_bound_in_that_group() -> None:
    loose = []
    for name, text in texts():
        for one in filters(text):
            inner = one.partition("{")[2]
            for condition in (inner[found.start() :] for found in re.finditer(r"FILTER\s*\(", inner)):
                head = condition[: condition.index(")") + 1]
                loose += [(name, word) for word in re.findall(r"\?\w+", head) if inner.count(word) < 2]
    assert loose == []


def test_only_core_and_sparql_constraints_are_used() -> None:
    known = {SH.NodeShape, SH.PropertyShape, SH.SPARQLConstraint}
    merged = judging_shapes()
    assert {kind for kind in merged.objects(None, RDF.type) if str(kind).startswith(str(SH))} == known
    advanced = (SH.rule, SH.target, SH.expression, SH.js, SH.ask, SH.parameter, SH.validator, SH.deactivated)
    assert [predicate for predicate in advanced if (None, predicate, None) in merged] == []


def test_an_inverse_path_is_of_one_property() -> None:
    assert all(isinstance(path, URIRef) for path in judging_shapes().objects(None, SH.inversePath))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
def test_no_shape_refers_to_itself_by_any_way(path: Path) -> None:
    shapes = judging_shapes() if path.stem in JUDGING else turtle(path)
    for shape in turtle(path).subjects(RDF.type, SH.NodeShape):
        reached: set[Node] = set()
        waiting = list(_referred(shapes, shape))
        while waiting:
            one = waiting.pop()
            if one not in reached:
                reached.add(one)
                waiting.extend(_referred(shapes, one))
        assert shape not in reached, local(shape)


def _referred(shapes: Graph, shape: Node) -> Iterator[Node]:
    for value in (value for predicate in REFERENCES for value in shapes.objects(shape, predicate)):
        yield from Collection(shapes, value) if (value, RDF.first, None) in shapes else (value,)


def pumps(pattern: str) -> list[str]:
    """Give 50 strings that make a pattern backtrack if it can: its own characters, repeated, with a wrong end."""
    own = dict.fromkeys(re.findall(r"[A-Za-z0-9:/._-]", pattern))
    seeds = [*own, *"a0-./ \t\né?%", "http://", "https://a", "aa", "a.", "-a", "a/", "2026-"]
    ends = ("\x00", "<", "\n", '"', "")
    return [f"{start}{seed * 5000}{end}" for seed in seeds for start in ("", "https://") for end in ends][:50]


def _milliseconds(match: Callable[[str], object], text: str) -> float:
    """The best of three tries: a busy machine is not a slow pattern."""
    tries = []
    for _ in range(3):
        start = time.process_time()
        match(text)
        tries.append((time.process_time() - start) * 1000)
    return min(tries)


def test_no_pattern_of_a_shape_can_be_made_to_backtrack() -> None:
    patterns = {str(pattern) for path in FILES for pattern in turtle(path).objects(None, SH.pattern)}
    assert patterns
    slow = [
        (pattern, text[:20])
        for pattern in sorted(patterns)
        for text in pumps(pattern)
        if _milliseconds(re.compile(pattern).search, text) >= 10
    ]
    assert slow == []


def test_no_shape_file_imports_and_no_import_is_followed() -> None:
    assert [path.stem for path in FILES if (None, OWL.imports, None) in turtle(path)] == []
    shapes, data = Graph(), Graph()
    shapes.add((SHAPES, RDF.type, OWL.Ontology))
    shapes.add((SHAPES, OWL.imports, URIRef((ROOT / "shapes" / f"{JUDGING[0]}.ttl").as_uri())))
    shapes.add((HRCSH.SomeShape, RDF.type, SH.NodeShape))
    data.add((HRC.some, RDF.type, HRC.Assessment))
    assert PyShaclValidator(shapes).validate(data).results == ()


def test_every_shape_that_can_report_says_how_grave_it_is_and_what_to_do() -> None:
    shapes = judging_shapes()
    reporting = {*shapes.subjects(RDF.type, SH.PropertyShape), *shapes.subjects(SH.sparql)}
    for shape in reporting:
        assert len(list(shapes.objects(shape, SH.severity))) == 1, local(shape)
        messages = [text for text in shapes.objects(shape, SH.message) if isinstance(text, Literal)]
        assert [text.language for text in messages] == ["en"], local(shape)
        assert not re.search(r"[{}]|\bfailed\b", messages[0]), local(shape)


def test_a_number_that_a_shape_takes_from_a_threshold_is_the_threshold_s() -> None:
    shapes, standard = judging_shapes(), standard_graph()
    compared = 0
    for shape in sorted(set(shapes.subjects(HRC.threshold))):
        stated = {int(str(number)) for name in NUMBERS for number in shapes.objects(shape, name)}
        thresholds = {int(str(standard.value(one, RDF.value))) for one in shapes.objects(shape, HRC.threshold)}
        assert stated in (set(), thresholds), local(shape)
        compared += bool(stated)
    assert compared >= 25


def test_every_threshold_that_a_shape_names_is_in_the_standard() -> None:
    known = {str(one) for one in standard_graph().subjects(RDF.type, HRC.Threshold)}
    named = {str(one) for one in judging_shapes().objects(None, HRC.threshold)}
    named |= {iri for _, text in texts() for iri in re.findall(r"<([^<>\s]*/standard/threshold/[^<>\s]*)>", text)}
    assert named - known == set()


def test_every_requirement_is_decided_and_nothing_else_is() -> None:
    standard, shapes = standard_graph(), judging_shapes()
    requirements = set(standard.subjects(RDF.type, HRC.Requirement))
    decided = set(shapes.objects(None, HRC.decides))
    judged = set(standard.subjects(HRC.judged, Literal(True)))
    assert decided - requirements == set()
    assert requirements - decided - judged == set()


def test_every_shared_window_is_used() -> None:
    used = {one for slug in JUDGING for one in turtle(ROOT / "shapes" / f"{slug}.ttl").objects()}
    windows = set(turtle(ROOT / "shapes" / "windows.ttl").subjects(RDF.type, SH.NodeShape))
    assert {local(window) for window in windows - used} == set()


@pytest.mark.parametrize("slug", JUDGING)
def test_every_shape_that_can_report_is_expected_by_a_failing_dossier(slug: str) -> None:
    own = turtle(ROOT / "shapes" / f"{slug}.ttl")
    targeted = set(own.subjects(SH.targetClass))
    reporting = {part for node in targeted for part in own.objects(node, SH.property)}
    own_constraints = (SH.sparql, SH["or"], SH["not"])
    reporting |= {node for node in targeted if any((node, name, None) in own for name in own_constraints)}
    failing = [case for case in CASES if case.slug == slug and case.path.stem.startswith("fail-")]
    expected = {result.split()[0] for case in failing for result in case.expected}
    assert {local(shape) for shape in reporting} - expected == set()


@pytest.mark.parametrize("slug", JUDGING)
def test_every_shape_file_has_a_complete_dossier_that_passes_and_one_that_says_nothing(slug: str) -> None:
    here = {case.path.stem: case for case in CASES if case.slug == slug}
    assert here["pass-complete"].expected.total() == 0
    assert {stem for stem, case in here.items() if stem.startswith("pass-") and case.expected.total()} == set()
    assert {stem for stem, case in here.items() if not case.expected.total() and not stem.startswith("pass-")} == set()
    assert any(stem.startswith(("fail-nothing", "fail-no-")) for stem in here)


def test_the_suites_have_not_shrunk() -> None:
    assert {case.slug for case in CASES} == set(JUDGING)
    assert len(JUDGING) >= 42
    assert len(CASES) >= 850
    assert sum(case.path.stem.startswith("fail-") for case in CASES) >= 550
    assert len(list(texts())) >= 35
    assert len(set(judging_shapes().subjects(RDF.type, SH.PropertyShape))) >= 250
