"""Signing in over an identity provider in a real browser: out by a form, at another site, and back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from registry.artefacts import Artefacts
from registry.people import Role
from tests.browser.conftest import named_site
from tests.browser.test_pages import CONTRASTS, open_page
from tests.identity_provider import identity_provider
from tests.people import Place
from tests.server.people import people_of, somebody

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(artefacts: Artefacts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Place]]:
    """The application as a client of a provider, and its people; an officer is linked as “zqx-officer”."""
    home = tmp_path_factory.mktemp("home")
    with identity_provider() as elsewhere, named_site(artefacts, home, elsewhere.settings) as (address, app):
        here = people_of(app)
        app.extensions["people"].provider.link(somebody(here, Role.OFFICER, city="graz"), "zqx-officer")
        yield address, here


@pytest.mark.parametrize("scripts", [True, False])
def test_an_officer_comes_in_over_the_provider(browser: Browser, site: tuple[str, Place], scripts: bool) -> None:
    address, _ = site
    page, met = open_page(browser, 400, scripts=scripts), []
    page.on("console", lambda message: met.append(message.text) if address in page.url else None)
    page.goto(f"{address}account/sign-in?next=/desk")
    assert page.evaluate(CONTRASTS) == []
    page.get_by_role("button", name="Sign in with City network").click()
    page.wait_for_url("**/oauth2/authorize?**")
    assert page.evaluate("document.referrer") == ""
    page.fill("input[name=sub]", "zqx-officer")
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url("**/desk")
    page.goto(f"{address}account")
    assert "Linked since" in page.locator("main").inner_text()
    assert {cookie["name"] for cookie in page.context.cookies()} >= {"hrcr"}
    assert met == []
    page.context.close()
