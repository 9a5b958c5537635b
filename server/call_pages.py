"""The public call: what a city claims, and what anybody says of it, without an account and without being known."""

import base64
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from flask import Blueprint, Response, current_app, render_template, request, url_for

from registry.case_errors import StepIncomplete
from registry.cases import ANYBODY, Case, Command, Particulars
from registry.claims import Claim, by_criterion
from registry.contributions import TEXT, Fate, Form, Statement, checked, filed_on, grounds, of_text, to_text, was_called
from registry.errors import LedgerConflict, TooManyRequests
from registry.kept_texts import KeptText, PersonalMark
from registry.model import Receipt
from registry.receipt import write as write_receipt
from server import access
from server.budget import Budget
from server.call_views import beside, call_of, called_case, chosen, marks_in, named
from server.links import is_web
from server.problems import Problem
from server.public_cases import casework, claims, kept_text, process, settings, standard, texts, words_of
from server.response_headers import fresh

MOST_BYTES: Final = 64 * 1024
"""The largest form that a call takes."""
HOUR: Final = 3600.0
SHARE: Final = "Within an hour one client may send {spent:g} contributions, and yours are used up"
_TRIES: Final = 3

blueprint = Blueprint("calls", __name__, url_prefix="/calls")


@blueprint.get("")
def index() -> Response:
    """List the open calls, then the past ones."""
    called = [call_of(case) for case in casework().cases() if was_called(process(), case)]
    return _answer(
        render_template(
            "calls.html",
            open_calls=sorted((call for call in called if call.is_open), key=lambda call: str(call.last_day)),
            past_calls=sorted((call for call in called if not call.is_open), key=lambda call: call.opened)[::-1],
        )
    )


@blueprint.get("/<case>")
def show(case: str) -> Response:
    """Give what the city claims, criterion by criterion, with what others say of each claim."""
    found = called_case(case)
    return _answer(
        render_template(
            "call.html",
            call=call_of(found),
            criteria=by_criterion(claims(found), standard()),
            beside=beside(found),
            grounds=grounds(found),
        )
    )


@blueprint.get("/<case>/contribute")
def form(case: str) -> Response:
    """Give the form to contradict one claim or to say a concern about it."""
    found = called_case(case)
    claim = chosen(found, request.args.get("claim", ""))
    return _form_page(found, claim, None)


@blueprint.post("/<case>/contribute")
def contribute(case: str) -> Response:
    """Take in what somebody says, held back until it is released; warn before personal data are sent."""
    request.max_content_length = MOST_BYTES
    found = called_case(case)
    claim = chosen(found, request.form.get("claim", ""))
    try:
        statement = _statement()
    except StepIncomplete as refusal:
        return _form_page(found, claim, str(refusal))
    marks = marks_in(f"{statement.reason}\n{statement.evidence}", found)
    if marks and request.form.get("do") != "insist":
        return _form_page(found, claim, None, marks)
    budget: Budget = current_app.extensions["call_budget"]
    budget.admit(access.client())
    _demand_room(found)
    kept, receipt = _file(found, claim.iri, statement)
    budget.charge(access.client(), 1)
    page = render_template(
        "contribution_kept.html",
        call=call_of(found),
        claim=claim,
        statement=statement,
        number=kept.salt,
        commitment=kept.digest,
        receipt=base64.b64encode(write_receipt(receipt)).decode(),
        follow=url_for(".follow", case=case, receipt=kept.salt, _external=True),
        text=base64.b64encode(kept.text.encode()).decode(),
    )
    return _answer(page, 201)


@blueprint.get("/<case>/<receipt>")
def follow(case: str, receipt: str) -> Response:
    """Say what became of a contribution, to whoever has its number; never what was said while it is held back."""
    found = called_case(case)
    kept = texts().under(receipt)
    told = of_text(found, kept.digest) if kept else None
    if told is None:
        raise Problem("not-found", "There is no contribution of this number in this case.", lists=["/calls"])
    claim = named(found, told.claim)
    answer = words_of(told.answer) if told.answer and told.fate is Fate.RELEASED else None
    return _answer(
        render_template("contribution_state.html", call=call_of(found), claim=claim, told=told, answer=answer)
    )


def _answer(page: str, status: int = 200) -> Response:
    """Give a page that changes with every act, so that nobody keeps it."""
    response = Response(page, status, mimetype="text/html")
    return fresh(response) if status == 200 else response


def _statement() -> Statement:
    sent = request.form
    statement = checked(
        sent.get("form", ""),
        sent.get("reason", ""),
        sent.get("evidence", ""),
        most_characters=settings().call_characters,
    )
    if statement.evidence and not is_web(statement.evidence):
        raise StepIncomplete("The address of your evidence must begin with http:// or https:// and name a public page.")
    return statement


def _demand_room(case: Case) -> None:
    most, now = settings().call_daily, current_app.extensions["clock"]()
    if filed_on(case, now.date()) >= most:
        raise TooManyRequests(
            f"Today {most} contributions have come in this case, which is all that is taken in a day; "
            "come back tomorrow.",
            retry_seconds=3600,
        )


def _file(case: Case, claim: str, statement: Statement) -> tuple[KeptText, Receipt]:
    """Keep the text and record the act that names it."""
    with kept_text(to_text(statement)) as kept:
        command = Command(name="file-concern", particulars=Particulars(claim=claim), hashes={TEXT: kept.digest})
        return kept, _recorded(case, command)


def _recorded(case: Case, command: Command) -> Receipt:
    """Record what anybody says; that somebody else acts at the same moment changes nothing, so it is tried again."""
    for _ in range(_TRIES - 1):
        with suppress(LedgerConflict):
            return casework().act(case.name, command, ANYBODY)[0]
    return casework().act(case.name, command, ANYBODY)[0]


def _form_page(case: Case, claim: Claim, problem: str | None, marks: Sequence[PersonalMark] = ()) -> Response:
    page = render_template(
        "contribution.html",
        call=call_of(case),
        claim=claim,
        forms=list(Form),
        sent=request.form,
        problem=problem,
        marks=marks,
        most=settings().call_characters,
        beside=beside(case).get(claim.iri, []),
    )
    return _answer(page, 422 if problem or marks else 200)
