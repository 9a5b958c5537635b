"""A repair is judged on a copy by the rules that it can touch, as a whole judgement would judge it."""

import pytest
from rdflib import Graph, Literal

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.model import Outcome
from registry.namespaces import HRC, STANDARD
from registry.registry import Registry
from registry.repair_edits import NOTHING, answers, applied, taking
from registry.repair_trial import Rules, Trial, is_cleared, repaired, standing
from tests.registry.mended import AT, dossier, mender


def rules(registry: Registry) -> Rules:
    artefacts = registry.artefacts
    return Rules(artefacts.judging_shapes, artefacts.derived_values, registry.standard)


def test_only_shapes_that_read_what_changes_are_asked_again(registry: Registry) -> None:
    found = mender(registry, "committed")
    (plan,) = found.view.objects(found.view.city, HRC.currentPlan, NOTHING)
    (end,) = found.view.objects(plan, HRC.endDate, NOTHING)
    touched = rules(registry).touched_by(taking(NOTHING, (plan, HRC.endDate, end)), dossier(registry, "committed"))
    names = {str(shape).rpartition("#")[2] for shape in touched}
    assert "ActionPlanInForceCommittedShape" in names
    assert "SmartCommitmentsCommittedShape-share" in names, "it reads a day that follows from the end"
    assert "OpenPublicationCommittedShape" not in names
    assert len(touched) < len(rules(registry).reading) * 0.8


def test_the_copy_is_the_dossier_that_would_be_composed(registry: Registry) -> None:
    found, before = mender(registry, "near-miss/plan-expired"), dossier(registry, "near-miss/plan-expired")
    shape = "ActionPlanInForceCommittedShape-running"
    (repair, *_) = found.mend(before.assessment, next(s for s in found.shapes.subjects() if shape in str(s)), NOTHING)
    said = applied(repair, found.view.said, answers(repair, at=AT))
    composed = registry._compose(said, Graph(), city=before.city, at=AT, desk_profile=False)
    copy = repaired(before, repair, registry.artefacts.derived_values)
    about = {composed.assessment: before.assessment}
    whole = {tuple(about.get(term, term) for term in triple) for triple in composed.graph}
    assert {each for each in set(copy) ^ whole if each[1] != HRC.sample} == set()


@pytest.mark.slow
def test_a_trial_finds_what_a_whole_judgement_finds(registry: Registry) -> None:
    before = dossier(registry, "committed")
    report = registry.judge(before)
    trial = Trial(report, rules(registry), PyShaclValidator(registry.artefacts.judging_shapes))
    for predicate in (HRC.endDate, HRC.dueDate, HRC.supportedBy, HRC.sector, HRC.minutes):
        said = next(part.graph for part in before.parts if part.name == "submission")
        repair = taking(NOTHING, *sorted(said.triples((None, predicate, None)), key=str)[:2])
        changed = registry._compose(applied(repair, said, {}), Graph(), city=before.city, at=AT, desk_profile=False)
        whole = registry.judge(changed)
        tried = trial.after(repair)
        assert [found.outcome for found in tried.outcomes] == [found.outcome for found in whole.outcomes], predicate


def test_outcomes_are_ranked_as_the_standard_ranks_them(registry: Registry) -> None:
    report = registry.judge(dossier(registry, "declared"))
    ranks = {found.requirement.iri: standing(found) for found in report.outcomes}
    assert ranks[STANDARD["action-plan-in-force/committed"]] == 3
    assert ranks[STANDARD["smart-commitments/committed"]] == 2
    cleared = {found.requirement.iri for found in report.outcomes if is_cleared(found)}
    assert STANDARD["request-for-assessment/declared"] in cleared
    assert STANDARD["smart-commitments/committed"] not in cleared
    assert all(found.outcome is not Outcome.FAILED for found in report.outcomes if is_cleared(found))


def test_what_gets_worse_is_named(registry: Registry) -> None:
    before = dossier(registry, "declared")
    report = registry.judge(before)
    trial = Trial(report, rules(registry), PyShaclValidator(registry.artefacts.judging_shapes))
    said = next(part.graph for part in before.parts if part.name == "submission")
    (act,) = said.objects(before.city, HRC.reliesOn)
    gone = sorted(said.triples((act, HRC.scopeClause, None)), key=str)
    assert isinstance(gone[0][2], Literal)
    worse = trial.after(taking(NOTHING, *gone)).worse_than(trial.before)
    assert STANDARD["all-inhabitants-covered/declared"] in {found.requirement.iri for found in worse}
