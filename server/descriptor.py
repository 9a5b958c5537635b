"""The registry described for other registries, in one file: who it is, what there is to take, and how it is checked."""

from flask import Blueprint, Response, render_template
from rdflib import Graph

from registry.descriptor import DESCRIPTOR, descriptor
from registry.dumps import PUBLIC_KEY
from server.installed import installation, settings
from server.library import Shelf, shelf
from server.representations import present

blueprint = Blueprint("descriptor", __name__)


@blueprint.get("/federation")
def show() -> Response:
    """Give the descriptor, to people with the three ways to take the data."""
    held = shelf()
    return present(str(DESCRIPTOR), lambda: _graph(held), lambda: _page(held))


def _graph(held: Shelf) -> Graph:
    return descriptor(
        held.release,
        held.manifest,
        held.triples("schemes"),
        installation().artefacts.described.words,
        contact=settings().contact,
        key=_key(held),
    )


def _key(held: Shelf) -> str:
    """Give the public half of the key that signed a release as PEM; empty for one that is not signed."""
    place = held.release.directory / PUBLIC_KEY
    return place.read_text(encoding="ascii") if place.is_file() else ""


def _page(held: Shelf) -> str:
    return render_template("descriptor.html", release=held.release, contact=settings().contact, key=_key(held))
