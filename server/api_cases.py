"""Cases for programs: what a draft becomes when it is handed in, and how the cases of a city stand."""

from typing import Any

from flask import Blueprint, Response, url_for

from registry import receipt as receipts
from registry.accounts import actor_of
from registry.case_wiring import handing_in
from registry.cases import Case
from registry.entering import addressed, all_faults
from registry.entry import Fault, write
from registry.entry_json import told
from registry.entry_versions import from_json
from registry.errors import SubmissionError, UnknownCase
from registry.positions import CASE
from registry.time_limits import last_day
from registry.visibility import may_see
from server.access import identity
from server.api import json_answer
from server.api_requests import demanded_version, once, share
from server.drafts import opened
from server.entry_pages import plan, turtle
from server.installed import settings
from server.problems import Problem
from server.public_cases import casework, documents, process, slug_of

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
    taking = handing_in(settings(), casework(), documents())
    try:
        given = taking(turtle(entry), actor_of(identity().account))
    except SubmissionError as refusal:
        raise _to_mend(all_faults(written, refusal, plan())) from refusal
    found = _outline(casework().case(given[-1].event.envelope.case))
    kept = [receipts.write(each).decode() for each in given]
    response = json_answer({**found, "receipts": kept}, 201)
    response.headers["Location"] = found["address"]
    return response


@blueprint.get("/cases")
def cases() -> Response:
    """List the cases that this account may see, the oldest first."""
    actor = actor_of(identity().account)
    return json_answer({"cases": [_outline(case) for case in casework().cases() if may_see(process(), case, actor)]})


@blueprint.get("/cases/<name>")
def case(name: str) -> Response:
    """Give one case with its states and what this account may do now; one it may not see is not there."""
    actor, found = actor_of(identity().account), casework().case(CASE + name)
    if not may_see(process(), found, actor):
        raise UnknownCase(f"There is no case “{found.name}”; look at the list of cases.")
    stays = [
        {"state": stay.state, "since": stay.since.isoformat(), "until": stay.until.isoformat() if stay.until else None}
        for stay in found.stays
    ]
    steps = [
        {"name": offer.step.slug, "label": offer.step.label}
        for offer in casework().offers(found, actor)
        if offer.step.is_awaited and not offer.refusal
    ]
    return json_answer({**_outline(found), "stays": stays, "steps": steps})


def _outline(found: Case) -> dict[str, Any]:
    last, name = last_day(process(), found), slug_of(found)
    return {
        "name": name,
        "address": url_for("api_cases.case", name=name),
        "kind": found.kind,
        "city": found.city,
        "state": found.state,
        "label": process().states[found.state].label,
        "since": found.stays[-1].since.isoformat(),
        "lastDay": last.isoformat() if last else None,
    }


def _to_mend(faults: tuple[Fault, ...]) -> Problem:
    return Problem("entry-faults", "The draft has answers to mend before it can be handed in.", errors=told(faults))
