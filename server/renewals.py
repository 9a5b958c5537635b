"""A draft that starts from what was last accepted of a city."""

from datetime import date
from typing import Final

from flask import Blueprint, redirect, request, url_for
from rdflib import URIRef
from werkzeug.wrappers import Response as AnyResponse

from registry.cases import Case
from registry.contributions import submission_of
from registry.entry import entry_of
from registry.entry_layout import entry_title
from registry.entry_versions import to_json
from registry.errors import NoReleaseYet
from registry.model import Draft
from registry.namespaces import RDF, ROOT
from registry.renewal import Renewal, run_out, sayable, to_text
from server.drafts import asker, kept_drafts
from server.entry_pages import judged, plan
from server.library import shelf
from server.problems import Problem
from server.public_cases import casework, entry_submitted
from server.submissions import day

PROFILES: Final = f"{ROOT}graph/profile/"

blueprint = Blueprint("renewals", __name__, url_prefix="/drafts")


@blueprint.post("/renewal")
def begin() -> AnyResponse:
    """Begin a renewal and go on with it."""
    draft, _ = renewed(day(request.form.get(":at")))
    return redirect(url_for("drafts.show", identifier=draft.id), 303)


def renewed(at: date | None = None) -> tuple[Draft, Renewal]:
    """Begin a draft from the city's last decided case, else from its published profile; raise a Problem without both.

    What has run out is found by judging the submission as of the day of its decision, and as of ``at`` or today.
    """
    who = asker()
    cases = [case for case in casework().cases() if case.city == who.office and case.rulings and submission_of(case)]
    last = max(cases, key=lambda case: case.rulings[-1].at, default=None)
    renewal = _of_case(last, at) if last is not None else None
    renewal = renewal or _of_profile(who.office, at)
    if renewal is None:
        raise Problem("not-found", "There is nothing of your city to renew yet; begin a new submission.")
    title = entry_title(renewal.entry, plan())
    text, origin = to_json(renewal.entry), to_text(renewal)
    return kept_drafts().begin(text, title=title, office=who.office, account=who.account, origin=origin), renewal


def _of_case(case: Case, at: date | None) -> Renewal | None:
    entry = entry_submitted(case)
    if entry is None:
        return None
    decided = case.rulings[-1].at.date()
    return Renewal(
        case.name, decided.isoformat(), run_out(judged(entry, decided).report, judged(entry, at).report), entry
    )


def _of_profile(city: str, at: date | None) -> Renewal | None:
    """Read what the registry has compiled of a city, as far as a submission may say it."""
    try:
        opened = shelf()
    except NoReleaseYet:
        return None
    graph = opened.whole(URIRef(PROFILES + city.rsplit("/", 1)[-1]))
    if (URIRef(city), RDF.type, None) not in graph:
        return None
    entry = entry_of(sayable(graph, plan()), URIRef(city), plan())
    return Renewal(opened.release.id, opened.release.day.isoformat(), run_out(None, judged(entry, at).report), entry)
