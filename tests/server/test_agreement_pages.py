"""Agreement is computed over decided cases alone, and published as page and CSV."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from flask import Flask

from registry.cases import Judgement
from registry.model import Outcome
from tests.registry.playing import COMMITTED, DECIDER, FIRST, SECOND, STEWARD, THIRD, judged
from tests.server.cases import OFFICER as OFFICER
from tests.server.cases import PAGE, REQUIREMENTS, Desk, desk_of
from tests.server.conftest import Page

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(app: Flask, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(app, tmp_path) as made:
        yield made


def rows(desk: Desk) -> list[dict[str, str]]:
    response = desk.client.get("/agreement.csv")
    assert (response.mimetype, response.headers["Cache-Control"]) == ("text/csv", "no-cache")
    return list(csv.DictReader(StringIO(response.text)))


def filed(desk: Desk, second: tuple[Judgement, ...]) -> None:
    """Have both reviewers file, the second as given, and a third where they differ; hear the city."""
    desk.called().wait(31)
    desk.do("file-findings", FIRST, judgements=judged(REQUIREMENTS))
    desk.do("file-findings", SECOND, judgements=second)
    if desk.case.disputed:
        desk.do("assign-reviewer", STEWARD, candidate=THIRD)
        desk.do("file-findings", THIRD, judgements=judged(desk.case.disputed))
    desk.do("reply", OFFICER, hashes={"text": "e" * 64})
    desk.do("assign-decider", STEWARD, candidate=DECIDER)


def test_before_a_decision_nothing_is_told(desk: Desk) -> None:
    filed(desk, judged(REQUIREMENTS))
    assert rows(desk) == []
    assert "No case has been decided yet" in desk.client.get("/agreement", headers=PAGE).text


def test_after_it_each_criterion_has_its_figures_in_both_forms(desk: Desk) -> None:
    filed(desk, (*judged(REQUIREMENTS[:1], Outcome.FAILED), *judged(REQUIREMENTS[1:])))
    desk.do("accredit", DECIDER, level=COMMITTED)
    found = rows(desk)
    assert sum(int(row["pairs"]) for row in found) == len(REQUIREMENTS)
    by_criterion = {row["iri"]: row for row in found}
    first = by_criterion[REQUIREMENTS[0].rsplit("/", 1)[0]]
    on_first = sum(each.startswith(first["iri"] + "/") for each in REQUIREMENTS)
    assert float(first["observed"]) == pytest.approx((on_first - 1) / on_first, abs=1e-4)
    assert {row["observed"] for row in found if row != first} <= {"1.0000"}
    page = Page(desk.client.get("/agreement", headers=PAGE).text)
    assert "over 1 decided case." in page.text
    assert "3 pairs, observed 67 %, kappa 0.00" in page.text
    for row in found:
        assert f"{row['criterion']} {row['label']}" in page.text
