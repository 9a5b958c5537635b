"""Preparing each query text once changes no result on any test dossier."""

from collections import Counter

import pyshacl
import pytest
from rdflib import Graph
from rdflib.term import Node

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.namespaces import SH
from tests.shapes.judging import Case, cases, dossier, shapes_of

WITH_QUERIES = [case for case in cases() if (None, SH.select, None) in shapes_of(case.slug)]


def unprepared(data: Graph, shapes: Graph) -> Counter[tuple[Node | None, ...]]:
    """What the engine says when it reads each text anew at every run."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False)
    return Counter(
        tuple(report.value(result, part) for part in (SH.focusNode, SH.sourceShape, SH.value))
        for result in report.objects(None, SH.result)
    )


@pytest.mark.slow
@pytest.mark.parametrize("case", WITH_QUERIES, ids=str)
def test_prepared_texts_give_the_results_of_texts_read_anew(case: Case) -> None:
    judged, shapes = dossier(case, slug=case.slug).graph, shapes_of(case.slug)
    prepared = PyShaclValidator(shapes).validate(judged)
    results = Counter((found.focus_node, found.source_shape, found.value) for found in prepared.results)
    assert results == unprepared(judged, shapes)


def test_the_suite_has_not_shrunk() -> None:
    assert len(WITH_QUERIES) >= 250
