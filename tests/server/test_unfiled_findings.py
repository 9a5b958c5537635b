"""Findings that are begun: kept for who writes them, seen by nobody else, never lost between two windows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.settings import Settings
from registry.unfiled_findings import OFFICE
from registry.wiring import back_up, forget_unfiled
from tests.server.conftest import Page
from tests.server.played import Played, played

pytestmark = pytest.mark.slow

MARK = "zqx half a thought"


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Played]:
    made = played(tmp_path)
    yield made
    made.close()


def kept(play: Played, case: str, said: dict[str, str], *, who: str = "first") -> None:
    """Keep something, which must succeed, upon what was last kept."""
    answer = play.step(who, case, "file-findings", {"do": "keep", "kept": version(play, who, case), **said})
    assert answer.status_code == 303, Page(answer.text).text


def version(play: Played, who: str, case: str) -> str:
    """Give the version that a form is made from now."""
    return value(play.page(who, f"/cases/{case}/steps/file-findings"), "kept")


def value(page: Page, name: str) -> str:
    """Give what stands in a field."""
    (field,) = [each for each in page.all("input") if each.get("name") == name and each.get("type") != "radio"]
    return str(field["value"])


def chosen(page: Page) -> list[tuple[str | None, str | None]]:
    """Give the outcomes that are chosen."""
    return [(each.get("name"), each.get("value")) for each in page.all("input") if "checked" in each]


def begun(play: Played) -> int:
    """Count what is begun and kept."""
    return len(play.app.extensions["drafts"]().of_office(OFFICE))


def test_half_of_it_is_kept_and_gone_on_with_in_another_browser(play: Played) -> None:
    case = play.reviewed()
    before = play.work.version(f"case/{case}")
    kept(play, case, {"outcome-1": "passed", "reason-1": MARK, "reason-2": "See\r\nbelow."})
    page = play.page("first", f"/cases/{case}/steps/file-findings")
    assert "What you have begun is kept" in page.text
    assert MARK in page.text
    assert "See\nbelow." in page.text
    assert chosen(page) == [("outcome-1", "passed")]
    assert play.work.version(f"case/{case}") == before
    assert "script" not in page.tags
    on_case = play.page("first", f"/cases/{case}")
    assert "You have begun findings and not filed them" in on_case.text
    assert MARK not in on_case.text


def test_nobody_else_sees_it_and_it_is_in_no_export(play: Played, tmp_path: Path) -> None:
    case = play.reviewed()
    kept(play, case, {"reason-1": MARK})
    paths = [
        f"/cases/{case}",
        f"/cases/{case}/steps/file-findings",
        "/desk",
        "/cases",
        "/drafts",
        f"/api/v1/cases/{case}",
    ]
    for who in ("second", "third", "steward", "officer", "colleague", "decider", ""):
        for path in paths:
            text = play.as_(who).get(path).text
            assert MARK not in text, (who, path)
            assert "begun findings" not in text, (who, path)
    (draft,) = play.app.extensions["drafts"]().of_office(OFFICE)
    for who in ("officer", "colleague", "first"):
        assert play.as_(who).get(f"/drafts/{draft.id}").status_code in (403, 404), who
    assert MARK.encode() not in b"".join(play.work.export_all())
    home = play.app.extensions["settings"].home
    back_up(Settings.load({}, home=home), tmp_path / "copy")
    holding = {path.name for path in (tmp_path / "copy").iterdir() if MARK.encode() in path.read_bytes()}
    assert holding == {"drafts.sqlite"}
    assert not [path for path in home.glob("ledger.sqlite*") if MARK.encode() in path.read_bytes()]


def test_two_windows_keep_what_each_wrote(play: Played) -> None:
    case = play.reviewed()
    kept(play, case, {"reason-1": "One."})
    old = version(play, "first", case)
    kept(play, case, {"reason-1": "One.", "reason-2": "Two, elsewhere."})
    answer = play.step("first", case, "file-findings", {"do": "keep", "kept": old, "reason-1": "One, here."})
    assert answer.status_code == 303
    text = play.page("first", f"/cases/{case}/steps/file-findings").text
    assert "One, here." in text
    assert "Two, elsewhere." in text


def test_where_both_changed_one_field_both_are_shown_and_the_second_look_decides(play: Played) -> None:
    case = play.reviewed()
    kept(play, case, {"outcome-1": "passed", "reason-1": "One."})
    old = version(play, "first", case)
    kept(play, case, {"outcome-1": "failed", "reason-1": "Elsewhere."})
    mine = {"do": "keep", "outcome-1": "passed", "reason-1": "Here."}
    answer = play.step("first", case, "file-findings", {**mine, "kept": old})
    page = Page(answer.text)
    assert answer.status_code == 409
    assert "You wrote more in another window" in page.text
    assert "In the other window: Elsewhere." in page.text
    assert "Here." in page.text
    assert chosen(page) == [("outcome-1", "failed")]  # changed there alone
    answer = play.step("first", case, "file-findings", {**mine, "kept": value(page, "kept")})
    assert answer.status_code == 303
    page = play.page("first", f"/cases/{case}/steps/file-findings")
    assert ("Here." in page.text, "Elsewhere." in page.text) == (True, False)
    assert chosen(page) == [("outcome-1", "passed")]


def test_what_another_window_kept_is_looked_at_before_anything_is_filed(play: Played) -> None:
    case = play.reviewed()
    old, whole = version(play, "first", case), play.findings(case)
    kept(play, case, {**whole, "outcome-1": "failed", "reason-1": "I looked again."})
    answer = play.step("first", case, "file-findings", {**whole, "kept": old})
    page = Page(answer.text)
    assert answer.status_code == 409
    assert "I looked again." in page.text
    assert play.work.case(f"case/{case}").seats[0].judgements is None
    play.done("first", case, "file-findings", {**whole, "kept": value(page, "kept")})
    filed = play.work.case(f"case/{case}").seats[0].judgements
    assert filed is not None
    assert filed[0].outcome == "passed"


def test_it_is_erased_when_it_is_filed_and_no_more_is_kept(play: Played) -> None:
    case = play.reviewed()
    kept(play, case, {"reason-1": MARK})
    play.done("first", case, "file-findings", {**play.findings(case), "kept": version(play, "first", case)})
    assert begun(play) == 0
    answer = play.step("first", case, "file-findings", {"do": "keep", "kept": "1", "reason-1": "More."})
    assert (answer.status_code, "More." in answer.text, begun(play)) == (409, True, 0)
    assert "begun findings" not in play.page("first", f"/cases/{case}").text


def test_it_is_gone_on_with_while_the_city_clears_something_up(play: Played) -> None:
    case = play.reviewed()
    kept(play, case, {"reason-1": MARK})
    play.done("second", case, "ask-city", {"reason": "Which council adopted the act?"})
    page = play.page("first", f"/cases/{case}/steps/file-findings")
    assert MARK in page.text
    assert "it cannot be filed now" in page.text
    assert [each["value"] for each in page.all("button") if each.get("name") == "do"] == ["keep"]
    kept(play, case, {"reason-1": f"{MARK}, and another"})
    assert play.as_("second").get(f"/cases/{case}/steps/file-findings").status_code == 409
    answer = play.step("first", case, "file-findings", play.findings(case) | {"kept": version(play, "first", case)})
    assert (answer.status_code, play.work.case(f"case/{case}").seats[0].judgements) == (409, None)


def test_nobody_keeps_anything_in_a_case_that_is_not_theirs(play: Played) -> None:
    case = play.called()
    for who, status in (("first", 409), ("third", 409), ("steward", 409), ("officer", 409), ("", 401)):
        answer = play.step(who, case, "file-findings", {"do": "keep", "reason-1": "One."})
        assert (answer.status_code, begun(play)) == (status, 0), who


def test_it_is_erased_when_the_reviewer_leaves_and_when_the_case_ends(play: Played) -> None:
    case = play.reviewed()
    for who in ("first", "second"):
        kept(play, case, {"reason-1": MARK}, who=who)
    play.done("first", case, "step-down", {"reason": "I am ill."})
    assert begun(play) == 1
    play.done("officer", case, "withdraw", {"reason": "We come again later."})
    assert begun(play) == 0


def test_the_daily_run_erases_what_no_page_did(play: Played) -> None:
    case = play.reviewed()
    kept(play, case, {"reason-1": MARK})
    drafts = play.app.extensions["drafts"]()
    (draft,) = drafts.of_office(OFFICE)
    drafts.begin("[]", title="case/gone-1", office=OFFICE, account="somebody")
    settings = Settings.load({}, home=play.app.extensions["settings"].home)
    assert (forget_unfiled(settings), [one.id for one in drafts.of_office(OFFICE)]) == (1, [draft.id])
