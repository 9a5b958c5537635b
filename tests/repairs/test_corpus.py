"""Defects of many kinds are mended by a program that sees only the faulty file and the repair shown.

This is a sample; ``make repairs`` tries the whole corpus, and docs/repairs.md says what came of it.
"""

from collections import Counter
from itertools import islice
from typing import Final

import pytest

from registry.registry import Registry
from tests.repairs.corpus import SEED, Tried, effective, figures, grounds_of, tried
from tests.repairs.defects import KINDS, Ground, sow

SAMPLED: Final = len(KINDS) + 8
"""So many defects are tried; each takes one to two seconds."""


@pytest.fixture(scope="session")
def grounds(registry: Registry) -> dict[str, Ground]:
    return grounds_of(registry, ("declared", "committed"))


@pytest.fixture(scope="session")
def sample(registry: Registry, grounds: dict[str, Ground]) -> list[Tried]:
    """Try defects, one of each kind after the other."""
    found = list(tried(registry, grounds, islice(sow(grounds, seed=SEED), SAMPLED)))
    print("\n".join(figures(found)))  # noqa: T201  # shown where the test fails
    return found


@pytest.mark.slow
def test_the_generator_knows_many_kinds_and_repeats_itself(grounds: dict[str, Ground]) -> None:
    drawn = list(islice(sow(grounds, seed=SEED), 330))
    again = list(islice(sow(grounds, seed=SEED), 330))
    assert [(each.kind, each.words) for each in drawn] == [(each.kind, each.words) for each in again]
    kinds = Counter(each.kind for each in drawn)
    assert len(kinds) == len(KINDS) >= 20
    assert max(kinds.values()) <= 0.15 * len(drawn)


@pytest.mark.slow
def test_no_repair_makes_anything_worse(sample: list[Tried]) -> None:
    assert not [(each.defect.example, each.defect.words) for each in sample if each.outcome == "worse"]


@pytest.mark.slow
def test_of_each_kind_that_has_an_effect_something_is_mended(sample: list[Tried]) -> None:
    had_effect = effective(sample)
    assert len(had_effect) >= 10
    kinds = Counter(each.defect.kind for each in had_effect)
    mended = Counter(each.defect.kind for each in had_effect if each.outcome == "mended")
    assert not [kind for kind in kinds if not mended[kind]]
