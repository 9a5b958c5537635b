"""A query as the SPARQL 1.1 Protocol carries it (section 2.1): read from the request, refused where it is none."""

import re
from dataclasses import dataclass
from typing import Final

from flask import current_app, request

from server.problems import Problem

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+")
_FORM: Final = "application/x-www-form-urlencoded"
_QUERY: Final = "application/sparql-query"
_BYTES_EACH: Final = 8
_MOST_PARAMETERS: Final = 100
_ESCAPED = re.compile("(?:%[0-9A-Fa-f]{2})+")
_READS_ONLY: Final = "This endpoint only reads: releases are never changed in place."

IS_GONE: Final = "hrcr.is_gone"
"""Where the environment of a request holds a function that says whether the client has gone."""
FAILED: Final = "hrcr.failed"
"""Where it holds the error that came of asking already, so that nothing is asked twice."""

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A query operation; without a query, what was asked about the endpoint itself."""

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | None = None


def read_operation() -> Operation:
    """Read the operation of the current request: by GET, by a form, or with the query as the body.

    Raises Problem: 400 for what is no request of the protocol, 405 for an update, 413 and 415 for a body.
    """
    most = current_app.extensions["settings"].query_limits.characters
    pairs = parameters()
    if request.method == "POST":
        if (request.content_length or 0) > _BYTES_EACH * most:
            raise Problem("query-too-long", f"The request has more than {_BYTES_EACH * most:,} bytes.")
        pairs += _posted()
    return operation_of(pairs, most)


def operation_of(pairs: Pairs, most: int) -> Operation:
    """Give the operation that parameters state, the query with at most so many characters; raises Problem."""
    named = {name for name, _ in pairs}
    if "update" in named:
        raise refuse_update()
    query = _once(pairs, "query") if "query" in named else None
    if query is not None and len(query) > most:
        raise Problem("query-too-long", f"The query has {len(query):,} characters; {most:,} are allowed.")
    return Operation(
        query=query,
        default_graphs=graphs_named(pairs, "default-graph-uri") if "default-graph-uri" in named else (),
        named_graphs=graphs_named(pairs, "named-graph-uri") if "named-graph-uri" in named else (),
        format=next((value for name, value in reversed(pairs) if name == "format"), None),
    )


def parameters() -> Pairs:
    """Give the parameters of the address, in order; raises Problem (400) when they are not well-formed UTF-8."""
    return pairs_of(request.query_string)


def pairs_of(encoded: bytes) -> Pairs:
    """Cut form-encoded parameters; raises Problem (400) when they are not well-formed UTF-8, or too many.

    The same as ``urllib.parse.parse_qsl`` gives, in half the time.
    """
    parts = _text(encoded).replace("+", " ").split("&")
    if len(parts) > _MOST_PARAMETERS:
        raise Problem("bad-request", "The parameters are too many.")
    try:
        cut = (part.partition("=") for part in parts if part)
        return [(_decoded(name), _decoded(value)) for name, _, value in cut]
    except ValueError as fault:
        raise Problem("bad-request", "The parameters are not well-formed.") from fault


def _decoded(text: str) -> str:
    return _ESCAPED.sub(_characters, text) if "%" in text else text


def _characters(match: re.Match[str]) -> str:
    return bytes.fromhex(match[0].replace("%", "")).decode()


def graphs_named(pairs: Pairs, wanted: str) -> tuple[str, ...]:
    """Give the values of a parameter that names graphs, each once; raises Problem (400) for what is no absolute IRI.

    The engine would count a triple as often as its graph is named.
    """
    names = tuple(dict.fromkeys(value for name, value in pairs if name == wanted))
    for name in names:
        if _IRI.fullmatch(name) is None:
            raise Problem("bad-request", f"The parameter “{wanted}” is not an absolute IRI.")
    return names


def refuse_update() -> Problem:
    """Give the refusal of everything that would change a release."""
    return Problem("update-refused", _READS_ONLY)


def _posted() -> Pairs:
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem("unsupported-media-type", "The body is compressed; send it as it is.", accepted=[_QUERY, _FORM])
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise Problem("unsupported-media-type", "The body is not in UTF-8.", accepted=[_QUERY, _FORM])
    match request.mimetype:
        case "application/x-www-form-urlencoded":
            return pairs_of(request.get_data(cache=False))
        case "application/sparql-query":
            return [("query", _text(request.get_data(cache=False)))]
        case "application/sparql-update":
            raise refuse_update()
    named = request.mimetype or "no media type"
    raise Problem("unsupported-media-type", f"The body is sent as {named}.", accepted=[_QUERY, _FORM])


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise Problem("bad-request", "The request is not UTF-8.") from fault


def _once(pairs: Pairs, wanted: str) -> str | None:
    values = [value for name, value in pairs if name == wanted]
    if len(values) > 1:
        raise Problem("bad-request", f"The parameter “{wanted}” stands {len(values)} times; one query is answered.")
    return values[0] if values else None
