"""Cases for programs: what a draft becomes when it is handed in, and how the cases of a city stand."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from flask import Blueprint, Response, current_app, url_for

from registry import receipt as receipts
from registry.accounts import actor_of
from registry.case_wiring import handing_in
from registry.cases import Case
from registry.casework import Casework
from registry.entering import addressed, all_faults
from registry.entry import Fault, write
from registry.entry_json import told
from registry.entry_versions import from_json
from registry.errors import SubmissionError, UnknownCase
from registry.ports import Documents
from registry.visibility import may_see
from server.access import identity
from server.api import json_answer
from server.api_requests import demanded_version, once, share
from server.drafts import opened
from server.entry_pages import installation, plan, settings, turtle
from server.problems import Problem

PREFIX: Final = "case/"

blueprint = Blueprint("api_cases", __name__, url_prefix="/api/v1")
blueprint.before_request(share)


@blueprint.post("/drafts/<identifier>/submission")
@once
def hand_in(identifier: str) -> Response:
    """Hand a draft in, as it stands at the version that If-Match names: it is judged, kept, and becomes a case."""
    draft = opened(identifier)
    demanded_version(draft.version)
    entry = from_json(draft.text)
    written = write(addressed(entry, settings().base), plan())
    if written.faults:
        raise _to_mend(written.faults)
    documents: Callable[[], Documents] = current_app.extensions["documents"]
    taking = handing_in(settings(), _casework(), documents())
    try:
        given = taking(turtle(entry), actor_of(identity().account))
    except SubmissionError as refusal:
        raise _to_mend(all_faults(written, refusal, plan())) from refusal
    found = _outline(_casework().case(given[-1].event.envelope.case), {})
    kept = [receipts.write(each).decode() for each in given]
    response = json_answer({**found, "receipts": kept}, 201)
    response.headers["Location"] = found["address"]
    return response


@blueprint.get("/cases")
def cases() -> Response:
    """List the cases that this account may see, the oldest first."""
    casework, actor = _casework(), actor_of(identity().account)
    days = _last_days(casework)
    process = installation().artefacts.process
    found = [_outline(case, days) for case in casework.cases() if may_see(process, case, actor)]
    return json_answer({"cases": found})


@blueprint.get("/cases/<name>")
def case(name: str) -> Response:
    """Give one case with its states and what this account may do now; one it may not see is not there."""
    casework, actor = _casework(), actor_of(identity().account)
    found = casework.case(f"{PREFIX}{name}")
    process = installation().artefacts.process
    if not may_see(process, found, actor):
        raise UnknownCase(f"There is no case “{found.name}”; look at the list of cases.")
    steps = [offer.step for offer in casework.offers(found, actor) if not offer.refusal and offer.step.is_awaited]
    stays = [
        {"state": stay.state, "since": stay.since.isoformat(), "until": stay.until.isoformat() if stay.until else None}
        for stay in found.stays
    ]
    more = {"stays": stays, "steps": [{"name": step.slug, "label": step.label} for step in steps]}
    return json_answer({**_outline(found, _last_days(casework)), **more})


def _outline(found: Case, days: dict[str, date]) -> dict[str, Any]:
    last, name = days.get(found.name), found.name.removeprefix(PREFIX)
    return {
        "name": name,
        "address": url_for("api_cases.case", name=name),
        "kind": found.kind,
        "city": found.city,
        "state": found.state,
        "label": installation().artefacts.process.states[found.state].label,
        "since": found.stays[-1].since.isoformat(),
        "lastDay": last.isoformat() if last else None,
    }


def _last_days(casework: Casework) -> dict[str, date]:
    return {found.name: found.last_day for found in casework.deadlines()}


def _to_mend(faults: tuple[Fault, ...]) -> Problem:
    return Problem("entry-faults", "The draft has answers to mend before it can be handed in.", errors=told(faults))


def _casework() -> Casework:
    opened_casework: Callable[[], Casework] = current_app.extensions["casework"]
    return opened_casework()
