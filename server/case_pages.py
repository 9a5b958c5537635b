"""Cases on pages: the list, one case as far as its reader may see it, the submission, and receipts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from registry.cases import Act, Case
from registry.contributions import is_called
from registry.guard import TURTLE
from registry.positions import CASE
from registry.process import CLOCK, PUBLIC
from registry.receipt import write as write_receipt
from registry.rendering import OUTCOME_WORDS
from registry.review_table import Row, review_table
from registry.time_limits import is_over, last_day
from registry.visibility import contributions_shown, has_part, may_see, seats_shown, submission_shown
from server import access, case_changes, unfiled_findings
from server.case_access import actor, evidence, machine, number, seen, submission
from server.case_looks import since_last_look
from server.entry_pages import attached
from server.problems import Problem
from server.public_cases import casework, city_name, process, slug_of, standard, words_of

CHECK: Final = "conflicts-checked"

blueprint = Blueprint("cases", __name__, url_prefix="/cases")


@dataclass(frozen=True, slots=True)
class Listed:
    """One case in a list."""

    name: str
    city: str
    kind: str
    state: str
    since: date
    last_day: date | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One act as its readers see it: by which office, never by whom; ``is_mine`` says whether the reader acted.

    ``text`` went with it; empty where none did, and None when it was erased.
    """

    act: Act
    label: str
    office: str
    reason: str
    text: str | None
    is_mine: bool


@blueprint.get("")
def index() -> str:
    """List the cases that everybody may know of, and those of whoever asks."""
    reader, at = actor(), casework().now()
    known = [case for case in casework().cases() if may_see(process(), case, reader)]
    return render_template("cases.html", cases=[listed(case, at) for case in reversed(known)])


@blueprint.get("/<name>")
def show(name: str) -> str:
    """Show one case."""
    case, reader = seen(name), actor()
    belongs = has_part(case, reader)
    offers = [offer for offer in casework().offers(case, reader) if PUBLIC not in offer.step.roles] if belongs else []
    seats = seats_shown(process(), case, reader)
    return render_template(
        "case.html",
        **heading(case),
        belongs=belongs,
        open_steps=[offer.step for offer in offers if not offer.refusal],
        shut_steps=[offer for offer in offers if offer.refusal],
        has_changes=len(case_changes.versions(case)) > 1,
        since=since_last_look(case, without=CHECK) if belongs else None,
        labels={slug: step.label for slug, step in process().case_steps.items()},
        half=unfiled_findings.kept(case) if belongs else None,
        rows=rows_of(case) if belongs else (),
        seats=seats,
        evidence=evidence(case) if belongs else {},
        contributions=contributions_shown(case, reader),
        has_submission=submission_shown(process(), case, reader) and submission(case) is not None,
        steps=[_step(case, act) for act in case.acts if act.kind != CHECK],
        receipt=number(request.args.get("receipt", "")),
        call_is_open=is_called(process(), case),
    )


@blueprint.get("/<name>/submission.ttl")
def handed_in(name: str) -> Response:
    """Give the submission as it was last handed in."""
    case = seen(name)
    raw = submission(case) if submission_shown(process(), case, actor()) else None
    if raw is None:
        raise Problem("not-found", "This case has no submission that you may read.", lists=["/cases"])
    return attached(raw, TURTLE + "; charset=utf-8", f"{name}.ttl")


@blueprint.get("/<name>/receipts/<serial>")
def receipt(name: str, serial: str) -> AnyResponse:
    """Give the receipt for one's own act, as a file that can be checked without this registry."""
    seen(name)
    found = casework().receipt(CASE + name, number(serial), access.identity().account.id)
    return attached(write_receipt(found), "application/json", f"{name}-{serial}-receipt.json")


def listed(case: Case, at: datetime | None = None) -> Listed:
    """Give a case as a line of a list, as it stands at a time; without one, at the time of its next act."""
    return Listed(
        name=slug_of(case),
        city=city_name(case),
        kind=process().kinds[case.kind],
        state=process().states[case.state].label,
        since=case.stays[-1].since.date(),
        last_day=last_day(process(), case),
        is_overdue=is_over(process(), case, at or casework().now(case)),
    )


def heading(case: Case) -> dict[str, object]:
    """Give what stands at the head of every page about a case."""
    return {
        "case": case,
        "listed": listed(case),
        "state": process().states[case.state],
        "outcome_words": OUTCOME_WORDS,
        "levels": {str(level.iri): level.label for level in standard().levels},
    }


def rows_of(case: Case) -> tuple[Row, ...]:
    """Give the table of requirements as far as whoever asks may see it."""
    return review_table(case, standard(), machine(case), seats_shown(process(), case, actor()))


def _step(case: Case, act: Act) -> Step:
    step, account = process().case_steps[act.rule], actor().account
    said = "" if act.reason == step.definition or act.office in (CLOCK, PUBLIC) else act.reason
    is_shown = (act.office not in (CLOCK, PUBLIC) or act.number == 1) and "text" in act.hashes
    text = words_of(act.hashes["text"]) if is_shown and (has_part(case, actor()) or case.rulings) else ""
    return Step(
        act=act,
        label=step.label,
        office=process().roles[act.office].label,
        reason=said,
        text=text,
        is_mine=account is not None and act.account == account,
    )
