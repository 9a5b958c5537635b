"""A dossier is judged by the engine that is given, and two engines are held against each other by requirement."""

from dataclasses import replace
from datetime import date

import pytest
from rdflib import Graph, URIRef

from registry.artefacts import Artefacts
from registry.judgement import composed, demand_agreement, judged
from registry.judging_errors import EnginesDiffer
from registry.model import Outcome
from tests.registry.quick_reports import deciding, silent

CITY = URIRef("https://example.org/id/city/oderau")


def test_a_dossier_carries_the_version_of_the_standard_it_was_composed_by(artefacts: Artefacts) -> None:
    nothing = Graph()
    dossier = composed(
        artefacts, nothing, nothing, city=CITY, base="https://example.org/", at=date(2026, 6, 30), desk_profile=True
    )
    assert (dossier.city, dossier.is_desk_profile) == (CITY, True)
    assert [part.name for part in dossier.parts] == ["submission", "held", "reference", "assessment"]


def test_a_report_states_rules_and_engine(artefacts: Artefacts) -> None:
    report = judged(silent().dossier, deciding(), artefacts)
    assert report.outcomes == silent().outcomes
    assert report.hashes == silent().hashes
    assert report.hashes.items() >= artefacts.hashes.items()
    assert report.engine.startswith("pySHACL ")


def test_engines_that_agree_are_let_pass() -> None:
    demand_agreement(silent(), replace(silent(), engine="another 1.0"))


def test_another_outcome_is_told_with_city_requirement_and_both_outcomes() -> None:
    number = next(n for n, found in enumerate(silent().outcomes) if found.outcome is Outcome.FAILED)
    changed = [*silent().outcomes]
    changed[number] = replace(changed[number], outcome=Outcome.PASSED, remarks=())
    native = replace(silent(), outcomes=tuple(changed), engine="another 1.0")
    with pytest.raises(EnginesDiffer) as told:
        demand_agreement(native, silent())
    requirement = str(silent().outcomes[number].requirement.iri).removeprefix("https://w3id.org/hrcr/standard/")
    expected = f"{silent().dossier.city} on {requirement}: another 1.0 says passed, {silent().engine} says failed ("
    assert str(told.value).startswith(expected)
    assert "nothing of it was kept" in str(told.value)


def test_another_reason_for_the_same_outcome_is_a_difference() -> None:
    number = next(n for n, found in enumerate(silent().outcomes) if found.remarks)
    changed = [*silent().outcomes]
    changed[number] = replace(changed[number], remarks=())
    with pytest.raises(EnginesDiffer):
        demand_agreement(replace(silent(), outcomes=tuple(changed)), silent())
