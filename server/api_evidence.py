"""Files as evidence by program: kept for a source of a draft as on its page, and looked through before that."""

from collections.abc import Collection
from typing import Any, Final

from flask import Blueprint, Response, request, url_for

from registry.claims import countries_of
from registry.entry_versions import from_json
from registry.errors import PortError
from registry.evidence_filing import Source, attached, sources_of_entry
from registry.evidence_model import EvidenceFile
from registry.model import Draft
from server.api import json_answer
from server.api_requests import demanded_version, once, share
from server.draft_evidence import attach
from server.drafts import asker, opened
from server.entry_pages import plan
from server.filing import filing, given
from server.problems import Problem
from server.submissions import bare_name

ACCEPTED: Final = "accepted"
_PARAMETER: Final = "personal-data"

blueprint = Blueprint("api_evidence", __name__, url_prefix="/api/v1")
blueprint.before_request(share)


@blueprint.get("/drafts/<identifier>/evidence")
def sources(identifier: str) -> Response:
    """List the sources of a draft, each with its file where it has one."""
    draft = opened(identifier)
    files = filing().files(draft.office)
    found = sources_of_entry(from_json(draft.text), plan())
    response = json_answer({"sources": [_source(draft, each, files.get(each.sha256)) for each in found]})
    response.set_etag(str(draft.version))
    return response


@blueprint.post("/drafts/<identifier>/evidence")
@once
def add_file(identifier: str) -> Response:
    """Keep the file that is the body for a source; one that tells of people only where that is accepted.

    What it tells of people is in the refusal alone, which is kept nowhere.
    """
    if request.mimetype == "multipart/form-data":
        raise Problem("unsupported-media-type", "Send the file itself as the body, not a form.")
    draft, raw, key = opened(identifier), request.get_data(), request.args.get("source", "")
    if "If-Match" in request.headers:
        demanded_version(draft.version)
    entry = attached(from_json(draft.text), key, "", plan())
    unread = _looked_through(raw, countries_of(entry))
    name = bare_name(request.args.get("name", ""))
    file = filing().take(raw, name, city=draft.office, account=asker().account)
    saved = attach(identifier, key, file.sha256)
    response = json_answer({"source": key, "version": saved.version, **_file(saved, file), "unread": unread}, 201)
    response.headers["Location"] = url_for(".file", identifier=identifier, digest=file.sha256)
    response.set_etag(str(saved.version))
    return response


@blueprint.get("/drafts/<identifier>/evidence/<digest>")
def file(identifier: str, digest: str) -> Response:
    """Give a file of one's own city back."""
    found = filing().file(digest, opened(identifier).office)
    return given(filing().read(found), found.media_type, digest)


def _looked_through(raw: bytes, countries: Collection[str]) -> list[str]:
    """Say what of a file could not be read; raise a Problem that names what tells of people, unless it is accepted."""
    accepted = request.args.get(_PARAMETER)
    if accepted not in (None, ACCEPTED):
        raise Problem("bad-request", f"The parameter “{_PARAMETER}” is “{ACCEPTED}”, or left out.")
    try:
        looked = filing().look_before(raw, countries)
    except PortError as fault:
        if not accepted:
            raise
        return [str(fault)]
    if looked.data and not accepted:
        raise Problem(
            "personal-data-found",
            "The file tells of people, and was not kept. Send a copy without what is named, or the same file with "
            f"{_PARAMETER}={ACCEPTED} where those who judge have to see it.",
            found=[{"kind": each.kind, "place": each.place, "words": each.words} for each in looked.data],
            unread=list(looked.unread),
        )
    return list(looked.unread)


def _source(draft: Draft, source: Source, file: EvidenceFile | None) -> dict[str, Any]:
    kept = None if file is None else _file(draft, file)
    return {"source": source.key, "title": source.title, "sensitivity": source.sensitivity or None, "file": kept}


def _file(draft: Draft, file: EvidenceFile) -> dict[str, Any]:
    return {
        "address": url_for("api_evidence.file", identifier=draft.id, digest=file.sha256),
        "sha256": file.sha256,
        "mediaType": file.media_type,
        "size": file.size,
        "name": file.name,
    }
