"""A serious concern about a city that holds a level: an organisation raises it without an account, and follows it."""

import base64
from collections.abc import Mapping, Sequence
from typing import Final

from flask import Blueprint, Response, current_app, render_template, request, url_for

from registry.case_errors import StepIncomplete
from registry.cases import ANYBODY, Act, Case, Command, Particulars
from registry.claims import Claim
from registry.command_form import address
from registry.contributions import TEXT, checked_words
from registry.errors import TooManyRequests
from registry.kept_texts import PersonalMark
from registry.positions import CASE, STANDING
from registry.process import CLOCK, NEW, PUBLIC, Transition
from registry.receipt import write as write_receipt
from registry.standings import Standing
from server import access
from server.budget import Budget
from server.call_pages import MOST_BYTES
from server.call_views import marks_in
from server.links import is_web
from server.problems import Problem
from server.public_cases import casework, claims, kept_text, name_of, process, settings, texts
from server.response_headers import fresh
from server.step_forms import Incomplete

_FIELDS: Final = ("organisation", "claim", "reason", "evidence")
_NONE: Final[Mapping[str, str]] = {}

blueprint = Blueprint("concerns", __name__, url_prefix="/standings")


@blueprint.get("/<slug>/concern")
def form(slug: str) -> Response:
    """Give the form in which an organisation says that a city seriously acts against its commitment."""
    return _page(_standing(slug))


@blueprint.post("/<slug>/concern")
def send(slug: str) -> Response:
    """Take in a concern, which begins a case that only its parties see until it is decided; warn of personal data."""
    request.max_content_length = MOST_BYTES
    standing, step = _standing(slug), _raising()
    try:
        said, words = _said(standing)
    except Incomplete as wrong:
        return _page(standing, faults=wrong.faults)
    last = _decided(standing)
    marks = marks_in(words, last) if last is not None and request.form.get("do") != "insist" else ()
    if marks:
        return _page(standing, marks=marks)
    budget: Budget = current_app.extensions["call_budget"]
    budget.admit(access.client())
    _demand_room(step)
    with kept_text(words) as kept:
        command = Command(name=step.command, reason=step.definition, particulars=said, hashes={TEXT: kept.digest})
        receipt = casework().open(command, ANYBODY)[0]
    budget.charge(access.client(), 1)
    page = render_template(
        "concern_kept.html",
        slug=slug,
        city=name_of(standing.city),
        name=receipt.event.envelope.case.removeprefix(CASE),
        number=kept.salt,
        commitment=kept.digest,
        words=words,
        receipt=base64.b64encode(write_receipt(receipt)).decode(),
        text=base64.b64encode(kept.text.encode()).decode(),
        follow=url_for(".follow", slug=slug, receipt=kept.salt, _external=True),
    )
    return Response(page, 201, mimetype="text/html")


@blueprint.get("/<slug>/concern/<receipt>")
def follow(slug: str, receipt: str) -> Response:
    """Say where a concern stands, to whoever has its number; never what it says."""
    kept, step = texts().under(receipt), _raising()
    found = next(
        (
            case
            for case in (casework().cases() if kept else ())
            if _raised(case, step) and kept is not None and case.acts[0].hashes.get(TEXT) == kept.digest
        ),
        None,
    )
    if found is None or casework().standing(found.city).name != STANDING + slug:
        raise Problem("not-found", "There is no concern of this number about this city.", lists=["/standings"])
    state = process().states[found.state]
    page = render_template(
        "concern_state.html",
        city=name_of(found.city),
        slug=slug,
        name=found.name.removeprefix(CASE),
        state=state,
        since=found.stays[-1].since.date(),
        is_decided=bool(found.rulings),
        steps=[_shown(act) for act in found.acts if act.rule in process().case_steps and act.office != CLOCK],
        ended=found.acts[-1].reason if state.is_final and not found.rulings else "",
    )
    return fresh(Response(page, mimetype="text/html"))


def _shown(act: Act) -> tuple[str, str]:
    return act.at.date().isoformat(), process().case_steps[act.rule].label


def _standing(slug: str) -> Standing:
    """Give where a city stands by its name in addresses; raise Problem where it holds no level."""
    standing = casework().standing_named(STANDING + slug)
    if standing is None or not standing.level:
        raise Problem(
            "not-found",
            "No city of this name holds a level here; a serious concern is about a commitment that was accredited.",
            lists=["/standings"],
        )
    return standing


def _raising() -> Transition:
    """Give the step by which anybody begins a case."""
    return next(step for step in process().case_steps.values() if PUBLIC in step.roles and NEW in step.sources)


def _raised(case: Case, step: Transition) -> bool:
    return bool(case.acts) and case.acts[0].rule == step.slug


def _decided(standing: Standing) -> Case | None:
    """Give the case whose decision gave a city its level, None where it cannot be told."""
    names = [act.particulars.follows.partition("#")[0] for act in standing.acts if act.particulars.level]
    known = {case.name: case for case in casework().cases()}
    return known.get(names[-1]) if names else None


def _claims(standing: Standing) -> tuple[Claim, ...]:
    case = _decided(standing)
    return claims(case) if case is not None else ()


def _said(standing: Standing) -> tuple[Particulars, str]:
    """Read what was sent, and the words that are kept; raise Incomplete."""
    sent = {name: request.form.get(name, "").strip() for name in _FIELDS}
    faults, words = {}, ""
    if not (address(sent["organisation"]) and is_web(sent["organisation"])):
        faults["organisation"] = "Give the address of your organisation on the web, such as https://…."
    if sent["claim"] not in {standing.city, *(claim.iri for claim in _claims(standing))}:
        faults["claim"] = "Choose the commitment that the city acts against."
    try:
        words = checked_words(sent["reason"], most_characters=settings().call_characters)
    except StepIncomplete as refusal:
        faults["reason"] = str(refusal)
    if not (address(sent["evidence"]) and is_web(sent["evidence"])):
        faults["evidence"] = "Give the address of evidence that anybody can read, such as https://…."
    if faults:
        raise Incomplete(faults)
    said = Particulars(city=standing.city, organisation=sent["organisation"], claim=sent["claim"])
    return said, f"{words}\n\nEvidence: {sent['evidence']}"


def _demand_room(step: Transition) -> None:
    most, today = settings().call_daily, current_app.extensions["clock"]().date()
    if sum(_raised(case, step) and case.acts[0].at.date() == today for case in casework().cases()) >= most:
        raise TooManyRequests(
            f"Today {most} concerns were raised, which is all that is taken in a day; come back tomorrow.",
            retry_seconds=3600,
        )


def _page(standing: Standing, *, faults: Mapping[str, str] = _NONE, marks: Sequence[PersonalMark] = ()) -> Response:
    page = render_template(
        "concern.html",
        slug=standing.name.removeprefix(STANDING),
        city=name_of(standing.city),
        iri=standing.city,
        claims=[claim for claim in _claims(standing) if claim.iri != standing.city],
        step=_raising(),
        days=process().limits["serious-concern"].days,
        sent=request.form,
        faults=faults,
        marks=marks,
        most=settings().call_characters,
    )
    response = Response(page, 422 if faults or marks else 200, mimetype="text/html")
    return response if faults or marks else fresh(response)
