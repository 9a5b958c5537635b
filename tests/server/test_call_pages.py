"""The public call: anybody speaks on one claim, unknown, and nothing is public before somebody has looked at it."""

import base64
import json
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest
from flask import Flask

from registry.adapters.ed25519_key import Ed25519Key, is_signed
from registry.cases import ANYBODY, Act
from registry.casework import Casework
from registry.commitment import commit
from registry.contributions import contributions, from_text
from registry.ledger_verification import verify_receipt_file
from registry.model import Receipt
from registry.verification import Kind
from server.budget import Budget
from tests.registry.playing import STEWARD, artefacts, law, order
from tests.server.cases import CLAIM, OFFICER, PAGE, Desk, desk_of
from tests.server.conftest import Page

REASON = "The by-law was never read in the council; the minutes of 3 March 2024 do not mention it."
pytestmark = pytest.mark.slow

NAME = "case/karthold-1"


@pytest.fixture
def desk(app: Flask, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(app, tmp_path) as made:
        yield made


def number_in(page: str) -> str:
    found = re.search(r'<p class="key">([0-9a-f]{32})</p>', page)
    assert found is not None
    return found[1]


def test_open_calls_are_listed_with_their_last_day(desk: Desk) -> None:
    assert "No call is open" in desk.client.get("/calls", headers=PAGE).text
    desk.called()
    page = Page(desk.client.get("/calls", headers=PAGE).text)
    assert "Municipality of Karthold" in page.text
    assert "2027-02-03" in page.text
    assert f"/calls/{desk.slug}" in page.addresses
    desk.wait(31)
    said = Page(desk.client.get("/calls", headers=PAGE).text)
    assert "Past calls" in said.text
    assert f"/calls/{desk.slug}" in said.addresses


def test_claims_are_shown_in_plain_words_with_a_way_to_speak_on_each(desk: Desk) -> None:
    desk.called()
    response = desk.client.get(f"/calls/{desk.slug}", headers=PAGE)
    page = Page(response.text)
    assert response.headers["Cache-Control"] == "no-cache"
    for words in (
        "Karthold commits itself to human rights",
        "Universal Declaration of Human Rights",
        "By-law 17 of 2024",
    ):
        assert words in page.text
    assert "No account, no name, no address" in page.text
    ways = [address for address in page.addresses if "/contribute?claim=" in address]
    assert len(set(ways)) > 60
    assert len([1 for _, attributes in page.elements if attributes.get("id")]) == len(
        {attributes["id"] for _, attributes in page.elements if attributes.get("id")}
    )
    assert desk.client.get(ways[3], headers=PAGE).status_code == 200


def test_before_the_call_there_is_no_page_and_no_guess_tells_of_a_case(desk: Desk) -> None:
    desk.eligible()
    for rest in ("", "/contribute", "/0123456789abcdef0123456789abcdef"):
        there = desk.client.get(f"/calls/{desk.slug}{rest}", headers=PAGE)
        nowhere = desk.client.get(f"/calls/nowhere-1{rest}", headers=PAGE)
        assert (there.status_code, there.text) == (nowhere.status_code, nowhere.text)
        assert there.status_code == 404
    assert desk.say(REASON).status_code == 404
    assert desk.case.contributions == ()


def test_a_contribution_is_recorded_without_anything_about_its_author(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    desk.called()
    response = desk.say(REASON, evidence="https://minutes.example/2024-03-03")
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    (told,) = contributions(desk.case)
    act = desk.case.acts[-1]
    assert (act.account, act.office, act.particulars.claim) == (None, "public", CLAIM)
    assert REASON not in act.reason
    kept = desk.texts.read(told.digest)
    assert kept is not None
    assert from_text(kept.text).evidence == "https://minutes.example/2024-03-03"
    assert "127.0.0.1" not in caplog.text + kept.text
    assert REASON not in caplog.text
    stored = b"".join(desk.ledger.payload(event.envelope.hashes["payload"]) for event in desk.ledger.read())
    assert b"minutes of 3 March" not in stored


def test_the_proof_shows_what_was_said_and_that_it_was_recorded(desk: Desk) -> None:
    desk.called()
    response = desk.say(REASON)
    number = number_in(response.text)
    files = {
        str(link["download"]): base64.b64decode(str(link["href"]).partition("base64,")[2])
        for link in Page(response.text).all("a")
        if "download" in link
    }
    text = files["statement.json"].decode()
    assert json.loads(text)["reason"] == REASON
    (told,) = contributions(desk.case)
    assert commit(number, text) == told.digest
    key = Ed25519Key(Path(str(desk.ledger._engine.url.database)).parent / "key.pem").public_key
    checks = verify_receipt_file(files["receipt.json"], keys=[key], is_signed=is_signed)
    assert [check for check in checks if check.kind is Kind.BROKEN] == []
    assert told.digest in json.loads(files["receipt.json"])["envelope"]


def test_its_number_shows_what_became_of_it_and_never_what_was_said(desk: Desk) -> None:
    desk.called()
    number = number_in(desk.say(REASON).text)
    address = f"/calls/{desk.slug}/{number}"

    def told() -> str:
        page = desk.client.get(address, headers=PAGE).text
        assert REASON not in page
        return Page(page).text

    assert "waits until a steward has looked at it" in told()
    desk.do("release-concern", STEWARD, concern=1, hashes={})
    assert "It is public since" in told()
    desk.do("answer-concern", OFFICER, concern=1, hashes={"text": desk.texts.keep("We were there.").digest})
    assert "We were there." in told()
    other = number_in(desk.say("Another reason.").text)
    desk.do("set-aside-concern", STEWARD, concern=2, reason="Abuse", hashes={})
    page = Page(desk.client.get(f"/calls/{desk.slug}/{other}", headers=PAGE).text).text
    assert "is not made public. The reason: Abuse." in page


def test_a_guessed_number_is_told_the_same_as_no_number(desk: Desk) -> None:
    desk.called()
    desk.say(REASON)
    (told,) = contributions(desk.case)
    pages = {
        desk.client.get(f"/calls/{desk.slug}/{guess}", headers=PAGE).text for guess in ("0" * 32, "1", told.digest, "x")
    }
    assert len(pages) == 1
    assert "There is no contribution of this number" in pages.pop()


def test_what_was_said_stands_beside_the_claim_once_released_with_the_answer(desk: Desk) -> None:
    desk.called()
    desk.say(REASON, evidence="https://minutes.example/2024-03-03")
    address = f"/calls/{desk.slug}"
    assert REASON not in desk.client.get(address, headers=PAGE).text
    desk.do("release-concern", STEWARD, concern=1, hashes={})
    desk.do("answer-concern", OFFICER, concern=1, hashes={"text": desk.texts.keep("It was read twice.").digest})
    page = Page(desk.client.get(address, headers=PAGE).text)
    assert page.text.count(REASON) == page.text.count("It was read twice.") == 1
    assert "#contribution-1" in page.addresses
    (link,) = {link["rel"] for link in page.all("a") if link.get("href") == "https://minutes.example/2024-03-03"}
    assert link == "nofollow noopener ugc"
    (told,) = contributions(desk.case)
    desk.texts.erase(told.digest)
    erased = Page(desk.client.get(address, headers=PAGE).text).text
    assert REASON not in erased
    assert "The text was erased" in erased


def test_what_is_set_aside_is_counted_by_its_reason_and_not_shown(desk: Desk) -> None:
    desk.called()
    for word in ("one", "two"):
        desk.say(f"Abusive words, number {word}.")
    for number in (1, 2):
        desk.do("set-aside-concern", STEWARD, concern=number, reason="Abuse", hashes={})
    page = Page(desk.client.get(f"/calls/{desk.slug}", headers=PAGE).text).text
    assert "2 set aside (Abuse: 2)" in page
    assert "Abusive words" not in page


def test_personal_data_are_warned_about_before_anything_is_sent(desk: Desk) -> None:
    desk.called()
    reason = "Ask some.body@city.example, who was there."
    warned = desk.say(reason)
    assert warned.status_code == 422
    page = Page(warned.text)
    assert "Your text may tell of a person" in page.text
    assert "“some.body@city.example”: e-mail address" in page.text
    assert reason in page.text
    assert desk.case.contributions == ()
    assert desk.say(reason, do="insist").status_code == 201
    assert "some.body" not in desk.client.get(f"/calls/{desk.slug}", headers=PAGE).text


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"reason": " "}, "Say why"),
        ({"form": "praise"}, "whether you contradict the claim"),
        ({"reason": "x" * 5001}, "at most 5,000"),
        ({"evidence": "javascript:alert(1)"}, "must begin with http"),
        ({"evidence": "https://a:b@example.org/"}, "must begin with http"),
    ],
)
def test_what_is_missing_is_told_and_what_was_typed_stays(desk: Desk, sent: dict[str, str], told: str) -> None:
    desk.called()
    data = {"claim": CLAIM, "form": "concern", "reason": REASON, "evidence": "", "do": "send", **sent}
    response = desk.client.post(f"/calls/{desk.slug}/contribute", data=data, headers=PAGE)
    page = Page(response.text)
    assert (response.status_code, told in page.text) == (422, True)
    assert data["reason"].strip()[:50] in page.text
    assert page.all("textarea")[0]["aria-invalid"] == "true"
    assert desk.case.contributions == ()


def test_only_claims_of_the_case_can_be_spoken_on(desk: Desk) -> None:
    desk.called()
    for claim in ("https://example.org/id/city/oderau#x", "", "https://w3id.org/hrcr/standard/none"):
        assert desk.say(REASON, claim=claim).status_code == 404
    assert desk.say(REASON, claim="https://w3id.org/hrcr/standard/" + "formal-act").status_code == 201


def test_after_the_last_day_nothing_is_taken_and_nothing_is_kept(desk: Desk) -> None:
    desk.called()
    desk.now = desk.now.replace(year=2028)
    response = desk.say(REASON)
    assert response.status_code == 409
    assert "its last day was 2027-02-03" in Page(response.text).text
    assert desk.case.contributions == ()
    desk.wait(0)
    assert "This call is over" in desk.client.get(f"/calls/{desk.slug}", headers=PAGE).text


def test_a_client_has_a_share_of_an_hour_and_a_case_of_a_day(desk: Desk) -> None:
    desk.called()
    desk.app.extensions["call_budget"] = Budget(2, window=3600)
    assert [desk.say(f"{REASON} {number}").status_code for number in range(3)] == [201, 201, 429]
    desk.app.extensions["call_budget"] = Budget(1000)
    for _ in range(198):
        desk.do("file-concern", ANYBODY, claim=CLAIM, hashes={"text": "0" * 64})
    refused = desk.say(REASON)
    assert refused.status_code == 429
    assert "Today 200 contributions have come in this case" in Page(refused.text).text
    desk.now = desk.now.replace(day=desk.now.day + 1)
    assert desk.say(REASON).status_code == 201


class Overtaken(Casework):
    """Casework that somebody else on the same ledger is quicker than, once."""

    other: Casework | None = None

    def _append(self, acts: Iterable[Act], *, read: dict[str, str] | None = None) -> Sequence[Receipt]:
        if self.other is not None:
            other, self.other = self.other, None
            other.act(NAME, order("file-concern", claim=CLAIM, hashes={"text": "0" * 64}), ANYBODY)
        return super()._append(acts, read=read)


def test_of_two_who_speak_at_once_none_is_lost(desk: Desk) -> None:
    desk.called()
    work = Overtaken(law(), desk.ledger, artefacts().syntax, base="https://example.org/", clock=desk.clock)
    work.other = desk.work
    desk.app.extensions["casework"] = lambda: work
    assert desk.say(REASON).status_code == 201
    assert len(desk.case.contributions) == 2
