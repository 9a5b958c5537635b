"""Permanent links: a query is kept under a part of its hash when somebody asks for it, and answered at ``/q/…``.

Nobody can fill the folder up: one client has so many new links a day, and where there is no room, the oldest link that
nobody has ever followed goes. A link that was followed once stays.
"""

import os
from hashlib import sha256
from pathlib import Path
from typing import Final

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from registry.queries import QueryForm
from server.access import client
from server.budget import Budget
from server.federated_queries import federation
from server.installed import settings
from server.problems import Problem
from server.query_request import refuse_update

MOST_KEPT: Final = 10_000
"""How many queries an installation keeps."""

MOST_A_DAY: Final = 100
"""How many new links one client may have made in a day."""
_DAY_SECONDS: Final = 86_400.0
_WORDS: Final = "You had {spent:g} permanent links made within a day, which is all one client may have"

_CHARACTERS: Final = 16
"""How much of the hash is a name: 64 bits, so that ten thousand queries do not meet by chance."""
_FOLLOWED: Final = ".followed"
"""How the empty file ends that says of a query that its link was followed."""

blueprint = Blueprint("kept_queries", __name__)


class KeptQueries:
    """A folder of query texts, each named by a part of the SHA-256 of itself."""

    def __init__(self, folder: Path, *, most: int = MOST_KEPT) -> None:
        """Keep up to ``most`` queries in a folder, which is made when the first one is kept."""
        self._folder = folder
        self._most = most

    def keep(self, query: str) -> str:
        """Keep a query and give its name; the same query has the same name.

        Where there is no room, the oldest one that nobody has followed makes room. Raises Problem when all were.
        """
        text = _plain(query)
        name, raw = name_of(text), text.encode("utf-8")
        place = self._folder / f"{name}.rq"
        if place.exists():
            return name
        self._folder.mkdir(parents=True, exist_ok=True)
        self._make_room()
        draft = self._folder / f".{name}-{os.getpid()}"
        draft.write_bytes(raw)
        draft.replace(place)
        return name

    def find(self, name: str) -> str | None:
        """Give the query of a name; None when none is kept."""
        place = self._folder / f"{name}.rq"
        is_name = len(name) == _CHARACTERS and set(name) <= set("0123456789abcdef")
        return place.read_text(encoding="utf-8") if is_name and place.is_file() else None

    def follow(self, name: str) -> str | None:
        """Give the query of a name to somebody who follows its link, and keep it from now on whatever comes."""
        query = self.find(name)
        if query is not None:
            (self._folder / f"{name}{_FOLLOWED}").touch()
        return query

    def _make_room(self) -> None:
        kept = [path for path in self._folder.iterdir() if path.suffix == ".rq"]
        if len(kept) < self._most:
            return
        unused = [path for path in kept if not path.with_suffix(_FOLLOWED).exists()]
        if not unused:
            message = f"This installation keeps {self._most:,} queries, all of them in use, and has no room for more."
            raise Problem("no-room", message)
        min(unused, key=lambda path: path.stat().st_mtime_ns).unlink(missing_ok=True)

    def name(self, query: str) -> str | None:
        """Give the name of a query that is kept; None for any other."""
        found = name_of(_plain(query))
        return found if (self._folder / f"{found}.rq").is_file() else None


def name_of(query: str) -> str:
    """Give the name that a query has."""
    return sha256(query.encode("utf-8")).hexdigest()[:_CHARACTERS]


def share() -> Budget:
    """Give what counts the new links of each client."""
    return Budget(MOST_A_DAY, words=_WORDS, window=_DAY_SECONDS)


def kept_queries() -> KeptQueries:
    """Give the folder of this installation."""
    return KeptQueries(settings().home / "queries")


@blueprint.post("/q")
def keep() -> AnyResponse:
    """Keep the query of a form, and lead to its answer, which shows the link."""
    query = request.form.get("query", "")
    if federation().read(query, settings().query_limits).form is QueryForm.UPDATE:
        raise refuse_update()
    kept = kept_queries()
    if kept.name(query) is None:
        budget: Budget = current_app.extensions["kept_queries_share"]
        budget.admit(client())
        kept.keep(query)
        budget.charge(client(), 1)
    return redirect(url_for("sparql.endpoint", query=_plain(query), format="html"), 303)


@blueprint.get("/q/<name>")
def follow(name: str) -> AnyResponse:
    """Lead to the query of a permanent link, in the release of the day asked for; the form is the asker's."""
    query = kept_queries().follow(name)
    if query is None:
        raise Problem("not-found", "No query is kept under this name.")
    chosen, day = request.args.get("format"), request.args.get("at")
    return redirect(url_for("sparql.endpoint", query=query, format=chosen, at=day), 303)


def _plain(query: str) -> str:
    """Give a query with one kind of line end and no white space around it."""
    return query.replace("\r\n", "\n").replace("\r", "\n").strip() + "\n"
