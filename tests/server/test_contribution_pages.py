"""What was said waits for a steward; released or set aside by a person, answered by the city alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from registry.contributions import Fate, contributions
from registry.people import Role
from tests.server.cases import CITY, PAGE, Desk, desk_of
from tests.server.conftest import Page
from tests.server.people import Browser, people_of, signed_in, somebody

pytestmark = pytest.mark.slow

REASON = "The by-law was never read in the council."


@pytest.fixture
def desk(app: Flask, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(app, tmp_path) as made:
        yield made.called()


@pytest.fixture
def steward(app: Flask) -> Browser:
    here = people_of(app)
    return signed_in(app, here, somebody(here, Role.STEWARD))


@pytest.fixture
def officer(app: Flask) -> Browser:
    here = people_of(app)
    return signed_in(app, here, somebody(here, Role.OFFICER, city=CITY))


@pytest.fixture
def stranger(app: Flask) -> Browser:
    here = people_of(app)
    return signed_in(app, here, somebody(here, Role.OFFICER, city="graz"))


def fates(desk: Desk) -> list[Fate]:
    return [told.fate for told in contributions(desk.case)]


def test_a_steward_sees_what_waits_with_its_claim_and_what_may_tell_of_a_person(desk: Desk, steward: Browser) -> None:
    assert "Nothing waits." in steward.get("/contributions").text
    desk.say("Ask some.body@city.example about it.", do="insist", evidence="https://minutes.example/a")
    page = Page(steward.get("/contributions").text)
    for words in (
        "Ask some.body@city.example about it.",
        "“some.body@city.example”: e-mail address",
        "By-law 17 of 2024",
    ):
        assert words in page.text
    assert "https://minutes.example/a" in page.addresses


def test_what_is_released_is_public_and_waits_no_more(desk: Desk, steward: Browser) -> None:
    desk.say(REASON)
    response = steward.post(f"/contributions/{desk.slug}/1", {"do": "release"})
    assert (response.status_code, response.headers["Location"]) == (303, "/contributions")
    assert fates(desk) == [Fate.RELEASED]
    assert REASON in desk.client.get(f"/calls/{desk.slug}", headers=PAGE).text
    assert "Nothing waits." in steward.get("/contributions").text
    again = steward.post(f"/contributions/{desk.slug}/1", {"do": "release"})
    assert again.status_code == 409


def test_what_is_set_aside_needs_a_ground_of_the_list(desk: Desk, steward: Browser) -> None:
    desk.say(REASON)
    for ground in ("", "because"):
        refused = steward.post(f"/contributions/{desk.slug}/1", {"do": "set-aside", "ground": ground})
        page = Page(refused.text)
        assert (refused.status_code, "Choose why it is set aside." in page.text) == (422, True)
        assert f"#ground-{desk.slug}-1" in page.addresses
        assert f"ground-{desk.slug}-1" in {select.get("id") for select in page.all("select")}
    assert fates(desk) == [Fate.WAITING]
    steward.post(f"/contributions/{desk.slug}/1", {"do": "set-aside", "ground": "tells-of-persons"})
    assert fates(desk) == [Fate.SET_ASIDE]
    public = desk.client.get(f"/calls/{desk.slug}", headers=PAGE).text
    assert "1 set aside (Tells of private persons: 1)" in Page(public).text
    assert REASON not in public


def test_the_city_answers_once_and_no_other_city_does(
    desk: Desk, steward: Browser, officer: Browser, stranger: Browser
) -> None:
    desk.say(REASON)
    place = f"/contributions/{desk.slug}/1/answer"
    assert officer.get(place).status_code == 404, "before it is released the city does not see it"
    steward.post(f"/contributions/{desk.slug}/1", {"do": "release"})
    assert (stranger.get(place).status_code, stranger.post(place, {"answer": "No."}).status_code) == (404, 404)
    assert REASON in officer.get(place).text
    assert officer.post(place, {"answer": " "}).status_code == 422
    warned = officer.post(place, {"answer": "Ask a.b@city.example."})
    assert (warned.status_code, "Your text may tell of a person" in warned.text) == (422, True)
    response = officer.post(place, {"answer": "It was read twice."})
    assert (response.status_code, response.headers["Location"]) == (303, f"/calls/{desk.slug}#contribution-1")
    assert "It was read twice." in desk.client.get(f"/calls/{desk.slug}", headers=PAGE).text
    assert officer.post(place, {"answer": "Once more."}).status_code == 409
    assert "Once more." not in desk.client.get(f"/calls/{desk.slug}", headers=PAGE).text


def test_guessed_numbers_are_told_the_same(desk: Desk, steward: Browser, officer: Browser) -> None:
    desk.say(REASON)
    for browser, rest in ((steward, ""), (officer, "/answer")):
        told = {browser.post(f"/contributions/{desk.slug}/{number}{rest}").text for number in ("2", "0", "x", "01")}
        assert len(told) == 1
        assert "There is no contribution of this number" in told.pop()
