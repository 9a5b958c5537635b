"""The SPARQL endpoint: SPARQL 1.1 Protocol, query operation; answers come from killable workers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from flask import Blueprint, Response, current_app, render_template, request

from registry.errors import QueryError
from registry.queries import MOST_CHARACTERS, QueryForm, examine_query
from server.answers import Answer, read_answer
from server.endpoint_description import endpoint_description
from server.library import shelf
from server.negotiation import choose
from server.problems import KINDS, Problem, problem_of
from server.query_pool import QueryPool, Question
from server.questions import PREFIX_BLOCK, example_questions
from server.serialisation import send_graph

SOLUTIONS: Final[Mapping[str, str]] = {
    "application/sparql-results+json": "application/sparql-results+json",
    "application/sparql-results+xml": "application/sparql-results+xml",
    "text/csv": "text/csv",
    "text/tab-separated-values": "text/tab-separated-values",
    "text/html": "text/html",
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
}
"""What may be asked for and what is then sent, the favourite first."""

TRIPLES: Final[Mapping[str, str]] = {
    "text/turtle": "text/turtle",
    "application/n-triples": "application/n-triples",
    "application/ld+json": "application/ld+json",
    "application/rdf+xml": "application/rdf+xml",
    "text/html": "text/html",
    "application/json": "application/ld+json",
    "application/xml": "application/rdf+xml",
    "text/xml": "application/rdf+xml",
    "text/plain": "application/n-triples",
}

SHORT_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "json": ("application/sparql-results+json", "application/ld+json"),
    "xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
    "turtle": ("text/turtle",),
    "ttl": ("text/turtle",),
    "n3": ("text/turtle",),
    "ntriples": ("application/n-triples",),
    "nt": ("application/n-triples",),
    "jsonld": ("application/ld+json",),
    "json-ld": ("application/ld+json",),
    "rdf": ("application/rdf+xml",),
    "rdfxml": ("application/rdf+xml",),
    "rdf+xml": ("application/rdf+xml",),
    "html": ("text/html",),
}
"""The values of ``format`` beside whole media types."""

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+")
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_MOST_BODY = 8 * MOST_CHARACTERS
_MOST_ROWS_SHOWN = 1_000

blueprint = Blueprint("sparql", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A query operation as the protocol carries it (SPARQL 1.1 Protocol, section 2.1)."""

    query: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format: str | None


@blueprint.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """Answer a query; without one, give the form or the service description."""
    operation = _operation()
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


def _answer(operation: Operation, query: str) -> Response:
    if len(query) > MOST_CHARACTERS:
        raise Problem("query-too-long", f"The query has {len(query):,} characters; {MOST_CHARACTERS:,} are allowed.")
    form = examine_query(query, current_app.extensions["settings"].query_limits)
    if form is QueryForm.UPDATE:
        raise Problem("update-refused", "This endpoint only reads: releases are never changed in place.")
    media_type = _media_type(form, operation.format)
    if media_type == "text/html":
        return _page(operation, answer=_shown(operation, query, form))
    body = _ask(operation, query, media_type)
    charset = "" if media_type.endswith(("json", "xml")) else "; charset=utf-8"
    return Response(body, content_type=media_type + charset)


def _ask(operation: Operation, query: str, media_type: str) -> bytes:
    pool: QueryPool = current_app.extensions["query_pool"]
    question = Question(
        text=query,
        media_type=media_type,
        default_graphs=operation.default_graphs,
        named_graphs=operation.named_graphs,
    )
    return pool.ask(shelf().release.directory / "store", question)


def _shown(operation: Operation, query: str, form: QueryForm) -> Answer:
    media_type = "text/turtle" if form.gives_triples else "application/sparql-results+json"
    return read_answer(_ask(operation, query, media_type), is_graph=form.gives_triples, most_rows=_MOST_ROWS_SHOWN)


def _media_type(form: QueryForm, asked: str | None) -> str:
    offers = TRIPLES if form.gives_triples else SOLUTIONS
    if asked is None:
        chosen = choose(request.headers.get("Accept"), tuple(offers))
    else:
        names = SHORT_NAMES.get(asked.lower(), (asked.replace(" ", "+"),))
        chosen = next((name for name in names if name in offers), None)
    if chosen is None:
        available = list(dict.fromkeys(offers.values()))
        raise Problem("not-acceptable", f"A {form} query is answered as one of the types listed.", available=available)
    return offers[chosen]


def _without_query(operation: Operation) -> Response:
    if request.method == "POST":
        raise Problem("bad-request", "The request carries no query: send it as the parameter “query” or as the body.")
    if _prefers_page(operation):
        return _page(operation)
    return send_graph(endpoint_description(shelf()), choose(request.headers.get("Accept"), tuple(TRIPLES)))


def _prefers_page(operation: Operation) -> bool:
    if operation.format is not None:
        return operation.format in ("html", "text/html")
    accept = request.headers.get("Accept", "")
    return "text/html" in accept and choose(accept, (*TRIPLES, *SOLUTIONS)) == "text/html"


def _page(operation: Operation, *, answer: Answer | None = None, problem: Problem | None = None) -> Response:
    page = render_template(
        "sparql.html",
        query=operation.query or PREFIX_BLOCK,
        answer=answer,
        problem=problem,
        operation=operation,
        examples=example_questions(),
        most_rows=_MOST_ROWS_SHOWN,
        seconds=current_app.extensions["settings"].query_seconds,
    )
    return Response(page, mimetype="text/html")


def _operation() -> Operation:
    pairs = _pairs(request.query_string)
    if request.method == "POST":
        if (request.content_length or 0) > _MOST_BODY:
            raise Problem("query-too-long", f"The request has more than {_MOST_BODY:,} bytes.")
        pairs += _posted()
    if any(name == "update" for name, _ in pairs):
        raise Problem("update-refused", "This endpoint only reads: releases are never changed in place.")
    return Operation(
        query=_once(pairs, "query"),
        default_graphs=_graphs(pairs, "default-graph-uri"),
        named_graphs=_graphs(pairs, "named-graph-uri"),
        format=_once(pairs, "format"),
    )


def _posted() -> list[tuple[str, str]]:
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem("unsupported-media-type", "The body is compressed; send it as it is.", accepted=[_QUERY, _FORM])
    match request.mimetype:
        case "application/x-www-form-urlencoded":
            return _pairs(request.get_data(cache=False))
        case "application/sparql-query":
            return [("query", _text(request.get_data(cache=False)))]
        case "application/sparql-update":
            raise Problem("update-refused", "This endpoint only reads: releases are never changed in place.")
    named = request.mimetype or "no media type"
    raise Problem("unsupported-media-type", f"The body is sent as {named}.", accepted=[_QUERY, _FORM])


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(_text(encoded), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as fault:
        raise Problem("bad-request", "The parameters are not well-formed.") from fault


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise Problem("bad-request", "The request is not UTF-8.") from fault


def _graphs(pairs: list[tuple[str, str]], wanted: str) -> tuple[str, ...]:
    names = tuple(value for name, value in pairs if name == wanted)
    for name in names:
        if _IRI.fullmatch(name) is None:
            raise Problem("bad-request", f"The parameter “{wanted}” is not an absolute IRI.")
    return names


def _once(pairs: list[tuple[str, str]], wanted: str) -> str | None:
    values = [value for name, value in pairs if name == wanted]
    if len(values) > 1 and wanted == "query":
        raise Problem("bad-request", f"The parameter “{wanted}” stands {len(values)} times; one query is answered.")
    return values[-1] if values else None
