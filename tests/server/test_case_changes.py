"""What has changed between two versions of a submission, criterion by criterion, to who may read both."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from registry.cases import ANYBODY
from registry.errors import PortError
from server.read_submissions import ReadSubmissions
from tests.registry.playing import CIVIL_SOCIETY, order
from tests.server.conftest import Page
from tests.server.played import CITY, EXAMPLE, Played, played

pytestmark = pytest.mark.slow

DECLARED = "https://w3id.org/hrcr/vocab/levels/declared"
SCOPE = "Whoever lives in Sandermere, for a week or for a lifetime, can rely on this declaration."


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Played]:
    made = played(tmp_path)
    yield made
    made.close()


def hand_in(play: Played, **changes: str) -> str:
    """Hand the example in with some texts changed, and give the name of the case."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for old, new in changes.items():
        wanted = {"scope": SCOPE, "act": "TC 2026/38", "clause": f'    hrc:scopeClause "{SCOPE}"@en ;\n'}[old]
        assert wanted in text
        text = text.replace(wanted, new)
    officer = play.as_("officer")
    draft = str(officer.post("/drafts", {"file": (BytesIO(text.encode()), "again.ttl")}).headers["Location"])
    answer = officer.post(f"{draft}/hand-in", {"version": "1"})
    assert answer.status_code == 303, Page(answer.text).text
    return str(answer.headers["Location"]).split("/cases/")[1].partition("?")[0]


def returned(play: Played, **changes: str) -> str:
    """A case that was given back and handed in again, with changes."""
    case = play.handed_in()
    play.done("steward", case, "return-to-city", {"reason": "The scope is not clear."})
    assert hand_in(play, **changes) == case
    return case


def test_what_was_handed_in_again_is_compared_with_what_was_given_back(play: Played) -> None:
    case = returned(play, clause="", act="TC 2026/39")
    page = play.page("steward", f"/cases/{case}")
    assert f"/cases/{case}/changes" in page.addresses
    page = play.page("steward", f"/cases/{case}/changes")
    text = " ".join(page.text.split())
    assert "TC 2026/38 TC 2026/39" in text
    assert f"{SCOPE} nothing" in text
    assert "→ missing" in text
    assert "Town Council of Sandermere" not in text
    back = " ".join(play.page("steward", f"/cases/{case}/changes?from=2&to=1").text.split())
    assert f"nothing {SCOPE}" in back
    assert "missing →" in back
    assert "script" not in page.tags


def test_two_versions_that_say_the_same_differ_in_nothing(play: Played) -> None:
    case = returned(play)
    assert "Both say the same" in play.page("officer", f"/cases/{case}/changes").text
    strange = play.page("officer", f"/cases/{case}/changes?from=x&to=99")
    assert "Both say the same" in strange.text


def test_what_cannot_be_read_now_is_not_said_to_be_the_same_or_to_differ(
    play: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = returned(play, act="TC 2026/39")
    documents = play.app.extensions["documents"]()
    read, report = documents.read, play.work.case(f"case/{case}").acts[1].hashes["report"]

    def damaged(digest: str) -> bytes:
        if digest == report:
            raise PortError("The document is stored with other bytes.")
        found: bytes = read(digest)
        return found

    monkeypatch.setattr(documents, "read", damaged)
    page = play.page("officer", f"/cases/{case}/changes")
    assert "no outcomes are compared" in page.text
    assert "TC 2026/39" in page.text
    assert "→" not in page.text
    assert "says the same" not in page.text
    monkeypatch.undo()
    play.app.extensions["submissions"] = ReadSubmissions(lambda _digest: None, lambda _entry: "")
    text = play.page("officer", f"/cases/{case}/changes").text
    assert "only outcomes are compared" in text
    assert "Both say the same" not in text


def test_what_was_given_back_is_read_by_nobody_outside_the_case_ever(play: Played) -> None:
    case = returned(play, act="TC 2026/39")
    assert play.as_("").get(f"/cases/{case}/changes").status_code == 404
    assert play.as_("stranger").get(f"/cases/{case}/changes").status_code == 404
    play.done("steward", case, "find-eligible", {"requirement": play.judged()})
    for name in ("first", "second"):
        play.done("steward", case, "assign-reviewer", {"candidate": play.people[name].id, "sector": CIVIL_SOCIETY})
    play.done("steward", case, "open-call")
    assert "TC 2026/38" in play.page("first", f"/cases/{case}/changes").text
    for name in ("", "stranger"):
        assert play.as_(name).get(f"/cases/{case}").status_code == 200
        assert play.as_(name).get(f"/cases/{case}/changes").status_code == 404, name
    play.wait(31)
    for name in ("first", "second"):
        play.done(name, case, "file-findings", play.findings(case))
    play.done("officer", case, "reply", {"text": "We agree."})
    play.done("steward", case, "assign-decider", {"candidate": play.people["decider"].id})
    play.done("decider", case, "refuse", {"reason": "The act binds nobody."})
    assert play.as_("").get(f"/cases/{case}").status_code == 200
    assert play.as_("").get(f"/cases/{case}/changes").status_code == 404
    assert "TC 2026/38" in play.page("decider", f"/cases/{case}/changes").text


def test_a_new_case_is_compared_with_what_was_last_decided(play: Played) -> None:
    first = play.heard()
    play.done("decider", first, "refuse", {"reason": "The act binds nobody."})
    play.wait(31)
    assert play.as_("officer").get(f"/cases/{first}/changes").status_code == 404  # one version
    case = hand_in(play, act="TC 2027/1")
    assert case != first
    page = play.page("officer", f"/cases/{case}/changes")
    assert "TC 2027/1" in page.text
    assert f"/cases/{first}" in page.addresses
    play.done("steward", case, "find-eligible", {"requirement": play.judged()})
    for name in ("third", "fourth"):
        play.done("steward", case, "assign-reviewer", {"candidate": play.people[name].id, "sector": CIVIL_SOCIETY})
    play.done("steward", case, "open-call")
    assert "TC 2027/1" in play.page("", f"/cases/{case}/changes").text  # both are public


def test_a_concern_that_was_decided_in_between_is_no_version(play: Played) -> None:
    first = play.heard()
    play.done("decider", first, "accredit", {"level": DECLARED, "reason": "The act binds the city."})
    play.wait(31)
    said = {"city": CITY, "claim": CITY, "organisation": "https://tenants.example/"}
    (receipt,) = play.work.open(order("raise", **said, hashes={"text": "0" * 64}), ANYBODY)
    concern = receipt.event.envelope.case.removeprefix("case/")
    play.done("steward", concern, "admit", {"reason": "A day and a page are named."})
    play.done("officer", concern, "answer", {"text": "We opened the office again."})
    play.done("steward", concern, "assign-decider", {"candidate": play.people["decider"].id})
    play.done("decider", concern, "dismiss", {"reason": "It is not borne out."})
    play.wait(1)
    case = hand_in(play, act="TC 2027/1")
    page = play.page("officer", f"/cases/{case}/changes")
    assert "TC 2026/38" in page.text
    assert f"/cases/{first}" in page.addresses
