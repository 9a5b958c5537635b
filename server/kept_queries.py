"""Permanent links: a query is kept under a part of its hash when somebody asks for it, and answered at ``/q/…``."""

import os
from hashlib import sha256
from pathlib import Path
from typing import Final

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from registry.queries import QueryForm, examine_query
from registry.settings import Settings
from server.problems import Problem
from server.query_request import refuse_update

MOST_KEPT: Final = 10_000
"""How many queries an installation keeps."""

_CHARACTERS: Final = 16
"""How much of the hash is a name: 64 bits, so that ten thousand queries do not meet by chance."""

blueprint = Blueprint("kept_queries", __name__)


class KeptQueries:
    """A folder of query texts, each named by a part of the SHA-256 of itself."""

    def __init__(self, folder: Path, *, most: int = MOST_KEPT) -> None:
        """Keep up to ``most`` queries in a folder, which is made when the first one is kept."""
        self._folder = folder
        self._most = most

    def keep(self, query: str) -> str:
        """Keep a query and give its name; the same query has the same name. Raises Problem when there is no room."""
        text = _plain(query)
        name, raw = name_of(text), text.encode("utf-8")
        place = self._folder / f"{name}.rq"
        if place.exists():
            return name
        self._folder.mkdir(parents=True, exist_ok=True)
        if sum(1 for _ in self._folder.iterdir()) >= self._most:
            raise Problem("no-room", f"This installation keeps {self._most:,} queries and has no room for more.")
        draft = self._folder / f".{name}-{os.getpid()}"
        draft.write_bytes(raw)
        draft.replace(place)
        return name

    def find(self, name: str) -> str | None:
        """Give the query of a name; None when none is kept."""
        place = self._folder / f"{name}.rq"
        is_name = len(name) == _CHARACTERS and set(name) <= set("0123456789abcdef")
        return place.read_text(encoding="utf-8") if is_name and place.is_file() else None

    def name(self, query: str) -> str | None:
        """Give the name of a query that is kept; None for any other."""
        found = name_of(_plain(query))
        return found if (self._folder / f"{found}.rq").is_file() else None


def name_of(query: str) -> str:
    """Give the name that a query has."""
    return sha256(query.encode("utf-8")).hexdigest()[:_CHARACTERS]


def kept_queries() -> KeptQueries:
    """Give the folder of this installation."""
    settings: Settings = current_app.extensions["settings"]
    return KeptQueries(settings.home / "queries")


@blueprint.post("/q")
def keep() -> AnyResponse:
    """Keep the query of a form, and lead to its answer, which shows the link."""
    query, settings = request.form.get("query", ""), current_app.extensions["settings"]
    if examine_query(query, settings.query_limits) is QueryForm.UPDATE:
        raise refuse_update()
    kept_queries().keep(query)
    return redirect(url_for("sparql.endpoint", query=_plain(query), format="html"), 303)


@blueprint.get("/q/<name>")
def follow(name: str) -> AnyResponse:
    """Lead to the query of a permanent link, in the release of the day asked for; the form is the asker's."""
    query = kept_queries().find(name)
    if query is None:
        raise Problem("not-found", "No query is kept under this name.")
    chosen, day = request.args.get("format"), request.args.get("at")
    return redirect(url_for("sparql.endpoint", query=query, format=chosen, at=day), 303)


def _plain(query: str) -> str:
    """Give a query with one kind of line end and no white space around it."""
    return query.replace("\r\n", "\n").replace("\r", "\n").strip() + "\n"
