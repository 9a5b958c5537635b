"""What stewards and officers do with contributions: look at what waits, release it or set it aside, and answer."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from registry.accounts import actor_of
from registry.case_errors import StepIncomplete
from registry.cases import Actor, Case, Command, Particulars
from registry.claims import Claim
from registry.contributions import TEXT, Fate, Statement, Told, checked_words, contributions, from_text
from registry.kept_texts import PersonalMark
from registry.namespaces import HRC, SKOS
from registry.standard import text_of
from server import access
from server.call_views import Beside, Call, call_of, called_case, marks_in, named, said
from server.problems import Problem
from server.public_cases import casework, installation, kept_text, settings, words_of

GROUNDS: Final = "set-aside-grounds"
"""The vocabulary that says why something is set aside."""

blueprint = Blueprint("contributions", __name__, url_prefix="/contributions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A contribution that waits to be looked at: what it says, on which claim, and what may tell of a person."""

    call: Call
    told: Told
    claim: Claim
    statement: Statement | None
    marks: tuple[PersonalMark, ...]


@blueprint.get("")
def index() -> str:
    """List what waits, the oldest first."""
    return _list_page(None)


@blueprint.post("/<case>/<number>")
def settle(case: str, number: str) -> AnyResponse:
    """Release a contribution, or set it aside on one of the grounds of the vocabulary."""
    found, told = _contribution(case, number)
    about = Particulars(concern=told.number)
    if request.form.get("do") == "release":
        command = Command(name="release-concern", particulars=about)
    else:
        ground = grounds_known().get(request.form.get("ground", ""))
        if ground is None:
            return Response(_list_page("Choose why it is set aside.", f"ground-{case}-{number}"), 422)
        command = Command(name="set-aside-concern", reason=ground, particulars=about)
    casework().act(found.name, command, _actor())
    return redirect(url_for(".index"), 303)


@blueprint.get("/<case>/<number>/answer")
def answer_form(case: str, number: str) -> Response:
    """Give the form in which a city answers."""
    found, told = _contribution(case, number, Fate.RELEASED)
    return _answer_page(found, told, None)


@blueprint.post("/<case>/<number>/answer")
def answer(case: str, number: str) -> AnyResponse:
    """Take in what the city answers; it stands beside the claim at once."""
    found, told = _contribution(case, number, Fate.RELEASED)
    try:
        words = checked_words(request.form.get("answer", ""), most_characters=settings().call_characters)
    except StepIncomplete as refusal:
        return _answer_page(found, told, str(refusal))
    marks = tuple(marks_in(words, found))
    if marks and request.form.get("do") != "insist":
        return _answer_page(found, told, None, marks)
    with kept_text(words) as kept:
        about = Particulars(concern=told.number)
        casework().act(
            found.name, Command(name="answer-concern", particulars=about, hashes={TEXT: kept.digest}), _actor()
        )
    return redirect(url_for("calls.show", case=case, _anchor=f"contribution-{told.number}"), 303)


def grounds_known() -> dict[str, str]:
    """Give the grounds to set something aside, label by name, in the order of their vocabulary."""
    graph = installation().artefacts.files.vocabularies[GROUNDS]
    listed = sorted(graph.subjects(SKOS.inScheme), key=lambda node: int(str(graph.value(node, HRC.order))))
    return {str(node).rsplit("/", 1)[-1]: text_of(graph, node, SKOS.prefLabel) for node in listed}


def _list_page(problem: str | None, field: str = "") -> str:
    waiting = [
        _waiting(case, told) for case in casework().cases() for told in contributions(case) if told.fate is Fate.WAITING
    ]
    return render_template(
        "contributions.html",
        waiting=sorted(waiting, key=lambda each: each.told.filed),
        grounds=grounds_known(),
        problem=problem,
        field=field,
    )


def _waiting(case: Case, told: Told) -> Waiting:
    text = words_of(told.digest)
    statement = from_text(text) if text is not None else None
    seen = f"{statement.reason}\n{statement.evidence}" if statement else ""
    return Waiting(
        call=call_of(case),
        told=told,
        claim=named(case, told.claim),
        statement=statement,
        marks=tuple(marks_in(seen, case)),
    )


def _contribution(slug: str, number: str, fate: Fate | None = None) -> tuple[Case, Told]:
    """Give a contribution by case and number, of officers only for their own city; raise Problem for any other."""
    found, actor = called_case(slug), _actor()
    told = next((each for each in contributions(found) if str(each.number) == number), None)
    is_theirs = "steward" in actor.roles or actor.city == found.city
    if told is None or not is_theirs or fate not in (None, told.fate):
        raise Problem("not-found", "There is no contribution of this number in this case.", lists=["/calls"])
    return found, told


def _answer_page(case: Case, told: Told, problem: str | None, marks: tuple[PersonalMark, ...] = ()) -> Response:
    beside: Beside = said(told)
    page = render_template(
        "contribution_answer.html",
        call=call_of(case),
        told=told,
        beside=beside,
        claim=named(case, told.claim),
        sent=request.form,
        problem=problem,
        marks=marks,
        most=settings().call_characters,
    )
    return Response(page, 422 if problem or marks else 200, mimetype="text/html")


def _actor() -> Actor:
    return actor_of(access.identity().account)
