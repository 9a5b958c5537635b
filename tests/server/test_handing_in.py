"""Handing a draft in: shown how it stands, told what to mend, recorded as it was shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.conftest import Page
from tests.server.played import EXAMPLE, Played, played

pytestmark = pytest.mark.slow


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Played]:
    made = played(tmp_path)
    yield made
    made.close()


def begun(play: Played, name: str, *, from_file: bool = True) -> str:
    data = {"file": (EXAMPLE.open("rb"), "declared.ttl")} if from_file else {}
    return str(play.as_(name).post("/drafts", data).headers["Location"])


def test_an_officer_sees_how_the_draft_stands_and_hands_it_in(play: Played) -> None:
    draft = begun(play, "officer")
    page = play.page("officer", f"{draft}/hand-in")
    assert "How the city stands" in page.text
    assert not [address for address in page.addresses if address.startswith("#f-")]  # there is no form here
    answer = play.as_("officer").post(f"{draft}/hand-in", {"version": "1"})
    assert answer.status_code == 303
    (case,) = play.work.cases()
    assert answer.headers["Location"] == f"/cases/{case.name.removeprefix('case/')}?receipt=2#receipt"
    assert "It is recorded" in play.page("officer", answer.headers["Location"].partition("#")[0]).text


def test_a_draft_that_cannot_be_judged_says_what_to_mend_and_nothing_is_recorded(play: Played) -> None:
    draft = begun(play, "officer", from_file=False)
    answer = play.as_("officer").post(f"{draft}/hand-in", {"version": "1"})
    assert answer.status_code == 422
    assert "It cannot be handed in yet" in Page(answer.text).text
    assert play.work.cases() == ()


def test_what_was_saved_since_is_shown_before_it_is_handed_in(play: Played) -> None:
    draft = begun(play, "officer")
    answer = play.as_("officer").post(f"{draft}/hand-in", {"version": "7"})
    assert answer.status_code == 409
    assert play.work.cases() == ()


def test_another_city_s_draft_is_not_there_and_another_city_s_file_is_refused(play: Played) -> None:
    draft = begun(play, "officer")
    assert play.as_("stranger").get(f"{draft}/hand-in").status_code == 404
    theirs = begun(play, "stranger")
    answer = play.as_("stranger").post(f"{theirs}/hand-in", {"version": "1"})
    assert answer.status_code == 403
    assert "this account acts for https://example.org/id/city/karthold" in Page(answer.text).text
    assert play.work.cases() == ()


def test_a_colleague_cannot_hand_in_twice_what_is_in_its_way(play: Played) -> None:
    play.handed_in()
    draft = begun(play, "colleague")
    answer = play.as_("colleague").post(f"{draft}/hand-in", {"version": "1"})
    assert answer.status_code == 409
    assert "has a case that is not closed" in Page(answer.text).text


def test_what_is_handed_in_is_judged_once(play: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = begun(play, "officer")
    monkeypatch.setattr("server.handing_in.judged", lambda *_, **__: pytest.fail("it is judged by handing in"))
    assert play.as_("officer").post(f"{draft}/hand-in", {"version": "1"}).status_code == 303
