"""The public part of a case in a real browser: found, read, contradicted and followed by keyboard alone, by anybody."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from registry.contributions import Fate, contributions
from registry.people import Account, Role
from tests.browser.test_pages import CONTRASTS, open_page
from tests.browser.test_people import enter, known
from tests.people import Place
from tests.registry.playing import STEWARD
from tests.server.cases import CITY, CLAIM, OFFICER, Desk, desk_of
from tests.server.people import people_of

pytestmark = pytest.mark.browser

REASON = "The by-law was never read in the council; the minutes of 3 March 2024 do not mention it."
WIDTHS = (400, 1200)
PRESSED = "document.activeElement.matches('a, summary') ? document.activeElement.innerText : ''"
"""What a link or a summary that has the focus says."""


@pytest.fixture(scope="session")
def here(cities: Flask) -> Place:
    return people_of(cities)


@pytest.fixture
def desk(cities: Flask, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(cities, tmp_path) as made:
        yield made.called()


def tab_to(page: Page, words: str, *, most: int = 400) -> None:
    """Press Tab until something that can be pressed says some words."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if words in page.evaluate(PRESSED):
            return
    raise AssertionError(f"Tab leads to nothing that says “{words}”")


def to_the_form(page: Page, address: str) -> None:
    """Go from the home page to the form on the declaration, by keyboard alone."""
    page.goto(address)
    tab_to(page, "Public calls")
    page.keyboard.press("Enter")
    page.wait_for_url("**/calls")
    tab_to(page, "Municipality of Karthold")
    page.keyboard.press("Enter")
    page.wait_for_url("**/calls/karthold-1")
    tab_to(page, "Karthold commits itself to human rights")
    page.keyboard.press("Enter")
    tab_to(page, "Contradict this claim, or say a concern")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/contribute?claim=" in url)


def test_anybody_contradicts_a_claim_and_follows_it_by_keyboard_without_scripts(
    browser: Browser, address: str, desk: Desk
) -> None:
    page = open_page(browser, 400, scripts=False)
    to_the_form(page, address)
    assert "Karthold commits itself to human rights" in page.locator("main").inner_text()
    page.get_by_label("is wrong (a contradiction)").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type(f"{REASON} Ask some.body@city.example.")
    page.keyboard.press("Tab")
    page.keyboard.type("https://minutes.example/2024-03-03")
    page.keyboard.press("Enter")
    alert = page.get_by_role("alert")
    assert "“some.body@city.example”: e-mail address" in alert.inner_text()
    assert page.title().startswith("Problem: ")
    assert contributions(desk.case) == ()
    page.get_by_label("Reason").fill(REASON)
    page.get_by_role("button", name="Send", exact=True).press("Enter")
    page.wait_for_selector(".key")
    number = page.locator(".key").inner_text()
    assert re.fullmatch(r"[0-9a-f]{32}", number)
    assert page.context.cookies() == []
    (told,) = contributions(desk.case)
    assert (told.claim, told.fate) == (CLAIM, Fate.WAITING)
    with page.expect_download() as download:
        page.get_by_role("link", name="Statement").press("Enter")
    assert json.loads(Path(download.value.path()).read_text())["reason"] == REASON
    page.get_by_role("link", name=number).press("Enter")
    page.wait_for_url(f"**/calls/karthold-1/{number}")
    assert "waits until a steward has looked at it" in page.locator("main").inner_text()
    assert REASON not in page.content()
    page.context.close()


def test_a_steward_releases_it_the_city_answers_and_everybody_reads_both(
    browser: Browser, address: str, desk: Desk, here: Place
) -> None:
    assert desk.say(REASON).status_code == 201
    steward: Account = known(here, Role.STEWARD)
    page = open_page(browser, 1200, scripts=False)
    enter(page, address, steward)
    page.goto(f"{address}/contributions")
    assert REASON in page.locator("main").inner_text()
    page.get_by_role("button", name="Release").press("Enter")
    page.wait_for_url("**/contributions")
    assert "Nothing waits." in page.locator("main").inner_text()
    page.context.close()
    officer = here.registrar.find(known(here, Role.OFFICER).id)
    here.accounts.change(officer.id, {"city": CITY})
    page = open_page(browser, 400, scripts=False)
    enter(page, address, officer)
    page.goto(f"{address}/contributions/karthold-1/1/answer")
    page.focus("#answer")
    page.keyboard.type("It was read twice, in March and in May.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/calls/karthold-1#contribution-1")
    page.context.close()
    page = open_page(browser, 400, scripts=False)
    page.goto(f"{address}/calls/karthold-1#contribution-1")
    shown = page.locator("#contribution-1").inner_text()
    assert REASON in shown
    assert "It was read twice, in March and in May." in shown
    page.context.close()


def test_the_public_reads_the_dossier(browser: Browser, address: str, desk: Desk) -> None:
    decided(desk)
    page = open_page(browser, 1200)
    page.goto(f"{address}/cases/karthold-1")
    tab_to(page, "The public dossier")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/karthold-1/dossier")
    text = page.locator("main").inner_text()
    for words in ("Committed", REASON, "We asked by letter.", "hrcr verify karthold-1.jsonl --keys KEYS"):
        assert words in text, words
    assert page.get_by_role("table").count() == 2
    page.context.close()


def decided(desk: Desk) -> None:
    """Have one contribution released and answered, one set aside; accredit, and close the case."""
    for reason in (REASON, "What nobody shall read."):
        assert desk.say(reason).status_code == 201
    desk.do("release-concern", STEWARD, concern=1, hashes={})
    desk.do("answer-concern", OFFICER, concern=1, hashes={"text": desk.texts.keep("We asked by letter.").digest})
    desk.do("set-aside-concern", STEWARD, concern=2, reason="Abuse", hashes={})
    desk.heard().accredited().wait(31)


PLACES = {
    "calls": "/calls",
    "call": "/calls/karthold-1",
    "dossier": "/cases/karthold-1/dossier",
    "agreement": "/agreement",
    "standing": "/standings/{standing}",
    "standings": "/standings",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_narrow_and_wide_and_are_legible(
    browser: Browser, address: str, desk: Desk, scheme: str, pictured: Callable[[Page, str], None]
) -> None:
    page = open_page(browser, 400)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two that it takes
    page.goto(f"{address}/calls/karthold-1/contribute?claim={CLAIM.replace('#', '%23')}")
    legible(page)
    pictured(page, f"form-{scheme}")
    decided(desk)
    standing = desk.work.standing(CITY).name.removeprefix("standing/")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for name, place in PLACES.items():
            page.goto(address + place.format(standing=standing))
            legible(page)
            pictured(page, f"{name}-{width}-{scheme}")
    page.context.close()


def legible(page: Page) -> None:
    """See that nothing is wider than the page, and that every text stands out from what is behind it."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    assert page.evaluate(CONTRASTS) == [], page.url


@pytest.fixture
def pictured(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keep a picture of a page in the cache of the tests, to be looked at."""
    folder: Path = request.config.cache.mkdir("pictures-of-calls")  # type: ignore[union-attr]  # there is a cache

    def keep(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png", full_page=True)

    return keep
