"""A marked contact in the accounts stands on no public page, in no release and in no log."""

import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from flask import Flask

from registry.people import Account, Role, Scope, Tie
from tests.people import PASSWORD, Place, files_of
from tests.registry.playing import STEWARD
from tests.server.cases import Desk, desk_of
from tests.server.people import PAGE, Browser, nobody, people_of, signed_in
from tests.server.test_pages import ADDRESSES
from tests.server.test_route_rules import SHOWN
from tests.serving import serving

pytestmark = pytest.mark.slow

MARK = "zqxmarked"
EMAIL = f"{MARK}@{MARK}.example"


@pytest.fixture(scope="module")
def here(app: Flask) -> Place:
    return people_of(app)


@pytest.fixture(scope="module")
def marked(here: Place) -> Account:
    """Somebody with the mark wherever personal data may stand."""
    account = here.registrar.add(
        EMAIL, f"{MARK} name", [Role.OFFICER], city="graz", organisation=f"{MARK} organisation", password=PASSWORD
    )
    here.registrar.declare(account, Tie.ORGANISATION, f"{MARK} league", f"{MARK} reason")
    here.registrar.issue(account, f"{MARK} label", [Scope.READ], days=30)
    return here.registrar.find(account.id)


@pytest.fixture
def browser(app: Flask, here: Place, marked: Account) -> Browser:
    return signed_in(app, here, marked)


def act(browser: Browser, visitor: Browser) -> Iterator[int]:
    """Do whatever may go wrong or right with the mark in it; give the statuses."""
    for password in ("wrong", PASSWORD):
        yield visitor.post("/account/sign-in", {"email": EMAIL, "password": password}).status_code
    for code in (MARK, ""):
        form = {"email": EMAIL, "code": code, "password": PASSWORD, "again": PASSWORD}
        yield visitor.post("/account/recover", form).status_code
    yield browser.post("/account/conflicts", {"tie": "city", "subject": MARK, "reason": MARK}).status_code
    yield browser.post("/account/tokens", {"label": MARK, "scope": "read", "days": "7"}).status_code
    yield browser.post("/account/password", {"old": MARK, "new": MARK * 3, "again": MARK * 3}).status_code
    yield browser.get("/account").status_code
    yield browser.client.post("/account/conflicts", data={"reason": MARK}).status_code
    yield browser.get(f"/account/{MARK}").status_code


def test_no_public_page_and_no_log_tells_of_it(
    app: Flask,
    here: Place,
    browser: Browser,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    app.logger.setLevel(logging.DEBUG)
    assert sorted(act(browser, nobody(app, here))) == [
        200,
        201,
        303,
        303,
        403,
        403,
        403,
        403,
        404,
        422,
    ]
    assert MARK in browser.get("/account").text
    for path in {*ADDRESSES, *(path for method, path, _ in SHOWN.values() if method == "GET")}:
        for headers in (PAGE, {"Accept": "application/n-quads"}, {}):
            for client in (app.test_client(), browser.client):
                with client.get(path, headers=headers) as response:
                    assert MARK.encode() not in response.data, path
                    assert MARK not in str(response.headers), path
    said = capfd.readouterr()
    assert MARK not in caplog.text + said.out + said.err


def test_neither_files_nor_queries_of_a_release_tell_of_it(app: Flask, browser: Browser) -> None:
    home = Path(app.extensions["settings"].home)
    browser.get("/account")
    holding = {name for name, raw in files_of(home).items() if MARK.encode() in raw.lower()}
    assert holding <= {"accounts.db", "accounts.db-wal"}
    assert holding
    for query in (
        f'ASK {{ ?s ?p ?o FILTER(CONTAINS(LCASE(STR(?o)), "{MARK}")) }}',
        f'ASK {{ GRAPH ?g {{ ?s ?p ?o FILTER(CONTAINS(LCASE(STR(?o)), "{MARK}")) }} }}',
    ):
        assert browser.client.get("/sparql", query_string={"query": query, "format": "csv"}).text == "false"


SAID = "zqxsaid"
"""The mark in what somebody says in a public call."""


def test_what_is_said_in_a_call_is_warned_about_and_is_nowhere_before_a_steward_releases_it(
    app: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with desk_of(app, tmp_path) as desk:
        desk.called()
        reason = f"Ask {SAID}@{SAID}.example, who was there."
        warned = desk.say(reason)
        assert (warned.status_code, f"“{SAID}@{SAID}.example”" in warned.text) == (422, True)
        assert desk.case.contributions == ()
        assert desk.say(reason, do="insist").status_code == 201
        for settle in ("waiting", "set aside"):
            assert [path for path in public_addresses(desk) if SAID in seen(app, path)] == [], settle
            if settle == "waiting":
                desk.do("set-aside-concern", STEWARD, concern=1, reason="Tells of private persons", hashes={})
                desk.heard().accredited().wait(31)
        assert SAID.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    said = capfd.readouterr()
    assert SAID not in caplog.text + said.out + said.err
    holding = {name for name, raw in files_of(Path(app.extensions["settings"].home)).items() if SAID.encode() in raw}
    assert holding <= {"texts.sqlite", "texts.sqlite-wal"}
    assert holding


def public_addresses(desk: Desk) -> list[str]:
    """Every public address, and those of a case."""
    of_case = [
        f"/calls/{desk.slug}",
        f"/cases/{desk.slug}",
        f"/cases/{desk.slug}/dossier",
        f"/cases/{desk.slug}/export",
        f"/cases/{desk.slug}/submission.ttl",
    ]
    shown = [path for method, path, _ in SHOWN.values() if method == "GET"]
    return [*of_case, *sorted({*ADDRESSES, *shown})]


def seen(app: Flask, path: str) -> str:
    """All that an address says, as page, as data, and in its headers."""
    told = ""
    for headers in (PAGE, {"Accept": "application/n-quads"}, {}):
        with app.test_client().get(path, headers=headers) as response:
            told += response.data.decode(errors="replace") + str(response.headers)
    return told


@pytest.mark.parametrize(
    "path",
    ["/accounts.db", "/static/../accounts.db", "/releases/../accounts.db", "/releases/2026-06-30-1/../../accounts.db"],
)
def test_the_file_of_the_accounts_is_at_no_address(app: Flask, marked: Account, path: str) -> None:
    assert marked
    for address in (path, quote(path, safe="/").replace("..", "%2e%2e"), path.replace("/..", "/..%2f")):
        assert app.test_client().get(address).status_code == 404


def test_the_server_itself_logs_nothing_of_it(app: Flask, marked: Account, tmp_path: Path) -> None:
    """The real server, told the mark in an address, a header, a cookie and a form."""
    assert marked
    log = tmp_path / "log"
    with serving(Path(app.extensions["settings"].home), log=log) as served:
        for path in ("/account/sign-in", f"/account?next={MARK}", f"/{MARK}"):
            headers = {"Cookie": f"hrcr={MARK}", "Authorization": f"Bearer {MARK}", "Accept": "text/html"}
            for body in (None, f"email={EMAIL}&password={MARK}".encode()):
                asked = Request(f"http://127.0.0.1:{served.port}{path}", body, headers)
                try:
                    urlopen(asked, timeout=30).close()  # noqa: S310  # our own server
                except HTTPError as refused:
                    refused.close()
    assert MARK not in log.read_text()
