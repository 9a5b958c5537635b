"""Signing in: password, second factor, setting one up, a one-time code to get back in, proving again who it is."""

from collections.abc import Callable, Mapping
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from registry.account_errors import AccountError
from registry.errors import RegistryError, TooManyRequests
from registry.passkey_sign_in import PasskeySignIn
from registry.people import Stage
from registry.sign_in import Opened
from server.access import client, drop, identity_or_none, keep, onward, people, visit
from server.problems import KINDS, problem_of
from server.response_headers import POLICY

PASSKEY_POLICY: Final = POLICY + "; script-src 'self'"
"""For a page that speaks with a device: one script of ours."""

blueprint = Blueprint("sign_in", __name__, url_prefix="/account")


@blueprint.get("/sign-in")
def form() -> AnyResponse:
    """Give the form; who has signed in goes on."""
    if identity_or_none() is not None:
        return onward(Stage.WHOLE, request.args.get("next"))
    return _page("sign_in.html", email="")


@blueprint.post("/sign-in")
def begin() -> AnyResponse:
    """Take address and password."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    return _step(
        lambda: people().sign_in.with_password(email, password, client=client()),
        "sign_in.html",
        lambda: {"email": email},
    )


@blueprint.get("/code")
def code_form() -> AnyResponse:
    """Ask for the second factor."""
    return _page("sign_in_code.html", None, **_ways())


@blueprint.post("/code")
def code() -> AnyResponse:
    """Take the code of the second factor."""
    sent = request.form.get("code", "")
    return _step(lambda: people().sign_in.with_code(visit(), sent, client=client()), "sign_in_code.html", _ways)


@blueprint.post("/code/passkey")
def prove() -> AnyResponse:
    """Take a passkey as the second factor."""
    found, sent = passkeys(), request.form.get("credential", "")
    return _step(lambda: found.prove(visit(), sent, client=client()), "sign_in_code.html", _ways)


@blueprint.get("/second-factor")
def enrolment() -> AnyResponse:
    """Show the key of a second factor."""
    return _page("second_factor.html", None, **_offer())


@blueprint.post("/second-factor")
def enrol() -> AnyResponse:
    """Set the second factor up, when the code shows that the authenticator has the key."""
    sent = request.form.get("code", "")
    return _step(lambda: people().sign_in.enrol(visit(), sent, client=client()), "second_factor.html", _offer)


@blueprint.post("/passkeys")
def register() -> AnyResponse:
    """Keep a passkey that a device made."""
    found, sent, label = passkeys(), request.form.get("credential", ""), request.form.get("label", "")
    return _step(lambda: found.register(visit(), label, sent, client=client()), "second_factor.html", _offer)


@blueprint.get("/confirm")
def confirmation() -> AnyResponse:
    """Ask who it is, before something that a stolen session must not do."""
    return _page("confirm.html", None, **_ways())


@blueprint.post("/confirm")
def confirm() -> AnyResponse:
    """Take the proof."""
    password, sent = request.form.get("password", ""), request.form.get("code", "")
    return _step(
        lambda: people().sign_in.confirm(visit(), password, sent, client=client()),
        "confirm.html",
        _ways,
    )


@blueprint.post("/confirm/passkey")
def confirm_by_passkey() -> AnyResponse:
    """Take a passkey as the proof: the device made sure who has it."""
    found, sent = passkeys(), request.form.get("credential", "")
    return _step(lambda: found.prove(visit(), sent, client=client()), "confirm.html", _ways)


@blueprint.get("/recover")
def recovery() -> AnyResponse:
    """Give the form for a one-time code."""
    return _page("recover.html", email="")


@blueprint.post("/recover")
def recover() -> AnyResponse:
    """Set a password with a one-time code from a steward."""
    sent = {name: request.form.get(name, "") for name in ("email", "code", "password", "again")}
    try:
        _demand_same(sent["password"], sent["again"])
        people().sign_in.recover(sent["email"], sent["code"], sent["password"], client=client())
    except (AccountError, TooManyRequests) as error:
        return _page("recover.html", error, email=sent["email"])
    return drop(_page("sign_in.html", email=sent["email"], is_recovered=True))


@blueprint.post("/sign-out")
def end() -> AnyResponse:
    """End the session."""
    people().sign_in.sign_out(visit())
    return drop(redirect(url_for("pages.home"), 303))


def passkeys() -> PasskeySignIn:
    """Give signing in with passkeys; where there can be none, there is nothing at the address."""
    found = people().passkeys
    if found is None:
        raise NotFound
    return found


def _ways() -> dict[str, object]:
    """Give the ways in which whoever is here can prove it, with a new challenge for a passkey."""
    account, provider, found = visit().account, people().provider, people().passkeys
    return {
        "has_code": account.secret is not None,
        "is_linked": provider is not None and bool(provider.links_of(account)),
        "options": found.asked(visit()) if found is not None and account.has_passkey else "",
    }


def _offer() -> dict[str, object]:
    """Give what sets up a second factor: the key of an authenticator, and a new challenge for a passkey."""
    found = people().passkeys
    return {
        "enrolment": people().sign_in.enrolment(visit()),
        "options": found.offered(visit()) if found is not None else "",
    }


def _demand_same(password: str, again: str) -> None:
    if password != again:
        raise AccountError("The two passwords differ; type the new one twice.")


def _step(act: Callable[[], Opened], template: str, shown: Callable[[], Mapping[str, object]]) -> AnyResponse:
    """Go on when an act opens a session; else show the page again with what is wrong."""
    try:
        opened = act()
    except (AccountError, TooManyRequests) as error:
        return _page(template, error, **shown())
    return keep(onward(opened.session.stage, request.values.get("next")), opened)


def _page(template: str, error: RegistryError | None = None, **shown: object) -> AnyResponse:
    """Show a page, with one sentence on what went wrong."""
    problem = problem_of(error) if error is not None else None
    page = render_template(template, problem=problem, wish=request.values.get("next", ""), **shown)
    response = AnyResponse(page, KINDS[problem.code].status if problem else 200, mimetype="text/html")
    if problem is not None and isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_seconds)
    if shown.get("options"):
        response.headers["Content-Security-Policy"] = PASSKEY_POLICY
    return response
