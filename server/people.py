"""The people of this registry, for stewards: invite somebody, help them back in or link them, let them in no more."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from registry.account_errors import AccountError
from registry.people import Account, Role
from server.access import identity, people, visit
from server.problems import KINDS, problem_of
from server.provider import provider

blueprint = Blueprint("people", __name__, url_prefix="/account/people")


@blueprint.get("")
def index() -> AnyResponse:
    """List every account."""
    return _page()


@blueprint.post("")
def add() -> AnyResponse:
    """Invite somebody: make an account, and show the one-time code that it begins with."""
    sent = {name: request.form.get(name, "") for name in ("email", "name", "city", "organisation")}
    roles = [Role(text) for text in request.form.getlist("role") if text in set(Role)]
    registrar, actor = people().registrar, identity().account.id
    try:
        account = registrar.add(
            sent["email"],
            sent["name"],
            roles,
            city=sent["city"] or None,
            organisation=sent["organisation"] or None,
            actor=actor,
        )
    except AccountError as error:
        return _page(error)
    return _page(helped=account, code=registrar.recovery_code(account, actor=actor))


@blueprint.post("/<account>/code")
def recover(account: str) -> AnyResponse:
    """Show a one-time code with which somebody sets a new password."""
    registrar, found = people().registrar, people().registrar.find(account)
    try:
        return _page(helped=found, code=registrar.recovery_code(found, actor=identity().account.id))
    except AccountError as error:
        return _page(error)


@blueprint.post("/<account>/link")
def link(account: str) -> AnyResponse:
    """Show a code with which somebody links their account elsewhere."""
    found = provider()
    helped, actor = people().registrar.find(account), identity().account.id
    try:
        return _page(helped=helped, link_code=found.link_code(helped, actor=actor))
    except AccountError as error:
        return _page(error)


@blueprint.post("/<account>/close")
def close(account: str) -> AnyResponse:
    """Let somebody in no more."""
    return _done(lambda found: people().registrar.close(found, actor=identity().account.id), account)


@blueprint.post("/<account>/reopen")
def reopen(account: str) -> AnyResponse:
    """Let somebody in again."""
    return _done(lambda found: people().registrar.reopen(found, actor=identity().account.id), account)


def _done(act: Callable[[Account], object], account: str) -> AnyResponse:
    try:
        act(people().registrar.find(account))
    except AccountError as error:
        return _page(error)
    return redirect(url_for("people.index", _anchor=f"person-{account}"), 303)


def _page(
    error: AccountError | None = None,
    *,
    helped: Account | None = None,
    code: str | None = None,
    link_code: str | None = None,
) -> AnyResponse:
    problem = problem_of(error) if error is not None else None
    page = render_template(
        "people.html",
        accounts=people().registrar.all(),
        code=code,
        helped=helped,
        link_code=link_code,
        is_recent=people().sign_in.is_recent(visit()),
        own=identity().account.id,
        problem=problem,
        roles=list(Role),
        sent=request.form if problem else {},
    )
    return AnyResponse(
        page, KINDS[problem.code].status if problem else 201 if code or link_code else 200, mimetype="text/html"
    )
