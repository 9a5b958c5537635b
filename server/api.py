"""The API for programs: the same entry as on the form, in JSON or as a file, for drafts of the token's city."""

import dataclasses
import json
from functools import lru_cache, partial
from typing import Any, Final

from flask import Blueprint, Flask, Response, current_app, render_template, request, url_for

from registry.confinement import examine_confined, opened_confined
from registry.entering import addressed
from registry.entry import write
from registry.entry_json import read_entry, told
from registry.entry_layout import entry_title
from registry.entry_versions import from_json, to_json
from registry.errors import DraftChanged
from registry.guard import TURTLE, WORKBOOK
from registry.model import Draft, Report
from registry.registry import Examination
from registry.rendering import render
from registry.repair_json import mending_json
from registry.settings import Settings
from registry.wiring import open_answers
from registry.workbook_reading import ReadBook
from server.api_description import describe
from server.api_requests import budget_of, changed, demanded_version, once, share
from server.drafts import asker, kept_drafts, opened
from server.entry_pages import Shown, attached, judged, plan, turtle
from server.installed import installation, settings
from server.named_files import RDF_TYPES, examination_of
from server.negotiation import choose
from server.problems import Problem
from server.renewals import renewed
from server.submissions import MOST_BYTES, day

JSON: Final = "application/json"
FORMS: Final = (JSON, TURTLE, WORKBOOK)
"""The forms that a draft is given in; it is taken in these and in the other forms of RDF."""

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
blueprint.before_request(share)
pages = Blueprint("api_pages", __name__)


def install(app: Flask, settings: Settings) -> None:
    """Add the API to an application that has drafts."""
    app.extensions.update(
        api_budget=budget_of(settings.api_requests), kept_answers=lru_cache(1)(partial(open_answers, settings))
    )
    app.register_blueprint(blueprint)
    app.register_blueprint(pages)


@blueprint.get("/openapi.json")
def description() -> Response:
    """Describe this API (OpenAPI 3.1), as the profile in force has it."""
    return json_answer(describe(current_app.url_map, plan(), settings().base))


@pages.get("/api")
def documentation() -> str:
    """Give the same for people."""
    described = describe(current_app.url_map, plan(), settings().base)
    return render_template("api.html", described=described, host=request.url_root)


@blueprint.post("/check")
def check() -> Response:
    """Judge an entry or a file, sent or named by its address; nothing is kept."""
    request.max_content_length = MOST_BYTES
    at, address = day(request.args.get("at")), request.args.get("address")
    if address is None and request.mimetype == JSON:
        return json_answer(_verdict(judged(read_entry(request.get_data(), plan()), at, is_explained=True)))
    examination = examination_of(address) if address is not None else _sent()
    report = examine_confined(settings(), dataclasses.replace(examination, at=at, is_explained=True))
    return json_answer(_verdict(Shown(report=report)))


@blueprint.get("/drafts")
def drafts() -> Response:
    """List the drafts of the city, the last changed first."""
    return json_answer({"drafts": [_outline(draft) for draft in kept_drafts().of_office(asker().office)]})


@blueprint.post("/drafts")
@once
def begin() -> Response:
    """Begin a draft from an entry or a file."""
    file, member = _file(), asker()
    title = entry_title(file.entry, plan())
    draft = kept_drafts().begin(to_json(file.entry), title=title, office=member.office, account=member.account)
    response = _told(draft, file, 201)
    response.headers["Location"] = url_for(".draft", identifier=draft.id)
    return response


@blueprint.post("/renewals")
@once
def renew() -> Response:
    """Begin a draft from what was last accepted of the city, and say what has run out since."""
    draft, renewal = renewed(day(request.args.get("at")))
    found = [{"requirement": each.requirement, "detail": each.sentence} for each in renewal.run_out]
    response = json_answer({**_outline(draft), "source": renewal.source, "on": renewal.on, "runOut": found}, 201)
    response.headers["Location"] = url_for(".draft", identifier=draft.id)
    response.set_etag(str(draft.version))
    return response


@blueprint.get("/drafts/<identifier>")
def draft(identifier: str) -> Response:
    """Give a draft as an entry, as Turtle or as a workbook."""
    found = opened(identifier)
    form = choose(request.headers.get("Accept"), FORMS)
    if form is None:
        raise Problem("not-acceptable", "A draft is given as one of the types listed.", available=list(FORMS))
    entry = from_json(found.text)
    if form == JSON:
        response = Response(found.text, content_type=JSON)
    elif form == TURTLE:
        response = Response(turtle(entry), content_type=f"{TURTLE}; charset=utf-8")
    else:
        response = attached(installation().workbook(entry), WORKBOOK, "submission.xlsx")
    response.set_etag(str(found.version))
    return response


@blueprint.put("/drafts/<identifier>")
def replace(identifier: str) -> Response:
    """Put an entry or a file in the place of the version that If-Match names."""
    version = demanded_version(opened(identifier).version)
    file = _file()
    title = entry_title(file.entry, plan())
    try:
        saved = kept_drafts().save(
            identifier, to_json(file.entry), title=title, account=asker().account, based_on=version
        )
    except DraftChanged as refusal:
        raise changed(refusal.version) from refusal
    return _told(saved, file, 200)


@blueprint.delete("/drafts/<identifier>")
def discard(identifier: str) -> Response:
    """Forget a draft with all its versions, when it stands at the version that If-Match names."""
    version = demanded_version(opened(identifier).version)
    try:
        kept_drafts().discard(identifier, based_on=version)
    except DraftChanged as refusal:
        raise changed(refusal.version) from refusal
    return Response(status=204)


@blueprint.post("/drafts/<identifier>/check")
def judge(identifier: str) -> Response:
    """Judge a draft as it stands: what is to be mended, else the verdict on every requirement."""
    found = opened(identifier)
    response = json_answer(_verdict(judged(from_json(found.text), day(request.args.get("at")), is_explained=True)))
    response.set_etag(str(found.version))
    return response


def _verdict(shown: Shown) -> dict[str, Any]:
    report = shown.report
    repair = None if shown.mending is None else mending_json(shown.mending)
    return {
        "errors": told(shown.faults),
        "repair": repair,
        "report": None if report is None else _report(report),
    }


def _report(report: Report) -> Any:
    return json.loads(render(report, installation().standard, "json", name=str(report.dossier.city)))


def _outline(draft: Draft) -> dict[str, Any]:
    place = url_for("api.draft", identifier=draft.id)
    page = url_for("drafts.show", identifier=draft.id)
    return {
        "id": draft.id,
        "address": place,
        "page": page,
        "title": draft.title,
        "version": draft.version,
        "changed": draft.changed_at,
    }


def _told(draft: Draft, file: ReadBook, status: int) -> Response:
    """Say what stands now, which answers cannot be written as they are, and which cells were not understood."""
    faults = write(addressed(file.entry, settings().base), plan()).faults
    cells = [{"cell": str(mark.cell), "detail": mark.sentence} for mark in file.marks]
    response = json_answer({**_outline(draft), "errors": told(faults), "notUnderstood": cells}, status)
    response.set_etag(str(draft.version))
    return response


def _file() -> ReadBook:
    """Read the body into an entry, whichever form it has."""
    request.max_content_length = MOST_BYTES
    if request.mimetype == JSON:
        return ReadBook(read_entry(request.get_data(), plan()), {}, ())
    return opened_confined(settings(), _sent())


def _sent() -> Examination:
    request.max_content_length = MOST_BYTES
    if request.mimetype not in RDF_TYPES:
        accepted = [JSON, *RDF_TYPES]
        raise Problem("unsupported-media-type", "Send an entry in JSON, RDF or a workbook.", accepted=accepted)
    return Examination(raw=request.get_data(), name=RDF_TYPES[request.mimetype], media_type=request.mimetype)


def json_answer(document: Any, status: int = 200) -> Response:
    """Give a document as an answer."""
    return Response(json.dumps(document, ensure_ascii=False, indent=1) + "\n", status, content_type=JSON)
