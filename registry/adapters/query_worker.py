"""One query at a time over one release, in a process that may be killed.

Run as ``python -m registry.adapters.query_worker DIRECTORY MEGABYTES SECONDS``. Frames on standard input and output are
four bytes of length (big-endian) and so many bytes. In: a JSON object, ``Question``. Out: a JSON object, ``Status``,
then the answer, empty unless the status is ``ok``; the other statuses are ``query-error``, ``answer-too-large``,
``memory-limit-passed`` and ``store-error``. The first frame out, ``{"status": "ready", "network": false}``, says that
the release is open and whether the network can still be reached. Nothing is written before the whole answer is at hand,
so an answer is complete or missing.

A question older than SECONDS is put behind everybody else's: its thread gets the lowest priority (nice 19). Priorities
can only ever be lowered without privilege, so the next question is answered by a new thread.
"""

import io
import json
import os
import re
import resource
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final, NotRequired, TypedDict

import pyoxigraph

from registry.adapters.system_calls import bound_memory, leave_with, refuse_network

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

_LOOK_SECONDS: Final = 0.05
STACK: Final = 64 * 1024 * 1024
"""Bytes of stack for evaluation: the engine recurses, and a stack overflow ends the process."""
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
    plain: NotRequired[str]
    """The query as every engine cuts it into the same words; said to who asks a server alone."""


class Status(TypedDict, total=False):
    """The frame before each answer."""

    status: str
    message: str
    line: int
    column: int
    seconds: float
    network: bool
    elsewhere: bool


Answerer = Callable[[Question], tuple[Status, bytes]]
"""Gives the status of one question with the serialised answer, empty unless the status is ``ok``."""


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
    return told(partial(evaluate, store, question), question["most_bytes"])


def told(evaluate: Callable[[Bounded], None], most_bytes: int) -> tuple[Status, bytes]:
    """Give what an evaluation writes with its status, or the status that says why there is nothing."""
    buffer = Bounded(most_bytes)
    try:
        evaluate(buffer)
    except AnswerTooLargeError:
        return {"status": "answer-too-large"}, b""
    except SyntaxError as fault:
        return _syntax(str(fault.msg)), b""
    except ValueError as fault:
        return {"status": "query-error", "message": str(fault)}, b""
    except (OSError, RuntimeError) as fault:
        return {"status": "store-error", "message": str(fault)}, b""
    except MemoryError:
        return {"status": "memory-limit-passed"}, b""
    return {"status": "ok"}, buffer.getvalue()


def evaluate(store: pyoxigraph.Store, question: Question, buffer: Bounded) -> None:
    """Write the answer of a store; raises what ``told`` tells."""
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


def serve(
    answerer: Answerer,
    incoming: BinaryIO,
    outgoing: BinaryIO,
    *,
    slow_seconds: float,
    greeting: Status,
) -> None:
    """Answer frame after frame until the stream in ends; what is older than ``slow_seconds`` is put behind others."""
    write_frame(outgoing, json.dumps(greeting).encode())
    outgoing.flush()
    desk = _Desk(answerer, incoming, outgoing, slow_seconds)
    parent = os.getppid()
    while desk.is_open:
        thread = threading.Thread(target=desk.work)
        thread.start()
        while thread.is_alive():
            thread.join(_LOOK_SECONDS)
            desk.look(thread)
            if os.getppid() != parent:
                os._exit(0)


class _Desk:
    """Where one thread answers and another looks at the clock."""

    def __init__(self, answerer: Answerer, incoming: BinaryIO, outgoing: BinaryIO, slow_seconds: float) -> None:
        self._answerer = answerer
        self._slow_seconds = slow_seconds
        self._incoming = incoming
        self._outgoing = outgoing
        self._lock = threading.Lock()
        self._since: float | None = None
        self._is_slowed = False
        self.is_open = True

    def work(self) -> None:
        """Answer until the stream in ends, or until this thread was slowed down; anything unforeseen ends all."""
        self._is_slowed = False
        self.is_open = False
        while (frame := read_frame(self._incoming)) is not None:
            spent = time.process_time()
            self._mark(time.monotonic())
            status, body = self._answerer(json.loads(frame))
            self._mark(None)
            status.setdefault("seconds", round(time.process_time() - spent, 6))
            write_frame(self._outgoing, json.dumps(status).encode())
            write_frame(self._outgoing, body)
            self._outgoing.flush()
            if self._is_slowed:
                self.is_open = True
                return

    def look(self, thread: threading.Thread) -> None:
        """Give the thread the lowest priority once its question is old."""
        with self._lock:
            is_slow = self._since is not None and time.monotonic() - self._since > self._slow_seconds
            if is_slow and not self._is_slowed and thread.native_id is not None:
                os.setpriority(os.PRIO_PROCESS, thread.native_id, 19)
                self._is_slowed = True

    def _mark(self, since: float | None) -> None:
        with self._lock:
            self._since = since


def _run(directory: str, megabytes: int, slow_seconds: float) -> None:
    """Give up what evaluation does not need, open the release, and serve it."""
    leave_with(os.getppid())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    has_network = not refuse_network()
    threading.stack_size(STACK)
    try:
        store = pyoxigraph.Store.read_only(directory)
    except OSError as fault:
        write_frame(sys.stdout.buffer, json.dumps({"status": "store-error", "message": str(fault)}).encode())
        return
    bound_memory(megabytes * 1024 * 1024)
    greeting: Status = {"status": "ready", "network": has_network}
    serve(partial(answer, store), sys.stdin.buffer, sys.stdout.buffer, slow_seconds=slow_seconds, greeting=greeting)


if __name__ == "__main__":
    _run(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
