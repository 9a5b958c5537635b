"""What went wrong, as a document (RFC 9457); the only place that knows which HTTP status an error has."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException

from registry.api_errors import EntryMalformed
from registry.case_errors import CaseError, ConflictOfInterest
from registry.errors import (
    ProfileFault,
    QueryError,
    QueryLimitPassed,
    RegistryError,
    SubmissionError,
    TooManyRequests,
    UnreadableSubmission,
)
from registry.namespaces import ROOT
from registry.repair_json import mending_json
from server.negotiation import choose

MEDIA_TYPE: Final = "application/problem+json"
RETRY_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its stable code, its status, its title, and what a reader can do."""

    code: str
    status: int
    title: str
    advice: str

    @property
    def iri(self) -> str:
        """Give the stable type IRI."""
        return f"{ROOT}problem/{self.code}"


KINDS: Final[Mapping[str, Kind]] = {
    kind.code: kind
    for kind in (
        Kind("bad-request", 400, "The request is not well-formed", "Compare the request with the documentation."),
        Kind(
            "add-checkpoint-malformed", 400, "This is no request to cosign a head", "Send what C2SP tlog-witness says."
        ),
        Kind("query-error", 400, "The query cannot be evaluated", "Mend the query where the message points."),
        Kind("query-limit-passed", 400, "The query holds more than is allowed", "Ask several smaller queries."),
        Kind("answer-too-large", 400, "The answer is larger than may be sent", "Use LIMIT, or ask for less."),
        Kind("mirror-reads-only", 403, "This is a mirror, for reading alone", "Go to the registry itself."),
        Kind("head-not-signed", 403, "The head is not signed with a known key", "Ask to have the right key listed."),
        Kind("not-permitted", 403, "This step is not yours to take", "Look at the steps that are open to you."),
        Kind("separation-of-duty", 403, "You have another role in this case", "Leave the step to somebody else."),
        Kind("conflict-of-interest", 403, "A tie to the city bars you from this case", "Leave it to somebody else."),
        Kind("unknown-case", 404, "No case has this name", "Look at the list of cases."),
        Kind("not-signed-in", 401, "Only somebody who has signed in may do this", "Sign in, or send a valid token."),
        Kind("access-denied", 403, "You may not do this", "Ask a steward when you think that you should."),
        Kind("credentials-refused", 403, "That could not be confirmed", "Try again, or ask a steward for a code."),
        Kind("form-expired", 403, "The form was not taken", "Go back, load its page anew and send it again."),
        Kind("not-found", 404, "There is nothing at this address", "Look at the nearest names, or start at a list."),
        Kind("unknown-account", 404, "There is no such account", "Look at the list of accounts."),
        Kind("unknown-criterion", 404, "No criterion has this name", "Look at the list of criteria."),
        Kind("unknown-draft", 404, "There is no such draft", "Look at the list of your drafts."),
        Kind("unknown-evidence", 404, "There is no such file", "Look at the list of evidence."),
        Kind("draft-changed", 409, "Somebody else saved this draft", "Compare both versions, and save again."),
        Kind("unknown-kind", 404, "This is nothing that can be checked", "Name a release of this registry."),
        Kind("unknown-record", 404, "The ledger holds no such record", "Look at the number or the hash again."),
        Kind("unknown-origin", 404, "No such ledger is witnessed here", "The list of peers names those that are."),
        Kind("unknown-peer", 404, "There is no such peer", "The list of peers names those there are."),
        Kind("unknown-release", 404, "No release of this name or day is kept", "Look at the list of releases."),
        Kind("method-not-allowed", 405, "The method is not allowed here", "Use a method that the Allow header names."),
        Kind("update-refused", 405, "Updates are refused", "Ask with SELECT, ASK, CONSTRUCT or DESCRIBE."),
        Kind("case-error", 409, "The step cannot be taken", "Look at the steps that are open to you."),
        Kind("illegal-transition", 409, "The case does not stand where this is possible", "Look at what is open now."),
        Kind("too-early", 409, "The time for this has not come", "Come back on the day that is named."),
        Kind("too-late", 409, "The time for this is over", "Look at the steps that are open to you."),
        Kind("ledger-conflict", 409, "The case has moved on meanwhile", "Look at it again, then decide anew."),
        Kind("request-under-way", 409, "The same request is being worked on", "Send it again in a few seconds."),
        Kind("head-moved", 409, "Another head was seen last", "Send a proof that begins with the size that is named."),
        Kind("split-view", 409, "The ledger has two histories", "Ask whoever keeps it what happened."),
        Kind("went-back", 409, "The ledger is shorter than it was", "Ask whoever keeps it what happened."),
        Kind("gone", 410, "The item is no longer in the register", "Follow what takes its place, or ask an older day."),
        Kind(
            "release-not-in-store", 410, "No store holds this release any more", "Load its hrcr.nq, or ask a newer one."
        ),
        Kind("not-acceptable", 406, "None of the forms asked for exists", "Ask for one of the forms listed."),
        Kind("request-timeout", 408, "The request did not arrive in time", "Send it again, faster."),
        Kind("precondition-failed", 412, "What you changed has changed meanwhile", "Read it anew, then send again."),
        Kind("body-too-large", 413, "The request is too large", "Send less at once."),
        Kind("query-too-long", 413, "The query is too long", "Ask several shorter queries."),
        Kind("unsupported-media-type", 415, "The media type of the request is not understood", "Use a listed one."),
        Kind("range-not-satisfiable", 416, "The file has no such part", "Ask for a part within its length."),
        Kind("account-error", 422, "That cannot be done with the account", "Do as the message says."),
        Kind("password-refused", 422, "The password cannot be used", "Choose another one as the message says."),
        Kind("submission-error", 422, "The file cannot be judged", "Mend the file as the message says."),
        Kind("unsupported-format", 422, "The kind of file is not accepted", "Save the file as the message says."),
        Kind("unreadable-submission", 422, "The file is not well-formed", "Mend the file where the message points."),
        Kind("submission-too-large", 422, "The file passes a limit", "Make the file smaller as the message says."),
        Kind("not-admitted", 422, "The file says what it may not say", "Take out the statement that is named."),
        Kind("entry-malformed", 422, "The entry has not its form", "Mend each place that is named in errors."),
        Kind("entry-faults", 422, "The entry has answers to mend", "Mend each place that is named in errors."),
        Kind("idempotency-key-reused", 422, "The key came with another request", "Take a new key for a new request."),
        Kind("sheet-fault", 422, "The workbook has cells to mend", "Mend each cell that is named."),
        Kind("profile-fault", 422, "The file does not fit the data-entry profile", "Mend each fault that is listed."),
        Kind("malformed-record", 422, "The record has not its form", "Send the record as it was given to you."),
        Kind("witness-error", 422, "The head was not taken", "Do as the message says."),
        Kind("cosignature-refused", 502, "A witness did not cosign", "Do as the message says."),
        Kind("proof-refused", 422, "The proof does not lead to this head", "Send the proof between both sizes."),
        Kind("evidence-refused", 422, "The file is not taken as evidence", "Do as the message says."),
        Kind("personal-data-found", 422, "The file tells of people", "Look at what is named in found."),
        Kind("step-incomplete", 422, "The step lacks something", "Add or mend what the message names."),
        Kind("reason-missing", 422, "The step needs a reason", "Say why in one sentence or more."),
        Kind("address-refused", 422, "The registry does not ask this address", "Give a public address of the web."),
        Kind("address-without-file", 422, "There is no file at the address", "Look whether it opens in a browser."),
        Kind("fetch-too-large", 422, "What lies there is too large", "Give the address of a smaller file."),
        Kind("media-type-refused", 422, "What lies there is of another kind", "Give the address of the file itself."),
        Kind("redirect-refused", 422, "The address leads on for too long", "Give the address of the file itself."),
        Kind("too-many-requests", 429, "Your share is used up for now", "Come back when Retry-After says."),
        Kind("precondition-required", 428, "Say which version you change", "Send If-Match with the ETag you read."),
        Kind("internal-error", 500, "The registry failed", "Try again later; the failure has been recorded."),
        Kind("ledger-error", 500, "The act could not be recorded", "Try again later; nothing was recorded."),
        Kind("peer-fault", 500, "The list of peers cannot be read", "Mend what the message names."),
        Kind("back-dated", 500, "The clock of the registry is wrong", "Try again later; nothing was recorded."),
        Kind("ledger-damaged", 500, "The ledger does not hold together", "Nothing is recorded until it is mended."),
        Kind("fetch-error", 502, "What lies at the address could not be had", "Look at the address, or try again."),
        Kind("mirror-refused", 502, "Another instance gave what is not taken", "Ask whoever keeps it."),
        Kind("registry-refused", 502, "Another registry refused", "Do as it says."),
        Kind(
            "peer-answer-refused",
            502,
            "A peer gave no answer that can be taken",
            "Ask the peer for less, or without it.",
        ),
        Kind("harvest-unfinished", 502, "A peer was read in part", "The next run goes on there."),
        Kind("asked-to-wait", 502, "A peer asks to wait", "Wait as long as it asks."),
        Kind("harvest-refused", 502, "What a peer gives was not taken", "Look at the page of the peer."),
        Kind("unreachable", 502, "Nobody answers at the address", "Look whether it opens in a browser."),
        Kind("broken-answer", 502, "The address gave no whole answer", "Try again later."),
        Kind("fetch-time-limit-passed", 504, "The address answered too slowly", "Try again later, or send the file."),
        Kind("ledger-key-changed", 503, "The ledger has another key", "Come back later; nothing was recorded."),
        Kind("ledger-stopped", 503, "The ledger has stopped", "Try again later; nothing was recorded."),
        Kind("engines-differ", 500, "Two engines judged differently", "Report it; nothing of the run was kept."),
        Kind("broken-draft", 422, "The draft of the standard cannot be judged by", "Mend it as the message says."),
        Kind("witness-unavailable", 503, "Nothing is cosigned at the moment", "Try again later."),
        Kind("ledger-unavailable", 503, "The ledger cannot be reached", "Try again in a moment."),
        Kind("no-release-yet", 503, "No release has been published yet", "Come back when one has been."),
        Kind("release-error", 503, "The release cannot be opened", "Come back in a moment."),
        Kind("malformed-act", 503, "A record of the case cannot be read", "Come back later; it has been recorded."),
        Kind("check-running", 503, "A check of the links is running", "Wait until it has ended."),
        Kind("harvest-running", 503, "A harvest is running", "Wait until it has ended."),
        Kind("evidence-damaged", 503, "A kept file is not what was stored", "Come back later; it has been recorded."),
        Kind("evidence-unavailable", 503, "The files of evidence cannot be reached", "Try again in a moment."),
        Kind("accounts-unavailable", 503, "Nobody can sign in at the moment", "Try again in a moment."),
        Kind("provider-unavailable", 503, "The identity provider gives no answer", "Try again, or use your password."),
        Kind("port-error", 503, "A part of the registry did not answer", "Try again in a moment."),
        Kind("validator-error", 503, "The file could not be judged", "Try again; this is no verdict on the file."),
        Kind("store-error", 503, "The query could not be answered", "Try again, or ask for less."),
        Kind("store-unavailable", 503, "The store of this registry gives no answer", "Try again in a moment."),
        Kind("store-answer-refused", 502, "The store gave no whole and right answer", "Try again, or ask for less."),
        Kind("time-limit-passed", 503, "The work took longer than allowed", "Ask for less at once."),
        Kind("memory-limit-passed", 503, "The work took more memory than allowed", "Ask for less at once."),
        Kind("no-room", 507, "There is no room to keep more", "Use the whole address of the query instead."),
        Kind("queue-full", 503, "The registry is busy", "Try again in a moment."),
        Kind("long-queries-full", 503, "Too many queries run long", "Ask for less, or try again in a moment."),
        Kind("asker-gone", 503, "Nobody waited for the answer", "Ask again."),
    )
}

_OF_STATUS: Final = {
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "body-too-large",
    415: "unsupported-media-type",
}


_INTERNAL: Final = frozenset(
    {
        "accounts-unavailable",
        "back-dated",
        "evidence-damaged",
        "evidence-unavailable",
        "internal-error",
        "ledger-damaged",
        "ledger-error",
        "ledger-key-changed",
        "ledger-stopped",
        "ledger-unavailable",
        "malformed-act",
        "no-release-yet",
        "port-error",
        "provider-unavailable",
        "release-error",
        "store-answer-refused",
        "store-error",
        "store-unavailable",
        "validator-error",
    }
)
"""What these say in detail is for the log of the installation."""


class Problem(Exception):
    """A refusal with its code, one sentence, and whatever members belong to it."""

    def __init__(self, code: str, detail: str, **members: object) -> None:
        super().__init__(detail)
        self.code = code
        self.members = members
        self.retry_seconds = RETRY_SECONDS

    def response(self) -> Response:
        """Give the problem as JSON, or as a page to who prefers pages."""
        kind = KINDS[self.code]
        if choose(request.headers.get("Accept"), (MEDIA_TYPE, "application/json", "text/html")) == "text/html":
            body = render_template("problem.html", kind=kind, detail=str(self), members=self.members)
            response = Response(body, kind.status, mimetype="text/html")
        else:
            response = Response(self._document(kind), kind.status, content_type=MEDIA_TYPE)
        response.headers["Cache-Control"] = "no-store"
        if kind.status in (429, 503):
            response.headers["Retry-After"] = str(self.retry_seconds)
        return response

    def _document(self, kind: Kind) -> str:
        facts = {"type": kind.iri, "title": kind.title, "status": kind.status, "detail": str(self), **self.members}
        return json.dumps(facts, ensure_ascii=False, indent=2) + "\n"


def install(app: Flask) -> None:
    """Answer every error of the application as a problem."""
    app.register_error_handler(Problem, Problem.response)
    app.register_error_handler(RegistryError, lambda error: problem_of(error).response())
    app.register_error_handler(HTTPException, _of_http)


def problem_of(error: RegistryError) -> Problem:
    """Give an error of the registry as a problem, with its place or its faults where it has them."""
    codes = (getattr(kind, "code", "") for kind in type(error).__mro__)
    code = next((code for code in codes if code in KINDS), "internal-error")
    members: dict[str, object] = {}
    if isinstance(error, QueryError | UnreadableSubmission) and error.line is not None:
        members = {"line": error.line, "column": error.column}
    if isinstance(error, QueryLimitPassed):
        members |= {"limit": error.limit, "most": error.most}
    if isinstance(error, EntryMalformed):
        members = {"errors": [{"pointer": pointer, "detail": sentence} for pointer, sentence in error.places]}
    if isinstance(error, CaseError):
        members |= {"instead": error.instead}
    if isinstance(error, ConflictOfInterest):
        members |= {"rule": error.rule}
    if isinstance(error, SubmissionError) and error.mending is not None:
        members |= {"repair": mending_json(error.mending)}
    if isinstance(error, ProfileFault):
        return Problem(code, str(error).partition("\n")[0], faults=list(error.faults), **members)
    if code in _INTERNAL:
        current_app.logger.warning("%s: %s", code, error)
        return Problem(code, f"{KINDS[code].title}. {KINDS[code].advice}")
    problem = Problem(code, str(error), **members)
    if isinstance(error, TooManyRequests):
        problem.retry_seconds = error.retry_seconds
    return problem


def _of_http(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:
        return Response(status=error.code, headers=list(error.get_headers()))
    code = _OF_STATUS.get(error.code or 500, "bad-request" if (error.code or 500) < 500 else "internal-error")
    response = Problem(code, KINDS[code].title + ".").response()
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers["Allow"] = value
    return response
