"""The account page: what is kept about somebody, their tokens, their declared conflicts, their password."""

from collections.abc import Callable

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from registry.account_errors import AccountError
from registry.accounts import LONGEST_TOKEN, needs_second_factor
from registry.errors import TooManyRequests
from registry.people import Role, Scope, Tie
from registry.permissions import permissions
from registry.registrar import Issued
from server.access import client, identity, keep, people, visit
from server.negotiation import choose
from server.problems import KINDS, problem_of
from server.sign_in import passkeys

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
def own() -> AnyResponse:
    """Show somebody what is kept about them; say to a program who it is and what it may do."""
    if identity().scopes is None and choose(request.headers.get("Accept"), ("text/html", "application/json")) != (
        "application/json"
    ):
        return _page()
    account = identity().account
    may = sorted(permission.name.lower().replace("_", "-") for permission in permissions(identity()))
    return jsonify(id=account.id, roles=sorted(account.roles), city=account.city, may=may)


@blueprint.post("/tokens")
def issue() -> AnyResponse:
    """Make a token and show it this once."""
    scopes = [Scope(text) for text in request.form.getlist("scope") if text in set(Scope)]
    days = request.form.get("days", "")
    try:
        issued = people().registrar.issue(
            identity().account, request.form.get("label", ""), scopes, days=int(days) if days.isdecimal() else 0
        )
    except AccountError as error:
        return _page(error, field="label")
    return _page(issued=issued)


@blueprint.post("/tokens/<token>/end")
def revoke(token: str) -> AnyResponse:
    """End a token."""
    return _done(lambda: people().registrar.revoke(identity().account, token), "tokens")


@blueprint.post("/conflicts")
def declare() -> AnyResponse:
    """Declare a conflict of interest."""
    tie = Tie.ORGANISATION if request.form.get("tie") == Tie.ORGANISATION else Tie.CITY
    subject, reason = request.form.get("subject", ""), request.form.get("reason", "")
    return _done(lambda: people().registrar.declare(identity().account, tie, subject, reason), "conflicts")


@blueprint.post("/conflicts/<conflict>/withdraw")
def withdraw(conflict: str) -> AnyResponse:
    """Take a declared conflict back."""
    return _done(lambda: people().registrar.withdraw(identity().account, conflict), "conflicts")


@blueprint.post("/passkeys/<passkey>/end")
def remove_passkey(passkey: str) -> AnyResponse:
    """Remove a passkey."""
    found = passkeys()
    return _done(lambda: found.remove(identity().account, passkey), "passkeys")


@blueprint.post("/password")
def password() -> AnyResponse:
    """Change the password; every other session ends."""
    old, new, again = (request.form.get(name, "") for name in ("old", "new", "again"))
    try:
        if new != again:
            raise AccountError("The two new passwords differ; type the new one twice.")
        opened = people().sign_in.change_password(visit(), old, new, client=client())
    except (AccountError, TooManyRequests) as error:
        return _page(error, field="old")
    return keep(redirect(url_for("account.own", done="password"), 303), opened)


def _done(act: Callable[[], object], place: str) -> AnyResponse:
    """Act and lead back to a place of the page; or show it with what is wrong."""
    try:
        act()
    except AccountError as error:
        return _page(error, field="subject")
    return redirect(url_for("account.own", _anchor=place), 303)


def _page(
    error: AccountError | TooManyRequests | None = None, *, field: str = "content", issued: Issued | None = None
) -> AnyResponse:
    registrar, account = people().registrar, identity().account
    provider, keys = people().provider, people().passkeys
    problem = problem_of(error) if error is not None else None
    page = render_template(
        "account.html",
        account=account,
        acts=registrar.acts(account),
        field=field,
        issued=issued,
        is_recent=people().sign_in.is_recent(visit()),
        links=provider.links_of(account) if provider else (),
        longest_token=LONGEST_TOKEN.days,
        may_submit=Role.OFFICER in account.roles,
        must_have_factor=needs_second_factor(account),
        passkeys=None if keys is None else keys.of(account),
        problem=problem,
        sent=request.form if problem else {},
        tokens=registrar.tokens(account),
    )
    status = KINDS[problem.code].status if problem else 201 if issued else 200
    return AnyResponse(page, status, mimetype="text/html")
