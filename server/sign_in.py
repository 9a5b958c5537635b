"""Signing in: password, second factor, setting one up, a one-time code to get back in, proving again who it is."""

from collections.abc import Callable, Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from registry.account_errors import AccountError
from registry.errors import RegistryError, TooManyRequests
from registry.people import Stage
from registry.sign_in import Opened
from server.access import client, drop, identity_or_none, keep, onward, people, visit
from server.problems import KINDS, problem_of

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
        lambda: people().sign_in.with_password(email, password, client=client()), "sign_in.html", {"email": email}
    )


@blueprint.get("/code")
def code_form() -> AnyResponse:
    """Ask for the code of the second factor."""
    return _page("sign_in_code.html")


@blueprint.post("/code")
def code() -> AnyResponse:
    """Take the code of the second factor."""
    sent = request.form.get("code", "")
    return _step(lambda: people().sign_in.with_code(visit(), sent, client=client()), "sign_in_code.html", {})


@blueprint.get("/second-factor")
def enrolment() -> AnyResponse:
    """Show the key of a second factor."""
    return _page("second_factor.html", enrolment=people().sign_in.enrolment(visit()))


@blueprint.post("/second-factor")
def enrol() -> AnyResponse:
    """Set the second factor up, when the code shows that the authenticator has the key."""
    sent, shown = request.form.get("code", ""), {"enrolment": people().sign_in.enrolment(visit())}
    return _step(lambda: people().sign_in.enrol(visit(), sent, client=client()), "second_factor.html", shown)


@blueprint.get("/confirm")
def confirmation() -> AnyResponse:
    """Ask who it is, before something that a stolen session must not do."""
    return _page("confirm.html", None, **_known())


@blueprint.post("/confirm")
def confirm() -> AnyResponse:
    """Take the proof."""
    password, sent = request.form.get("password", ""), request.form.get("code", "")
    return _step(
        lambda: people().sign_in.confirm(visit(), password, sent, client=client()),
        "confirm.html",
        _known(),
    )


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


def _known() -> dict[str, bool]:
    """Give the ways in which who has signed in can prove it again."""
    account, provider = visit().account, people().provider
    return {
        "has_code": account.secret is not None,
        "is_linked": provider is not None and bool(provider.links_of(account)),
    }


def _demand_same(password: str, again: str) -> None:
    if password != again:
        raise AccountError("The two passwords differ; type the new one twice.")


def _step(act: Callable[[], Opened], template: str, shown: Mapping[str, object]) -> AnyResponse:
    """Go on when an act opens a session; else show the page again with what is wrong."""
    try:
        opened = act()
    except (AccountError, TooManyRequests) as error:
        return _page(template, error, **shown)
    return keep(onward(opened.session.stage, request.values.get("next")), opened)


def _page(template: str, error: RegistryError | None = None, **shown: object) -> AnyResponse:
    """Show a page, with one sentence on what went wrong."""
    problem = problem_of(error) if error is not None else None
    page = render_template(template, problem=problem, wish=request.values.get("next", ""), **shown)
    response = AnyResponse(page, KINDS[problem.code].status if problem else 200, mimetype="text/html")
    if problem is not None and isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_seconds)
    return response
