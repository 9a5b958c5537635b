"""A file of which only the address is named: fetched under guard and handed on like one that was sent."""

import threading
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app

from registry.fetch_ports import Fetch
from registry.guard import WORKBOOK
from registry.registry import Examination
from server.access import client
from server.budget import Budget
from server.problems import Problem

AT_ONCE: Final = 4
"""How many files are fetched at once: each takes a place among the pages that are worked out."""
SECONDS: Final = 60.0
"""How long one client may have fetching last in a minute."""

RDF_TYPES: Final = {
    "text/turtle": "submission.ttl",
    "application/n-triples": "submission.nt",
    "application/ld+json": "submission.jsonld",
    "application/n-quads": "submission.nq",
    "application/trig": "submission.trig",
    WORKBOOK: "submission.xlsx",
}
"""Media types a file may be sent as the whole body in, with the name it then has."""
_PLAIN: Final = ("text/plain", "application/json", "application/octet-stream", "binary/octet-stream", "")
"""What servers say that do not know better; then the ending of the address tells what the file is."""


def install(app: Flask, fetch: Callable[[], Fetch]) -> None:
    """Add fetching to an application."""
    words = "Fetching for you took {spent:g} seconds within a minute, which is all one client may have"
    app.extensions.update(
        fetch=fetch, fetch_places=threading.BoundedSemaphore(AT_ONCE), fetch_budget=Budget(SECONDS, words=words)
    )


def examination_of(address: str) -> Examination:
    """Fetch the file at an address; raise FetchError for what could not be had, a Problem for what is no file."""
    budget: Budget = current_app.extensions["fetch_budget"]
    places: threading.BoundedSemaphore = current_app.extensions["fetch_places"]
    fetch: Fetch = current_app.extensions["fetch"]()
    budget.admit(client())
    if not places.acquire(blocking=False):
        raise Problem("queue-full", "Other files are being fetched at the moment; try again in a few seconds.")
    try:
        with budget.timed(client()):
            found = fetch(address.strip(), media_types=(*RDF_TYPES, *_PLAIN))
    finally:
        places.release()
    if not found.is_ok:
        raise Problem(
            "address-without-file", f"{found.final} answers with status {found.status}; look whether the file is there."
        )
    name = unquote(urlsplit(found.final).path).rsplit("/", 1)[-1][:100]
    if found.media_type in _PLAIN:
        return Examination(raw=found.body, name=name or "submission.ttl")
    return Examination(raw=found.body, name=name or RDF_TYPES[found.media_type], media_type=found.media_type)
