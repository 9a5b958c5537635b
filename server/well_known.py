"""What machines look for at fixed addresses: robots.txt, the sitemap, security.txt, and whether the server is well."""

from datetime import timedelta

from flask import Blueprint, Response, current_app, jsonify, render_template, url_for

from registry.settings import Settings
from server.library import shelf
from server.links import local_address
from server.problems import Problem

_VALID: int = 365
"""Days from a release on for which security.txt may be relied on (RFC 9116, section 2.5.5)."""

_PAGES = ("pages.home", "pages.cities", "linked_data.standard", "pages.instruments", "pages.rights", "pages.sdgs")

blueprint = Blueprint("well_known", __name__)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Tell crawlers where the sitemap is, and to leave queries alone (RFC 9309)."""
    return Response(render_template("robots.txt"), mimetype="text/plain")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """List every page with the day of the release that it shows (sitemaps.org 0.9)."""
    held = shelf()
    addresses = [url_for(page, _external=True) for page in _PAGES]
    for iri in held.documents:
        path = local_address(iri)
        if path is not None:
            addresses.append(url_for("pages.home", _external=True).rstrip("/") + path)
    page = render_template("sitemap.xml", addresses=list(dict.fromkeys(addresses)), day=held.release.day)
    return Response(page, mimetype="application/xml")


@blueprint.get("/.well-known/security.txt")
def security() -> Response:
    """Say whom to tell of a weakness (RFC 9116); there is nothing to say while no contact is set."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.contact:
        raise Problem("not-found", "This installation has named no contact yet (HRCR_CONTACT).")
    expires = shelf().release.day + timedelta(days=_VALID)
    page = render_template("security.txt", contact=settings.contact, expires=expires)
    return Response(page, mimetype="text/plain")


@blueprint.get("/health")
def health() -> Response:
    """Say that the server answers, and from which release; without one it is a problem (503)."""
    answer = jsonify(status="ok", release=shelf().release.id)
    answer.headers["Cache-Control"] = "no-store"
    return answer
