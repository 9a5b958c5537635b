"""The pages of cases: each reader sees what is theirs to see, and nobody learns of a case by guessing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.receipt import read as read_receipt
from tests.registry.playing import CIVIL_SOCIETY
from tests.server.conftest import Page
from tests.server.played import EXAMPLE, Played, played

pytestmark = pytest.mark.slow


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Played]:
    made = played(tmp_path)
    yield made
    made.close()


def test_before_the_call_a_case_is_seen_by_its_city_its_parts_and_stewards_alone(play: Played) -> None:
    case = play.handed_in()
    for name, status in (("officer", 200), ("colleague", 200), ("steward", 200)):
        assert play.as_(name).get(f"/cases/{case}").status_code == status, name
    for name in ("", "stranger", "first", "decider"):
        hidden, guessed = (play.as_(name).get(f"/cases/{one}") for one in (case, "nowhere-9"))
        assert hidden.status_code == guessed.status_code == 404
        assert hidden.text == guessed.text
        assert case not in play.as_(name).get("/cases").text
        assert play.as_(name).get(f"/cases/{case}/submission.ttl").status_code == 404
    assert case in play.as_("officer").get("/cases").text


def test_from_the_call_on_everybody_sees_where_it_stands_and_the_submission_but_no_findings(play: Played) -> None:
    case = play.reviewed()
    play.done("first", case, "file-findings", play.findings(case))
    page = play.page("", f"/cases/{case}")
    assert "In review" in page.text
    assert "The text says so in its second section" not in page.text
    assert "What you can do now" not in page.text
    raw = play.as_("").get(f"/cases/{case}/submission.ttl")
    assert raw.status_code == 200
    assert b"sandermere" in raw.data
    for name in ("second", "steward", "officer", "decider"):
        assert "The text says so in its second section" not in play.page(name, f"/cases/{case}").text, name
    assert "The text says so in its second section" in play.page("first", f"/cases/{case}").text


def test_when_both_are_in_each_reviewer_sees_the_other(play: Played) -> None:
    case = play.reviewed()
    play.done("first", case, "file-findings", play.findings(case))
    play.done("second", case, "file-findings", play.findings(case, "failed"))
    page = play.page("second", f"/cases/{case}")
    assert "The reviewers differ." in page.text
    assert "The reviewers differ." not in play.page("officer", f"/cases/{case}").text
    play.done("steward", case, "assign-reviewer", {"candidate": play.people["third"].id, "sector": CIVIL_SOCIETY})
    assert "The text says so" not in play.page("third", f"/cases/{case}").text


def test_a_receipt_is_given_to_who_acted_and_to_nobody_else(play: Played) -> None:
    case = play.handed_in()
    answer = play.as_("officer").get(f"/cases/{case}/receipts/2")
    assert answer.headers["Content-Disposition"].endswith(f'"{case}-2-receipt.json"')
    assert read_receipt(answer.data).event.envelope.kind == "submission-received"
    assert "your receipt" in play.page("officer", f"/cases/{case}").text
    for name in ("colleague", "steward"):
        assert play.as_(name).get(f"/cases/{case}/receipts/2").status_code == 404
        assert "your receipt" not in play.page(name, f"/cases/{case}").text
    for serial in ("0", "3", "99999999999", "x"):
        assert play.as_("officer").get(f"/cases/{case}/receipts/{serial}").status_code == 404


def test_no_name_and_no_account_stands_on_a_public_page(play: Played) -> None:
    case = play.called()
    text = play.as_("").get(f"/cases/{case}").text
    for account in play.people.values():
        assert account.id not in text
        assert account.email not in text
        assert f">{account.name}<" not in text


def test_what_was_handed_in_is_given_back_as_it_came(play: Played) -> None:
    case = play.handed_in()
    kept = play.work.case(f"case/{case}").acts[-1].hashes["submission"]
    raw = play.as_("steward").get(f"/cases/{case}/submission.ttl").data
    assert play.app.extensions["documents"]().read(kept) == raw
    assert EXAMPLE.read_bytes() != raw  # the draft wrote it anew


def test_the_page_of_a_case_can_be_read_without_its_tables(play: Played) -> None:
    page: Page = play.page("steward", f"/cases/{play.handed_in()}")
    assert page.tags >= {"h1", "ol", "time"}
    assert all("scope" in cell for cell in page.all("th"))
