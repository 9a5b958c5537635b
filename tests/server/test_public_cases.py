"""A case on public pages: read once, named by its city, and the same refusal for what is not there or not public."""

import pytest
from flask import Flask

from registry.entry import CITY, Entry, Record, Text
from server.problems import Problem
from server.public_cases import ReadSubmissions, case_named, city_name, countries, slug_of, words_of
from tests.server.cases import desk_of


def test_a_submission_is_read_once_and_the_longest_unused_is_dropped() -> None:
    asked: list[str] = []

    def read(digest: str) -> Entry | None:
        asked.append(digest)
        return Entry(digest, {CITY: Record("City", {"a": (Text("b"),)})}) if digest != "broken" else None

    kept = ReadSubmissions(read, most=2)
    for digest in ("a", "b", "a", "c", "a", "b", "broken", "broken"):
        found = kept.entry(digest)
        assert (found.city if found else "broken") == digest
    assert asked == ["a", "b", "c", "b", "broken", "broken"]


@pytest.mark.slow
def test_a_case_is_named_by_its_city_and_found_by_its_slug(
    app: Flask, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with desk_of(app, tmp_path_factory.mktemp("desk")) as desk, app.test_request_context("/calls"):
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
        digest = desk.documents.keep(b"kept for good")
        assert [words_of(kept.digest), words_of(digest), words_of("0" * 64)] == ["held outside", "kept for good", None]
        desk.app.extensions["submissions"] = ReadSubmissions(lambda _digest: None)
        assert city_name(case) == "karthold"
