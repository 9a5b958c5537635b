"""Judged by all shapes together, as the registry does, a test dossier gives what it gives alone: every fourth one."""

from collections import Counter

import pytest

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.assessment import fold
from registry.namespaces import RDF, SH
from registry.standard import read_standard
from tests.shapes.judging import ROOT, cases, dossier, judging_shapes, names, standard_graph, turtle
from tests.shapes.mutants import local

pytestmark = pytest.mark.slow

CASES = cases()
SLUGS = sorted({case.slug for case in CASES})


@pytest.mark.parametrize("slug", SLUGS)
def test_all_shapes_together_say_of_a_dossier_what_its_own_shapes_say(slug: str) -> None:
    own = turtle(ROOT / "shapes" / f"{slug}.ttl")
    ours = {local(shape) for kind in (SH.NodeShape, SH.PropertyShape) for shape in own.subjects(RDF.type, kind)}
    validator, standard = PyShaclValidator(judging_shapes()), read_standard(standard_graph())
    for case in [case for case in CASES if case.slug == slug][::4]:
        judged = dossier(case)
        validation = validator.validate(judged.graph)
        found = names(validation.results, judged.assessment, case.about)
        assert Counter({name: n for name, n in found.items() if name.split()[0] in ours}) == case.expected, str(case)
        outcomes = fold(judged, validation, shapes=judging_shapes(), standard=standard)
        assert [outcome.requirement for outcome in outcomes] == list(standard.requirements), str(case)


def test_every_folder_of_test_dossiers_is_judged() -> None:
    assert len(SLUGS) >= 42
