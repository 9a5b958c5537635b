"""The form of a submission in a real browser: by keyboard alone, at two widths, with and without scripts."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_pages import CONTRASTS, open_page

pytestmark = pytest.mark.browser

EXAMPLE = Path(__file__).parents[2] / "data" / "examples" / "declared.ttl"


def press(page: Page, selector: str) -> None:
    """Press something that sends the form, and wait for the page that answers."""
    with page.expect_navigation():
        page.click(selector)


def opened(browser: Browser, address: str, width: int, *, scripts: bool = True) -> Page:
    """Open the form with the answers of an example."""
    page = open_page(browser, width, scripts=scripts)
    page.goto(address + "/check/form")
    page.set_input_files("#opened", str(EXAMPLE))
    press(page, "text=Open in the form")
    return page


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [400, 1200])
def test_a_filled_form_fits_its_window_and_can_be_read(
    browser: Browser, address: str, width: int, scripts: bool
) -> None:
    page = opened(browser, address, width, scripts=scripts)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert page.evaluate(CONTRASTS) == []
    page.context.close()


def test_a_plan_is_described_judged_and_mended_by_keyboard_alone(browser: Browser, address: str) -> None:
    page = open_page(browser, 1200)
    page.goto(address + "/check/form")

    def reach(identifier: str) -> None:
        for _ in range(400):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == identifier:
                return
        pytest.fail(f"The keyboard does not reach {identifier}.")

    reach("f-city")
    page.keyboard.type("oderau")
    reach("f-prefLabel-1")
    page.keyboard.type("Oderau")
    reach("f-country")
    page.keyboard.type("Austria")
    reach("f-termStart")
    page.keyboard.type("1.10.2023")
    page.keyboard.press("Enter")
    page.wait_for_selector("#to-mend")
    assert page.evaluate("document.activeElement.id") == "stands"
    assert page.locator("#f-termStart").input_value() == "1.10.2023"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Start of the council's term"
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'f-termStart'")
    page.keyboard.press("Control+A")
    page.keyboard.type("2023-10-01")
    page.keyboard.press("Enter")
    page.wait_for_selector(".verdict")
    assert "below Declared" in page.locator(".verdict").inner_text()
    assert page.locator("#to-mend").count() == 0
    page.context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_part_is_added_in_place_and_taken_out_again(browser: Browser, address: str, scripts: bool) -> None:
    page = opened(browser, address, 1200, scripts=scripts)
    press(page, "button[value='add currentPlan ActionPlan']")
    assert page.locator("#f-currentPlan--title-1").is_visible()
    page.fill("#f-currentPlan--title-1", "Plan A")
    press(page, "button[value='add currentPlan.commitment Commitment']")
    assert page.locator("#f-currentPlan--title-1").input_value() == "Plan A"
    assert page.locator("#f-currentPlan--commitment-1--dueDate").is_visible()
    press(page, "button[value='remove currentPlan']")
    assert page.locator("#f-currentPlan--title-1").count() == 0
    page.context.close()


def test_the_verdict_follows_the_answers(browser: Browser, address: str) -> None:
    page = opened(browser, address, 1200)
    press(page, "text=Judge now >> nth=0")
    page.wait_for_selector(".verdict")
    before = page.locator(".verdict").inner_text()
    page.locator("#f-reliesOn").click()
    page.fill("#f-reliesOn--issued", "")
    page.wait_for_function("(text) => document.querySelector('.verdict').innerText !== text", arg=before)
    page.context.close()
