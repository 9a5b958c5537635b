"""The dossier of a decided case, refusals too: what happened, what was found, said and decided, and how to check it."""

from typing import Final

from flask import Blueprint, Response, render_template, request, url_for

from registry.case_record import case_iri
from registry.cases import Case
from registry.claims import by_criterion
from registry.contributions import Fate, Statement, contributions, from_text, grounds
from registry.errors import UnknownRecord
from registry.guard import TURTLE
from registry.public_dossier import checks, dossier_graph, is_decided, table, timeline
from registry.public_dossier import documents as documents_of
from server.call_views import beside, named
from server.case_access import judged_by, machine
from server.decided_cases import WORDS
from server.links import root
from server.problems import Problem
from server.public_cases import (
    case_named,
    city_name,
    claims,
    documents,
    installation,
    process,
    settings,
    slug_of,
    standard,
    words_of,
)
from server.representations import OFFERS, negotiated
from server.response_headers import fresh
from server.serialisation import DATASETS, HTML, send_document, serialise
from server.signposts import LICENCE, Signpost, header, of_forms

_TYPES: Final = {"submission": TURTLE + "; charset=utf-8", "report": "application/n-triples"}
_ENDINGS: Final = {"submission": "ttl", "report": "nt"}

blueprint = Blueprint("dossiers", __name__, url_prefix="/cases")


@blueprint.get("/<name>/dossier")
def show(name: str) -> Response:
    """Give the dossier of a decided case, as page or as RDF; of any other case nothing."""
    case = case_named(name, is_decided)
    iri = str(case_iri(settings().base, case.name))
    media_type = negotiated()
    if media_type == HTML:
        response = Response(_page(case, iri), mimetype=HTML)
    else:
        response = send_document(_written(case, media_type), media_type)
    here = root() + request.path
    response.headers["Link"] = header(
        [
            Signpost(here, "canonical"),
            Signpost(iri, "cite-as"),
            Signpost(LICENCE, "license"),
            Signpost(url_for("linked_data.ontology", _external=True), "describedby"),
            *of_forms(here, media_type, OFFERS, ""),
        ]
    )
    return fresh(response)


@blueprint.get("/<name>/documents/<digest>")
def document(name: str, digest: str) -> Response:
    """Give the submission or the machine's report of a decided case by its SHA-256."""
    case = case_named(name, is_decided)
    found = next((each for each in documents_of(case) if each.digest == digest and each.is_shown), None)
    if found is None:
        raise Problem("not-found", "This case names no public document of this SHA-256.", lists=["/cases"])
    try:
        response = Response(documents().read(digest), content_type=_TYPES[found.role])
    except UnknownRecord as fault:
        raise Problem("not-found", "The document is not kept here any more; its SHA-256 still proves it.") from fault
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{found.role}.{_ENDINGS[found.role]}"'
    return response


def _page(case: Case, iri: str) -> str:
    steps = timeline(process(), case)
    stated, ours = judged_by(case), installation().artefacts.hashes
    return render_template(
        "dossier.html",
        iri=iri,
        case=case,
        slug=slug_of(case),
        city=city_name(case),
        kind=process().kinds[case.kind],
        state=process().states[case.state],
        is_closed=process().states[case.state].is_final,
        levels={str(level.iri): level.label for level in standard().levels},
        rulings=[step for step in steps if step.act in case.rulings],
        timeline=[(step, words_of(step.text) if step.text else None) for step in steps],
        checks=checks(case),
        lines=table(case, standard(), machine(case), by_criterion(claims(case), standard())),
        seats=sorted({seat.number for seat in case.seats if seat.judgements is not None}),
        said=[(entry, named(case, entry.told.claim)) for found in beside(case).values() for entry in found],
        grounds=grounds(case),
        documents=documents_of(case),
        stated=stated,
        has_other_rules=stated is not None and not ours.items() <= stated.hashes.items(),
        outcome_words=WORDS,
        export=url_for("case_exports.export", name=slug_of(case), _external=True),
    )


def _written(case: Case, media_type: str) -> bytes:
    released = [told for told in contributions(case) if told.fate is Fate.RELEASED]
    said: dict[int, Statement] = {}
    answers: dict[int, str] = {}
    for told in released:
        if (text := words_of(told.digest)) is not None:
            said[told.number] = from_text(text)
        if told.answer and (answer := words_of(told.answer)) is not None:
            answers[told.number] = answer
    graph = dossier_graph(case, base=settings().base, said=said, answers=answers)
    if media_type in DATASETS:
        return installation().artefacts.syntax.dataset({None: graph}, media_type, {})
    return serialise(graph, media_type)
