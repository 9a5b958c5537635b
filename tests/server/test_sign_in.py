"""Signing in over HTTP, step by step, as a browser without scripts does it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from registry.adapters.one_time_codes import TimeCodes
from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.release_directories import ReleaseDirectories
from registry.artefacts import Artefacts
from registry.people import Account, Role, Stage
from registry.registry import Registry
from registry.settings import Settings
from server.app import create_app
from tests.authenticator import Authenticator
from tests.people import OTHER_PASSWORD, PASSWORD, Place, code_at
from tests.server.conftest import Page
from tests.server.people import nobody, now, people_of, signed_in, somebody

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def here(app: Flask) -> Place:
    return people_of(app)


def known(here: Place, *roles: Role, factor: bool = True) -> Account:
    """Make an account with the usual password."""
    account = somebody(here, *roles, city="graz")
    here.sign_in.recover(account.email, here.registrar.recovery_code(account), PASSWORD, client=account.id)
    if not factor:
        here.registrar.recovery_code(account, with_second_factor=True)
    return here.registrar.find(account.id)


def test_a_reviewer_comes_in_by_password_and_code_to_the_page_asked_for(app: Flask, here: Place) -> None:
    reviewer = known(here, Role.REVIEWER)
    browser = nobody(app, here)
    wish = {"next": "/account?x=1"}
    first = browser.post("/account/sign-in", {"email": reviewer.email, "password": PASSWORD, **wish})
    assert (first.status_code, first.headers["Location"]) == (303, "/account/code?next=/account?x%3D1")
    before = browser.client.get_cookie("hrcr")
    browser.owner = reviewer.id
    assert browser.get("/account").headers["Location"].startswith("/account/code")
    wrong = browser.post("/account/code", {"code": "000000", **wish})
    assert (wrong.status_code, "The code is wrong" in wrong.text) == (403, True)
    right = browser.post("/account/code", {"code": code_at(reviewer, now()), **wish})
    assert (right.status_code, right.headers["Location"]) == (303, "/account?x=1")
    after = browser.client.get_cookie("hrcr")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert reviewer.email in browser.get("/account").text


def test_every_refusal_looks_the_same_whoever_is_meant(app: Flask, here: Place) -> None:
    officer, closed = known(here, Role.OFFICER), known(here, Role.OFFICER)
    here.registrar.close(closed)
    browser, pages = nobody(app, here), set()
    for email in (officer.email, closed.email, "nobody@city.example"):
        response = browser.post("/account/sign-in", {"email": email, "password": "wrong"})
        assert response.status_code == 403
        assert "Set-Cookie" not in response.headers
        pages.add(response.text.replace(email, "EMAIL"))
    assert len(pages) == 1


def test_after_too_many_tries_the_page_says_when_to_come_back(app: Flask, here: Place) -> None:
    officer = known(here, Role.OFFICER)
    browser = nobody(app, here)
    statuses = [
        browser.post("/account/sign-in", {"email": officer.email, "password": "wrong"}).status_code for _ in range(5)
    ]
    response = browser.post("/account/sign-in", {"email": officer.email, "password": PASSWORD})
    assert (statuses, response.status_code) == ([403] * 5, 429)
    assert 25 <= int(response.headers["Retry-After"]) <= 30
    assert "There were too many wrong tries" in response.text


def test_what_was_typed_stays_but_no_password_comes_back(app: Flask, here: Place) -> None:
    browser = nobody(app, here)
    typed = '"><script>alert(1)</script>@city.example'
    response = browser.post("/account/sign-in", {"email": typed, "password": "marked password"})
    page = Page(response.text)
    assert next(field["value"] for field in page.all("input") if field.get("id") == "email") == typed
    assert "marked password" not in response.text
    assert "script" not in page.tags


def test_a_new_reviewer_sets_a_second_factor_up(app: Flask, here: Place) -> None:
    reviewer = known(here, Role.REVIEWER, factor=False)
    browser = nobody(app, here)
    first = browser.post("/account/sign-in", {"email": reviewer.email, "password": PASSWORD})
    assert first.headers["Location"] == "/account/second-factor"
    browser.owner = reviewer.id
    page = browser.get("/account/second-factor").text
    key = re.search(r'<p class="key" id="key">([A-Z2-7 ]+)</p>', page)
    assert key is not None
    assert "<svg " in page
    assert "style=" not in page
    assert key[1] in browser.post("/account/second-factor", {"code": "000000"}).text
    cookie = browser.client.get_cookie("hrcr")
    assert cookie is not None
    pending = here.visit_of(cookie.value).session.pending
    assert pending is not None
    assert TimeCodes().text(pending) == key[1]
    code = code_at(replace(reviewer, secret=pending), now())
    assert browser.post("/account/second-factor", {"code": code}).headers["Location"] == "/account"
    assert browser.get("/account").status_code == 200
    assert "set up" in browser.get("/account").text


def test_a_password_is_set_with_a_code_and_the_two_must_agree(app: Flask, here: Place) -> None:
    officer = known(here, Role.OFFICER)
    browser, code = nobody(app, here), here.registrar.recovery_code(officer)
    fields = {"email": officer.email, "code": code, "password": OTHER_PASSWORD, "again": OTHER_PASSWORD}
    differs = browser.post("/account/recover", {**fields, "again": PASSWORD})
    assert (differs.status_code, "The two passwords differ" in differs.text) == (422, True)
    weak = browser.post("/account/recover", {**fields, "password": "short", "again": "short"})
    assert (weak.status_code, "use at least 15" in weak.text) == (422, True)
    wrong = browser.post("/account/recover", {**fields, "code": "wrong"})
    assert wrong.status_code == 403
    done = browser.post("/account/recover", fields)
    assert (done.status_code, "Your new password is set" in done.text) == (200, True)
    again = browser.post("/account/sign-in", {"email": officer.email, "password": OTHER_PASSWORD})
    assert again.headers["Location"] == "/account"


def test_a_proof_leads_back_and_opens_what_needs_it(app: Flask, here: Place) -> None:
    steward = known(here, Role.STEWARD)
    browser = signed_in(app, here, steward, ago=timedelta(minutes=16))
    assert "Invite somebody" not in browser.get("/account/people").text
    led = browser.get("/account/second-factor")
    assert led.headers["Location"] == "/account/confirm"
    wrong = browser.post("/account/confirm", {"password": "wrong", "code": code_at(steward, now())})
    assert (wrong.status_code, "The password is wrong" in wrong.text) == (403, True)
    proof = {"password": PASSWORD, "code": code_at(steward, now()), "next": "/account/people"}
    assert browser.post("/account/confirm", proof).headers["Location"] == "/account/people"
    assert "Invite somebody" in browser.get("/account/people").text


def test_signing_out_ends_the_session_and_takes_the_cookie(app: Flask, here: Place) -> None:
    browser = signed_in(app, here, known(here, Role.OFFICER))
    cookie = browser.client.get_cookie("hrcr")
    assert cookie is not None
    response = browser.post("/account/sign-out")
    assert (response.status_code, response.headers["Location"]) == (303, "/")
    assert "hrcr=; " in response.headers["Set-Cookie"]
    browser.client.set_cookie("hrcr", cookie.value)
    assert browser.get("/account").status_code == 303


def test_somebody_half_in_may_leave(app: Flask, here: Place) -> None:
    browser = signed_in(app, here, known(here, Role.DECIDER), stage=Stage.CODE)
    assert browser.post("/account/sign-out").headers["Location"] == "/"
    assert browser.get("/account").headers["Location"].startswith("/account/sign-in")


PAGES = ("/account/sign-in", "/account/recover", "/account/code", "/account/second-factor", "/account/confirm")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_names_its_fields_and_says_a_problem_first(app: Flask, here: Place, path: str) -> None:
    account = known(here, Role.STEWARD)
    stage = Stage.CODE if path.endswith("code") else Stage.WHOLE
    open_to_all = path in PAGES[:2]
    browser = nobody(app, here) if open_to_all else signed_in(app, here, account, stage=stage)
    for response in (browser.get(path), browser.post(path, {"password": "x", "again": "y", "code": "0"})):
        page = Page(response.text)
        labelled = {label["for"] for label in page.all("label")}
        fields = [field for field in page.all("input") if field["type"] != "hidden"]
        assert [field for field in fields if field.get("id") not in labelled] == []
        assert page.tags & {"script", "style"} == set()
        identifiers = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
        told = [int(response.status_code >= 400), len([e for _, e in page.elements if e.get("role") == "alert"])]
        assert told in ([0, 0], [1, 1])
        assert {each.removeprefix("#") for each in page.addresses if each.startswith("#")} <= identifiers
        assert ("<title>Problem: " in response.text) is (response.status_code >= 400)


SITE = "http://localhost/"


@pytest.fixture(scope="module")
def site(artefacts: Artefacts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application before any release, at a site that can have passkeys."""
    home = tmp_path_factory.mktemp("home")
    registry = Registry(artefacts, validator=PyShaclValidator, releases=ReleaseDirectories(home), clock=now)
    app = create_app(registry, Settings.load({}, home=home, repair_seconds=0, site=SITE))
    yield app
    app.extensions["query_pool"].close()


def options_of(response: TestResponse) -> str:
    """Give what a page has a device do, and see that the page may run our script and no other."""
    (form,) = (each for each in Page(response.text).all("form") if "data-passkey" in each)
    assert "hidden" in form
    assert response.headers["Content-Security-Policy"].endswith("; script-src 'self'")
    assert [script["src"] for script in Page(response.text).all("script")] == ["/static/passkey.js"]
    return str(form["data-options"])


def test_a_reviewer_adds_a_passkey_comes_in_with_it_confirms_with_it_and_keeps_the_last(site: Flask) -> None:
    here = people_of(site)
    reviewer, device = known(here, Role.REVIEWER, factor=False), Authenticator("http://localhost")
    browser = nobody(site, here)
    browser.post("/account/sign-in", {"email": reviewer.email, "password": PASSWORD})
    browser.owner = reviewer.id
    made = device.make(options_of(browser.get("/account/second-factor")))
    refused = browser.post("/account/passkeys", {"label": "phone", "credential": "{}"})
    assert (refused.status_code, "open for too long" in refused.text) == (403, False)
    made = device.make(options_of(refused))
    added = browser.post("/account/passkeys", {"label": "phone", "credential": made, "next": "/desk"})
    assert (added.status_code, added.headers.get("Location")) == (303, "/desk")
    assert "phone" in browser.get("/account").text
    browser.post("/account/sign-out")
    browser = nobody(site, here)
    first = browser.post("/account/sign-in", {"email": reviewer.email, "password": PASSWORD})
    assert first.headers["Location"] == "/account/code"
    browser.owner = reviewer.id
    page = browser.get("/account/code")
    assert 'name="code"' not in page.text
    signed = device.sign(options_of(page))
    assert browser.post("/account/code/passkey", {"credential": signed}).headers["Location"] == "/account"
    assert browser.get("/account").status_code == 200
    (passkey,) = site.extensions["people"].passkeys.of(reviewer)
    last = browser.post(f"/account/passkeys/{passkey.id}/end")
    assert (last.status_code, "your only second factor" in last.text) == (422, True)
    later = signed_in(site, here, reviewer, ago=timedelta(minutes=16))
    assert later.post(f"/account/passkeys/{passkey.id}/end").headers["Location"].startswith("/account/confirm")
    signed = device.sign(options_of(later.get("/account/confirm")))
    confirmed = later.post("/account/confirm/passkey", {"credential": signed, "next": "/desk"})
    assert confirmed.headers["Location"] == "/desk"


def test_an_officer_removes_a_passkey(site: Flask) -> None:
    here = people_of(site)
    officer, device = known(here, Role.OFFICER), Authenticator("http://localhost")
    browser = signed_in(site, here, officer)
    made = device.make(options_of(browser.get("/account/second-factor")))
    browser.post("/account/passkeys", {"label": "phone", "credential": made})
    (passkey,) = site.extensions["people"].passkeys.of(officer)
    gone = browser.post(f"/account/passkeys/{passkey.id}/end")
    assert gone.headers["Location"] == "/account#passkeys"
    assert site.extensions["people"].passkeys.of(officer) == []


def test_another_site_cannot_have_a_passkey_used(site: Flask) -> None:
    here = people_of(site)
    reviewer, device = known(here, Role.REVIEWER), Authenticator("https://evil.example")
    browser = signed_in(site, here, reviewer)
    made = device.make(options_of(browser.get("/account/second-factor")))
    refused = browser.post("/account/passkeys", {"label": "phone", "credential": made})
    assert (refused.status_code, "The passkey was not taken" in refused.text) == (403, True)
    form = {"label": "phone", "credential": made}
    assert browser.post("/account/passkeys", form, Origin="https://evil.example").status_code == 403
    assert browser.post("/account/passkeys", {**form, "form_token": "guessed"}).status_code == 403


def test_where_there_can_be_no_passkeys_no_page_runs_a_script(app: Flask, here: Place) -> None:
    browser = signed_in(app, here, known(here, Role.REVIEWER))
    for path in ("/account/second-factor", "/account/confirm", "/account"):
        page = browser.get(path)
        assert "passkey" not in page.text
        assert "script-src" not in page.headers["Content-Security-Policy"]
