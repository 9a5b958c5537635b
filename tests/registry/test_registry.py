"""The verbs of the flow, end to end in one process: a file in, a report or a sentence out."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from rdflib import URIRef

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.release_directories import ReleaseDirectories
from registry.artefacts import Artefacts
from registry.errors import ProfileFault, UnknownRelease
from registry.namespaces import HRC, ROOT
from registry.registry import Examination, Registry

pytestmark = pytest.mark.slow

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
CITY = """@prefix hrc: <https://w3id.org/hrcr/def#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://example.org/id/city/small> a hrc:City ; skos:prefLabel "Small"@en ;
    hrc:country <https://w3id.org/hrcr/vocab/countries/XA> ."""


def examination(text: str = CITY, **options: object) -> Examination:
    return Examination(raw=text.encode(), name="small.ttl", **options)  # type: ignore[arg-type]  # passed on


def test_every_requirement_has_an_outcome_even_for_a_city_that_says_nothing(registry: Registry) -> None:
    report = registry.examine(examination())
    assert [found.requirement for found in report.outcomes] == list(registry.standard.requirements)
    assert report.machine_level is None


def test_the_reference_date_is_today_unless_said(registry: Registry) -> None:
    assert registry.examine(examination()).dossier.reference_date == date(2026, 6, 30)
    assert registry.examine(examination(at=date(2025, 1, 1))).dossier.reference_date == date(2025, 1, 1)


def test_the_same_file_gives_the_same_report(registry: Registry) -> None:
    first, second = registry.examine(examination()), registry.examine(examination())
    assert (first.hashes, first.dossier.assessment) == (second.hashes, second.dossier.assessment)
    assert [found.outcome for found in first.outcomes] == [found.outcome for found in second.outcomes]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (CITY.replace("a hrc:City ; ", ""), "city"),
        (CITY.replace(' skos:prefLabel "Small"@en ;', ""), "Name of the city"),
        (CITY.replace("countries/XA", "countries/austria"), "Country"),
    ],
)
def test_a_fault_of_form_is_told_and_never_judged(registry: Registry, text: str, fault: str) -> None:
    with pytest.raises(Exception, match=fault) as refusal:
        registry.examine(examination(text))
    assert refusal.type.__module__ == "registry.errors"


def test_a_profile_fault_lists_every_fault(registry: Registry) -> None:
    text = CITY.replace(' skos:prefLabel "Small"@en ;', "").replace("countries/XA", "countries/austria")
    with pytest.raises(ProfileFault) as refusal:
        registry.examine(examination(text))
    assert len(refusal.value.faults) == 2


def test_what_is_held_comes_in_a_file_of_its_own(registry: Registry) -> None:
    held = b"""@prefix hrc: <https://w3id.org/hrcr/def#> .
    <https://example.org/id/city/small> hrc:legalIdentifier "XA-1" ."""
    dossier = registry.dossier(examination(held=held))
    assert dossier.graph.value(dossier.city, HRC.legalIdentifier) is not None
    assert [len(part.graph) for part in dossier.parts[:2]] == [3, 1]


def test_a_rehearsal_leaves_no_trace(registry: Registry) -> None:
    before = registry.examine(examination()).hashes
    registry.rehearse()
    assert registry.examine(examination()).hashes == before


def test_a_rehearsal_prepares_what_explaining_needs(artefacts: Artefacts, tmp_path: Path) -> None:
    fresh = Artefacts(artefacts.files, artefacts.syntax)
    Registry(fresh, validator=PyShaclValidator, releases=ReleaseDirectories(tmp_path), clock=lambda: NOON).rehearse()
    assert {"entry_plan", "mending_shapes", "profile", "rules"} <= set(vars(fresh))
    assert "reading" in vars(fresh.rules)


def test_a_desk_profile_is_judged_without_a_level(registry: Registry) -> None:
    report = registry.assess_desk_profile("utrecht", at=date(2026, 11, 25))
    assert (report.level, report.machine_level) == (None, None)
    assert report.dossier.city == URIRef(ROOT + "id/city/utrecht")


def test_without_a_build_there_is_no_release(artefacts: Artefacts, tmp_path: Path) -> None:
    fresh = Registry(artefacts, validator=PyShaclValidator, releases=ReleaseDirectories(tmp_path), clock=lambda: NOON)
    with pytest.raises(UnknownRelease):
        fresh.current()
