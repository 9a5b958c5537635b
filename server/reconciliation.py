"""The reconciliation service for OpenRefine and other clients: Reconciliation Service API 0.2.

One address answers what the service is, queries alone and in a batch, and data extension; others suggest and preview.
"""

from collections.abc import Iterable
from typing import Any, Final, TypeVar

from flask import Blueprint, Flask, Response, current_app, render_template, request, url_for

from registry import __version__
from registry.namespaces import HRC, ROOT
from registry.reconciliation import Candidate, Entity, Question, Value
from registry.settings import Settings
from server.access import client
from server.api import json_answer
from server.budget import Budget
from server.library import shelf
from server.links import root
from server.problems import Problem
from server.reconciliation_catalogue import Term, catalogue, description, properties, properties_of, types
from server.reconciliation_requests import (
    MOST_BYTES,
    MOST_CHARACTERS,
    Extension,
    read_batch,
    read_extension,
    read_single,
    read_types,
)

SHARE: Final = "What you asked of the reconciliation service took {spent:g} seconds of processor time within a minute"
_PAGE_SIZE: Final = 20
_PREVIEW: Final = (430, 260)
_FRAMED: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
)
_KNOWN: Final = ("queries", "query", "extend")
_SUGGESTED: Final = ("entity", "type", "property")

T = TypeVar("T")

blueprint = Blueprint("reconciliation", __name__, url_prefix="/reconcile")


def install(app: Flask, settings: Settings) -> None:
    """Add the service; each client may use as much processor time of it as of the query endpoint."""
    app.extensions["reconciliation_budget"] = Budget(settings.query_budget, words=SHARE)
    app.register_blueprint(blueprint)


@blueprint.route("", methods=["GET", "POST"])
def service() -> Response:
    """Answer queries or give values; without either, say what the service is (its manifest)."""
    request.max_content_length = MOST_BYTES
    asked = {name: value for name in _KNOWN if (value := request.values.get(name)) is not None}
    if len(asked) > 1:
        raise Problem("bad-request", f"Send one of {', '.join(_KNOWN)} at once.")
    if not asked:
        if request.method == "POST":
            raise Problem("bad-request", f"Send one of {', '.join(_KNOWN)} in a form.")
        return json_answer(_manifest())
    budget: Budget = current_app.extensions["reconciliation_budget"]
    budget.admit(client())
    with budget.timed(client()):
        return json_answer(_answered(*asked.popitem()))


@blueprint.get("/suggest/<what>")
def suggest(what: str) -> Response:
    """Complete what somebody types: an item (of the types that ``type`` names), a type or a property."""
    if what not in _SUGGESTED:
        raise Problem("not-found", f"What can be suggested is one of {', '.join(_SUGGESTED)}.")
    prefix = request.args.get("prefix", "")
    if not prefix.strip() or len(prefix) > MOST_CHARACTERS:
        raise Problem("bad-request", f"“prefix” must have 1 to {MOST_CHARACTERS} characters.")
    if what == "entity":
        kinds = read_types(request.args.get("type") or None, "type")
        found = list(catalogue(shelf()).beginning(prefix, kinds))
        return json_answer({"result": [_suggested(entity) for entity in _paged(found)]})
    wanted = prefix.casefold()
    terms = [
        one for one in (types() if what == "type" else properties()) if wanted in f"{one.id} {one.name}".casefold()
    ]
    return json_answer({"result": [_told(term) for term in _paged(terms)]})


@blueprint.get("/properties")
def proposed() -> Response:
    """Propose what can be asked of the items of a type."""
    kind = request.args.get("type") or None
    kinds = read_types(kind, "type")
    found = properties_of(next(iter(kinds), None))[: _number("limit", _PAGE_SIZE)]
    listed = [{"id": one.id, "name": one.name} for one in found]
    return json_answer({"properties": listed, **({"type": kind} if kind else {}), "limit": len(listed)})


@blueprint.get("/preview")
def preview() -> Response:
    """Show an item in a few lines, in a frame of whoever asks."""
    entity = catalogue(shelf()).find(request.args.get("id", ""))
    if entity is None:
        raise Problem("not-found", "The service has no item of this identifier.", lists=["/cities"])
    told = [
        (one.name, [value.names[0] for value in entity.values.get(one.id, ())]) for one in properties_of(entity.kind)
    ]
    kind = next(one.name for one in types() if one.id == entity.kind)
    page = render_template("reconciled.html", entity=entity, kind=kind, told=[line for line in told if line[1]])
    response = Response(page, mimetype="text/html")
    response.headers["Content-Security-Policy"] = _FRAMED
    return response


def _answered(name: str, text: str) -> dict[str, Any]:
    if name == "extend":
        return _extended(read_extension(text))
    if name == "query":
        return _result(read_single(text))
    return {key: _result(question) for key, question in read_batch(text).items()}


def _manifest() -> dict[str, Any]:
    here = root()
    width, height = _PREVIEW
    place = url_for("reconciliation.service")
    return {
        "versions": ["0.2"],
        "name": "Human Rights Cities Registry",
        "identifierSpace": ROOT,
        "schemaSpace": str(HRC),
        "documentation": here + url_for("pages.data", _anchor="reconcile"),
        "serviceVersion": __version__,
        "defaultTypes": [{"id": one.id, "name": one.name} for one in types()],
        "view": {"url": f"{here}/{{{{id}}}}"},
        "preview": {"url": f"{here}{place}/preview?id={{{{id}}}}", "width": width, "height": height},
        "suggest": {what: {"service_url": here, "service_path": f"{place}/suggest/{what}"} for what in _SUGGESTED},
        "extend": {
            "propose_properties": {"service_url": here, "service_path": f"{place}/properties"},
            "property_settings": [],
        },
    }


def _result(question: Question) -> dict[str, Any]:
    return {"result": [_candidate(each) for each in catalogue(shelf()).candidates(question)]}


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {
        **_named(candidate.entity),
        "type": [_type(candidate.entity)],
        "score": candidate.score,
        "match": candidate.is_certain,
        "features": [{"id": name, "value": value} for name, value in candidate.features.items()],
    }


def _suggested(entity: Entity) -> dict[str, Any]:
    return {**_named(entity), "notable": [_type(entity)]}


def _named(entity: Entity) -> dict[str, Any]:
    told = description(entity)
    return {"id": entity.id, "name": entity.name, **({"description": told} if told else {})}


def _type(entity: Entity) -> dict[str, str]:
    return next({"id": one.id, "name": one.name} for one in types() if one.id == entity.kind)


def _told(term: Term) -> dict[str, str]:
    return {"id": term.id, "name": term.name, "description": term.description}


def _extended(extension: Extension) -> dict[str, Any]:
    """Give values by item and property; of an item that is not known, none."""
    known = {one.id: one for one in properties()}
    rows: dict[str, dict[str, list[dict[str, str]]]] = {}
    for identifier in extension.ids:
        entity = catalogue(shelf()).find(identifier)
        values = {} if entity is None else entity.values
        rows[identifier] = {name: [_given(value) for value in values.get(name, ())] for name in extension.properties}
    return {"meta": [{"id": name, "name": known[name].name} for name in extension.properties], "rows": rows}


def _given(value: Value) -> dict[str, str]:
    match value.kind:
        case "item":
            return {"id": value.id, "name": value.names[0]}
        case "date":
            return {"date": f"{value.names[0][:10]}T00:00:00Z"}
        case _:
            return {"str": value.names[0]}


def _paged(found: Iterable[T]) -> list[T]:
    listed, start = list(found), _number("cursor", 0)
    return listed[start : start + _PAGE_SIZE]


def _number(name: str, usual: int) -> int:
    text = request.args.get(name, str(usual))
    if not (text.isascii() and text.isdecimal()) or len(text) > 6:
        raise Problem("bad-request", f"“{name}” must be a whole number.")
    return int(text)
