"""The check: a file that is pasted, uploaded or named is judged as ``hrcr validate`` would; nothing is kept."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from flask import Blueprint, Response, render_template, request

from registry.confinement import annotate_confined, examine_confined
from registry.errors import SheetFault, SubmissionError
from registry.fetch_errors import FetchError
from registry.guard import WORKBOOK
from registry.mending import Mending
from registry.model import Report
from registry.registry import Examination
from registry.rendering import OUTCOME_WORDS, render
from registry.report import view
from server.installed import installation, settings
from server.named_files import RDF_TYPES, examination_of
from server.negotiation import choose
from server.problems import KINDS, Problem, problem_of

MOST_BYTES: Final = 2 * 1024 * 1024
"""The largest request, both files together."""

FORMS: Final = {"text/html": "html", "text/turtle": "turtle", "application/json": "json", "text/plain": "text"}
"""The forms of a report; a workbook with faults in its cells is given back by its own media type as well."""
blueprint = Blueprint("submissions", __name__)


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a check: a report, or a problem and what mends the file where that was found."""

    report: Report | None = None
    problem: Problem | None = None
    mending: Mending | None = None


@blueprint.get("/check")
def form() -> str:
    """Give the form."""
    return render_template("check.html", checked=None, pasted="", address="", at="")


@blueprint.post("/check")
def check() -> Response:
    """Judge a file and give the report in the form asked for."""
    request.max_content_length = MOST_BYTES
    media_type = choose(request.headers.get("Accept"), (*FORMS, WORKBOOK))
    if media_type is None:
        raise Problem("not-acceptable", "A report is given as one of the types listed.", available=list(FORMS))
    try:
        examination = _examination()
    except (FetchError, Problem) as error:
        if media_type != "text/html":
            raise
        return _page(Checked(problem=error if isinstance(error, Problem) else problem_of(error)))
    try:
        report = examine_confined(settings(), replace(examination, is_explained=True))
    except SubmissionError as error:
        if isinstance(error, SheetFault) and (media_type == WORKBOOK or request.form.get("do") == "annotate"):
            return _annotated(examination, error)
        if media_type != "text/html":
            raise
        return _page(Checked(problem=problem_of(error), mending=error.mending))
    if media_type == "text/html":
        return _page(Checked(report=report))
    if media_type == WORKBOOK:
        raise Problem("not-acceptable", "A workbook is given back when it has cells to mend.", available=list(FORMS))
    text = render(report, installation().standard, FORMS[media_type], name=examination.name)
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return Response(text, content_type=media_type + charset)


def _annotated(examination: Examination, fault: SheetFault) -> Response:
    """Give the workbook back with the faults in its cells."""
    response = Response(annotate_confined(settings(), examination.raw, fault), content_type=WORKBOOK)
    name = examination.name.rsplit(".", 1)[0].encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-to-mend.xlsx"'
    return response


def _page(checked: Checked) -> Response:
    standard = installation().standard
    page = render_template(
        "check.html",
        checked=checked,
        view=view(checked.report, standard) if checked.report else None,
        outcome_words=OUTCOME_WORDS,
        notations={criterion.iri: criterion.notation for criterion in standard.criteria},
        pasted=request.form.get("text", ""),
        address=request.form.get("address", ""),
        at=request.form.get("at", ""),
    )
    return Response(page, KINDS[checked.problem.code].status if checked.problem else 200, mimetype="text/html")


def _examination() -> Examination:
    if request.mimetype in RDF_TYPES:
        raw = request.get_data(cache=False)
        return Examination(
            raw=raw, name=RDF_TYPES[request.mimetype], media_type=request.mimetype, at=day(request.args.get("at"))
        )
    if request.mimetype not in ("multipart/form-data", "application/x-www-form-urlencoded"):
        raise Problem("unsupported-media-type", "Send a form, or the file as the body.", accepted=list(RDF_TYPES))
    at, (sent, name) = day(request.form.get("at")), sent_file("file")
    pasted, address = request.form.get("text", ""), request.form.get("address", "").strip()
    if sent is None and not pasted.strip() and address:
        return replace(examination_of(address), at=at)
    if sent is None and not pasted.strip():
        raise Problem("bad-request", "Nothing was sent: choose a file, name its address or paste its text.")
    held, held_name = sent_file("held")
    return Examination(
        raw=pasted.encode() if sent is None else sent,
        name=request.form.get("kind", "submission.ttl") if sent is None else name,
        held=held,
        held_name=held_name or "held.ttl",
        at=at,
    )


def sent_file(field: str) -> tuple[bytes | None, str]:
    """Give the bytes and the bare name of an uploaded file; None where none was chosen."""
    sent = request.files.get(field)
    if sent is None or not sent.filename:
        return None, ""
    return sent.read(), bare_name(sent.filename)


def bare_name(name: str) -> str:
    """Give the name of a file without folders, at most 100 characters of it."""
    return name.replace("\\", "/").rsplit("/", 1)[-1][:100]


def day(text: str | None) -> date | None:
    """Read a day as YYYY-MM-DD; raise a Problem for what is none."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise Problem("bad-request", "The day is not written as a date, for example 2026-06-30.") from fault
