"""The Flask application: blueprints put together, and what every answer carries."""

import logging
from functools import lru_cache, partial
from pathlib import Path
from typing import Final

from flask import Flask, g, request, url_for
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader

from registry.call_wiring import open_texts
from registry.case_wiring import OpenCases, open_documents
from registry.errors import RegistryError
from registry.fetch_ports import FetchLimits
from registry.fetch_wiring import open_fetch
from registry.filing_wiring import open_filing
from registry.loading import now
from registry.mirror_wiring import mirrored as mirrored_by
from registry.peer_wiring import open_harvests
from registry.registry import Registry
from registry.settings import Settings
from registry.wiring import open_drafts, open_looks
from registry.wiring import people as people_of
from server import (
    access,
    account,
    agreement_pages,
    api,
    api_cases,
    api_evidence,
    call_pages,
    case_changes,
    case_evidence,
    case_exports,
    case_feed,
    case_pages,
    case_steps,
    catalogue,
    concern_pages,
    contribution_pages,
    descriptor,
    desk,
    dossier_pages,
    draft_evidence,
    drafts,
    entry_pages,
    evidence,
    federated_queries,
    feed,
    filing,
    graph_store,
    handing_in,
    identity_pages,
    kept_queries,
    languages,
    limits,
    linked_data,
    mapping_pages,
    mirrored,
    named_files,
    pages,
    people,
    problems,
    provider,
    public_cases,
    reconciliation,
    releases,
    renewals,
    response_headers,
    sign_in,
    sparql,
    standing_pages,
    standing_steps,
    submissions,
    trust_pages,
    versions,
    well_known,
    witness_pages,
)
from server.budget import Budget
from server.forwarded import Forwarded
from server.library import Library
from server.links import local_address
from server.parameters_read import WatchedRequest
from server.query_pool import QueryPool
from server.quick_answers import QuickAnswers
from server.response_cache import ResponseCache
from server.response_headers import release_id

_BLUEPRINTS: Final = (
    pages,
    linked_data,
    releases,
    catalogue,
    feed,
    descriptor,
    well_known,
    sparql,
    kept_queries,
    graph_store,
    limits,
    submissions,
    entry_pages,
    evidence,
    draft_evidence,
    case_evidence,
    sign_in,
    provider,
    account,
    people,
    standing_pages,
    standing_steps,
    concern_pages,
    case_exports,
    call_pages,
    contribution_pages,
    case_pages,
    case_changes,
    case_steps,
    handing_in,
    dossier_pages,
    desk,
    agreement_pages,
    case_feed,
    identity_pages,
    trust_pages,
    witness_pages,
    mapping_pages,
)
_TEMPLATES: Final = Path(__file__).parent / "templates"


def create_app(registry: Registry, settings: Settings) -> Flask:
    """Give the application over one installation; the query workers start with it."""
    app = Flask("server")
    app.request_class = WatchedRequest
    app.config["MAX_CONTENT_LENGTH"] = submissions.MOST_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = submissions.MOST_BYTES
    app.url_map.merge_slashes = False  # else a doubled slash redirects to whatever host the request names
    app.jinja_loader = ChoiceLoader([FileSystemLoader(_TEMPLATES), PackageLoader("registry", "templates")])
    app.jinja_options = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    library = Library(registry)
    pool = _pool(library, settings)
    app.extensions.update(
        kept_queries_share=kept_queries.share(),
        library=library,
        settings=settings,
        query_pool=pool,
        people=people_of(settings),
    )
    for module in _BLUEPRINTS:
        app.register_blueprint(module.blueprint)
    problems.install(app)
    response_headers.install(app)
    languages.install(app)
    versions.install(app)
    mirrored.install(app, mirrored_by(settings))
    entry_pages.install(app)
    access.install(app)
    filing.install(app, lru_cache(1)(partial(open_filing, settings)))
    drafts.install(app, lru_cache(1)(partial(open_drafts, settings)), _member)
    app.extensions.update(
        casework=OpenCases(settings),
        documents=lru_cache(1)(partial(open_documents, settings)),
        looks=lru_cache(1)(partial(open_looks, settings)),
    )
    fetch_limits = FetchLimits(most_bytes=submissions.MOST_BYTES)
    named_files.install(app, lru_cache(1)(partial(open_fetch, settings, fetch_limits)))
    trust_pages.install(app, lru_cache(1)(partial(open_harvests, settings)))
    witness_pages.install(app, settings)
    public_cases.install(app, texts=lru_cache(1)(partial(open_texts, settings)), clock=now)
    app.extensions["call_budget"] = Budget(settings.call_hourly, window=call_pages.HOUR, words=call_pages.SHARE)
    app.register_blueprint(standing_pages.spots)
    app.register_blueprint(renewals.blueprint)
    api.install(app, settings)
    reconciliation.install(app, settings)
    federated_queries.install(app, settings)
    app.register_blueprint(api_cases.blueprint)
    app.register_blueprint(api_evidence.blueprint)
    app.context_processor(_context)
    app.jinja_env.filters.update(
        address=lambda iri: local_address(str(iri)),
        end=lambda iri: str(iri).rsplit("/", 1)[-1],
        minute=lambda time: f"{time[:16].replace('T', ' ')} UTC",
    )
    most_bytes = settings.cache_megabytes * 1024 * 1024
    cache = ResponseCache(app.wsgi_app, partial(_current, library), most_bytes=most_bytes)
    app.extensions["response_cache"] = cache
    app.extensions["quick_answers"] = QuickAnswers(cache, library=library, pool=pool, settings=settings)
    app.wsgi_app = Forwarded(cache, settings.trusted_proxies)  # type: ignore[method-assign]  # the place Flask's documentation names for middleware
    _start(library, pool)
    return app


def _member() -> drafts.Member:
    """Give who asks for drafts: an officer, for the city of their account."""
    account = access.identity().account
    return drafts.Member(account.id, account.city or "")


def _pool(library: Library, settings: Settings) -> QueryPool:
    return QueryPool(
        size=settings.query_workers,
        seconds=settings.query_seconds,
        megabytes=settings.query_megabytes,
        budget=Budget(settings.query_budget),
        current=lambda: library.shelf().release.directory / "store",
    )


def _start(library: Library, pool: QueryPool) -> None:
    """Start the query workers ahead of the first question; without a release they start when there is one."""
    try:
        pool.start(library.shelf().release.directory / "store")
    except RegistryError as error:
        logging.getLogger(__name__).warning("no release yet: %s", error)


def _context() -> dict[str, object]:
    sections = (
        ("pages.cities", "Cities"),
        ("cases.index", "Cases"),
        ("linked_data.standard", "Standard"),
        ("pages.instruments", "Instruments"),
        ("pages.rights", "Rights"),
        ("pages.sdgs", "SDGs"),
        ("pages.networks", "Networks"),
        ("calls.index", "Public calls"),
        ("submissions.form", "Check a file"),
        ("sparql.endpoint", "SPARQL"),
        ("pages.about", "About"),
    )
    here = request.path
    answered = [(url_for(endpoint), words) for endpoint, words in sections if mirrored.is_answered(endpoint)]
    navigation = [(address, words, address == here) for address, words in answered]
    return {
        "navigation": navigation,
        "release_id": release_id(),
        **{name: g.get(name) for name in ("structured", "registration")},
    }


def _current(library: Library) -> str | None:
    try:
        return library.shelf().release.id
    except RegistryError:
        return None
