"""Older releases of a page: which one is shown, the way to the current one, and the links that stay in it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import Flask, current_app, has_request_context, request, url_for

from registry.errors import RegistryError
from registry.model import Release
from server.library import Library, shelf
from server.problems import Problem
from server.signposts import Signpost

_CARRIED: Final = ("country",)
"""Arguments of a page that the way to the current release keeps."""


@dataclass(frozen=True, slots=True)
class Older:
    """An older release that is shown because its day was asked for, and where the current one shows the same."""

    asked: str
    release: Release
    current: str


def install(app: Flask) -> None:
    """Let every address that the application makes keep the day asked for, and tell pages that they are old."""
    app.url_defaults(_keep_day)
    app.context_processor(lambda: {"older": older()})
    app.jinja_env.globals["day_asked"] = day_asked


def day_asked() -> str | None:
    """Give the day of ``?at=``, when it is one; else None."""
    try:
        return date.fromisoformat(request.args["at"]).isoformat() if "at" in request.args else None
    except ValueError:
        return None


def older() -> Older | None:
    """Give the older release that this request asks for by a day; None when it reads the current one."""
    day = day_asked()
    if day is None or request.endpoint is None:
        return None
    library: Library = current_app.extensions["library"]
    try:
        release, current = shelf().release, library.shelf().release
    except (RegistryError, Problem):
        return None
    if release.id == current.id:
        return None
    carried = {name: request.args[name] for name in _CARRIED if name in request.args}
    address = url_for(request.endpoint, **{**(request.view_args or {}), **carried, "at": None})
    return Older(day, release, address)


def neighbours(iri: str) -> list[Signpost]:
    """Point at the same document in the release before and after, in the current one, and at all (RFC 5829)."""
    library: Library = current_app.extensions["library"]
    mine, here = shelf().release, request.base_url
    before = [release for release in library.kept() if release.day < mine.day]
    after = [release for release in library.kept() if release.day > mine.day]
    posts = [Signpost(url_for("releases.index", _external=True, at=None), "version-history")]
    if before and _is_told(library, before[-1], iri):
        posts.append(Signpost(f"{here}?at={before[-1].day.isoformat()}", "predecessor-version"))
    if after and _is_told(library, after[0], iri):
        posts.append(Signpost(f"{here}?at={after[0].day.isoformat()}", "successor-version"))
    return [*posts, Signpost(here, "latest-version")] if after else posts


def _is_told(library: Library, release: Release, iri: str) -> bool:
    """Say whether a release speaks of an item."""
    try:
        return len(library.shelf_of(release.id).header(iri)) > 0
    except RegistryError:
        return False


def _keep_day(endpoint: str, values: dict[str, object]) -> None:
    if has_request_context() and endpoint != "static" and "release" not in values:
        day = day_asked()
        if day is not None:
            values.setdefault("at", day)
