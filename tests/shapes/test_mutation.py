"""Taking any one constraint out of a shape breaks at least one test dossier of that shape's file."""

from collections import Counter
from functools import cache
from typing import Final

import pytest

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.model import Dossier
from tests.shapes.judging import ROOT, Case, cases, dossier, names, shapes_of, turtle
from tests.shapes.mutants import Mutant, filters, local, mutants, only, reporters

pytestmark = pytest.mark.slow

CASES = cases()
SLUGS = sorted({case.slug for case in CASES})

_DATED = "the dossier writes the cut-offs on every node that states a date, and the latest day is asked for beside it"
EQUIVALENT: Final = {
    "hrcsh:NotAfterReferenceDateShape-latest sh:datatype http://www.w3.org/2001/XMLSchema#date": (
        "pySHACL reports a value of another type by the comparison alone; the native engines need the type"
    ),
    "hrcsh:Within12MonthsShape-earliest sh:minCount 1": _DATED,
    "hrcsh:Within24MonthsShape-earliest sh:minCount 1": _DATED,
    "hrcsh:Within36MonthsShape-earliest sh:minCount 1": _DATED,
    "hrcsh:Within60MonthsShape-earliest sh:minCount 1": _DATED,
}
"""Mutants that no dossier can tell from the shape, with the reason; one that can be told fails the test."""


@pytest.mark.parametrize("slug", SLUGS)
def test_a_dossier_notices_whatever_is_taken_out_of_a_shape(slug: str) -> None:
    own = turtle(ROOT / "shapes" / f"{slug}.ttl")
    unnoticed = {mutant.name for mutant in mutants(own, shapes_of(slug)) if not _is_noticed(mutant, slug)}
    _prepared.cache_clear()
    assert unnoticed == {name for name in EQUIVALENT if name.split()[0] in {local(shape) for shape in own.subjects()}}


def test_a_dossier_notices_whatever_is_taken_out_of_a_shared_window() -> None:
    own = turtle(ROOT / "shapes" / "windows.ttl")
    unnoticed = {mutant.name for mutant in mutants(own, own)}
    for slug in SLUGS:
        for mutant in mutants(own, shapes_of(slug)):
            if mutant.name in unnoticed and _is_noticed(mutant, slug):
                unnoticed.remove(mutant.name)
        _prepared.cache_clear()
    assert unnoticed == {name for name in EQUIVALENT if name.split()[0] in {local(shape) for shape in own.subjects()}}


def test_every_filter_of_a_query_is_found_with_what_it_holds() -> None:
    text = "{ FILTER(?a < 1 && (?b)) ?s ?p ?o . FILTER NOT EXISTS { ?s ?q ?o . FILTER(STR(?o) = 'x') } }"
    assert list(filters(text)) == [
        "FILTER(?a < 1 && (?b))",
        "FILTER NOT EXISTS { ?s ?q ?o . FILTER(STR(?o) = 'x') }",
        "FILTER(STR(?o) = 'x')",
    ]


@cache
def _prepared(slug: str) -> tuple[tuple[Case, Dossier], ...]:
    return tuple((case, dossier(case, slug=slug)) for case in CASES if case.slug == slug)


def _is_noticed(mutant: Mutant, slug: str) -> bool:
    """Judge dossiers by the shapes that the mutant can change, those first that expect a result of them."""
    kept = reporters(shapes_of(slug), mutant.shape)
    if not kept:
        return False
    reported = {local(shape) for shape in kept}
    validator = PyShaclValidator(only(mutant.shapes, kept))
    expectations = [(_limited(case.expected, reported), case, judged) for case, judged in _prepared(slug)]
    for expected, case, judged in sorted(expectations, key=lambda one: -one[0].total()):
        found = names(validator.validate(judged.graph).results, judged.assessment, case.about)
        if _limited(found, reported) != expected:
            return True
    return False


def _limited(results: Counter[str], reported: set[str]) -> Counter[str]:
    return Counter({result: count for result, count in results.items() if result.split()[0] in reported})
