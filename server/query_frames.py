"""What is sent to a query worker, and what its answer means (``registry/adapters/query_worker.py``)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from registry.errors import AnswerTooLarge, MemoryLimitPassed, QueryError, StoreError
from registry.namespaces import PREFIXES
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

    def frame(self, most_bytes: int) -> bytes:
        """Give the question as the worker reads it."""
        return json.dumps(
            {
                "query": self.text,
                "media_type": self.media_type,
                "default_graphs": list(self.default_graphs),
                "named_graphs": list(self.named_graphs),
                "prefixes": _PREFIXES if self.media_type in _PREFIXED else {},
                "most_bytes": most_bytes,
            }
        ).encode()


def answer_of(status: dict[str, object], body: bytes, most_bytes: int) -> bytes:
    """Give the answer that a worker sent after its status.

    Raises QueryError (with line and column), AnswerTooLarge, MemoryLimitPassed and StoreError.
    """
    match status["status"]:
        case "ok":
            return body
        case "query-error":
            line, column = status.get("line"), status.get("column")
            raise QueryError(
                f"The query is not SPARQL 1.1: {status['message']}.",
                line=line if isinstance(line, int) else None,
                column=column if isinstance(column, int) else None,
            )
        case "answer-too-large":
            raise AnswerTooLarge(f"The answer has more than {most_bytes:,} bytes; use LIMIT, or ask for less.")
        case "memory-limit-passed":
            raise MemoryLimitPassed(TOO_MUCH_MEMORY)
        case _:
            raise StoreError(f"The store could not answer: {status['message']}.")
