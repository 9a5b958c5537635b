"""Signing in with an account elsewhere (OpenID Connect): leaving for the provider, and coming back from it."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from registry.account_errors import AccountError, ProviderUnavailable
from registry.errors import RegistryError, TooManyRequests
from registry.provider_ports import Purpose
from registry.provider_sign_in import Begun, ProviderSignIn
from server.access import asked_elsewhere, client, identity, keep, onward, people, remember, visit, visit_or_none
from server.problems import KINDS, problem_of

blueprint = Blueprint("provider", __name__, url_prefix="/account/provider")


def provider() -> ProviderSignIn:
    """Give signing in with the identity provider; where there is none, there is nothing at the address."""
    found = people().provider
    if found is None:
        raise NotFound
    return found


@blueprint.app_context_processor
def _named() -> dict[str, object]:
    """Give every page the name of the provider; None where there is none."""
    found = people().provider
    return {"provider": found.name if found else None}


@blueprint.post("")
def begin() -> AnyResponse:
    """Leave for the provider to sign in."""
    wish = request.form.get("next", "")
    return _leave(lambda: provider().begin(Purpose.SIGN_IN, client=client(), wish=wish))


@blueprint.post("/confirm")
def confirm() -> AnyResponse:
    """Leave for the provider to prove again who it is."""
    wish = request.form.get("next", "")
    return _leave(lambda: provider().begin(Purpose.CONFIRM, client=client(), wish=wish, visit=visit()))


@blueprint.post("/link")
def link() -> AnyResponse:
    """Leave for the provider to show which identity is to be linked."""
    code = request.form.get("code", "")
    return _leave(lambda: provider().begin(Purpose.LINK, client=client(), visit=visit(), code=code))


@blueprint.post("/unlink")
def unlink() -> AnyResponse:
    """End the link between the own account and the identity."""
    account = identity().account
    provider().unlink(account, actor=account.id)
    return redirect(url_for("account.own", done="unlinked", _anchor="elsewhere"), 303)


@blueprint.get("/return")
def finish() -> AnyResponse:
    """Come back from the provider."""
    found = provider()
    try:
        finished = found.finish(asked_elsewhere(), request.args.to_dict(), client=client(), visit=visit_or_none())
    except (AccountError, ProviderUnavailable) as error:
        return remember(_refused(error), None)
    if finished.purpose is Purpose.LINK:
        led: AnyResponse = redirect(url_for("account.own", done="linked", _anchor="elsewhere"), 303)
    else:
        led = onward(finished.opened.session.stage, finished.wish)
    return remember(keep(led, finished.opened), None)


def _leave(begin: Callable[[], Begun]) -> AnyResponse:
    """Send the browser to the provider by a page that leads on, since a form may lead to no other site."""
    try:
        begun = begin()
    except (AccountError, TooManyRequests, ProviderUnavailable) as error:
        return _refused(error)
    page = render_template("provider_onward.html", address=begun.address)
    return remember(AnyResponse(page, mimetype="text/html"), begun.secret)


def _refused(error: RegistryError) -> AnyResponse:
    problem = problem_of(error)
    page = render_template("provider_refused.html", problem=problem)
    response = AnyResponse(page, KINDS[problem.code].status, mimetype="text/html")
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_seconds)
    return response
