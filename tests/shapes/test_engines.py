"""Two native SHACL engines give the same results as pySHACL on every test dossier, except where a row says why not.

Compared are the results on the two assessments; what pySHACL tells beyond (details of nested shapes) is its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pytest
import shacl_rust
import shifty
from rdflib import Graph

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.model import Result
from registry.namespaces import RDF, SH
from tests.shapes.judging import cases, dossier, shapes_of

Found = frozenset[tuple[str, ...]]


@dataclass(frozen=True)
class Difference:
    """One test dossier on which one engine differs from pySHACL, and why."""

    case: str
    engine: str
    reason: str


DIFFERENCES: Final[tuple[Difference, ...]] = ()
"""Exact: a difference that is not listed fails the test, and so does a listed one that has gone."""

pytestmark = pytest.mark.slow

CASES = cases()
SLUGS = sorted({case.slug for case in CASES})


def _shifty(slug: str) -> Callable[[Graph], Found]:
    """Give (focus node, shape, value) of every result of shifty."""
    engine = shifty.PreparedValidator(shapes_of(slug))

    def judge(graph: Graph) -> Found:
        _, report, _ = engine.validate(graph, infer=False, graph_mode="data")
        properties = (SH.focusNode, SH.sourceShape, SH.value)
        results = report.subjects(RDF.type, SH.ValidationResult)
        return frozenset(tuple(str(report.value(result, name)) for name in properties) for result in results)

    return judge


def _shacl_rust(slug: str) -> Callable[[Graph], Found]:
    """Give (focus node, shape) of every result of shacl-rust, which leaves out values that were computed."""
    shapes = shapes_of(slug).serialize(format="turtle")

    def judge(graph: Graph) -> Found:
        report = shacl_rust.validate(graph.serialize(format="nt"), shapes, data_format="nt")
        names = ("focusNode", "sourceShape")
        return frozenset(tuple(str(result[name]).strip("<>") for name in names) for result in report["results"])

    return judge


def _triples(result: Result) -> tuple[str, ...]:
    return str(result.focus_node), str(result.source_shape), str(result.value)


def _pairs(result: Result) -> tuple[str, ...]:
    return str(result.focus_node), str(result.source_shape)


ENGINES = {"shifty": (_shifty, _triples), "shacl-rust": (_shacl_rust, _pairs)}


@pytest.mark.parametrize("slug", SLUGS)
def test_the_native_engines_agree_with_pyshacl_except_where_listed(slug: str) -> None:
    reference = PyShaclValidator(shapes_of(slug))
    engines = {name: (start(slug), key) for name, (start, key) in ENGINES.items()}
    found = set()
    for case in CASES:
        if case.slug == slug:
            judged = dossier(case, slug=slug)
            focus = (judged.assessment, judged.control)
            expected = [result for result in reference.validate(judged.graph).results if result.focus_node in focus]
            for name, (judge, key) in engines.items():
                if judge(judged.graph) != frozenset(key(result) for result in expected):
                    found.add((str(case), name))
    assert found == {(row.case, row.engine) for row in DIFFERENCES if row.case.startswith(f"{slug}/")}


def test_every_listed_difference_is_about_a_test_dossier() -> None:
    assert {row.case for row in DIFFERENCES} <= {str(case) for case in CASES}


def test_every_shape_file_with_test_dossiers_is_compared() -> None:
    assert len(SLUGS) >= 40
