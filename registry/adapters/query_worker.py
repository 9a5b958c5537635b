"""One query at a time over one release, in a process that may be killed.

Run as ``python -m registry.adapters.query_worker DIRECTORY``. Frames on standard input and output are four bytes of
length (big-endian) and so many bytes. In: a JSON object, ``Question``. Out: a JSON object, ``Status``, then the answer,
empty unless the status is ``ok``; the other statuses are ``query-error``, ``answer-too-large`` and ``store-error``. The
first frame out, ``{"status": "ready"}``, says that the release is open. Nothing is written before the whole answer is
at hand, so an answer is complete or missing.
"""

import io
import json
import os
import re
import resource
import sys
import threading
import time
from typing import TYPE_CHECKING, BinaryIO, Final, TypedDict

import pyoxigraph

if TYPE_CHECKING:
    from typing_extensions import Buffer

SOLUTIONS: Final = {
    "application/sparql-results+json": pyoxigraph.QueryResultsFormat.JSON,
    "application/sparql-results+xml": pyoxigraph.QueryResultsFormat.XML,
    "text/csv": pyoxigraph.QueryResultsFormat.CSV,
    "text/tab-separated-values": pyoxigraph.QueryResultsFormat.TSV,
}
TRIPLES: Final = {
    "text/turtle": pyoxigraph.RdfFormat.TURTLE,
    "application/n-triples": pyoxigraph.RdfFormat.N_TRIPLES,
    "application/ld+json": pyoxigraph.RdfFormat.JSON_LD,
    "application/rdf+xml": pyoxigraph.RdfFormat.RDF_XML,
    "application/trig": pyoxigraph.RdfFormat.TRIG,
    "application/n-quads": pyoxigraph.RdfFormat.N_QUADS,
}

_Named = pyoxigraph.NamedNode | pyoxigraph.BlankNode
_Default = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.DefaultGraph

MOST_MEMORY: Final = 4 * 1024**3
"""Bytes of address space for one worker."""

_PLACE = re.compile(r"error at (\d+):(\d+): ")
_CHARACTERS = re.compile(r",? ?\[(?:_|'[^\]]*')\]", re.DOTALL)


class Question(TypedDict):
    """One frame in."""

    query: str
    media_type: str
    default_graphs: list[str]
    named_graphs: list[str]
    prefixes: dict[str, str]
    most_bytes: int


class Status(TypedDict, total=False):
    """The frame before each answer."""

    status: str
    message: str
    line: int
    column: int


class AnswerTooLargeError(Exception):
    """More bytes than the question allows."""


class Bounded(io.BytesIO):
    """A buffer that refuses to grow past its bound."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__()
        self._most_bytes = most_bytes

    def write(self, data: "Buffer", /) -> int:
        """Take some bytes; raises AnswerTooLargeError past the bound."""
        if self.tell() + len(bytes(data)) > self._most_bytes:
            raise AnswerTooLargeError
        return super().write(data)


def read_frame(stream: BinaryIO) -> bytes | None:
    """Read one frame; None at the end of the stream."""
    head = stream.read(4)
    return stream.read(int.from_bytes(head, "big")) if len(head) == 4 else None


def write_frame(stream: BinaryIO, body: bytes) -> None:
    """Write one frame."""
    stream.write(len(body).to_bytes(4, "big"))
    stream.write(body)


def answer(store: pyoxigraph.Store, question: Question) -> tuple[Status, bytes]:
    """Evaluate one question and give its status with the serialised answer."""
    buffer = Bounded(question["most_bytes"])
    try:
        _evaluate(store, question, buffer)
    except AnswerTooLargeError:
        return {"status": "answer-too-large"}, b""
    except SyntaxError as fault:
        return _syntax(str(fault.msg)), b""
    except ValueError as fault:
        return {"status": "query-error", "message": str(fault)}, b""
    except (OSError, RuntimeError) as fault:
        return {"status": "store-error", "message": str(fault)}, b""
    return {"status": "ok"}, buffer.getvalue()


def _evaluate(store: pyoxigraph.Store, question: Question, buffer: Bounded) -> None:
    default_graphs: list[_Default] = [pyoxigraph.NamedNode(name) for name in question["default_graphs"]]
    named_graphs: list[_Named] = [pyoxigraph.NamedNode(name) for name in question["named_graphs"]]
    if default_graphs or named_graphs:
        result = store.query(question["query"], default_graph=default_graphs, named_graphs=named_graphs)
    else:
        result = store.query(question["query"])
    media_type = question["media_type"]
    if isinstance(result, pyoxigraph.QueryTriples):
        triples = sorted(set(result), key=str)
        pyoxigraph.serialize(triples, buffer, TRIPLES[media_type], prefixes=question["prefixes"])
    else:
        result.serialize(buffer, SOLUTIONS[media_type])


def _syntax(message: str) -> Status:
    place = _PLACE.match(message)
    if place is None:
        return {"status": "query-error", "message": message}
    wanted = _CHARACTERS.sub("", message[place.end() :]).replace("expected one of ", "expected ")
    return {"status": "query-error", "message": wanted, "line": int(place[1]), "column": int(place[2])}


def serve(store: pyoxigraph.Store, incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer frame after frame until the stream in ends."""
    write_frame(outgoing, json.dumps({"status": "ready"}).encode())
    outgoing.flush()
    while (frame := read_frame(incoming)) is not None:
        status, body = answer(store, json.loads(frame))
        write_frame(outgoing, json.dumps(status).encode())
        write_frame(outgoing, body)
        outgoing.flush()


def _stay_small_and_leave_with(parent: int) -> None:
    """Write no core file, take no more memory than allowed, and end when the parent has gone."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    _stay_small_and_leave_with(os.getppid())
    serve(pyoxigraph.Store.read_only(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
