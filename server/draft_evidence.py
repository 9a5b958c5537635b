"""Files as evidence of a draft: added to one of its sources, looked through at once, kept for those who judge."""

from contextlib import suppress
from typing import Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from registry.claims import countries_of
from registry.entry_versions import from_json, to_json
from registry.errors import DraftChanged, RegistryError
from registry.evidence_errors import EvidenceRefused, UnknownEvidence
from registry.evidence_filing import attached, sources_of_entry
from registry.model import Draft
from server.drafts import asker, kept_drafts, opened
from server.entry_pages import plan
from server.filing import filing, given, looked_through
from server.problems import KINDS, Problem, problem_of
from server.submissions import sent_file

_TRIES: Final = 5

blueprint = Blueprint("draft_evidence", __name__, url_prefix="/drafts")


@blueprint.get("/<identifier>/evidence")
def index(identifier: str) -> Response:
    """List the sources of a draft with their files; of one file, what it tells of people."""
    return _page(opened(identifier), request.args.get("file", ""))


@blueprint.post("/<identifier>/evidence")
def add(identifier: str) -> AnyResponse:
    """Keep a file and attach it to the source that was chosen."""
    draft = opened(identifier)
    raw, name = sent_file("file")
    key = request.form.get("source", "")
    try:
        attached(from_json(draft.text), key, "", plan())
        file = filing().take(raw or b"", name, city=draft.office, account=asker().account)
        attach(identifier, key, file.sha256)
    except (EvidenceRefused, UnknownEvidence) as error:
        return _page(draft, "", problem_of(error))
    return redirect(url_for(".index", identifier=identifier, file=file.sha256, _anchor="found"), 303)


@blueprint.get("/<identifier>/evidence/<digest>")
def file(identifier: str, digest: str) -> Response:
    """Give a file of one's own city back."""
    found = filing().file(digest, opened(identifier).office)
    return given(filing().read(found), found.media_type, digest)


def attach(identifier: str, key: str, digest: str) -> Draft:
    """Save a draft with a file as one of its sources, upon whatever version stands: nothing else of it is touched.

    Raises UnknownEvidence when the source is not there any more.
    """
    for _ in range(_TRIES):
        with suppress(DraftChanged):
            return _attached(identifier, key, digest)
    return _attached(identifier, key, digest)


def _attached(identifier: str, key: str, digest: str) -> Draft:
    draft = kept_drafts().read(identifier)
    text = to_json(attached(from_json(draft.text), key, digest, plan()))
    return kept_drafts().save(identifier, text, title=draft.title, account=asker().account, based_on=draft.version)


def _page(draft: Draft, digest: str, problem: Problem | None = None) -> Response:
    files, entry = filing().files(draft.office), from_json(draft.text)
    chosen = files.get(digest)
    looked, fault = None, None
    if chosen is not None:
        try:
            looked = looked_through(chosen, countries_of(entry))
        except RegistryError as error:
            fault = str(error)
    page = render_template(
        "draft_evidence.html",
        draft=draft,
        sources=sources_of_entry(entry, plan()),
        files=files,
        chosen=chosen,
        looked=looked,
        fault=fault,
        problem=problem,
    )
    return Response(page, KINDS[problem.code].status if problem else 200, mimetype="text/html")
