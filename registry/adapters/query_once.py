"""One query over one release, for a process that ends with its answer."""

from pathlib import Path

import pyoxigraph

from registry.adapters.query_worker import answer
from registry.errors import QueryError, StoreError

_MOST_BYTES = 1024**3


def ask(directory: Path, query: str, media_type: str, prefixes: dict[str, str]) -> bytes:
    """Give the serialised answer; raise QueryError with line and column for a wrong query, StoreError otherwise."""
    status, body = answer(
        pyoxigraph.Store.read_only(str(directory)),
        {
            "query": query,
            "media_type": media_type,
            "default_graphs": [],
            "named_graphs": [],
            "prefixes": prefixes,
            "most_bytes": _MOST_BYTES,
        },
    )
    if status["status"] == "ok":
        return body
    if status["status"] == "query-error":
        line, column = status.get("line"), status.get("column")
        place = f"line {line}, column {column}: " if line else ""
        raise QueryError(f"The query is not SPARQL 1.1: {place}{status['message']}.", line=line, column=column)
    raise StoreError(f"The store could not answer: {status.get('message', 'the answer is too large')}.")
