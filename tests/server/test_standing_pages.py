"""Where a city stands: since when, by which decision, until when, and what comes next."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from registry.cases import Actor
from registry.spot_checks import Draw
from tests.registry.playing import DECIDER, STEWARD, law, order
from tests.server.cases import CITY, OFFICER, PAGE, Desk, desk_of
from tests.server.conftest import Page

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(app: Flask, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(app, tmp_path) as made:
        yield made


def slug(desk: Desk) -> str:
    return desk.work.standing(CITY).name.removeprefix("standing/")


def told(desk: Desk) -> Page:
    response = desk.client.get(f"/standings/{slug(desk)}", headers=PAGE)
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-cache")
    return Page(response.text)


def test_a_city_on_which_nothing_was_recorded_is_just_described(desk: Desk) -> None:
    page = Page(desk.client.get("/standings/graz", headers=PAGE).text)
    assert "Nothing has been recorded on this city" in page.text
    assert "/doc/city/graz" in page.addresses
    assert desk.client.get("/standings/nowhere", headers=PAGE).status_code == 404
    assert "Nothing has been recorded yet." in desk.client.get("/standings", headers=PAGE).text


def test_the_page_of_a_city_leads_there(desk: Desk) -> None:
    assert "/standings/graz" in Page(desk.client.get("/doc/city/graz", headers=PAGE).text).addresses


def test_after_a_decision_it_says_which_until_when_and_what_comes_next(desk: Desk) -> None:
    desk.work.change(CITY, order("list", city=CITY, hashes={}), STEWARD)
    desk.called().heard()
    page = told(desk)
    assert "Under review" in page.text
    assert f"/cases/{desk.slug}" in page.addresses
    desk.accredited()
    page = told(desk)
    for words in (
        "Accredited as Committed",
        "Committed, from 2027-02-04 to 2030-02-04",
        f"the decision in case {desk.slug}",
        "2028-02-04",
        "The yearly report has not come within the time to make it good.",
        "Put under review",
    ):
        assert words in page.text, words
    assert f"/cases/{desk.slug}/dossier" in page.addresses
    listed = Page(desk.client.get("/standings", headers=PAGE).text)
    assert "Municipality of Karthold" in listed.text
    assert f"/standings/{slug(desk)}" in listed.addresses


def test_after_a_refusal_the_city_stands_where_it_stood_and_the_case_is_told(desk: Desk) -> None:
    desk.work.change(CITY, order("list", city=CITY, hashes={}), STEWARD)
    desk.called().heard()
    desk.do("refuse", DECIDER)
    page = told(desk)
    assert "Listed" in page.text
    assert "End the review without a level" in page.text
    assert f"/cases/{desk.slug}/dossier" in page.addresses


def test_no_account_is_told(desk: Desk) -> None:
    desk.work.change(CITY, order("list", city=CITY, hashes={}), STEWARD)
    desk.called().heard().accredited()
    people: tuple[Actor, ...] = (OFFICER, STEWARD, DECIDER)
    text = desk.client.get(f"/standings/{slug(desk)}", headers=PAGE).text
    assert not [person for person in people if str(person.account) in text]


def test_who_was_drawn_to_be_looked_at_again_is_listed_with_the_lot(desk: Desk) -> None:
    assert "No city was drawn yet" in desk.client.get("/spot-checks", headers=PAGE).text
    assert "/spot-checks" in Page(desk.client.get("/standings", headers=PAGE).text).addresses
    desk.called().heard().accredited()
    desk.ledger.append(Draw(2028, "a" * 64, 1, (slug(desk),)).events(law()))
    page = Page(desk.client.get("/spot-checks", headers=PAGE).text)
    assert f"/standings/{slug(desk)}" in page.addresses
    for words in ("2028", "Municipality of Karthold", "a" * 64, "as one of 1 of 1 cities", "hrcr verify"):
        assert words in page.text, words
    assert "It was not looked at yet." in page.text
    desk.work.change(CITY, order("note-spot-check", reason="The plan was looked at."), STEWARD)
    assert "It was looked at again on" in Page(desk.client.get("/spot-checks", headers=PAGE).text).text
    assert "The plan was looked at." in Page(desk.client.get(f"/standings/{slug(desk)}", headers=PAGE).text).text
