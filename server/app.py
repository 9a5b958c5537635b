"""The Flask application: blueprints put together, and what every answer carries."""

import logging
from pathlib import Path
from typing import Final

from flask import Flask, Response, request, url_for
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader

from registry.errors import RegistryError
from registry.registry import Registry
from registry.settings import Settings
from server import graph_store, linked_data, pages, problems, sparql, submissions
from server.library import Library, shelf
from server.links import local_address
from server.query_pool import QueryPool

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_TEMPLATES: Final = Path(__file__).parent / "templates"
EXPOSED: Final = "Link, ETag, Retry-After, Hrcr-Release, Content-Location"


def create_app(registry: Registry, settings: Settings) -> Flask:
    """Give the application over one installation; the query workers start with it."""
    app = Flask("server")
    app.config["MAX_CONTENT_LENGTH"] = submissions.MOST_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = submissions.MOST_BYTES
    app.jinja_loader = ChoiceLoader([FileSystemLoader(_TEMPLATES), PackageLoader("registry", "templates")])
    app.jinja_options = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    library, pool = Library(registry), QueryPool(size=settings.query_workers, seconds=settings.query_seconds)
    app.extensions.update(library=library, settings=settings, query_pool=pool)
    for module in (pages, linked_data, sparql, graph_store, submissions):
        app.register_blueprint(module.blueprint)
    problems.install(app)
    app.before_request(_preflight)
    app.after_request(_finish)
    app.context_processor(_context)
    app.jinja_env.filters.update(
        address=lambda iri: local_address(str(iri)), end=lambda iri: str(iri).rsplit("/", 1)[-1]
    )
    _start(library, pool)
    return app


def _start(library: Library, pool: QueryPool) -> None:
    """Start the query workers ahead of the first question; without a release they start when there is one."""
    try:
        pool.start(library.shelf().release.directory / "store")
    except RegistryError as error:
        logging.getLogger(__name__).warning("no release yet: %s", error)


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
    """Add what every answer carries: which release it came from, who may read it, and what a page may do."""
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = EXPOSED
    headers["Content-Security-Policy"] = POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    if request.endpoint != "static":
        response.vary.add("Accept")
        release = _release_id()
        if release:
            headers["Hrcr-Release"] = release
    if response.status_code == 200 and request.method in ("GET", "HEAD") and not response.is_streamed:
        headers.setdefault("Cache-Control", "public, no-cache")
        response.add_etag()
        response.make_conditional(request)
    return response


def _context() -> dict[str, object]:
    sections = (
        ("pages.cities", "Cities"),
        ("linked_data.standard", "Standard"),
        ("pages.instruments", "Instruments"),
        ("pages.rights", "Rights"),
        ("pages.sdgs", "SDGs"),
        ("pages.networks", "Networks"),
        ("submissions.form", "Check a file"),
        ("sparql.endpoint", "SPARQL"),
        ("pages.about", "About"),
    )
    here = request.path
    navigation = [(url_for(endpoint), words, url_for(endpoint) == here) for endpoint, words in sections]
    return {"navigation": navigation, "release_id": _release_id()}


def _release_id() -> str | None:
    try:
        return shelf().release.id
    except (RegistryError, problems.Problem) as error:
        logging.getLogger(__name__).warning("no release: %s", error)
        return None
