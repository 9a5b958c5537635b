"""Sessions, forms and caches: only our pages can act for somebody, and what is theirs is kept nowhere."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

from registry.people import Account, Role
from registry.settings import Settings
from registry.wiring import wire
from server.access import FORM_FIELD, FORM_HEADER
from server.app import create_app
from tests.people import PASSWORD, Place, place
from tests.server.people import PAGE, Browser, nobody, now, people_of, signed_in, somebody

pytestmark = pytest.mark.slow

ACTS = (
    ("/account/conflicts", {"tie": "city", "subject": "lund", "reason": "worked there"}),
    ("/account/tokens", {"label": "harvest", "scope": "read", "days": "1"}),
    ("/account/sign-out", {}),
)


@pytest.fixture(scope="module")
def here(app: Flask) -> Place:
    return people_of(app)


@pytest.fixture
def officer(here: Place) -> Account:
    return somebody(here, Role.OFFICER, city="graz")


@pytest.fixture
def browser(app: Flask, here: Place, officer: Account) -> Browser:
    return signed_in(app, here, officer)


def state(here: Place, browser: Browser) -> tuple[object, ...]:
    """What the acts would change."""
    account = here.registrar.find(browser.owner)
    is_in = browser.get("/account").status_code
    return account, here.registrar.tokens(account), here.registrar.acts(account), is_in


FOREIGN: tuple[tuple[str, Callable[[Browser], dict[str, str]], dict[str, str]], ...] = (
    ("no token", lambda _: {}, {"Origin": "http://localhost"}),
    ("an empty token", lambda _: {FORM_FIELD: ""}, {"Origin": "http://localhost"}),
    ("a made-up token", lambda _: {FORM_FIELD: "0" * 64}, {"Origin": "http://localhost"}),
    (
        "somebody else's token",
        lambda b: {FORM_FIELD: b.here.sign_in.form_token("0" * 32)},
        {"Origin": "http://localhost"},
    ),
    ("another site", lambda b: {FORM_FIELD: b.form_token}, {"Origin": "https://evil.example"}),
    ("another port", lambda b: {FORM_FIELD: b.form_token}, {"Origin": "http://localhost:81"}),
    ("a name that begins alike", lambda b: {FORM_FIELD: b.form_token}, {"Origin": "http://localhost.evil.example"}),
    ("a hidden origin", lambda b: {FORM_FIELD: b.form_token}, {"Origin": "null"}),
    ("an empty origin", lambda b: {FORM_FIELD: b.form_token}, {"Origin": ""}),
    ("cross-site", lambda b: {FORM_FIELD: b.form_token}, {"Sec-Fetch-Site": "cross-site"}),
    ("same site, other host", lambda b: {FORM_FIELD: b.form_token}, {"Sec-Fetch-Site": "same-site"}),
)


@pytest.mark.parametrize(("path", "fields"), ACTS)
@pytest.mark.parametrize(("name", "token", "headers"), FOREIGN, ids=[name for name, _, _ in FOREIGN])
def test_a_form_of_another_origin_changes_nothing(
    here: Place,
    browser: Browser,
    name: str,
    token: Callable[[Browser], dict[str, str]],
    headers: dict[str, str],
    path: str,
    fields: dict[str, str],
) -> None:
    before = state(here, browser)
    response = browser.client.post(path, data={**fields, **token(browser)}, headers=headers)
    assert (name, response.status_code) == (name, 403)
    assert json.loads(response.data)["type"].endswith("/form-expired")
    assert state(here, browser) == before


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {}]
)
@pytest.mark.parametrize(("path", "fields"), ACTS)
def test_a_form_of_ours_is_taken(
    here: Place, browser: Browser, headers: dict[str, str], path: str, fields: dict[str, str]
) -> None:
    before = state(here, browser)
    data = {**fields, FORM_FIELD: browser.form_token}
    assert browser.client.post(path, data=data, headers={**PAGE, **headers}).status_code in (201, 303)
    assert state(here, browser) != before


def test_the_token_may_come_in_a_header(here: Place, browser: Browser) -> None:
    before = state(here, browser)
    headers = {**PAGE, FORM_HEADER: browser.form_token, "Origin": "http://localhost"}
    browser.client.post("/account/conflicts", data=ACTS[0][1], headers=headers)
    assert state(here, browser) != before


def test_signing_in_itself_takes_no_foreign_form(app: Flask, here: Place) -> None:
    """Else another site could sign somebody in as somebody else, and read what they then write."""
    here.registrar.add("mine@city.example", "Office", [Role.OFFICER], city="graz", password=PASSWORD)
    visitor = nobody(app, here)
    data = {"email": "mine@city.example", "password": PASSWORD}
    stranger = nobody(app, here).form_token
    for form, origin in (({}, "http://localhost"), ({FORM_FIELD: stranger}, "http://localhost"), ({}, "https://x")):
        response = visitor.client.post("/account/sign-in", data={**data, **form}, headers={"Origin": origin})
        assert response.status_code == 403
        assert "Set-Cookie" not in response.headers
    assert visitor.post("/account/sign-in", data).status_code == 303


PRIVATE = ("/account", "/account/sign-in", "/account/recover", "/account/second-factor", "/account/people")


@pytest.mark.parametrize("path", PRIVATE)
def test_what_is_somebodys_is_kept_in_no_cache_and_read_by_no_other_site(browser: Browser, path: str) -> None:
    for response in (browser.get(path), browser.get(path, Origin="https://evil.example")):
        headers = response.headers
        assert headers["Cache-Control"] == "no-store, private"
        assert "Access-Control-Allow-Origin" not in headers
        assert "Access-Control-Expose-Headers" not in headers
        assert "ETag" not in headers
        assert "Cookie" in headers["Vary"]
        assert headers.getlist("Referrer-Policy") == ["same-origin"]
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "style-src 'self'" in headers["Content-Security-Policy"]


def test_a_preflight_of_another_site_is_not_let_in(browser: Browser) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    response = browser.client.options("/account/tokens", headers=headers)
    assert "Access-Control-Allow-Origin" not in response.headers


def test_the_response_cache_keeps_nothing_of_who_is_signed_in(app: Flask, browser: Browser) -> None:
    """Neither a page of theirs, nor a public page that they asked for, and nobody gets what is meant for them."""
    cache = app.extensions["response_cache"]
    for path in ("/account", "/account/sign-in", "/cities?country=ZZ"):
        for _ in range(2):
            answer = browser.get(path)
            assert "Cache-Status" not in answer.headers
        environ = EnvironBuilder(path=path.partition("?")[0], query_string=path.partition("?")[2], headers=PAGE)
        assert cache.look_up(environ.get_environ()) is None
    kept_by_nobody = app.test_client().get("/account", headers=PAGE)
    assert (kept_by_nobody.status_code, kept_by_nobody.headers["Cache-Control"]) == (303, "no-store, private")


def entered(app: Flask, here: Place, **request: object) -> tuple[str, list[str]]:
    """Sign an officer in over HTTP; give the status with the place, and the cookies that are set."""
    email = somebody(here, Role.OFFICER, city="graz").email
    code = here.registrar.recovery_code(here.registrar.find(email))
    here.sign_in.recover(email, code, PASSWORD, client="192.0.2.1")
    client = app.test_client()
    first = client.get("/account/sign-in", **request)  # type: ignore[arg-type]  # what a test gives
    (form_cookie,) = first.headers.getlist("Set-Cookie")
    token = first.text.partition(f'name="{FORM_FIELD}" value="')[2].partition('"')[0]
    data = {"email": email, "password": PASSWORD, FORM_FIELD: token}
    response = client.post("/account/sign-in", data=data, **request)  # type: ignore[arg-type]  # the same
    return f"{response.status_code} {response.headers.get('Location')}", [
        form_cookie,
        *response.headers.getlist("Set-Cookie"),
    ]


def test_the_cookie_is_unreadable_to_scripts_and_bound_to_this_host_over_https(app: Flask, here: Place) -> None:
    status, (form, session) = entered(app, here)
    assert status == "303 /account"
    assert form.partition("=")[0] == "hrcr-form"
    assert session.startswith("hrcr=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=43200"} <= set(session.split("; "))
    assert "Secure" not in session
    status, (form, session) = entered(app, here, base_url="https://localhost")
    assert status == "303 /account"
    assert form.startswith("__Host-hrcr-form=")
    assert session.startswith("__Host-hrcr=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(session.split("; "))
    assert "Domain" not in session


def test_behind_a_trusted_proxy_its_word_says_whether_it_is_https(tmp_path: Path) -> None:
    for proxies, name in ((1, "__Host-hrcr"), (0, "hrcr")):
        settings = Settings.load({}, home=tmp_path, trusted_proxies=proxies)
        app = create_app(wire(settings), settings)
        _, cookies = entered(app, place(tmp_path, now=now()), headers={"X-Forwarded-Proto": "https"})
        assert cookies[1].startswith(f"{name}=")


def test_over_https_the_cookie_of_http_does_not_count(browser: Browser) -> None:
    assert browser.get("/account").status_code == 200
    response = browser.client.get("/account", base_url="https://localhost", headers=PAGE)
    assert response.status_code == 303


AWAY = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/account\r\nSet-Cookie: a=b",
    "javascript:alert(1)",
    "/account@evil.example",
    "/nothing",
    "/",
    "/account/sign-out",
    "/account/sign-in",
    "account",
    "",
)


@pytest.mark.parametrize("wish", AWAY)
def test_signing_in_leads_to_no_other_place(browser: Browser, wish: str) -> None:
    response = browser.client.get("/account/sign-in", query_string={"next": wish}, headers=PAGE)
    assert (response.status_code, response.headers["Location"]) == (303, "/account")


def test_signing_in_leads_on_to_the_page_that_was_asked_for(app: Flask, here: Place) -> None:
    steward = somebody(here, Role.STEWARD)
    visitor = nobody(app, here)
    assert visitor.get("/account/people").headers["Location"] == "/account/sign-in?next=/account/people"
    led = signed_in(app, here, steward).get("/account/sign-in?next=/account/people")
    assert led.headers["Location"] == "/account/people"


def test_a_program_is_refused_with_a_problem_and_told_how_to_come_in(app: Flask) -> None:
    for headers in ({}, {"Accept": "application/json"}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}):
        response = app.test_client().get("/account", headers=headers)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == 'Bearer realm="hrcr"'
        assert json.loads(response.data)["type"].endswith("/not-signed-in")


def test_a_form_that_is_too_large_is_refused(browser: Browser) -> None:
    response = browser.post("/account/sign-in", {"email": "x" * 100_000})
    assert response.status_code == 413


def test_without_a_database_reading_goes_on_and_signing_in_says_so(tmp_path: Path) -> None:
    (tmp_path / "accounts.db").write_bytes(b"no database " * 1_000)
    settings = Settings.load({}, home=tmp_path)
    client = create_app(wire(settings), settings).test_client()
    assert client.get("/about").status_code == 200
    response = client.get("/account/sign-in", headers=PAGE)
    assert response.status_code == 503
    assert "Nobody can sign in at the moment" in response.text
