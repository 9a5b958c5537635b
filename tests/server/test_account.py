"""The account page: somebody sees and changes what is theirs, and nobody else's."""

import json
import re

import pytest
from flask import Flask

from registry.people import Account, Role
from tests.people import GRAZ, OTHER_PASSWORD, PASSWORD, Place
from tests.server.conftest import Page
from tests.server.people import Browser, people_of, signed_in, somebody, with_token

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def here(app: Flask) -> Place:
    return people_of(app)


@pytest.fixture
def officer(here: Place) -> Account:
    return somebody(here, Role.OFFICER, city="graz", name="Office of <Rights>")


@pytest.fixture
def browser(app: Flask, here: Place, officer: Account) -> Browser:
    return signed_in(app, here, officer)


def test_somebody_sees_what_is_kept_about_them(browser: Browser, officer: Account) -> None:
    text = Page(browser.get("/account").text).text
    assert [part for part in (officer.email, "Office of <Rights>", GRAZ, officer.id, "made") if part not in text] == []
    assert "The people of this registry" not in text


def test_a_program_is_told_who_it_is_and_what_it_may(app: Flask, here: Place, browser: Browser) -> None:
    made = browser.post("/account/tokens", {"label": "harvest", "scope": "read", "days": "7"})
    text = re.search(r"hrcr_[A-Za-z0-9_-]{43}", made.text)
    assert made.status_code == 201
    assert text is not None
    assert text[0] not in browser.get("/account").text
    told = with_token(app, here, text[0]).get("/account")
    assert told.mimetype == "application/json"
    assert json.loads(told.data) == {
        "id": browser.owner,
        "roles": ["officer"],
        "city": GRAZ,
        "may": ["see-account", "see-cases"],
    }
    whole = json.loads(browser.get("/account", Accept="application/json").data)
    assert whole["may"] == ["follow", "keep-account", "see-account", "see-cases", "submit"]


def test_an_ended_token_lets_nobody_in(app: Flask, here: Place, browser: Browser, officer: Account) -> None:
    made = browser.post("/account/tokens", {"label": "harvest", "scope": ["read", "submit"], "days": "7"})
    text = re.search(r"hrcr_[A-Za-z0-9_-]{43}", made.text)
    assert text is not None
    (token,) = here.registrar.tokens(officer)
    assert with_token(app, here, text[0]).get("/account").status_code == 200
    assert browser.post(f"/account/tokens/{token.id}/end").headers["Location"] == "/account#tokens"
    assert with_token(app, here, text[0]).get("/account").status_code == 401


def test_nobody_ends_a_token_or_withdraws_a_conflict_of_another(app: Flask, here: Place, browser: Browser) -> None:
    other = somebody(here, Role.OFFICER, city="graz")
    theirs = signed_in(app, here, other)
    theirs.post("/account/tokens", {"label": "harvest", "scope": "read", "days": "7"})
    theirs.post("/account/conflicts", {"tie": "city", "subject": "lund", "reason": "worked there"})
    (token,) = here.registrar.tokens(other)
    (conflict,) = here.registrar.find(other.id).conflicts
    browser.post(f"/account/tokens/{token.id}/end")
    browser.post(f"/account/conflicts/{conflict.id}/withdraw")
    assert len(here.registrar.tokens(other)) == len(here.registrar.find(other.id).conflicts) == 1


BAD = (
    ("/account/tokens", {"label": "", "scope": "read", "days": "7"}, "What the token is for is empty", "#label"),
    ("/account/tokens", {"label": "x", "days": "7"}, "A token needs a scope", "#label"),
    ("/account/tokens", {"label": "x", "scope": "decide", "days": "7"}, "A token needs a scope", "#label"),
    ("/account/tokens", {"label": "x", "scope": "read", "days": "91"}, "valid for 1 to 90 days", "#label"),
    ("/account/tokens", {"label": "x", "scope": "read", "days": "-1"}, "valid for 1 to 90 days", "#label"),
    ("/account/conflicts", {"tie": "city", "subject": "Graz!", "reason": "r"}, "names no city", "#subject"),
    ("/account/conflicts", {"tie": "city", "subject": "graz", "reason": ""}, "The reason is empty", "#subject"),
    ("/account/password", {"old": "x", "new": "a" * 15, "again": "b" * 15}, "The two new passwords differ", "#old"),
    ("/account/password", {"old": "x", "new": "a" * 15, "again": "a" * 15}, "would be guessed", "#old"),
)


@pytest.mark.parametrize(("path", "fields", "sentence", "field"), BAD)
def test_a_refusal_is_one_sentence_that_leads_to_its_field(
    browser: Browser, path: str, fields: dict[str, str], sentence: str, field: str
) -> None:
    response = browser.post(path, fields)
    page = Page(response.text)
    assert (response.status_code, sentence in page.text) == (422, True)
    assert field in page.addresses
    assert field.removeprefix("#") in {attributes.get("id") for _, attributes in page.elements}


def test_a_conflict_is_declared_and_withdrawn(here: Place, browser: Browser, officer: Account) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    fields = {"tie": "organisation", "subject": "Union of Cities", "reason": hostile}
    assert browser.post("/account/conflicts", fields).headers["Location"] == "/account#conflicts"
    page = Page(browser.get("/account").text)
    assert hostile in page.text
    assert [image for image in page.all("img") if image.get("src") == "x"] == []
    (conflict,) = here.registrar.find(officer.id).conflicts
    browser.post(f"/account/conflicts/{conflict.id}/withdraw")
    assert "You have declared none." in browser.get("/account").text


def test_a_new_password_keeps_this_browser_in_and_no_other(
    app: Flask, here: Place, browser: Browser, officer: Account
) -> None:
    here.sign_in.recover(officer.email, here.registrar.recovery_code(officer), PASSWORD, client="192.0.2.1")
    mine, other = signed_in(app, here, officer), signed_in(app, here, officer)
    assert browser.get("/account").status_code == 303
    changed = mine.post("/account/password", {"old": PASSWORD, "new": OTHER_PASSWORD, "again": OTHER_PASSWORD})
    assert changed.headers["Location"] == "/account?done=password"
    assert "Your password was changed" in mine.get("/account?done=password").text
    assert other.get("/account").status_code == 303
