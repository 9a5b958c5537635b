"""Which cities of peers may be ours, and what was decided: as a page, as CSV, and the decisions as RDF (SSSOM)."""

from functools import lru_cache

from flask import Blueprint, Response, render_template
from rdflib import Graph

from registry.city_identity import DECIDED, Candidate, candidates, cities_of, decisions_of
from registry.city_identity_table import identity_csv, state_of
from registry.dossier import merge
from registry.namespaces import ROOT
from server.library import Shelf, shelf
from server.representations import present

_MOST_RELEASES = 2

blueprint = Blueprint("identity", __name__)


@blueprint.get("/identity")
def index() -> Response:
    """List what may be one city, with what it rests on and what was decided of it."""
    held = shelf()
    return present(
        ROOT + "identity",
        lambda: _decided(held),
        lambda: render_template("identity.html", candidates=[(one, state_of(one)) for one in _candidates(held)]),
    )


@blueprint.get("/identity.csv")
def table() -> Response:
    """Give the same list as CSV (RFC 4180)."""
    return Response(identity_csv(_candidates(shelf())), content_type="text/csv; charset=utf-8; header=present")


@lru_cache(_MOST_RELEASES)
def _candidates(held: Shelf) -> tuple[Candidate, ...]:
    ours, theirs = cities_of(held.names, held.whole)
    return candidates(ours.values(), theirs, decisions_of(held.names, held.whole))


def _decided(held: Shelf) -> Graph:
    return merge(held.whole(name) for name in held.names if name.startswith(DECIDED))
