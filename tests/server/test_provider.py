"""The whole way over an identity provider, which is a real one in a process of its own, and every way it may fail."""

import html
import logging
import re
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.release_directories import ReleaseDirectories
from registry.artefacts import Artefacts
from registry.people import Account, Role
from registry.registry import Registry
from registry.settings import Settings
from server.app import create_app
from tests.identity_provider import IdentityProvider, identity_provider
from tests.people import PASSWORD, Place, code_at, files_of
from tests.server.people import Browser, nobody, now, people_of, signed_in, somebody

pytestmark = pytest.mark.slow

SITE = "http://localhost/"
OFFICER, REVIEWER, STRANGER = "zqx-officer", "zqx-reviewer", "zqx-stranger"


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[IdentityProvider]:
    with identity_provider() as found:
        for sub in (OFFICER, REVIEWER):
            found.know(sub, email=f"{sub}@city.example", amr=["pwd", "otp"])
        yield found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def linked_app(artefacts: Artefacts, elsewhere: IdentityProvider, home: Path) -> Iterator[Flask]:
    """The application before any release, as a client of the provider."""
    app = application(artefacts, home, **elsewhere.settings(SITE))
    yield app
    app.extensions["query_pool"].close()


def application(artefacts: Artefacts, home: Path, **settings: str) -> Flask:
    registry = Registry(artefacts, validator=PyShaclValidator, releases=ReleaseDirectories(home), clock=now)
    return create_app(registry, Settings.load({}, home=home, repair_seconds=0, **settings))


@pytest.fixture(scope="module")
def here(linked_app: Flask) -> Place:
    return people_of(linked_app)


@pytest.fixture(scope="module")
def officer(linked_app: Flask, here: Place) -> Account:
    """An officer who is linked and has no password."""
    account = somebody(here, Role.OFFICER, city="graz")
    linked_app.extensions["people"].provider.link(account, OFFICER)
    return account


def address_in(page: str) -> str:
    """Give the address that a page leads on to."""
    found = re.search(r'<meta http-equiv="refresh" content="0; url=([^"]+)">', page)
    assert found is not None, page
    return html.unescape(found[1])


def vouched(address: str, sub: str | None) -> str:
    """Be somebody at the provider, or refuse; give the path and query that the browser is led back to."""
    parts = urlsplit(address)
    form = urlencode({"sub": sub} if sub else {"action": "deny"})
    with closing(HTTPConnection(str(parts.hostname), parts.port, timeout=20)) as connection:
        connection.request(
            "POST", f"{parts.path}?{parts.query}", form, {"Content-Type": "application/x-www-form-urlencoded"}
        )
        answer = connection.getresponse()
        place = urlsplit(str(answer.getheader("Location")))
    assert (answer.status, place.netloc, place.path) == (302, "localhost", "/account/provider/return")
    return f"{place.path}?{place.query}"


def leave(browser: Browser, path: str = "/account/provider", **form: str) -> str:
    """Leave for the provider and give the address that leads there."""
    page = browser.post(path, form)
    assert page.status_code == 200, page.text
    assert page.headers["Referrer-Policy"] == "same-origin"
    return address_in(page.text)


def test_an_officer_comes_in_to_the_page_asked_for_and_what_the_browser_held_is_gone(
    linked_app: Flask, here: Place, officer: Account
) -> None:
    browser = nobody(linked_app, here)
    assert "Sign in with City network" in browser.get("/account/sign-in").text
    address = leave(browser, next="/desk?x=1")
    assert browser.client.get_cookie("hrcr-elsewhere") is not None
    back = browser.get(vouched(address, OFFICER))
    assert (back.status_code, back.headers["Location"]) == (303, "/desk?x=1")
    assert browser.client.get_cookie("hrcr-elsewhere") is None
    assert officer.email in browser.get("/account").text


@pytest.mark.parametrize("wish", ["https://evil.example/", "//evil.example/", "/\\evil.example", "/cities", "x" * 9000])
def test_the_way_back_leads_to_no_other_site(linked_app: Flask, here: Place, officer: Account, wish: str) -> None:
    assert officer
    browser = nobody(linked_app, here)
    assert browser.get(vouched(leave(browser, next=wish), OFFICER)).headers["Location"] == "/account"


def test_a_reviewer_shows_the_second_factor_here(linked_app: Flask, here: Place) -> None:
    reviewer = somebody(here, Role.REVIEWER)
    linked_app.extensions["people"].provider.link(reviewer, REVIEWER)
    browser = nobody(linked_app, here)
    back = browser.get(vouched(leave(browser, next="/desk"), REVIEWER))
    assert back.headers["Location"] == "/account/code?next=/desk"
    assert browser.get("/account").headers["Location"].startswith("/account/code")
    browser.owner = reviewer.id
    done = browser.post("/account/code", {"code": code_at(reviewer, now()), "next": "/desk"})
    assert done.headers["Location"] == "/desk"


def test_a_person_whom_nobody_linked_is_told_so_and_no_account_is_made(linked_app: Flask, here: Place) -> None:
    known = len(here.registrar.all())
    browser = nobody(linked_app, here)
    back = browser.get(vouched(leave(browser), STRANGER))
    assert (back.status_code, "is linked to no open account here" in back.text) == (403, True)
    assert browser.client.get_cookie("hrcr") is None
    assert len(here.registrar.all()) == known


@pytest.mark.parametrize("change", ["state", "code", "cookie", "replay", "denied"])
def test_an_answer_that_is_not_what_was_asked_for_lets_nobody_in(
    linked_app: Flask, here: Place, officer: Account, change: str
) -> None:
    assert officer
    browser = nobody(linked_app, here)
    path = vouched(leave(browser), None if change == "denied" else OFFICER)
    if change in ("state", "code"):
        sent = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        path = f"/account/provider/return?{urlencode({**sent, change: 'guessed'})}"
    if change == "cookie":
        browser.client.set_cookie("hrcr-elsewhere", "guessed")
    if change == "replay":
        cookie = browser.client.get_cookie("hrcr-elsewhere")
        assert cookie is not None
        assert browser.get(path).status_code == 303
        browser.client.delete_cookie("hrcr")
        browser.client.set_cookie("hrcr-elsewhere", cookie.value)
    back = browser.get(path)
    assert (back.status_code, "Problem: City network" in back.text) == (403, True)
    assert browser.client.get_cookie("hrcr") is None


def test_the_form_that_leaves_must_come_from_a_page_of_ours(linked_app: Flask, here: Place) -> None:
    browser = nobody(linked_app, here)
    assert browser.post("/account/provider", Origin="https://evil.example").status_code == 403
    assert browser.post("/account/provider", {"form_token": "guessed"}).status_code == 403
    assert browser.get("/account/provider").status_code == 405


def test_a_steward_gives_a_code_with_which_somebody_links_and_unlinks(
    linked_app: Flask, here: Place, elsewhere: IdentityProvider
) -> None:
    steward, other = somebody(here, Role.STEWARD), somebody(here, Role.OFFICER, city="lund")
    desk = signed_in(linked_app, here, steward)
    assert "Link City network" in desk.get("/account/people").text
    given = desk.post(f"/account/people/{other.id}/link")
    code = re.search(r'<p class="key">([0-9a-f]{20})</p>', given.text)
    assert (given.status_code, code is not None) == (201, True)
    assert code is not None
    refused = desk.post(f"/account/people/{steward.id}/link")
    assert (refused.status_code, "Nobody does this to their own account" in refused.text) == (403, True)
    browser = signed_in(linked_app, here, other)
    assert browser.post("/account/provider/link", {"code": "guessed"}).status_code == 403
    back = browser.get(vouched(leave(browser, "/account/provider/link", code=code[1]), "zqx-other"))
    assert back.headers["Location"] == "/account?done=linked#elsewhere"
    page = browser.get("/account?done=linked").text
    assert "Your account of City network is linked" in page
    assert "End the link" in page
    assert (elsewhere.issuer in page, "zqx-other" in page) == (False, False)
    assert browser.post("/account/provider/unlink").headers["Location"] == "/account?done=unlinked#elsewhere"
    assert "Code from a steward" in browser.get("/account").text


def test_a_code_to_link_is_no_way_in_without_a_session(linked_app: Flask, here: Place) -> None:
    browser = nobody(linked_app, here)
    assert browser.post("/account/provider/link", {"code": "x"}).status_code == 401


def test_who_is_linked_may_confirm_there_where_the_provider_says_when(
    linked_app: Flask, here: Place, officer: Account, elsewhere: IdentityProvider
) -> None:
    browser = signed_in(linked_app, here, officer)
    assert "Confirm with City network" in browser.get("/account/confirm").text
    elsewhere.know(OFFICER, auth_time=int(now().timestamp()) - 1000)
    address = leave(browser, "/account/provider/confirm", next="/desk")
    assert {"prompt=login", "max_age=0"} <= set(urlsplit(address).query.split("&"))
    refused = browser.get(vouched(address, OFFICER))
    assert (refused.status_code, "does not say that you proved just now" in refused.text) == (403, True)
    elsewhere.know(OFFICER, auth_time=int(now().timestamp()))
    back = browser.get(vouched(leave(browser, "/account/provider/confirm", next="/desk"), OFFICER))
    assert (back.status_code, back.headers.get("Location")) == (303, "/desk")


def test_a_provider_that_is_down_takes_nobody_s_password_away(artefacts: Artefacts, tmp_path: Path) -> None:
    gone = IdentityProvider("http://127.0.0.1:1")
    app = application(artefacts, tmp_path, **gone.settings(SITE))
    with closing(app.extensions["query_pool"]):
        here = people_of(app)
        account = here.registrar.add("officer@graz.example", "Office", [Role.OFFICER], city="graz", password=PASSWORD)
        browser = nobody(app, here)
        down = browser.post("/account/provider")
        assert (down.status_code, "Problem: City network" in down.text) == (503, True)
        assert "127.0.0.1:1" not in down.text
        done = browser.post("/account/sign-in", {"email": account.email, "password": PASSWORD})
        assert done.headers["Location"] == "/account"


def test_without_a_provider_nothing_of_it_shows(app: Flask) -> None:
    here = people_of(app)
    browser = signed_in(app, here, somebody(here, Role.OFFICER, city="graz"))
    steward = signed_in(app, here, somebody(here, Role.STEWARD))
    pages = [browser.get("/account"), browser.get("/account/confirm"), steward.get("/account/people")]
    for page in (*pages, nobody(app, here).get("/account/sign-in")):
        assert page.status_code == 200
        assert "/account/provider" not in page.text


def test_nothing_of_an_identity_is_in_a_log_or_anywhere_but_in_the_accounts(
    linked_app: Flask,
    here: Place,
    officer: Account,
    home: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert officer
    caplog.set_level(logging.DEBUG)
    for sub in (OFFICER, STRANGER):
        browser = nobody(linked_app, here)
        path = vouched(leave(browser), sub)
        browser.get(path)
        browser.get(path)
    said = capfd.readouterr()
    told = caplog.text + said.out + said.err
    assert "zqx-" not in told
    assert parse_qs(urlsplit(path).query)["code"][0] not in told
    holding = {name for name, raw in files_of(home).items() if OFFICER.encode() in raw}
    assert holding <= {"accounts.db", "accounts.db-wal"}
    assert holding
    assert not [name for name, raw in files_of(home).items() if STRANGER.encode() in raw]
    assert not [name for name, raw in files_of(home).items() if f"{OFFICER}@city.example".encode() in raw]
