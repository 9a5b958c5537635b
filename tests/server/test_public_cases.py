"""A case on public pages: named by its city, and the same refusal for what is not there or not public."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from server.library import Shelf
from server.problems import Problem
from server.public_cases import case_named, city_name, countries, entry_submitted, name_of, slug_of, words_of
from server.read_submissions import ReadSubmissions
from tests.server.cases import CITY, Desk, desk_of

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(app: Flask, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(app, tmp_path) as made, app.test_request_context("/calls"):
        yield made


def test_a_case_is_named_by_its_city_and_found_by_its_slug(desk: Desk) -> None:
    case = desk.called().case
    assert slug_of(case) == "karthold-1"
    assert case_named("karthold-1", lambda _case: True) == case
    assert city_name(case) == "Municipality of Karthold"
    assert countries(case) == {"XA"}
    refusals = []
    for slug in ("karthold-1", "karthold-2", "../ledger"):
        with pytest.raises(Problem) as refused:
            case_named(slug, lambda _case: False)
        refusals.append((refused.value.code, str(refused.value)))
    assert len(set(refusals)) == 1
    kept = desk.texts.keep("held outside")
    assert [words_of(kept.digest), words_of("0" * 64)] == ["held outside", None]
    desk.app.extensions["submissions"] = ReadSubmissions(lambda _digest: None, lambda _entry: "")
    assert (city_name(case), entry_submitted(case), countries(case)) == ("karthold", None, frozenset())


def test_the_release_names_a_city_where_it_labels_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A city that a release has without a label is called as it calls itself, and not by its slug."""
    case = desk.called().case
    monkeypatch.setattr(Shelf, "label", lambda _shelf, iri: {CITY: "Karthold"}[iri])
    assert (city_name(case), name_of(CITY)) == ("Karthold", "Karthold")
    monkeypatch.setattr(Shelf, "label", lambda _shelf, _iri: "")
    assert (city_name(case), name_of(CITY)) == ("Municipality of Karthold", "Municipality of Karthold")


def test_a_city_is_not_named_after_what_nobody_may_know_of(desk: Desk) -> None:
    desk.eligible()
    assert name_of(CITY) == "karthold"
    assert name_of("https://w3id.org/hrcr/id/city/graz") == "Graz"
