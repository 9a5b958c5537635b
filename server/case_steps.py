"""Taking a step in a case: its form, made from the law, and the act; whoever was too slow keeps what they typed."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from registry.case_errors import IllegalTransition, StepIncomplete
from registry.cases import Case, Command
from registry.conditions import FINDABLE
from registry.contributions import TEXT, checked_words
from registry.errors import LedgerConflict, RegistryError
from registry.handing_in import REPORT, keep_report
from registry.kept_texts import KeptText, PersonalMark
from registry.lifecycle import Offer
from registry.namespaces import HRC, RDF, SKOS
from registry.people import Account
from registry.process import PUBLIC, Transition
from registry.public_dossier import dossier_graph
from registry.standard import Standard, text_of
from registry.step_fields import Field, fields_of
from registry.visibility import has_part
from server import access, unfiled_findings
from server.call_views import marks_in
from server.case_access import accounts, actor, evidence, machine, report_with_findings, seen, syntax
from server.case_pages import heading, rows_of
from server.problems import KINDS, Problem, problem_of
from server.public_cases import casework, documents, installation, kept_text, process, settings, slug_of, standard
from server.step_forms import Candidate, Incomplete, Setting, candidates, choices, key_of, read_command
from server.unfiled_findings import Unfiled

READ: Final = "read"
"""The field that holds the hash of the last event that whoever acts has seen."""

MOST_CHARACTERS: Final = 20_000
"""The longest text that goes with a step."""

_NONE: Final[Mapping[str, Sequence[PersonalMark]]] = {}

blueprint = Blueprint("case_steps", __name__, url_prefix="/cases")


@blueprint.get("/<name>/steps/<command>")
def form(name: str, command: str) -> AnyResponse:
    """Give the form of a step."""
    case = seen(name)
    offer = _offer_of(case, command)
    half = unfiled_findings.kept(case) if Field.FINDINGS in fields_of(offer.step) else None
    if offer.refusal and half is None:
        raise Problem("illegal-transition", offer.refusal)
    elsewhere = _place_elsewhere(case, offer)
    if elsewhere:
        return redirect(elsewhere, 303)
    read = casework().version(case.name) or ""
    return _page(case, offer.step, half.typed if half else {}, read=read, half=half, refusal=offer.refusal)


@blueprint.post("/<name>/steps/<command>")
def act(name: str, command: str) -> AnyResponse:
    """Take a step, upon the state of the case that its form was made from."""
    case = seen(name)
    offer, typed = _offer_of(case, command), request.form
    step, read = offer.step, typed.get(READ, "")
    elsewhere = _place_elsewhere(case, offer)
    if elsewhere:
        return redirect(elsewhere, 303)
    try:
        if Field.FINDINGS in fields_of(step):
            is_kept = typed.get("do") == unfiled_findings.KEEP
            half = unfiled_findings.keep(case, typed) if is_kept else unfiled_findings.newer(case, typed)
            if half is not None:
                return _page(case, step, half.typed, read=read, half=half, refusal=offer.refusal)
            if is_kept:
                return redirect(url_for("case_steps.form", name=name, command=command, _anchor="kept"), 303)
        order = read_command(_setting(case, step), typed, typed.getlist("requirement"), _find)
        words = _words(typed) if Field.TEXT in fields_of(step) else ""
        _demand_open(case, offer, read)
        marks = _marks(case, order, words) if typed.get("do") != "insist" else {}
        if marks:
            return _page(case, step, typed, read=read, marks=marks)
        _record(case, step, order, words, read)
    except LedgerConflict as moved:
        now = seen(name)
        return _page(now, step, typed, error=moved, read=casework().version(case.name) or "", since=_since(now, read))
    except RegistryError as error:
        return _page(case, step, typed, error=error, read=read)
    unfiled_findings.forget()
    return redirect(url_for("cases.show", name=name, receipt=own_act(seen(name)), _anchor="receipt"), 303)


def own_act(case: Case) -> int:
    """Give the number of the last act of whoever asks in a case."""
    mine = access.identity().account.id
    return max((act.number for act in case.acts if act.account == mine), default=0)


def _demand_open(case: Case, offer: Offer, read: str) -> None:
    """Raise what the record would, before anything is judged or kept for a step that is not open any more."""
    if read != casework().version(case.name):
        raise LedgerConflict(f"Somebody else has acted in {case.name} since you read it.")
    if offer.refusal:
        raise IllegalTransition(offer.refusal)


def _words(typed: Mapping[str, str]) -> str:
    """Give the text that goes with a step; raise Incomplete for one that is too long or cannot be shown."""
    try:
        return checked_words(typed.get("text", ""), most_characters=MOST_CHARACTERS)
    except StepIncomplete as refusal:
        raise Incomplete({"text": str(refusal)}) from refusal


def _marks(case: Case, order: Command, words: str) -> dict[str, Sequence[PersonalMark]]:
    """Find what may tell of a person in what was written, by field; a reason in the ledger can never be erased."""
    written = {"text": words, "reason": order.reason}
    written |= {f"reason-{key_of(case, said.requirement)}": said.reason for said in order.particulars.judgements}
    found = {name: marks_in(text, case) for name, text in written.items() if text}
    return {name: marks for name, marks in found.items() if marks}


def _record(case: Case, step: Transition, order: Command, words: str, read: str) -> None:
    """Take a step with what it names by its hash: the text that was typed, the report that a decision rests on."""
    hashes = {REPORT: _report(case)} if Field.REPORT in fields_of(step) else {}
    keeping: AbstractContextManager[KeptText | None] = kept_text(words) if words else nullcontext()
    with keeping as kept:
        if kept is not None:
            hashes[TEXT] = kept.digest
        casework().act(case.name, replace(order, hashes=hashes), actor(), read=read)


def _report(case: Case) -> str:
    """Keep what a decision rests on and give its SHA-256: the report on the submission, else the record so far."""
    report = report_with_findings(case)
    if report is not None:
        return keep_report(report, documents(), syntax())
    return documents().keep(syntax().canonical(dossier_graph(case, base=settings().base, said={}, answers={})))


def _offer_of(case: Case, command: str) -> Offer:
    """Give the step under a command in the offices of whoever asks; raise Problem where it is not of theirs."""
    offers = casework().offers(case, actor()) if has_part(case, actor()) else ()
    for offer in offers:
        if offer.step.command == command and PUBLIC not in offer.step.roles:
            return offer
    known = next((step for step in process().case_steps.values() if step.command == command), None)
    if known is None:
        raise Problem("not-found", "There is no such step.", lists=[f"/cases/{slug_of(case)}"])
    state = process().states[case.state].label.lower()
    refusal = f"“{known.label}” is not open to you now; the case stands at “{state}”."
    if Field.FINDINGS in fields_of(known) and unfiled_findings.kept(case):  # what was begun can be gone on with
        return Offer(known, refusal)
    raise Problem("illegal-transition", refusal)


def _place_elsewhere(case: Case, offer: Offer) -> str | None:
    """Give where a step is taken that has pages of its own: handing in, and what is done with what others have said.

    None for any other step; raises Problem for one with pages of its own that is not open.
    """
    asked = fields_of(offer.step)
    if not {Field.SUBMISSION, Field.CONCERN}.intersection(asked):
        return None
    if offer.refusal:
        raise Problem("illegal-transition", offer.refusal)
    if Field.SUBMISSION in asked:
        return url_for("drafts.index")
    if Field.TEXT in asked:
        waiting = (told.number for told in case.contributions if told.released is not None and told.answered is None)
        return url_for("contributions.answer_form", case=slug_of(case), number=next(waiting))
    return url_for("contributions.index")


def _setting(case: Case, step: Transition) -> Setting:
    return Setting(law=process(), standard=standard(), case=case, actor=actor(), step=step, machine=machine(case))


def _find(account: str) -> Account | None:
    return next((found for found in accounts() if found.id == account), None)


def _since(case: Case, read: str) -> tuple[str, ...]:
    """Name what happened since somebody read a case: everything after the event whose hash they had."""
    events = casework().events(case.name)
    place = next((number for number, event in enumerate(events, start=1) if event.hash == read), 0)
    return tuple(process().case_steps[act.rule].label for act in case.acts[place:])


def _page(
    case: Case,
    step: Transition,
    typed: Mapping[str, str],
    *,
    read: str,
    error: RegistryError | None = None,
    since: tuple[str, ...] = (),
    marks: Mapping[str, Sequence[PersonalMark]] = _NONE,
    half: Unfiled | None = None,
    refusal: str = "",
) -> AnyResponse:
    asked, setting = fields_of(step), _setting(case, step)
    problem = problem_of(error) if error else None
    offered: tuple[Candidate, ...] = ()
    if Field.CANDIDATE in asked:
        offered = candidates(setting, accounts(), casework().cases(), casework().ties(case))
    faults = error.faults if isinstance(error, Incomplete) else {}
    page = render_template(
        "case_step.html",
        **heading(case),
        step=step,
        asked=[field.value for field in asked],
        choices=choices(setting, rows_of(case), offered, _sectors()),
        outcomes=FINDABLE,
        evidence=evidence(case),
        key_of=lambda iri: key_of(case, str(iri)),
        reached=report_with_findings(case) if Field.REPORT in asked and not typed else None,
        typed=typed,
        ticked=request.form.getlist("requirement"),
        faults=faults,
        names=_names(case, standard()),
        problem=problem,
        read=read,
        since=since,
        marks=dict(marks),
        most=MOST_CHARACTERS,
        half=half,
        refusal=refusal,
    )
    status = KINDS[problem.code].status if problem else 422 if marks else 409 if half and half.is_newer else 200
    return AnyResponse(page, status, mimetype="text/html")


def _names(case: Case, held: Standard) -> dict[str, str]:
    """Give the requirement that a field of a finding is about, by the name of the field."""
    labels = {str(found.iri): found.label for found in held.requirements}
    return {
        f"{part}-{place}": f"{labels.get(iri, iri)}: "
        for place, iri in enumerate(case.requirements, start=1)
        for part in ("outcome", "reason", "evidence", "law")
    }


def _sectors() -> dict[str, str]:
    """Give the parts of the community for which somebody can stand: labels by IRI."""
    graph = installation().artefacts.files.vocabularies["member-sectors"]
    return {str(node): text_of(graph, node, SKOS.prefLabel) for node in graph.subjects(RDF.type, HRC.MemberSector)}
