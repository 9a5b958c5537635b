"""Each constraint of a shape is mended by the smallest statements that make it hold."""

import pytest

from registry.mending import Repair
from registry.namespaces import HRC, HRCSH
from registry.registry import Registry
from registry.repair_edits import NOTHING, taking
from tests.registry.mended import mender

MENDED = [
    ("near-miss/act-not-on-record", "FormalActDeclaredShape-record", {"actIdentifier"}),
    ("near-miss/act-undated", "FormalActDeclaredShape-adopted", {"issued"}),
    ("near-miss/plan-expired", "ActionPlanInForceCommittedShape-running", {"endDate"}),
    ("near-miss/documents-without-licence", "OpenPublicationCommittedShape-license", {"license"}),
    ("near-miss/one-goal-only", "SdgLinksCommittedShape-goals", {"sdgTarget"}),
    ("near-miss/consultation-too-short", "CoDraftingCommittedShape-days", {"startDate"}),
    ("near-miss/commitments-without-rights", "CommitmentsAnchoredInRightsCommittedShape-share", {"servesRight"}),
    ("near-miss/text-not-in-an-official-language", "PublicTextDeclaredShape-language", {"language"}),
]


def touched(repair: Repair) -> set[str]:
    return {str(predicate).rsplit("#")[-1].rsplit("/")[-1] for _, predicate, _ in repair.added}


@pytest.mark.parametrize(("example", "shape", "fields"), MENDED, ids=[name for name, _, _ in MENDED])
def test_the_smallest_repair_touches_just_the_field_that_is_at_fault(
    registry: Registry, example: str, shape: str, fields: set[str]
) -> None:
    found = mender(registry, example)
    repairs = found.mend(found.view.assessment, HRCSH[shape], NOTHING)
    assert any(touched(repair) == fields for repair in repairs[:2])
    assert [repair.size for repair in repairs] == sorted(repair.size for repair in repairs)


@pytest.mark.parametrize(("example", "shape", "fields"), MENDED[:3], ids=[name for name, _, _ in MENDED[:3]])
def test_after_a_repair_nothing_is_left_to_mend(registry: Registry, example: str, shape: str, fields: set[str]) -> None:
    found = mender(registry, example)
    for repair in found.mend(found.view.assessment, HRCSH[shape], NOTHING):
        assert found.conforms(found.view.assessment, HRCSH[shape], repair), fields


def test_what_conforms_needs_nothing(registry: Registry) -> None:
    found = mender(registry, "committed")
    assert found.mend(found.view.assessment, HRCSH["FormalActDeclaredShape-record"], NOTHING) == [NOTHING]


def test_a_rule_that_is_a_query_without_a_word_on_mending_has_no_repair(registry: Registry) -> None:
    found = mender(registry, "committed")
    assert (
        found.mend(found.view.assessment, HRCSH["IndependentCorroborationCommittedShape-confirmation"], NOTHING) == []
    )


def test_values_of_a_list_are_offered_that_fit_once_they_are_linked(registry: Registry) -> None:
    found = mender(registry, "declared")
    view, general = found.view, "universal-declaration-of-human-rights"
    further = [
        triple for triple in view.said.triples((None, HRC.adoptsAsGuidingNorm, None)) if not triple[2].endswith(general)
    ]
    assert len(further) == 2
    repair, *_ = found.mend(view.assessment, HRCSH["FurtherInstrumentsDeclaredShape-count"], taking(NOTHING, *further))
    assert [question.predicate for question in repair.questions.values()] == [HRC.adoptsAsGuidingNorm] * 2
    for question in repair.questions.values():
        offered = {option.value for option in question.options}
        assert {str(value) for _, _, value in further} <= offered
        assert not [value for value in offered if value.endswith(general)]
