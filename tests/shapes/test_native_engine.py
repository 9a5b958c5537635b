"""The native engine gives pySHACL's results on mutants of the shapes too, except where a row says why not.

A sample is judged here, and all mutants where measurements are made (``tests/benchmarks/validators.py``).
"""

from typing import Final

import pytest

from tests.benchmarks.validators import MUTANT_DIFFERENCES, ShiftyValidator, differing_mutants

pytestmark = pytest.mark.bulk

STRIDE: Final = 25


def test_on_a_sample_of_the_mutants_the_engines_differ_where_that_is_listed_and_nowhere_else() -> None:
    found = differing_mutants(ShiftyValidator, stride=STRIDE)
    assert found.judged >= 40
    assert set(found.differing) <= set(MUTANT_DIFFERENCES)
