"""A repair clears its requirement, makes nothing worse and fits the profile, or it is not shown."""

import pytest

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.mending import Repair
from registry.namespaces import STANDARD
from registry.registry import Examination, Registry
from registry.repair_edits import answers, applied
from registry.repair_trial import Rules, Trial, is_cleared
from registry.repairs import Repairs
from tests.registry.mended import AT, dossier


def repairs(registry: Registry, name: str, *, is_well_formed: bool = True, goes_on: bool = True) -> Repairs:
    artefacts = registry.artefacts
    rules = Rules(artefacts.judging_shapes, artefacts.derived_values, registry.standard)
    trial = Trial(registry.judge(dossier(registry, name)), rules, PyShaclValidator(artefacts.judging_shapes))
    return Repairs.of(
        trial,
        plan=registry.entry_plan,
        shapes=artefacts.mending_shapes,
        is_well_formed=lambda _: is_well_formed,
        goes_on=lambda: goes_on,
    )


def found(looking: Repairs, requirement: str) -> Repair | None:
    mended = looking.of_requirement(looking.trial.before.of(STANDARD[requirement]))
    return mended[0] if mended else None


def test_a_repair_that_does_not_fit_the_profile_or_comes_too_late_is_not_shown(registry: Registry) -> None:
    name, requirement = "near-miss/act-not-on-record", "formal-act/declared"
    assert found(repairs(registry, name), requirement) is not None
    assert found(repairs(registry, name, is_well_formed=False), requirement) is None
    assert found(repairs(registry, name, goes_on=False), requirement) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "requirement"),
    [
        ("near-miss/no-request", "request-for-assessment/declared"),
        ("near-miss/no-budget-line", "budget/committed"),
        ("near-miss/no-community-member", "governing-body/committed"),
        ("near-miss/commitments-without-rights", "commitments-anchored-in-rights/committed"),
        ("near-miss/consultation-too-short", "co-drafting/committed"),
        ("near-miss/one-goal-only", "sdg-links/committed"),
    ],
)
def test_a_near_miss_is_mended_and_a_whole_judgement_says_so(registry: Registry, name: str, requirement: str) -> None:
    looking = repairs(registry, name)
    repair = found(looking, requirement)
    assert repair is not None
    said = applied(repair, looking.mender.view.said, answers(repair, at=AT))
    raw = said.serialize(format="nt").encode()
    after = registry.judge(registry.dossier(Examination(raw=raw, name="mended.nt", at=AT)))
    assert is_cleared(next(each for each in after.outcomes if each.requirement.iri == STANDARD[requirement]))


@pytest.mark.slow
def test_a_seat_is_added_rather_than_another_called_something_else(registry: Registry) -> None:
    repair = found(repairs(registry, "near-miss/no-community-member"), "governing-body/committed")
    assert repair is not None
    assert not repair.rewrites
