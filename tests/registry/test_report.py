"""A report as linked data and as a view: one assertion a requirement, the steps that clear most first."""

from dataclasses import replace

import pytest
from rdflib import URIRef

from registry.mending import Explanation, Repair
from registry.model import Outcome, Report
from registry.namespaces import EARL, HRC, PROV, RDF, ROOT, SH
from registry.registry import Registry
from registry.report import _steps, assertions, report_graph, view

pytestmark = pytest.mark.slow


def test_there_is_one_assertion_a_requirement(registry: Registry, silent: Report) -> None:
    graph = assertions(silent)
    tests = [graph.value(node, EARL.test) for node in graph.subjects(RDF.type, EARL.Assertion)]
    assert sorted(map(str, tests)) == sorted(str(found.iri) for found in registry.standard.requirements)


def test_every_outcome_is_one_of_the_five_words(silent: Report) -> None:
    graph = assertions(silent)
    words = {EARL[outcome] for outcome in Outcome}
    outcomes = [
        graph.value(graph.value(node, EARL.result), EARL.outcome) for node in graph.subjects(RDF.type, EARL.Assertion)
    ]
    assert set(outcomes) <= words


def test_an_empty_city_passes_nothing(silent: Report) -> None:
    assert not [found for found in silent.outcomes if found.outcome is Outcome.PASSED]
    assert (silent.level, silent.machine_level) == (None, None)


def test_the_report_names_the_parts_it_was_judged_from(silent: Report) -> None:
    graph = assertions(silent)
    parts = {str(node).rsplit("#", 1)[1] for node in graph.objects(silent.dossier.assessment, HRC.partHash)}
    assert parts == {"submission", "held", "reference", "assessment", "standard", "shapes"}


def test_the_shacl_report_is_kept_verbatim(silent: Report) -> None:
    graph = report_graph(silent)
    assert (None, RDF.type, SH.ValidationReport) in graph
    assert set(silent.validation.graph) <= set(graph)
    assert graph.value(silent.dossier.assessment, PROV.wasDerivedFrom) in set(
        graph.subjects(RDF.type, SH.ValidationReport)
    )


def test_the_first_step_clears_at_least_as_much_as_the_next(registry: Registry, silent: Report) -> None:
    steps = view(silent, registry.standard).steps
    sizes = [len(step.clears) for step in steps]
    assert len(steps) == 3
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 3


def test_a_step_and_its_explanation_name_the_same_level_and_clear_the_same(registry: Registry, silent: Report) -> None:
    first = view(silent, registry.standard).steps[0]
    requirement, other = first.requirement.iri, silent.outcomes[-1].requirement.iri
    for opens in (registry.standard.levels[0], None):
        proven = Explanation(
            requirement=requirement,
            facts=(),
            why="",
            sources=(),
            thresholds=(),
            example="declared",
            repair=Repair(),
            clears=(requirement, other),
            opens=opens.iri if opens else None,
        )
        found = view(replace(silent, explanations=(proven,)), registry.standard)
        (step,) = [
            each for each in _steps(replace(silent, explanations=(proven,)), registry.standard) if each.explanation
        ]
        assert (step.opens, {each.iri for each in step.clears}) == (opens, {requirement, other})
        assert not [each for each in found.steps if each.opens and not each.explanation]


def test_the_view_shows_each_outcome_once(registry: Registry, silent: Report) -> None:
    levels = view(silent, registry.standard).levels
    assert [found for group in levels for found in sorted(group.outcomes, key=silent.outcomes.index)]
    assert sum(len(group.outcomes) for group in levels) == len(silent.outcomes)


def test_a_desk_profile_has_no_level_and_nothing_failed(desk: Report) -> None:
    graph = assertions(desk)
    assert (None, HRC.level, None) not in graph
    assert (None, HRC.machineLevel, None) not in graph
    assert (None, EARL.outcome, EARL.failed) not in graph
    assert "failed" not in graph.serialize(format="nt")
    assert graph.value(desk.dossier.assessment, HRC.assesses) == URIRef(ROOT + "id/city/york")
