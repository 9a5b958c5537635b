"""The SPARQL endpoint: SPARQL 1.1 Protocol, query operation; answers come from killable workers."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, current_app, jsonify, render_template, request, url_for

from registry.errors import QueryError
from registry.namespaces import PREFIXES, ROOT, VOID
from registry.queries import QueryForm
from server.access import client
from server.answers import Answer, read_answer
from server.citation import Citation
from server.endpoint_description import endpoint_description
from server.federated_queries import Read, Source, federation, told, without_place
from server.installed import installation, settings
from server.kept_queries import kept_queries
from server.library import shelf
from server.negotiation import choose
from server.problems import KINDS, Problem, problem_of
from server.query_frames import Question
from server.query_pool import QueryPool
from server.query_request import FAILED, IS_GONE, Operation, read_operation, refuse_update
from server.questions import PREFIX_BLOCK, example_questions
from server.result_forms import SOLUTIONS, SPREADSHEET, TRIPLES, content_type, form_of_answer, form_of_graph
from server.serialisation import FORMATS, serialise
from server.spreadsheet import for_spreadsheets

_MOST_ROWS_SHOWN: Final = 1_000
_EDITOR: Final = Path(__file__).parent / "static" / "built"
"""Where `make assets` puts the query editor; the page works without it."""

_COLUMNS: Final = "'sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk='"
"""The one style sheet that the editor writes into the page itself: for columns whose width can be drawn."""

_PAGE_POLICY: Final = (
    f"default-src 'none'; script-src 'self'; style-src 'self' {_COLUMNS}; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_NO_GRAPH: Final = f"{ROOT}graph/"
"""The name of a graph that no release has: each has a kind behind it."""

blueprint = Blueprint("sparql", __name__)


@blueprint.route("/sparql", methods=["GET", "POST"])
@blueprint.route("/releases/<release>/sparql", methods=["GET", "POST"], endpoint="of_release")
def endpoint(release: str | None = None) -> Response:  # noqa: ARG001  # the shelf reads it from the request
    """Answer a query over the current or the named release; without one, give the form or the service description."""
    operation = read_operation()
    if operation.query is None:
        return _without_query(operation)
    try:
        return _answer(operation, operation.query)
    except QueryError as error:
        if not _prefers_page(operation):
            raise
        problem = problem_of(error)
        page = _page(operation, problem=problem)
        page.status_code = KINDS[problem.code].status
        return page


def ask_release(question: Question) -> bytes:
    """Give the serialised answer of the release that the request asks about; raises what the pool raises."""
    failed = request.environ.get(FAILED)
    if failed is not None:
        raise failed
    pool: QueryPool = current_app.extensions["query_pool"]
    is_gone = request.environ.get(IS_GONE, lambda: False)
    return pool.ask(shelf().release.directory / "store", question, client=client(), is_gone=is_gone)


def _answer(operation: Operation, query: str) -> Response:
    limits = settings().query_limits
    read = federation().read(query, limits)
    if read.form is QueryForm.UPDATE:
        raise refuse_update()
    media_type = form_of_answer(read.form, operation.format, request.headers.get("Accept"))
    if read.clauses:
        _have_read(read)
    text, sources = federation().answer(read, limits, client())
    try:
        response = _response(operation, replace(read, text=text), media_type, sources)
    except QueryError as error:
        if sources:
            raise without_place(error) from error
        raise
    if sources:
        response.headers["Hrcr-Sources"] = told(sources)
        response.headers["Cache-Control"] = "no-store"  # what a peer says may change at any time
    return response


def _have_read(query: Read) -> None:
    """Have a worker read a query over no graph at all before a peer is asked; raises QueryError with its place."""
    media_type = "text/turtle" if query.form.gives_triples else "application/sparql-results+json"
    ask_release(Question(text=query.alone, media_type=media_type, default_graphs=(_NO_GRAPH,)))


def _response(operation: Operation, read: Read, media_type: str, sources: tuple[Source, ...]) -> Response:
    if media_type == "text/html":
        return _page(operation, answer=_shown(operation, read.text, read.form), sources=sources)
    body = _ask(operation, read.text, media_type)
    if operation.format == SPREADSHEET and not read.form.gives_triples:
        return _sheet(body)
    return Response(body, content_type=content_type(media_type))


def _sheet(body: bytes) -> Response:
    answer = Response(for_spreadsheets(body), content_type=content_type("text/csv"))
    answer.headers["Content-Disposition"] = 'attachment; filename="answer.csv"'
    return answer


def _ask(operation: Operation, query: str, media_type: str) -> bytes:
    return ask_release(
        Question(
            text=query,
            media_type=media_type,
            default_graphs=operation.default_graphs,
            named_graphs=operation.named_graphs,
        )
    )


def _shown(operation: Operation, query: str, form: QueryForm) -> Answer:
    media_type = "text/turtle" if form.gives_triples else "application/sparql-results+json"
    return read_answer(_ask(operation, query, media_type), is_graph=form.gives_triples, most_rows=_MOST_ROWS_SHOWN)


def _without_query(operation: Operation) -> Response:
    if request.method == "POST":
        raise Problem("bad-request", "The request carries no query: send it as the parameter “query” or as the body.")
    if _prefers_page(operation):
        return _page(operation)
    return _description(form_of_graph(operation.format, request.headers.get("Accept")))


def _description(media_type: str) -> Response:
    held = shelf()

    def write() -> bytes:
        return serialise(endpoint_description(held, settings(), request.base_url, request.host_url), written)

    written = media_type if media_type in FORMATS else "text/turtle"
    body = held.kept.get((request.base_url, written), write)
    return Response(body, content_type=content_type(written))


def _prefers_page(operation: Operation) -> bool:
    if operation.format is not None:
        return operation.format in ("html", "text/html")
    accept = request.headers.get("Accept", "")
    return "text/html" in accept and choose(accept, (*TRIPLES, *SOLUTIONS)) == "text/html"


def _page(
    operation: Operation,
    *,
    answer: Answer | None = None,
    problem: Problem | None = None,
    sources: tuple[Source, ...] = (),
) -> Response:
    page = render_template(
        "sparql.html",
        query=operation.query,
        prefixes=PREFIX_BLOCK,
        answer=answer,
        problem=problem,
        operation=operation,
        endpoint=request.path,
        day=request.args.get("at"),
        examples=example_questions(),
        most_rows=_MOST_ROWS_SHOWN,
        seconds=settings().query_seconds,
        has_editor=(_EDITOR / "yasgui.min.js").is_file(),
        citation=_citation(operation) if answer else None,
        sources=sources,
        peers=federation().peers,
    )
    response = Response(page, mimetype="text/html")
    response.headers["Content-Security-Policy"] = _PAGE_POLICY
    if answer:
        response.headers["Cache-Control"] = "private, no-cache"  # it says on which day it was asked
    return response


def _citation(operation: Operation) -> Citation:
    kept = kept_queries().name(operation.query or "")
    address = url_for("kept_queries.follow", name=kept, _external=True) if kept else None
    return Citation(release=shelf().release, asked=installation().today(), address=address)


@blueprint.get("/sparql/completions.json")
def completions() -> Response:
    """Give what a query editor completes: our prefixes, and the classes and properties that the release uses (VoID)."""
    manifest = shelf().manifest
    terms = {
        "prefixes": {prefix: str(namespace) for prefix, namespace in PREFIXES.items()},
        "classes": sorted(map(str, manifest.objects(None, VOID["class"]))),
        "properties": sorted(map(str, manifest.objects(None, VOID.property))),
    }
    return jsonify(terms)
