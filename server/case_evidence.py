"""Files as evidence of a case: for those who have a part in it; a person releases what others shall see."""

from collections.abc import Sequence

from flask import Blueprint, Response, redirect, render_template, request, url_for
from rdflib import Graph
from werkzeug.wrappers import Response as AnyResponse

from registry.account_errors import AccessDenied
from registry.case_errors import ReasonMissing
from registry.cases import Case
from registry.errors import RegistryError
from registry.evidence_errors import EvidenceRefused
from registry.evidence_filing import Source, may_release, source_of_file, sources_of_graph
from registry.evidence_model import EvidenceFile
from registry.filing_wiring import record_release
from registry.kept_texts import PersonalMark
from registry.visibility import has_part
from server import access
from server.call_views import marks_in
from server.case_access import actor, seen, submission
from server.filing import filing, given, looked_through
from server.problems import KINDS, Problem, problem_of
from server.public_cases import casework, countries, settings, slug_of
from server.submissions import sent_file

blueprint = Blueprint("case_evidence", __name__, url_prefix="/cases")


@blueprint.get("/<name>/evidence")
def index(name: str) -> str:
    """List the files of a case."""
    case = _own(name)
    files, sources = filing().files(case.city), _sources(case)
    return render_template(
        "case_evidence.html",
        name=name,
        sources=sources,
        open_files={each.sha256 for each in sources if source_of_file(sources, each.sha256).is_open},
        files=files,
        may_release=may_release(actor(), case.city),
    )


@blueprint.get("/<name>/evidence/<digest>")
def file(name: str, digest: str) -> Response:
    """Give a file as it was handed in."""
    _, found = _found(_own(name), digest)
    return given(filing().read(found), found.media_type, digest)


@blueprint.get("/<name>/evidence/<digest>/release")
def form(name: str, digest: str) -> Response:
    """Show whoever may release a file what it tells of people."""
    case = _releasing(name)
    return _page(case, *_found(case, digest))


@blueprint.post("/<name>/evidence/<digest>/release")
def release(name: str, digest: str) -> AnyResponse:
    """Release a file, a copy of it without properties, or a redacted copy, with the next release of the registry.

    The reason is recorded for ever, so what may tell of a person in it is shown before anything is recorded.
    """
    case = _releasing(name)
    source, found = _found(case, digest)
    reason = request.form.get("reason", "")
    marks = marks_in(reason, case) if request.form.get("do") != "insist" else ()
    if marks:
        return _page(case, source, found, marks=marks)
    try:
        public = _public(found)
        ledger = casework().ledger
        record_release(ledger, source, found, public, actor=actor(), reason=reason, base=settings().base)
    except (EvidenceRefused, ReasonMissing) as error:
        return _page(case, source, found, problem_of(error))
    return redirect(url_for(".index", name=name, released=public.sha256), 303)


def _public(found: EvidenceFile) -> EvidenceFile:
    """Give what shall be public of a file: itself, a copy without properties, or one that was sent."""
    account, choice = access.identity().account.id, request.form.get("copy", "")
    if choice == "whole":
        return found
    if choice == "bare":
        bare = filing().bare(found, account=account)
        if bare is None:
            raise EvidenceRefused("No copy without properties can be made of this kind of file; send one yourself.")
        return bare
    raw, name = sent_file("file")
    if choice != "sent" or raw is None:
        raise EvidenceRefused("Choose what shall be public; for a copy of your own, choose its file.")
    return filing().take(raw, name, city=found.city, account=account)


def _own(name: str) -> Case:
    """Give a case in which whoever asks has a part; to others it has no files."""
    case = seen(name)
    if not has_part(case, actor()):
        raise Problem("unknown-case", "There is no case of this name that you may see.", lists=["/cases"])
    return case


def _releasing(name: str) -> Case:
    case = _own(name)
    if not may_release(actor(), case.city):
        raise AccessDenied("Only a steward, or an officer of the city itself, releases its files.")
    return case


def _sources(case: Case) -> tuple[Source, ...]:
    raw = submission(case)
    graph = Graph().parse(data=raw, format="turtle", publicID=case.city) if raw else Graph()
    return sources_of_graph(graph)


def _found(case: Case, digest: str) -> tuple[Source, EvidenceFile]:
    return source_of_file(_sources(case), digest), filing().file(digest, case.city)


def _page(
    case: Case,
    source: Source,
    found: EvidenceFile,
    problem: Problem | None = None,
    *,
    marks: Sequence[PersonalMark] = (),
) -> Response:
    looked, fault = None, None
    try:
        looked = looked_through(found, countries(case))
    except RegistryError as error:
        fault = str(error)
    page = render_template(
        "case_release.html",
        name=slug_of(case),
        source=source,
        file=found,
        looked=looked,
        fault=fault,
        problem=problem,
        marks=marks,
    )
    return Response(page, KINDS[problem.code].status if problem else 422 if marks else 200, mimetype="text/html")
