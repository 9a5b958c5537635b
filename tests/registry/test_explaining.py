"""What is not met is explained: what was found, where, why, and what would mend it; a desk profile is not."""

from dataclasses import replace

import pytest

from registry.explaining import Explainer, explainer_of
from registry.model import Outcome, Report
from registry.namespaces import STANDARD
from registry.registry import Registry
from registry.repair_trial import is_cleared
from tests.registry.mended import EXAMPLES, dossier, examination


def explainer(registry: Registry, seconds: float) -> Explainer:
    artefacts = registry.artefacts
    return explainer_of(
        artefacts, registry.entry_plan, registry._judge, registry._clerk, timer=lambda: 0.0, seconds=seconds
    )


@pytest.fixture(scope="module")
def unmended(registry: Registry) -> Report:
    """A near miss, explained without a moment for repairs."""
    return explainer(registry, 0).explain(registry.judge(dossier(registry, "near-miss/plan-expired")))


def test_every_requirement_that_the_city_has_still_to_meet_is_explained(unmended: Report) -> None:
    explained = [each.requirement for each in unmended.explanations]
    assert explained == [found.requirement.iri for found in unmended.outcomes if not is_cleared(found)]
    assert STANDARD["action-plan-in-force/committed"] in explained


def test_it_says_what_was_found_where_and_why(unmended: Report) -> None:
    (plan,) = [each for each in unmended.explanations if "action-plan-in-force" in each.requirement]
    (fact, *_) = plan.facts
    assert fact.spots[0].words.startswith("Action plan “")
    assert fact.spots[0].path == "currentPlan"
    assert plan.why.startswith("Only a plan that")
    assert all(address.startswith("http") for _, address in plan.sources)
    assert dict(plan.thresholds)["Years from the start of a plan to its end or its review"] == "6"
    assert plan.example == "committed"


def test_without_time_no_repair_is_shown_and_the_verdict_stays(unmended: Report) -> None:
    assert all(each.repair is None and each.changes == () for each in unmended.explanations)
    assert unmended.machine_level is not None


@pytest.mark.slow
def test_with_time_the_repair_is_told_line_by_line_with_what_it_clears_and_opens(registry: Registry) -> None:
    report = explainer(registry, 1).explain(registry.judge(dossier(registry, "near-miss/plan-expired")))
    (plan,) = [each for each in report.explanations if "action-plan-in-force" in each.requirement]
    taken, asked = plan.changes
    assert (taken.act, asked.act) == ("take", "answer")
    assert taken.spot.path == asked.spot.path == "currentPlan.endDate"
    assert asked.question is not None
    assert asked.question.least == "2026-11-28"
    assert plan.clears == (plan.requirement,)
    assert str(plan.opens).endswith(("committed", "implementing"))


def test_a_desk_profile_is_left_as_it_is(registry: Registry, desk: Report) -> None:
    assert explainer(registry, 1).explain(desk) is desk
    assert desk.explanations == ()


@pytest.mark.slow
@pytest.mark.parametrize("level", ["declared", "committed", "implementing"])
def test_the_example_named_passes(registry: Registry, level: str) -> None:
    held = (EXAMPLES / "held" / f"{level}.ttl").read_bytes()
    report = registry.judge(registry.dossier(replace(examination(level), held=held)))
    due = [
        found
        for found in report.outcomes
        if (found.requirement.is_must and str(found.requirement.level.iri).endswith(f"/{level}"))
        or (level == "implementing" and not found.requirement.is_must)
    ]
    assert len(due) >= 8
    assert {found.outcome for found in due} == {Outcome.PASSED}
