"""The page of stewards: people are invited, helped back in and let in no more, never by themselves."""

import re

import pytest
from flask import Flask

from registry.people import Account, Role
from tests.people import PASSWORD, Place
from tests.server.conftest import Page
from tests.server.people import Browser, nobody, people_of, signed_in, somebody

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def here(app: Flask) -> Place:
    return people_of(app)


@pytest.fixture
def steward(here: Place) -> Account:
    return somebody(here, Role.STEWARD)


@pytest.fixture
def browser(app: Flask, here: Place, steward: Account) -> Browser:
    return signed_in(app, here, steward)


def code_in(text: str) -> str:
    found = re.search(r'<p class="key">([a-z0-9-]{23})</p>', text)
    assert found is not None
    return found[1]


def test_an_invited_person_sets_a_password_with_the_code_and_comes_in(
    app: Flask, here: Place, browser: Browser
) -> None:
    fields = {"email": "invited@graz.example", "name": "Invited Office", "role": "officer", "city": "graz"}
    invited = browser.post("/account/people", fields)
    assert invited.status_code == 201
    assert code_in(invited.text) not in browser.get("/account/people").text
    visitor = nobody(app, here)
    form = {"email": "Invited@Graz.example", "code": code_in(invited.text), "password": PASSWORD, "again": PASSWORD}
    assert visitor.post("/account/recover", form).status_code == 200
    entered = visitor.post("/account/sign-in", {"email": "invited@graz.example", "password": PASSWORD})
    assert entered.headers["Location"] == "/account"
    made = here.registrar.find("invited@graz.example")
    assert {act.actor for act in here.registrar.acts(made)} == {browser.owner, made.id}


BAD = (
    ({"email": "x", "name": "N", "role": "reviewer"}, "That is no e-mail address"),
    ({"email": "x@city.example", "name": "", "role": "reviewer"}, "The name is empty"),
    ({"email": "x@city.example", "name": "N"}, "An account needs a role"),
    ({"email": "x@city.example", "name": "N", "role": "king"}, "An account needs a role"),
    ({"email": "x@city.example", "name": "N", "role": "officer"}, "An officer needs a city"),
    ({"email": "x@city.example", "name": "N", "role": ["steward", "decider"]}, "A steward cannot judge"),
)


@pytest.mark.parametrize(("fields", "sentence"), BAD)
def test_a_refusal_says_what_to_do_and_keeps_what_was_typed(
    browser: Browser, fields: dict[str, object], sentence: str
) -> None:
    response = browser.post("/account/people", fields)
    page = Page(response.text)
    assert (response.status_code, sentence in page.text) == (422, True)
    kept = {field["id"]: field.get("value") for field in page.all("input") if field.get("id") in ("email", "name")}
    assert kept == {"email": fields["email"], "name": fields["name"]}


def test_somebody_is_let_in_no_more_and_again(app: Flask, here: Place, browser: Browser) -> None:
    officer = somebody(here, Role.OFFICER, city="graz")
    theirs = signed_in(app, here, officer)
    closed = browser.post(f"/account/people/{officer.id}/close")
    assert closed.headers["Location"] == f"/account/people#person-{officer.id}"
    assert theirs.get("/account").status_code == 303
    assert "Open the account of Office again" in browser.get("/account/people").text
    browser.post(f"/account/people/{officer.id}/reopen")
    assert here.registrar.find(officer.id).is_active


def test_a_steward_does_nothing_to_their_own_account(browser: Browser, steward: Account) -> None:
    for act in ("code", "close", "reopen"):
        response = browser.post(f"/account/people/{steward.id}/{act}")
        assert (response.status_code, "Nobody does this to their own account" in response.text) == (403, True)


def test_a_one_time_code_leaves_the_second_factor_in_place(here: Place, browser: Browser) -> None:
    decider = somebody(here, Role.DECIDER)
    response = browser.post(f"/account/people/{decider.id}/code")
    assert response.status_code == 201
    assert here.registrar.find(decider.id).secret == decider.secret
