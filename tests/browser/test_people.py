"""The account pages in a real browser: by keyboard alone, without scripts, narrow and wide, light and dark."""

from collections.abc import Callable
from dataclasses import replace
from secrets import token_hex

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from registry.people import Account, Role
from tests.browser.test_pages import CONTRASTS, open_page
from tests.people import OTHER_PASSWORD, PASSWORD, Place, code_at
from tests.server.people import now, people_of, somebody

pytestmark = pytest.mark.browser

WIDTHS = (400, 1200)


@pytest.fixture(scope="session")
def here(cities: Flask) -> Place:
    return people_of(cities)


def known(here: Place, *roles: Role) -> Account:
    account = somebody(here, *roles, city="graz")
    here.sign_in.recover(account.email, here.registrar.recovery_code(account), PASSWORD, client=account.id)
    return here.registrar.find(account.id)


def enter(page: Page, address: str, account: Account, wish: str = "") -> None:
    """Sign in with the keyboard alone: the fields come in order and Enter sends."""
    page.goto(f"{address}/account/sign-in{wish}")
    page.focus("#email")
    page.keyboard.type(account.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    if account.secret is not None:
        page.wait_for_url(lambda url: "/account/code" in url)
        page.focus("#code")
        page.keyboard.type(code_at(account, now()))
        page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url and "/code" not in url)


def test_somebody_signs_in_and_out_by_keyboard_without_scripts(browser: Browser, address: str, here: Place) -> None:
    page = open_page(browser, 400, scripts=False)
    enter(page, address, known(here, Role.REVIEWER))
    assert page.title() == "Your account · Human Rights Cities Registry"
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert (cookies["hrcr"]["httpOnly"], cookies["hrcr"]["sameSite"]) == (True, "Lax")
    page.get_by_role("button", name="Sign out").press("Enter")
    page.wait_for_url(address + "/")
    page.goto(address + "/account")
    assert "/account/sign-in" in page.url
    page.context.close()


def test_a_wrong_password_is_said_first_and_leads_to_the_field(browser: Browser, address: str) -> None:
    page = open_page(browser, 400)
    page.goto(address + "/account/sign-in")
    page.fill("#email", "nobody@city.example")
    page.fill("#password", "wrong")
    page.keyboard.press("Enter")
    alert = page.get_by_role("alert")
    assert "do not belong together" in alert.inner_text()
    assert page.title().startswith("Problem: ")
    alert.get_by_role("link").press("Enter")
    assert page.evaluate("document.activeElement.id") == "password"
    assert page.input_value("#email") == "nobody@city.example"
    page.context.close()


def test_a_new_decider_sets_up_a_second_factor(browser: Browser, address: str, here: Place) -> None:
    decider = known(here, Role.DECIDER)
    here.registrar.recovery_code(decider, with_second_factor=True)
    page = open_page(browser, 400)
    enter(page, address, replace(decider, secret=None))
    assert page.url.endswith("/account/second-factor")
    picture = page.locator(".key-picture svg").bounding_box()
    assert picture is not None
    assert picture["width"] > 150
    cookie = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "hrcr")
    secret = here.visit_of(cookie).session.pending
    page.fill("#code", code_at(replace(decider, secret=secret), now()))
    page.keyboard.press("Enter")
    page.wait_for_url("**/account")
    assert here.registrar.find(decider.id).secret == secret
    page.context.close()


def test_a_steward_invites_somebody_who_then_comes_in(browser: Browser, address: str, here: Place) -> None:
    page, invited = open_page(browser, 1200), f"{token_hex(4)}@lund.example"  # another one when it is tried again
    enter(page, address, known(here, Role.STEWARD), "?next=/account/people")
    page.fill("#email", invited)
    page.fill("#name", "Invited Office")
    page.check("#role-officer")
    page.fill("#city", "lund")
    page.get_by_role("button", name="Invite", exact=True).press("Enter")
    code = page.locator(".notice .key").inner_text()
    page.context.close()
    page = open_page(browser, 400)
    page.goto(address + "/account/recover")
    page.fill("#email", invited)
    page.fill("#one-time", code)
    page.fill("#password", OTHER_PASSWORD)
    page.fill("#again", OTHER_PASSWORD)
    page.keyboard.press("Enter")
    assert "Your new password is set" in page.get_by_role("status").inner_text()
    page.fill("#password", OTHER_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/account")
    assert "https://w3id.org/hrcr/id/city/lund" in page.locator("main").inner_text()
    page.context.close()


def test_another_site_cannot_act_for_somebody(
    browser: Browser, address: str, here: Place, serve: Callable[[Flask], str]
) -> None:
    """The browser itself leaves the cookie out, and what it says of the origin would be refused."""
    officer = known(here, Role.OFFICER)
    page = open_page(browser, 1200)
    enter(page, address, officer)
    foreign = Flask("foreign")
    form = f'<form method="post" action="{address}/account/sign-out"><button>Win a prize</button></form>'
    foreign.add_url_rule("/", "index", lambda: form)
    page.goto(serve(foreign).replace("127.0.0.1", "localhost"))
    page.click("button")
    assert page.locator("body").inner_text() != ""
    page.goto(address + "/account")
    assert page.url == address + "/account"
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_signed_in_pages_fit_and_can_be_read(
    browser: Browser, address: str, here: Place, width: int, scheme: str
) -> None:
    steward = known(here, Role.STEWARD)
    page, met = open_page(browser, width, scheme=scheme), []
    page.on("console", lambda message: met.append(message.text))
    enter(page, address, steward)
    page.fill("#subject", "graz")
    page.fill("#reason", "was its officer until 2024, and sits on the board of a company that it owns")
    page.get_by_role("button", name="Declare").click()
    page.wait_for_url("**/account#conflicts")
    page.fill("#label", "harvest")
    page.get_by_role("button", name="Make a token").click()
    page.locator(".notice .key").wait_for()
    page.wait_for_load_state("networkidle")
    faults = []
    for path in (None, "/account", "/account/people", "/account/confirm", "/account/second-factor"):
        if path is not None:
            page.goto(address + path)
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        small = page.evaluate(
            "[...document.querySelectorAll('main :is(button, input:not([type=hidden]), select)')]"
            ".map(e => [e.id || e.textContent, e.getBoundingClientRect()])"
            ".filter(([, b]) => b.width > 2 && (b.width < 20 || b.height < 20)).map(([name]) => name)"
        )
        faults += [(path, wide, small, page.evaluate(CONTRASTS))]
    page.context.close()
    assert [fault for fault in faults if fault[1] or fault[2] or fault[3]] == []
    assert met == []
