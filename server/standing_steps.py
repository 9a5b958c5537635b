"""Changing where a city stands without a case: its yearly report, a spot check, giving the level up; by form."""

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from registry.call_wiring import find_personal_data
from registry.case_errors import ReasonMissing
from registry.cases import Command
from registry.envelope import REASON
from registry.errors import LedgerConflict, RegistryError
from registry.kept_texts import PersonalMark
from registry.positions import STANDING
from registry.process import Transition
from registry.standing_changes import possible
from registry.standings import Standing
from server import access
from server.case_access import actor
from server.filing import filing
from server.problems import KINDS, Problem, problem_of
from server.public_cases import casework, countries, name_of, process
from server.submissions import sent_file

REPORT: Final = "report"
"""The role under which the act names the report, and the field of the form that holds it."""
_ENCLOSED: Final = "report-enclosed"
"""The condition of the law on which a step asks for a file."""

blueprint = Blueprint("standing_steps", __name__, url_prefix="/desk/standings")


@blueprint.get("/<slug>/<command>")
def form(slug: str, command: str) -> AnyResponse:
    """Give the form of a step that is open to whoever asks."""
    standing = _standing(slug)
    return _page(standing, _step(standing, command), read=casework().version(standing.name) or "")


@blueprint.post("/<slug>/<command>")
def act(slug: str, command: str) -> AnyResponse:
    """Take a step, upon the standing that its form was made from; a reason that tells of people is shown before."""
    standing = _standing(slug)
    step, read = _step(standing, command), request.form.get("read", "")
    reason = request.form.get("reason", "").replace("\r\n", "\n").strip()
    marks = _marks(standing, reason) if request.form.get("do") != "insist" else ()
    if marks:
        return _page(standing, step, read=read, marks=marks)
    try:
        if read != casework().version(standing.name):
            raise LedgerConflict(f"Somebody else has changed {standing.name} since you read it; look, then decide.")
        if reason and REASON.fullmatch(reason) is None:
            raise ReasonMissing("The reason is longer than 4,096 characters or holds control characters; shorten it.")
        order = Command(name=step.command, reason=reason, hashes=_hashes(standing, step))
        casework().change(standing.city, order, actor())
    except RegistryError as error:
        return _page(standing, step, read=casework().version(standing.name) or "", problem=problem_of(error))
    return redirect(url_for("standings.show", slug=slug, _anchor="changes"), 303)


def _standing(slug: str) -> Standing:
    found = casework().standing_named(STANDING + slug)
    if found is None:
        raise Problem("not-found", "There is no city of this name whose standing can change.", lists=["/standings"])
    return found


def _step(standing: Standing, command: str) -> Transition:
    """Give the step under a command that is open to whoever asks; raise Problem for any other."""
    open_to_them = possible(process(), standing, actor(), casework().now())
    step = next((step for step in open_to_them if step.command == command), None)
    if step is None:
        words = ", ".join(each.label.lower() for each in open_to_them) or "nothing"
        raise Problem("illegal-transition", f"This step is not open to you now; open is: {words}.")
    return step


def _hashes(standing: Standing, step: Transition) -> dict[str, str]:
    """Keep the file that a step asks for, and give its SHA-256; nothing where none was sent."""
    raw, name = sent_file(REPORT) if _ENCLOSED in step.conditions else (None, "")
    if raw is None:
        return {}
    return {REPORT: filing().take(raw, name, city=standing.city, account=access.identity().account.id).sha256}


def _marks(standing: Standing, reason: str) -> Sequence[PersonalMark]:
    latest = next((case for case in reversed(casework().cases()) if case.city == standing.city), None)
    return find_personal_data(reason, countries(latest) if latest is not None else frozenset())


def _page(
    standing: Standing,
    step: Transition,
    *,
    read: str,
    problem: Problem | None = None,
    marks: Sequence[PersonalMark] = (),
) -> AnyResponse:
    page = render_template(
        "standing_step.html",
        slug=standing.name.removeprefix(STANDING),
        city=name_of(standing.city),
        label=process().standings.get(standing.state, standing.state),
        step=step,
        takes_file=_ENCLOSED in step.conditions,
        typed=request.form.get("reason", ""),
        read=read,
        problem=problem,
        marks=marks,
    )
    status = KINDS[problem.code].status if problem else 422 if marks else 200
    return AnyResponse(page, status, mimetype="text/html")
