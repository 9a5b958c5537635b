"""Since you last looked: what others did in a case, told to each reader alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.adapters.sql_looks import SqlLooks
from registry.errors import PortError
from tests.registry.playing import CIVIL_SOCIETY
from tests.server.played import Played, played
from tests.server.test_case_changes import hand_in

pytestmark = pytest.mark.slow


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Played]:
    made = played(tmp_path)
    looks = SqlLooks(f"sqlite:///{tmp_path}/drafts.sqlite", clock=made.clock)
    made.app.extensions["looks"] = lambda: looks
    yield made
    looks.close()
    made.close()


def since(play: Played, who: str, case: str) -> str:
    """Give what the page says is new to somebody; nothing at their first look."""
    text = play.page(who, f"/cases/{case}").text
    _, told, rest = text.partition("Since you last looked")
    return " ".join(rest.partition("What you can do now")[0].split()) if told else ""


def test_each_is_told_what_others_did_since_they_were_last_there(play: Played) -> None:
    case = play.handed_in()
    assert since(play, "officer", case) == since(play, "steward", case) == ""
    play.wait(1)
    play.done("steward", case, "find-eligible", {"requirement": play.judged()})
    play.done("steward", case, "assign-reviewer", {"candidate": play.people["first"].id, "sector": CIVIL_SOCIETY})
    told = since(play, "officer", case)
    assert "Find eligible" in told
    assert "Assign a reviewer" in told
    assert "Hand in" not in told
    assert "conflict" not in told.lower()
    assert told == since(play, "officer", case)  # reading on takes nothing away
    assert "Nobody else has done anything" in since(play, "steward", case)
    play.wait(1)
    assert "Nobody else has done anything" in since(play, "officer", case)


def test_a_version_handed_in_since_is_one_click_away(play: Played) -> None:
    case = play.handed_in()
    since(play, "steward", case)
    play.wait(1)
    play.done("steward", case, "return-to-city", {"reason": "The scope is not clear."})
    hand_in(play, act="TC 2026/39")
    page = play.page("steward", f"/cases/{case}")
    assert f"/cases/{case}/changes?from=1&to=2" in page.addresses


def test_nothing_is_noted_of_who_has_no_part_and_the_page_goes_without(
    play: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = play.called()
    for who in ("", "stranger", "third"):
        assert since(play, who, case) == ""
        play.wait(1)
        assert since(play, who, case) == ""
    for who in ("stranger", "third"):
        assert play.app.extensions["looks"]().look(play.people[who].id, f"case/{case}", 0) is None, who

    def away(*_: object) -> None:
        raise PortError("The database of looks did not answer.")

    monkeypatch.setattr(play.app.extensions["looks"](), "look", away)
    assert since(play, "officer", case) == ""
