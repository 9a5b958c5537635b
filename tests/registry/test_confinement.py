"""Untrusted work runs in a child, stopped at its deadline; what a release answers is asked in ``test_cli``."""

from dataclasses import replace
from pathlib import Path

import pytest

from registry.confinement import examine_confined, query_confined
from registry.errors import NotAdmitted, ProfileFault, QueryError, TimeLimitPassed, UnknownRelease, UnreadableSubmission
from registry.registry import Examination
from registry.settings import Settings

pytestmark = pytest.mark.slow

TYPES = {False: "application/sparql-results+json", True: "text/turtle"}


def examination(text: str) -> Examination:
    return Examination(raw=text.encode(), name="city.ttl")


def _fails(*_: object) -> None:
    raise ZeroDivisionError


def test_a_broken_file_is_refused_with_its_place() -> None:
    with pytest.raises(UnreadableSubmission, match="line 1, column") as refusal:
        examine_confined(Settings(), examination("<https://example.org/a> <"))
    assert refusal.value.line == 1


def test_a_file_that_says_what_only_the_registry_may_say_is_refused() -> None:
    text = """@prefix hrc: <https://w3id.org/hrcr/def#> .
    <https://example.org/id/city/x> a hrc:City ; hrc:legalIdentifier "XA-1" ."""
    with pytest.raises(NotAdmitted, match="hrc:legalIdentifier"):
        examine_confined(Settings(), examination(text))


def test_work_past_the_deadline_is_stopped() -> None:
    label = (
        '<https://example.org/id/city/x#{0}> skos:prefLabel "{0}"@en ; a <http://www.w3.org/ns/org#Organization> .\n'
    )
    prefixes = "@prefix org: <http://www.w3.org/ns/org#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    many = prefixes + "".join(map(label.format, range(24_000)))
    city = "<https://example.org/id/city/x> a <https://w3id.org/hrcr/def#City> .\n"
    with pytest.raises(TimeLimitPassed):
        examine_confined(Settings(judge_seconds=1), examination(many + city))


def test_a_refusal_stands_where_the_search_for_what_mends_the_file_fails(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    text = """@prefix hrc: <https://w3id.org/hrcr/def#> .
    <https://example.org/id/city/x> a hrc:City ; hrc:termStart "1.10.2023" ."""
    asked = replace(examination(text), is_explained=True)
    monkeypatch.setattr("registry.confinement._mending", _fails)
    with pytest.raises(ProfileFault) as refusal:
        examine_confined(Settings(repair_seconds=50), asked)
    assert refusal.value.mending is None
    assert "the search for what mends a refused file failed" in caplog.text


def test_a_refusal_comes_with_what_mends_the_file_where_that_is_asked_for() -> None:
    text = """@prefix hrc: <https://w3id.org/hrcr/def#> .
    <https://example.org/id/city/x> a hrc:City ; hrc:termStart "1.10.2023" ."""
    for is_explained in (True, False):
        with pytest.raises(ProfileFault) as refusal:
            examine_confined(Settings(repair_seconds=50), replace(examination(text), is_explained=is_explained))
        assert (refusal.value.mending is not None) == is_explained


def test_an_update_is_refused_before_any_release_is_opened(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="read-only"):
        query_confined(Settings(home=tmp_path), "DROP ALL", TYPES)


def test_a_query_needs_a_release(tmp_path: Path) -> None:
    with pytest.raises(UnknownRelease):
        query_confined(Settings(home=tmp_path), "ASK {}", TYPES)
