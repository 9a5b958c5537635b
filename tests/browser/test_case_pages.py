"""What people of a case read and write besides the steps of the journey, wide and narrow: it fits and can be read."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.browser.test_pages import CONTRASTS, open_page
from tests.browser.test_people import enter
from tests.people import PASSWORD
from tests.registry.playing import CIVIL_SOCIETY
from tests.server.played import CITY, EXAMPLE, Played, played

pytestmark = pytest.mark.browser

DECLARED = "https://w3id.org/hrcr/vocab/levels/declared"
WIDTHS = (400, 1200)
_PATIENCE = 120_000


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    made = played(tmp_path_factory.mktemp("home"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def address(play: Played, serve: Callable[[Flask], str]) -> str:
    return serve(play.app)


def sit(browser: Browser, play: Played, address: str, name: str) -> Page:
    """Give a browser in which somebody has signed in."""
    page = open_page(browser, WIDTHS[0])
    page.set_default_timeout(_PATIENCE)
    account = play.people[name]
    play.here.sign_in.recover(account.email, play.here.registrar.recovery_code(account), PASSWORD, client=account.id)
    enter(page, address, account)
    return page


def can_be_read(page: Page, folder: Path, name: str) -> None:
    """Open whatever is folded and look at the page as it stands then, narrow and wide."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), (name, width)
        assert page.evaluate(CONTRASTS) == [], (name, width)


def handed_in_again(play: Played) -> str:
    """A case that was given back, handed in again with another act, and reviewed."""
    case = play.handed_in()
    play.done("steward", case, "return-to-city", {"reason": "The act is another."})
    text = EXAMPLE.read_text(encoding="utf-8").replace("TC 2026/38", "TC 2026/39")
    officer = play.as_("officer")
    draft = str(officer.post("/drafts", {"file": (BytesIO(text.encode()), "again.ttl")}).headers["Location"])
    assert officer.post(f"{draft}/hand-in", {"version": "1"}).status_code == 303
    return case


def to_review(play: Played, case: str) -> None:
    """Bring a case that was handed in to its two reviewers."""
    play.done("steward", case, "find-eligible", {"requirement": play.judged()})
    for name in ("first", "second"):
        play.done("steward", case, "assign-reviewer", {"candidate": play.people[name].id, "sector": CIVIL_SOCIETY})
    play.done("steward", case, "open-call")
    play.wait(31)


def accredited(play: Played, case: str, kept: str) -> str:
    """Bring a case in review to its end, and give the name under which the city stands; one had begun to write."""
    play.done("first", case, "file-findings", {**play.findings(case), "kept": kept})
    play.done("second", case, "file-findings", play.findings(case))
    play.done("officer", case, "reply", {"text": "We agree with the findings."})
    play.done("steward", case, "assign-decider", {"candidate": play.people["decider"].id})
    play.done("decider", case, "accredit", {"level": DECLARED, "reason": "The act binds the city."})
    return play.work.standing(CITY).name.removeprefix("standing/")


def test_what_belongs_to_a_case_fits_and_can_be_read(
    browser: Browser, play: Played, address: str, tmp_path: Path
) -> None:
    case = handed_in_again(play)
    page = sit(browser, play, address, "steward")
    page.goto(f"{address}/cases/{case}/changes")
    assert "TC 2026/39" in page.locator("main").inner_text()
    can_be_read(page, tmp_path, "changes")
    page.context.close()
    to_review(play, case)
    page = sit(browser, play, address, "first")
    page.goto(f"{address}/cases/{case}/steps/file-findings")
    page.fill("#reason-1", "Half a thought.")
    with page.expect_navigation():
        page.get_by_role("button", name="Keep it and go on later").press("Enter")
    page.goto(f"{address}/cases/{case}/steps/file-findings")
    assert page.input_value("#reason-1") == "Half a thought."
    can_be_read(page, tmp_path, "findings")
    kept = page.input_value("[name=kept]")
    page.goto(f"{address}/cases/{case}")
    can_be_read(page, tmp_path, "case")
    page.context.close()
    standing = accredited(play, case, kept)
    page = open_page(browser, WIDTHS[0])
    for name, path in (("concern", f"/standings/{standing}/concern"), ("spot-checks", "/spot-checks")):
        page.goto(address + path)
        can_be_read(page, tmp_path, name)
    page.context.close()
    page = sit(browser, play, address, "officer")
    page.goto(f"{address}/drafts")
    with page.expect_navigation():
        page.get_by_role("button", name="Start a renewal").press("Enter")
    assert "/drafts/" in page.url
    can_be_read(page, tmp_path, "renewal")
    page.context.close()
