"""What is sent to a query worker, and what its answer means (``registry/adapters/query_worker.py``)."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from registry.errors import (
    AnswerTooLarge,
    MemoryLimitPassed,
    QueryError,
    StoreError,
    TimeLimitPassed,
)
from registry.namespaces import PREFIXES
from registry.plain_queries import plain
from registry.store_errors import ReleaseNotInStore, StoreAnswerRefused, StoreUnavailable
from server.query_process import TOO_MUCH_MEMORY

_PREFIXES: Final = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}
_PREFIXED: Final = frozenset({"text/turtle", "application/trig", "application/rdf+xml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One query as the protocol gives it, with the media type its answer shall have."""

    text: str
    media_type: str
    default_graphs: Sequence[str] = ()
    named_graphs: Sequence[str] = ()

    def frame(self, most_bytes: int, *, is_elsewhere: bool = False) -> bytes:
        """Give the question as the worker reads it; one that asks a server has the text plainly too, as it is sent."""
        facts: dict[str, object] = {
            "query": self.text,
            "media_type": self.media_type,
            "default_graphs": list(self.default_graphs),
            "named_graphs": list(self.named_graphs),
            "prefixes": _PREFIXES if self.media_type in _PREFIXED else {},
            "most_bytes": most_bytes,
        }
        if is_elsewhere:
            with suppress(QueryError):  # of a text that cannot be cut, the worker says what is wrong with it
                facts["plain"] = plain(self.text)
        return json.dumps(facts).encode()


def answer_of(status: dict[str, object], body: bytes, most_bytes: int) -> bytes:
    """Give the answer that a worker sent after its status.

    Raises QueryError (with line and column), AnswerTooLarge, MemoryLimitPassed and StoreError; of a server that holds
    the release also StoreUnavailable, StoreAnswerRefused, TimeLimitPassed and ReleaseNotInStore.
    """
    match status["status"]:
        case "ok":
            return body
        case "query-error":
            raise _query_error(f"The query is not SPARQL 1.1: {status['message']}.", status)
        case "query-refused":
            raise _query_error(
                "The store does not take the query, though it is SPARQL 1.1; write it otherwise.", status
            )
        case "answer-too-large":
            raise AnswerTooLarge(f"The answer has more than {most_bytes:,} bytes; use LIMIT, or ask for less.")
        case "memory-limit-passed":
            raise MemoryLimitPassed(TOO_MUCH_MEMORY)
        case "time-limit-passed":
            raise TimeLimitPassed("The query took longer than the store may take and was stopped; ask for less.")
        case "release-not-in-store":
            raise ReleaseNotInStore(str(status["message"]))
        case "store-unavailable":
            raise StoreUnavailable(f"{status['message']}.")
        case "store-answer-refused":
            raise StoreAnswerRefused(f"{status['message']}.")
        case _:
            raise StoreError(f"The store could not answer: {status['message']}.")


def _query_error(message: str, status: dict[str, object]) -> QueryError:
    line, column = status.get("line"), status.get("column")
    return QueryError(
        message,
        line=line if isinstance(line, int) else None,
        column=column if isinstance(column, int) else None,
    )
