"""Who is asking, and may they: the table of routes is held before any view runs; a route without a rule is shut."""

import secrets
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from registry.account_errors import AccessDenied, CredentialsRefused, FormExpired, NotSignedIn
from registry.accounts import LONGEST_SESSION, UNFINISHED
from registry.people import Identity, Stage
from registry.permissions import demand
from registry.settings import Settings
from registry.sign_in import Opened, Visit
from registry.wiring import People
from server.budget import client_of
from server.installed import settings
from server.negotiation import choose
from server.problems import MEDIA_TYPE
from server.route_rules import RULES, Rule

FORM_FIELD: Final = "form_token"
FORM_HEADER: Final = "Hrcr-Form-Token"
MOST_BYTES: Final = 64 * 1024
"""The largest form that somebody who is not signed in may send to a page that is not public."""

_ELSEWHERE: Final = "-elsewhere"
"""How the cookie ends that is kept while a browser is at an identity provider."""
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_NEXT: Final[dict[Stage, str]] = {
    Stage.CODE: "sign_in.code_form",
    Stage.ENROL: "sign_in.enrolment",
    Stage.WHOLE: "account.own",
}
"""Where somebody goes on who has come so far."""


def install(app: Flask) -> None:
    """Hold the table on every request, and keep what is not public out of every cache and every other site."""
    app.before_request(_guard)
    app.after_request(_seal)
    app.context_processor(lambda: {"person": identity_or_none(), "form_token": form_token, "csrf_field": _field})


def most_of_file(settings: Settings) -> int:
    """Give the largest request that a page takes which takes a file of evidence."""
    return settings.evidence_megabytes * 1024 * 1024 + MOST_BYTES


def people() -> People:
    """Give the people of this installation."""
    found: People = current_app.extensions["people"]
    return found


def visit() -> Visit:
    """Give the browser session that asks; raise NotSignedIn when there is none."""
    found: Visit | None = g.get("visit")
    if found is None:
        raise NotSignedIn("Sign in first.")
    return found


def visit_or_none() -> Visit | None:
    """Give the browser session that asks, None when there is none."""
    found: Visit | None = g.get("visit")
    return found


def identity() -> Identity:
    """Give who asks; raise NotSignedIn when nobody has signed in."""
    found = identity_or_none()
    if found is None:
        raise NotSignedIn("Sign in first.")
    return found


def identity_or_none() -> Identity | None:
    """Give who asks on a page that is not public; None on any other, and when nobody has signed in."""
    found: Identity | None = g.get("identity")
    return found


def client() -> str:
    """Name from where somebody asks."""
    return client_of(request.remote_addr, request.headers.get("X-Forwarded-For"), settings().trusted_proxies)


def form_token() -> str:
    """Give what a form must send back (``FORM_FIELD``): made for who is signed in, else for this browser."""
    return people().sign_in.form_token(_form_owner() or _new_form_owner())


def _field() -> Markup:
    """Give the field of a form that carries its token."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FORM_FIELD, form_token())


def keep(response: AnyResponse, opened: Opened) -> AnyResponse:
    """Give the browser the secret of a new session."""
    _set_cookie(response, _cookie(), opened.secret, seconds=int(LONGEST_SESSION.total_seconds()))
    return response


def drop(response: AnyResponse) -> AnyResponse:
    """Have the browser forget its session."""
    _set_cookie(response, _cookie(), "", seconds=0)
    return response


def remember(response: AnyResponse, secret: str | None) -> AnyResponse:
    """Have the browser keep the secret of what it asks elsewhere until it comes back; with None forget it."""
    seconds = 0 if secret is None else int(UNFINISHED.total_seconds())
    _set_cookie(response, _cookie() + _ELSEWHERE, secret or "", seconds=seconds)
    return response


def asked_elsewhere() -> str:
    """Give the secret of what this browser asked elsewhere, nothing when it asked nothing."""
    return request.cookies.get(_cookie() + _ELSEWHERE, "")


def onward(stage: Stage, wish: str | None) -> AnyResponse:
    """Lead on to the next step of signing in, and at the end to where somebody wanted to go."""
    place = _place(wish)
    if stage is Stage.WHOLE and place is not None:
        return redirect(place, 303)
    return redirect(url_for(_NEXT[stage], next=None if stage is Stage.WHOLE else place), 303)


def _guard() -> AnyResponse | None:
    """Let a request through, lead it to where somebody signs in, or refuse it."""
    if request.routing_exception is not None or request.endpoint is None:
        return None
    rule = RULES.get(request.endpoint)
    if rule is None:
        raise AccessDenied(f"The route {request.endpoint} has no rule in server/route_rules.py, so it is shut.")
    if rule.is_public:
        return None
    _recognise()
    if rule.takes_file:
        request.max_content_length = most_of_file(settings())
    led = _hold(rule)
    if rule.permission is None:
        request.max_content_length = MOST_BYTES
    if led is None and request.method not in _SAFE and request.authorization is None:
        _demand_form()
    return led


def _recognise() -> None:
    """Find out who asks: by token where one is sent, else by session."""
    sign_in = people().sign_in
    g.visit = g.identity = None
    if request.authorization is not None:
        if request.authorization.type != "bearer" or not request.authorization.token:
            raise NotSignedIn("Send a token as “Authorization: Bearer …”.")
        try:
            g.identity = sign_in.with_token(request.authorization.token)
        except CredentialsRefused as refusal:
            raise NotSignedIn(str(refusal)) from refusal
        return
    secret = request.cookies.get(_cookie())
    g.visit = sign_in.visit(secret) if secret else None
    g.identity = g.visit.identity if g.visit else None


def _hold(rule: Rule) -> AnyResponse | None:
    found: Visit | None = g.visit
    if rule.stages and (found is None or found.session.stage not in rule.stages):
        return _lead_in()
    if rule.permission is not None:
        if g.identity is None:
            return _lead_in()
        demand(g.identity, rule.permission)
    if rule.is_recent and not (found is not None and people().sign_in.is_recent(found)):
        return _lead_to_proof()
    return None


def _lead_in() -> AnyResponse:
    """Lead a reader to the next step of signing in; refuse a program, and a form, whose content would be lost."""
    found: Visit | None = g.visit
    if g.identity is not None and found is None:
        raise AccessDenied("No token can do this; sign in with a browser.")
    wish = request.full_path.rstrip("?") if request.method in _SAFE else None
    if found is not None:
        return onward(found.session.stage, None if found.session.stage is Stage.WHOLE else wish)
    wants_page = choose(request.headers.get("Accept"), (MEDIA_TYPE, "application/json", "text/html")) == "text/html"
    if wish is None or not wants_page:
        raise NotSignedIn("Only somebody who has signed in may do this; sign in, or send a token that is valid.")
    return redirect(url_for("sign_in.form", next=_place(wish)), 303)


def _lead_to_proof() -> AnyResponse:
    if g.visit is None:
        raise AccessDenied("No token can do this; sign in with a browser.")
    wish = request.full_path.rstrip("?") if request.method in _SAFE else None
    return redirect(url_for("sign_in.confirmation", next=_place(wish)), 303)


def _demand_form() -> None:
    """Raise FormExpired unless a form came from a page of ours: by Origin or Sec-Fetch-Site, and by its token."""
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    is_ours = urlsplit(origin).netloc == request.host if origin is not None else site in (None, "same-origin", "none")
    if origin is not None and _is_secure() and not origin.startswith("https://"):
        is_ours = False
    owner = _form_owner()
    sent = request.headers.get(FORM_HEADER) or request.form.get(FORM_FIELD, "")
    if not is_ours or owner is None or not people().sign_in.is_form_token(owner, sent):
        raise FormExpired("The form did not come from a page of this registry, or its page was open for too long.")


def _form_owner() -> str | None:
    """Name for whom forms are made: the account, so that a form outlives a renewed session, else this browser."""
    found: Visit | None = g.get("visit")
    if found is not None:
        return found.account.id
    cookie = request.cookies.get(_cookie() + "-form", "")
    return f"browser {cookie}" if len(cookie) >= 16 else None


def _new_form_owner() -> str:
    g.form_cookie = g.get("form_cookie") or secrets.token_urlsafe(24)
    return f"browser {g.form_cookie}"


def _place(wish: str | None) -> str | None:
    """Give an address here that is not public and can be read; None for any other, on whatever host."""
    if not wish or not wish.startswith("/") or wish.startswith("//") or "\\" in wish or not wish.isprintable():
        return None
    parts = urlsplit(wish)
    try:
        endpoint, _ = current_app.url_map.bind(request.host).match(parts.path, "GET")
    except (HTTPException, RequestRedirect):
        return None
    rule = RULES.get(endpoint)
    if rule is None or rule.is_public or endpoint.startswith(("sign_in.", "provider.")):
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _seal(response: Response) -> Response:
    """Keep an answer of a page that is not public between its reader and the registry."""
    rule = RULES.get(request.endpoint or "")
    if rule is None or rule.is_public:
        return response
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Referrer-Policy"] = "same-origin"  # with none, browsers would not say where a form comes from
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.vary.add("Cookie")
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="hrcr"'
    if "form_cookie" in g:
        _set_cookie(response, _cookie() + "-form", g.form_cookie, seconds=None)
    return response


def _set_cookie(response: AnyResponse, name: str, value: str, *, seconds: int | None) -> None:
    response.set_cookie(name, value, max_age=seconds, path="/", secure=_is_secure(), httponly=True, samesite="Lax")


def _cookie() -> str:
    """Name the cookie of the session; over HTTPS a browser takes it from this very host alone (RFC 6265bis, 4.1.3)."""
    return "__Host-hrcr" if _is_secure() else "hrcr"


def _is_secure() -> bool:
    """Say whether the browser came over HTTPS, to the trusted proxies where there are some."""
    return request.scheme == "https"
