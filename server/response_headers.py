"""What every answer carries: who may read it, which release it came from, how long it may be kept, and its tag."""

import logging
from hashlib import blake2b
from typing import Final, TypeVar

from flask import Flask, Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wrappers import Response as BaseResponse

from registry.errors import RegistryError
from server.library import shelf
from server.problems import Problem

Answer = TypeVar("Answer", bound=BaseResponse)

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
EXPOSED: Final = "Link, ETag, Retry-After, Hrcr-Release, Hrcr-Sources, Content-Location, Cache-Status"
SHORT: Final = "public, max-age=60"
FRESH: Final = "no-cache"
IMMUTABLE: Final = "public, max-age=31536000, immutable"

_ALWAYS: Final = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", EXPOSED),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)
_FOR_ALL_SITES: Final = frozenset({"Access-Control-Allow-Origin", "Access-Control-Expose-Headers"})
_OF_A_RELEASE: Final = "/releases/<release>"
_QUERIES: Final = frozenset({"sparql.endpoint", "sparql.of_release"})


def install(app: Flask) -> None:
    """Have every answer of an application carry them, and every address answer a preflight."""
    app.before_request(_preflight)
    app.after_request(_finish)


def fresh(response: Answer) -> Answer:
    """Have an answer that changes with every act asked for anew each time; give it back."""
    response.headers["Cache-Control"] = FRESH
    return response


def release_id() -> str | None:
    """Give the release that this request is answered from, None when there is none."""
    try:
        return shelf().release.id
    except (RegistryError, Problem) as error:
        logging.getLogger(__name__).warning("no release: %s", error)
        return None


def of_answer(release: str, media_type: str, body: bytes) -> list[tuple[str, str]]:
    """Give every header of an answer from the current release, as the application would."""
    return [
        ("Content-Type", media_type),
        ("Content-Length", str(len(body))),
        *_ALWAYS,
        ("Content-Security-Policy", POLICY),
        ("Vary", "Accept"),
        ("Hrcr-Release", release),
        ("Cache-Control", SHORT),
        ("ETag", _tag(release, media_type, body)),
    ]


def _preflight() -> Response | None:
    """Answer OPTIONS on every address (CORS preflight, Fetch standard)."""
    if request.method != "OPTIONS" or request.routing_exception is not None:
        return None
    methods = sorted(request.url_rule.methods or ()) if request.url_rule else []
    response = Response(status=204)
    response.headers["Allow"] = ", ".join(methods)
    response.headers["Access-Control-Allow-Methods"] = ", ".join(methods)
    response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _finish(response: Response) -> Response:
    response = _in_part(response)
    headers = response.headers
    kept = _FOR_ALL_SITES if "private" in headers.get("Cache-Control", "") else frozenset[str]()
    headers.extend((name, value) for name, value in _ALWAYS if name not in kept and name not in headers)
    if "Content-Security-Policy" not in headers:
        headers.add("Content-Security-Policy", POLICY)
    release = None
    if request.endpoint != "static":
        response.vary.add("Accept")
        release = release_id()
        if release:
            headers.add("Hrcr-Release", release)
    if "Cache-Control" not in headers:
        headers.add("Cache-Control", _freshness(response))
    if response.status_code == 200 and "public" in headers["Cache-Control"] and not response.is_streamed:
        if "ETag" not in headers:
            headers.add("ETag", _tag(release, response.content_type, response.get_data()))
        if "If-None-Match" in request.headers:
            response.make_conditional(request)
    return response


def _in_part(response: Response) -> Response:
    """Give the part of a file that is asked for, so that a download can go on where it broke off (RFC 9110, 14)."""
    if response.status_code != 200 or not response.direct_passthrough or request.endpoint == "static":
        return response
    try:
        response.make_conditional(request, accept_ranges=True, complete_length=response.content_length)
    except RequestedRangeNotSatisfiable:
        response.close()
        return Problem("range-not-satisfiable", f"The file has {response.content_length} bytes.").response()
    return response


def _freshness(response: Response) -> str:
    """Say how long an answer may be kept: a release's own data for ever, what is current for a minute, no error."""
    is_query = request.endpoint in _QUERIES
    if response.status_code >= 400 or (request.method not in ("GET", "HEAD") and not is_query):
        return "no-store"
    rule = request.url_rule.rule if request.url_rule else ""
    is_data = response.mimetype != "text/html" and (not is_query or "query" in request.args)
    is_whole = response.status_code in (200, 206, 304)
    return IMMUTABLE if rule.startswith(_OF_A_RELEASE) and is_whole and is_data else SHORT


def _tag(release: str | None, media_type: str | None, body: bytes) -> str:
    """Tag an answer by its release, its type and its bytes, so that no two forms of one thing share a tag."""
    digest = blake2b(f"{release}\n{media_type}\n".encode(), digest_size=16)
    digest.update(body)
    return f'"{digest.hexdigest()}"'
