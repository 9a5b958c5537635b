"""Every test dossier gives exactly the results its first line states, judged by the shapes of its own criterion."""

import pytest
from rdflib import Graph

from registry.adapters.pyshacl_validator import PyShaclValidator
from tests.shapes.judging import ROOT, Case, cases, dossier, names, shapes_of

CASES = cases()
QUICK = {(case.slug, bool(case.expected)): case for case in reversed(CASES)}
"""Of each shape file one dossier that passes and one that fails; the others are slow together."""


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, marks=() if case in QUICK.values() else pytest.mark.slow) for case in CASES],
    ids=str,
)
def test_a_case_gives_exactly_the_results_its_first_line_states(case: Case) -> None:
    judged = dossier(case, slug=case.slug)
    report = PyShaclValidator(shapes_of(case.slug)).validate(judged.graph)
    assert names(report.results, judged.assessment, case.about) == case.expected


def test_of_each_shape_file_two_dossiers_are_judged_at_every_check() -> None:
    assert len(QUICK) >= 2 * len({case.slug for case in CASES}) - 1


@pytest.mark.slow
def test_the_suite_has_not_shrunk() -> None:
    assert len(CASES) >= 850
    assert all(Graph().parse(ROOT / "shapes" / f"{case.slug}.ttl") for case in CASES)
