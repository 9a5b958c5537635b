"""Where a city stands is changed by form, by whoever the law lets, upon the state that was read, and once."""

from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from registry.evidence_wiring import evidence_files
from tests.planted_files import CONTACT, pdf
from tests.server.conftest import Page
from tests.server.played import CITY, Played, played
from tests.server.test_desk import accredited

pytestmark = pytest.mark.slow

RAW = pdf("Progress report")


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Played]:
    made = played(tmp_path)
    yield made
    made.close()


def send(play: Played, who: str, slug: str, command: str, **fields: object) -> TestResponse:
    """Take a step upon the standing as it is."""
    sent = {"read": play.work.version(f"standing/{slug}") or "", **fields}
    return play.as_(who).post(f"/desk/standings/{slug}/{command}", sent)


def report(raw: bytes = RAW) -> tuple[BytesIO, str]:
    return BytesIO(raw), "report.pdf"


def test_an_officer_files_the_yearly_report_and_the_file_is_kept_by_its_hash(play: Played) -> None:
    slug = accredited(play)
    due = play.work.standing(CITY).due
    page = play.page("officer", f"/desk/standings/{slug}/file-report")
    assert [each["id"] for each in page.all("input") if each.get("type") == "file"] == ["report"]
    assert "required" not in page.all("textarea")[0]
    answer = send(play, "officer", slug, "file-report", report=report(), reason="")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/standings/{slug}#changes")
    standing, digest = play.work.standing(CITY), sha256(RAW).hexdigest()
    assert due is not None
    assert standing.due is not None
    assert standing.due > due
    assert (standing.acts[-1].kind, standing.acts[-1].hashes["report"]) == ("report-filed", digest)
    assert evidence_files(play.app.extensions["settings"]).get(digest) == RAW
    assert "File the progress report" in Page(play.as_("").get(f"/standings/{slug}").text).text
    again = send(play, "officer", slug, "file-report", report=report())
    assert (again.status_code, "open is: give the level up" in Page(again.text).text) == (409, True)


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({}, 422, "a report is enclosed"),
        ({"report": (BytesIO(b"\x00\x01 nothing known"), "report.bin")}, 422, ""),
        ({"report": report(), "reason": f"Ask {CONTACT}."}, 422, "Your text may tell of a person"),
        ({"report": report(), "reason": "x" * 5000}, 422, "longer than 4,096 characters"),
        ({"report": report(), "read": "0" * 64}, 409, "Somebody else has changed"),
    ],
    ids=["no report", "another kind", "a contact", "too long", "too late"],
)
def test_what_may_not_be_is_told_and_nothing_is_recorded(
    play: Played, fields: dict[str, object], status: int, words: str
) -> None:
    slug = accredited(play)
    before = play.work.standing(CITY)
    answer = send(play, "officer", slug, "file-report", **fields)
    assert (answer.status_code, words in Page(answer.text).text) == (status, True), Page(answer.text).text
    assert play.work.standing(CITY) == before


def test_who_insists_on_a_reason_has_it_recorded(play: Played) -> None:
    slug = accredited(play)
    sent = {"report": report(), "reason": f"Ask {CONTACT}.\r\nIt is an office.", "do": "insist"}
    assert send(play, "officer", slug, "file-report", **sent).status_code == 303
    assert play.work.standing(CITY).acts[-1].reason == f"Ask {CONTACT}.\nIt is an office."


def test_a_step_is_open_to_those_alone_whom_the_law_names(play: Played) -> None:
    slug = accredited(play)
    for command, mine in (("file-report", "officer"), ("give-up", "officer"), ("note-spot-check", "steward")):
        for who in ("officer", "stranger", "first", "decider", "steward"):
            status = play.as_(who).get(f"/desk/standings/{slug}/{command}").status_code
            assert status == (200 if who == mine else 409), (command, who)
    for command in ("lapse", "suspend", "accredit", "nothing"):
        assert send(play, "steward", slug, command, reason="Because.").status_code == 409
    assert send(play, "steward", slug, "note-spot-check", reason=" ").status_code == 422
    assert send(play, "officer", slug, "give-up", reason="We leave.").status_code == 303
    assert play.work.standing(CITY).state == "withdrawn"
    assert send(play, "steward", slug, "note-spot-check", reason="Looked.").status_code == 409
