"""Handing a draft in: what the machine says of it, what will be recorded, and the act."""

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from registry.case_errors import CaseError
from registry.case_wiring import handing_in
from registry.entering import addressed
from registry.entry import write
from registry.entry_versions import from_json
from registry.errors import DraftChanged, SubmissionError
from registry.model import Draft
from registry.positions import CASE
from server.case_access import actor, number
from server.case_steps import own_act
from server.drafts import opened
from server.entry_pages import Shown, judged, plan, turtle, verdict_of
from server.installed import settings
from server.problems import KINDS, Problem, problem_of
from server.public_cases import casework, documents

VERSION: Final = "version"

blueprint = Blueprint("handing_in", __name__, url_prefix="/drafts")


@blueprint.get("/<identifier>/hand-in")
def form(identifier: str) -> AnyResponse:
    """Show how the saved draft stands, and ask whether it shall be handed in."""
    draft = opened(identifier)
    return _page(draft, judged(from_json(draft.text), is_explained=True))


@blueprint.post("/<identifier>/hand-in")
def hand_in(identifier: str) -> AnyResponse:
    """Hand the draft in as it was shown; where it was saved since, show it again."""
    draft = opened(identifier)
    entry = from_json(draft.text)
    if draft.version != number(request.form.get(VERSION, "")):
        error = DraftChanged("The draft was saved since you looked; look at it again.", version=draft.version)
        return _page(draft, judged(entry), problem_of(error))
    if write(addressed(entry, settings().base), plan()).faults:
        return _page(draft, judged(entry))
    take_in = handing_in(settings(), casework(), documents())
    try:
        receipts = take_in(turtle(entry), actor())
    except (CaseError, SubmissionError) as error:
        shown = judged(entry)
        return _page(draft, shown, None if shown.faults else problem_of(error))
    name = receipts[-1].event.envelope.case
    done = own_act(casework().case(name))
    return redirect(url_for("cases.show", name=name.removeprefix(CASE), receipt=done, _anchor="receipt"), 303)


def _page(draft: Draft, shown: Shown, problem: Problem | None = None) -> AnyResponse:
    page = render_template(
        "hand_in.html",
        draft=draft,
        faults=[fault.sentence for fault in shown.faults],
        problem=problem,
        **verdict_of(shown),
    )
    status = KINDS[problem.code].status if problem else 422 if shown.faults else 200
    return AnyResponse(page, status, mimetype="text/html")
