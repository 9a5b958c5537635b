"""Steps of a case as forms: made from the law, recorded once, and nothing typed is ever lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from registry.adapters.ed25519_key import Ed25519Key, is_signed
from registry.cases import ANYBODY, Command
from registry.errors import LedgerConflict
from registry.ledger_verification import verify_ledger
from registry.ledger_wiring import LEDGER_KEY
from registry.namespaces import HRC
from registry.verification import Kind
from server.case_steps import MOST_CHARACTERS
from tests.registry.playing import CIVIL_SOCIETY, law, order
from tests.server.conftest import Page
from tests.server.played import CITY, Played, played

pytestmark = pytest.mark.slow

COMMITTED = "https://w3id.org/hrcr/vocab/levels/committed"
DECLARED = "https://w3id.org/hrcr/vocab/levels/declared"


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Played]:
    made = played(tmp_path)
    yield made
    made.close()


def test_a_case_goes_from_a_draft_to_a_level_by_forms_alone(play: Played) -> None:
    case = play.heard()
    page = play.page("decider", f"/cases/{case}/steps/accredit")
    assert "With what the reviewers found, the machine's report comes to" in page.text
    play.done("decider", case, "accredit", {"level": DECLARED, "reason": "The act binds the city."})
    found = play.work.case(f"case/{case}")
    assert (found.state, play.work.standing(found.city).state) == ("decided", "accredited-declared")
    assert "The text says so in its second section" in play.page("officer", f"/cases/{case}").text
    play.wait(31)
    assert play.work.case(f"case/{case}").state == "closed"
    key = Ed25519Key(play.app.extensions["settings"].home / LEDGER_KEY).public_key
    checks = verify_ledger(play.ledger, keys=[key], is_signed=is_signed, law=law())
    assert [check.message for check in checks if check.kind is Kind.BROKEN] == []


def test_each_sees_the_steps_of_their_office_and_why_others_are_not_open(play: Played) -> None:
    case = play.reviewed()
    page = play.page("first", f"/cases/{case}")
    assert f"/cases/{case}/steps/file-findings" in page.addresses
    assert f"/cases/{case}/steps/accredit" not in page.addresses
    play.done("first", case, "file-findings", play.findings(case))
    page = play.page("first", f"/cases/{case}")
    assert f"/cases/{case}/steps/file-findings" not in page.addresses
    assert "“File findings” is not possible" in page.text
    answer = play.as_("first").get(f"/cases/{case}/steps/file-findings")
    assert (answer.status_code, "not possible" in answer.text) == (409, True)
    answer = play.as_("officer").get(f"/cases/{case}/steps/find-eligible")
    assert answer.status_code == 409
    assert play.as_("officer").get(f"/cases/{case}/steps/no-such-step").status_code == 404
    assert play.as_("first").get(f"/cases/{case}/steps/file-concern").status_code == 409


def test_every_step_that_is_offered_has_its_form(play: Played) -> None:
    """At each state of the way, for everybody who has a part."""
    met: set[str] = set()

    def look(case: str) -> None:
        for name in ("officer", "steward", "first", "decider"):
            answer = play.as_(name).get(f"/cases/{case}")
            links = Page(answer.text).addresses if answer.status_code == 200 else []
            for path in links:
                if "/steps/" in path:
                    shown = play.as_(name).get(path)
                    command = path.rpartition("/")[2]
                    assert shown.status_code == 200, (path, Page(shown.text).text)
                    assert f'action="{path}"' in shown.text
                    met.add(command)

    case = play.handed_in()
    look(case)
    boxes = play.page("steward", f"/cases/{case}/steps/find-eligible").all("input")
    ticked = [each["value"] for each in boxes if each.get("name") == "requirement" and "checked" in each]
    assert ticked == play.judged()  # as far as the machine sees the city come
    play.done("steward", case, "find-eligible", {"requirement": play.judged()})
    look(case)
    for name in ("first", "second"):
        play.done("steward", case, "assign-reviewer", {"candidate": play.people[name].id, "sector": CIVIL_SOCIETY})
    play.done("steward", case, "open-call")
    look(case)
    play.wait(31)
    look(case)
    play.done("first", case, "ask-city", {"reason": "Which council adopted the act?"})
    look(case)
    play.done("officer", case, "clarify", {"text": "The present one."})
    for name in ("first", "second"):
        play.done(name, case, "file-findings", play.findings(case))
    play.done("steward", case, "assign-decider", {"candidate": play.people["decider"].id})
    look(case)
    play.wait(31)
    look(case)
    play.done("decider", case, "refuse", {"reason": "The act binds nobody."})
    look(case)
    assert met == {
        "return-to-city", "find-eligible", "withdraw", "assign-reviewer", "assign-decider", "open-call", "step-down",
        "relieve-reviewer", "file-findings", "ask-city", "clarify", "reply", "accredit", "refuse", "decline",
        "relieve-decider", "appeal",
    }  # fmt: skip


def test_whoever_was_too_slow_keeps_what_they_typed_and_is_told_what_happened(play: Played) -> None:
    case = play.handed_in()
    read = play.work.version(f"case/{case}")
    play.done("steward", case, "return-to-city", {"reason": "The contact is missing."})
    typed = {"read": read, "reason": "We want to wait for the new council."}
    answer = play.as_("officer").post(f"/cases/{case}/steps/withdraw", typed)
    page = Page(answer.text)
    assert answer.status_code == 409
    assert "The case has moved on while you wrote" in page.text
    assert "Give back to the city" in page.text
    assert "We want to wait for the new council." in page.text
    (field,) = [each for each in page.all("input") if each.get("name") == "read"]
    assert field["value"] == play.work.version(f"case/{case}")
    again = {"read": field["value"], "reason": typed["reason"]}
    assert play.as_("officer").post(f"/cases/{case}/steps/withdraw", again).status_code == 303


def test_a_form_that_is_not_complete_names_each_field_and_keeps_the_others(play: Played) -> None:
    case = play.reviewed()
    sent = play.findings(case)
    gone = next(name for name in sent if name.startswith("reason-"))
    answer = play.step("first", case, "file-findings", {**sent, gone: " "})
    page = Page(answer.text)
    assert answer.status_code == 422
    assert f"#{gone}" in page.addresses
    assert "Say why." in page.text
    assert "The text says so in its second section." in page.text
    assert len([each for each in page.all("input") if "checked" in each]) == len(play.judged())
    assert play.work.case(f"case/{case}").seats[0].judgements is None


def test_the_steward_sees_who_may_be_assigned_and_why_others_may_not(play: Played) -> None:
    case = play.handed_in()
    play.done("steward", case, "find-eligible", {"requirement": play.judged()})
    play.done("steward", case, "assign-reviewer", {"candidate": play.people["first"].id, "sector": CIVIL_SOCIETY})
    page = play.page("steward", f"/cases/{case}/steps/assign-reviewer")
    offered = {each["value"] for each in page.all("input") if each.get("name") == "candidate"}
    assert offered == {play.people[name].id for name in ("second", "third", "fourth")}
    assert "has had a part in" in page.text
    answer = play.step(
        "steward", case, "assign-reviewer", {"candidate": play.people["first"].id, "sector": CIVIL_SOCIETY}
    )
    assert (answer.status_code, len(play.work.case(f"case/{case}").seats)) == (403, 1)
    answer = play.step("steward", case, "assign-reviewer", {"candidate": "0" * 32, "sector": CIVIL_SOCIETY})
    assert answer.status_code == 422


def test_nobody_acts_in_the_case_of_another_city_or_out_of_their_office(play: Played) -> None:
    case = play.handed_in()
    before = play.work.case(f"case/{case}")
    tries = (("stranger", "withdraw"), ("first", "find-eligible"), ("decider", "find-eligible"), ("", "withdraw"))
    for name, command in tries:
        answer = play.step(name, case, command, {"reason": "I say so.", "requirement": play.judged()})
        assert answer.status_code in (401, 404), name
    for name, command in (("officer", "find-eligible"), ("steward", "withdraw")):
        answer = play.step(name, case, command, {"reason": "I say so.", "requirement": play.judged()})
        assert answer.status_code == 409, name
    assert play.work.case(f"case/{case}") == before


def test_a_decision_names_a_report_that_counts_the_findings(play: Played) -> None:
    case = play.heard()
    play.done("decider", case, "refuse", {"reason": "The act does not bind the city."})
    act = play.work.case(f"case/{case}").acts[-1]
    handed = next(one for one in play.work.case(f"case/{case}").acts if "submission" in one.hashes)
    read = play.app.extensions["documents"]().read
    assert act.hashes["report"] != handed.hashes["report"]
    counted = [line for line in read(act.hashes["report"]).splitlines() if b"/universal-declaration" in line]
    assert counted != [line for line in read(handed.hashes["report"]).splitlines() if b"/universal-declaration" in line]


def test_of_a_step_that_was_refused_nothing_stays_and_nothing_is_judged(
    play: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = play.reviewed()
    read = play.work.version(f"case/{case}")
    for name in ("first", "second"):
        play.done(name, case, "file-findings", play.findings(case))
    answer = play.step("officer", case, "reply", {"read": read, "text": "zqx, too late"})
    assert (answer.status_code, "zqx, too late" in answer.text) == (409, True)
    assert not any(
        b"zqx, too late" in path.read_bytes() for path in play.app.extensions["settings"].home.glob("*.sqlite*")
    )
    play.done("officer", case, "reply", {"text": "We agree."})
    play.done("steward", case, "assign-decider", {"candidate": play.people["decider"].id})
    play.done("steward", case, "relieve-decider", {"reason": "The decider is ill."})
    monkeypatch.setattr("server.case_steps.report_with_findings", lambda _case: pytest.fail("judged for nothing"))
    answer = play.step("decider", case, "refuse", {"reason": "The act binds nobody."})
    assert (answer.status_code, "The act binds nobody." in answer.text) == (409, True)
    monkeypatch.undo()


def test_a_text_that_the_record_refuses_at_the_last_moment_is_erased(
    play: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = play.reviewed()
    for name in ("first", "second"):
        play.done(name, case, "file-findings", play.findings(case))

    named: list[str] = []

    def overtaken(_name: str, order: Command, *_: object, **__: object) -> None:
        named.append(order.hashes["text"])
        raise LedgerConflict("Somebody was quicker.")

    monkeypatch.setattr(play.work, "act", overtaken)
    assert play.step("officer", case, "reply", {"text": "We agree."}).status_code == 409
    assert [play.app.extensions["texts"]().read(digest) for digest in named] == [None]


def test_what_the_city_says_is_checked_and_looked_through_for_personal_data(play: Played) -> None:
    case = play.reviewed()
    for name in ("first", "second"):
        play.done(name, case, "file-findings", play.findings(case))
    for text, told in (
        ("x" * (MOST_CHARACTERS + 1), f"at most {MOST_CHARACTERS:,} are taken"),
        ("a\u202eb", "signs that cannot be shown"),
        ("Ask some.body@city.example.", "Your text may tell of a person"),
    ):
        answer = play.step("officer", case, "reply", {"text": text})
        page = Page(answer.text)
        assert (answer.status_code, told in page.text, "#text" in page.addresses) == (422, True, True)
        assert text in answer.text, "what was typed stays"
    assert "insist" in {each.get("value") for each in page.all("button")}
    assert play.work.case(f"case/{case}").acts[-1].kind != "city-replied"
    play.done("officer", case, "reply", {"text": "Ask some.body@city.example.", "do": "insist"})
    assert "Ask some.body@city.example." in play.page("officer", f"/cases/{case}").text


def test_a_page_says_of_a_text_that_it_was_erased(play: Played) -> None:
    case = play.heard()
    digest = next(act.hashes["text"] for act in play.work.case(f"case/{case}").acts if "text" in act.hashes)
    play.app.extensions["texts"]().erase(digest)
    page = play.page("officer", f"/cases/{case}")
    assert ("The text was erased" in page.text, "We agree with the findings." in page.text) == (True, False)


def test_a_step_with_pages_of_its_own_is_taken_there_alone(play: Played) -> None:
    """What is set aside keeps to the grounds, what is answered is looked through: no form goes round."""
    case = play.called()
    sent = {"claim": CITY, "form": "concern", "reason": "Nobody came.", "do": "send"}
    said = play.app.test_client().post(f"/calls/{case}/contribute", data=sent)
    assert said.status_code == 201, said.text
    aside, answer = f"/cases/{case}/steps/set-aside-concern", f"/cases/{case}/steps/answer-concern"
    typed = {"concern": "1", "reason": "I do not like it.", "text": "Ask a.b@city.example.", "read": ""}
    for taken in (play.as_("steward").get(aside), play.as_("steward").post(aside, typed)):
        assert (taken.status_code, taken.headers["Location"]) == (303, "/contributions")
    refused = play.as_("officer").post(answer, typed)
    assert (refused.status_code, "not possible" in refused.text) == (409, True)
    assert play.as_("steward").post(f"/contributions/{case}/1", {"do": "release"}).status_code == 303
    for taken in (play.as_("officer").get(answer), play.as_("officer").post(answer, typed)):
        assert (taken.status_code, taken.headers["Location"]) == (303, f"/contributions/{case}/1/answer")
    assert [told.answered for told in play.work.case(f"case/{case}").contributions] == [None]


def test_handing_in_again_leads_to_the_drafts(play: Played) -> None:
    case = play.handed_in()
    play.done("steward", case, "return-to-city", {"reason": "The contact is missing."})
    place = f"/cases/{case}/steps/submit"
    assert place in play.page("officer", f"/cases/{case}").addresses
    for taken in (play.as_("officer").get(place), play.as_("officer").post(place)):
        assert (taken.status_code, taken.headers["Location"]) == (303, "/drafts")


def test_what_is_decided_on_a_serious_concern_rests_on_the_record_of_the_case(play: Played) -> None:
    play.done("decider", play.heard(), "accredit", {"level": DECLARED, "reason": "The act binds the city."})
    claim = f"{CITY}#gazette"
    raised = order("raise", city=CITY, claim=claim, organisation="https://example.org/id/organisation/ngo")
    name = play.work.open(raised, ANYBODY)[-1].event.envelope.case
    case = name.removeprefix("case/")
    play.done("steward", case, "admit", {"reason": "It is specific and evidenced."})
    play.done("officer", case, "answer", {"text": "We have begun to mend it."})
    play.done("steward", case, "assign-decider", {"candidate": play.people["decider"].id})
    play.done("decider", case, "uphold", {"reason": "The by-law was not kept."})
    kept = play.app.extensions["documents"]().read(play.work.case(name).rulings[-1].hashes["report"])
    assert (None, HRC.aboutClaim, URIRef(claim)) in Graph().parse(data=kept, format="nt")
    assert b"The by-law was not kept." not in kept


def test_a_reason_is_looked_through_too_for_it_can_never_be_erased(play: Played) -> None:
    case = play.reviewed()
    sent = play.findings(case)
    sent["reason-2"] = "Told by some.body@city.example."
    answer = play.step("first", case, "file-findings", sent)
    page = Page(answer.text)
    assert (answer.status_code, "“some.body@city.example”: e-mail address" in page.text) == (422, True)
    assert ("#reason-2" in page.addresses, "#reason-1" in page.addresses) == (True, False)
    assert play.work.case(f"case/{case}").seats[0].judgements is None
    play.done("first", case, "file-findings", {**sent, "do": "insist"})
    answer = play.step("officer", case, "withdraw", {"reason": "Ask some.body@city.example."})
    assert (answer.status_code, "#reason" in Page(answer.text).addresses) == (422, True)
    assert play.work.case(f"case/{case}").state == "in-review"
