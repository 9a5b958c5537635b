"""People of the application under test: accounts, and browsers that have come so far with signing in."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from secrets import token_urlsafe

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry.people import Account, Role, Session, Stage
from registry.sign_in import digest_of
from server.access import FORM_FIELD
from tests.people import Place, place

_NUMBERS = count(1)
PAGE = {"Accept": "text/html"}


def now() -> datetime:
    """Give the present moment, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def people_of(app: Flask) -> Place:
    """Give the people of an application, with a clock that stands at the present."""
    return place(app.extensions["settings"].home, now=now())


def somebody(here: Place, *roles: Role, city: str | None = None, name: str = "Office") -> Account:
    """Make an account with an address of its own and, where it needs one, a second factor."""
    account = here.registrar.add(f"office{next(_NUMBERS)}-{id(here)}@city.example", name, roles, city=city)
    if set(roles) == {Role.OFFICER}:
        return account
    secret = b"12345678901234567890"
    here.accounts.change(account.id, {"secret": secret})
    return replace(account, secret=secret)


@dataclass
class Browser:
    """A client with what its cookies hold."""

    client: FlaskClient
    here: Place
    owner: str
    headers: dict[str, str] = field(default_factory=lambda: dict(PAGE))

    @property
    def form_token(self) -> str:
        """Give what a form of this browser carries."""
        return self.here.sign_in.form_token(self.owner)

    def get(self, path: str, **headers: str) -> TestResponse:
        """Get a page."""
        return self.client.get(path, headers={**self.headers, **headers})

    def post(self, path: str, data: Mapping[str, object] | None = None, **headers: str) -> TestResponse:
        """Send a form from a page of ours."""
        origin = {"Origin": "http://localhost"}
        form = {FORM_FIELD: self.form_token, **(data or {})}
        return self.client.post(path, data=form, headers={**self.headers, **origin, **headers})


def client_of(app: Flask) -> FlaskClient:
    """Give a client at an address of its own, so that none uses up another's tries."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = f"2001:db8:0:{next(_NUMBERS):x}::1"
    return client


def nobody(app: Flask, here: Place) -> Browser:
    """Give the browser of somebody who has not signed in."""
    client, cookie = client_of(app), token_urlsafe(24)
    client.set_cookie("hrcr-form", cookie)
    return Browser(client, here, f"browser {cookie}")


def signed_in(
    app: Flask, here: Place, account: Account, *, stage: Stage = Stage.WHOLE, ago: timedelta = timedelta(0)
) -> Browser:
    """Give the browser of somebody who signed in, so far and so long ago."""
    secret, begun = token_urlsafe(32), now() - ago
    here.sessions.open(
        Session(digest=digest_of(secret), account=account.id, stage=stage, begun=begun, seen=now(), authenticated=begun)
    )
    client = client_of(app)
    client.set_cookie("hrcr", secret)
    return Browser(client, here, account.id)


def with_token(app: Flask, here: Place, text: str) -> Browser:
    """Give a program that sends a token."""
    browser = nobody(app, here)
    browser.headers = {**PAGE, "Authorization": f"Bearer {text}"}
    return browser
