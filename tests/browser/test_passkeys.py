"""Passkeys in a real browser, with a device that the browser itself plays (WebDriver's virtual authenticator)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from registry.artefacts import Artefacts
from registry.people import Account, Role
from tests.browser.conftest import named_site
from tests.browser.test_pages import CONTRASTS, open_page
from tests.browser.test_people import known
from tests.people import PASSWORD, Place
from tests.server.people import people_of

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(artefacts: Artefacts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Place]]:
    """The application at a site that can have passkeys, and its people."""
    with named_site(artefacts, tmp_path_factory.mktemp("home"), lambda address: {"site": address}) as (address, app):
        yield address.rstrip("/"), people_of(app)


def device(page: Page, *, verifies: bool = True) -> tuple[CDPSession, str]:
    """Plug a device in that holds passkeys and, if it verifies, makes sure who has it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    found = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, str(found["authenticatorId"])


def first_factor(page: Page, address: str, account: Account) -> None:
    page.goto(f"{address}/account/sign-in")
    page.fill("#email", account.email)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")


def test_a_decider_adds_a_passkey_and_comes_in_with_it(browser: Browser, site: tuple[str, Place]) -> None:
    address, here = site
    decider = known(here, Role.DECIDER)
    here.registrar.recovery_code(decider, with_second_factor=True)
    page, met = open_page(browser, 400), []
    page.on("console", lambda message: met.append(message.text) if "/account" in page.url else None)
    session, authenticator = device(page)
    first_factor(page, address, decider)
    page.wait_for_url("**/account/second-factor")
    assert page.evaluate(CONTRASTS) == []
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    page.fill("#label", "phone")
    page.keyboard.press("Enter")
    page.wait_for_url("**/account")
    assert "phone" in page.locator("#passkeys + ul").inner_text()
    (held,) = session.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    assert held["rpId"] == "localhost"
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(address + "/")
    first_factor(page, address, decider)
    page.wait_for_url("**/account/code")
    assert page.locator("#code").count() == 0
    page.get_by_role("button", name="Use a passkey").press("Enter")
    page.wait_for_url("**/account")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.goto(f"{address}/account/confirm")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("No passkey was used.").wait_for()
    session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": True})
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/account")
    assert met == []
    page.context.close()


def test_without_scripts_the_authenticator_is_the_way(browser: Browser, site: tuple[str, Place]) -> None:
    address, here = site
    page = open_page(browser, 1200, scripts=False)
    first_factor(page, address, known(here, Role.REVIEWER))
    page.wait_for_url("**/account/code")
    assert page.locator("#code").is_visible()
    assert page.locator("form[data-passkey]:visible").count() == 0
    page.context.close()
