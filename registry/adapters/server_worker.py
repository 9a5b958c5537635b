"""One query at a time over one release that lies in a SPARQL server, in a process that may be killed.

Run as ``python -m registry.adapters.server_worker DIRECTORY MEGABYTES SLOW_SECONDS SECONDS``, where ``store.json`` lies
beside DIRECTORY. Frames are those of ``query_worker``; the first one out has ``"elsewhere": true``. More statuses are
``query-refused``, ``store-unavailable``, ``store-answer-refused``, ``time-limit-passed`` and ``release-not-in-store``.

The engine that reads releases reads each query first, over nothing: its faults are told as ever, and what is asked of
the server is known, form and columns. The server is asked for a form whose end can be seen; its answer is parsed and
written anew, so an answer has the same bytes whoever gave it, and what is not whole or not what was asked is given to
nobody. It takes a moment for each question that an embedded store does not take.

What evaluates and parses does so in a thread that cannot open a connection (seccomp holds for threads); another one
opens the connection to the server. seccomp sees no addresses, so nothing but this code keeps that one to the server.
"""

import os
import re
import resource
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

import pyoxigraph

from registry.adapters.query_worker import (
    STACK,
    Bounded,
    Question,
    Status,
    evaluate,
    serve,
    told,
)
from registry.adapters.sparql_text import with_dataset
from registry.adapters.store_address import EMBEDDED, StoreAddress, read_address
from registry.adapters.store_exchange import NoAnswerError, Received, post
from registry.adapters.system_calls import bound_memory, leave_with, refuse_network
from registry.adapters.whole_answers import GRAPH, MOST_OF_A_TRUTH, ROWS, give
from registry.errors import ReleaseError
from registry.query_tokens import named
from registry.store_errors import ReleaseNotInStore

_TIMES: Final = 16
"""How many bytes may be read for each that may be given on: JSON takes more than a table with short cells."""
_GRACE: Final = 1.0
"""Seconds that the server is given beyond the deadline, so that an answer it cuts off never comes in time."""
_CAST: Final = re.compile(r"http://www\.w3\.org/2001/XMLSchema#[A-Za-z]+")
_SCHEMES: Final = ("bif:", "sql:", "java:")
_NOWHERE: Final = "https://w3id.org/hrcr/graph/"
"""The name of a graph that no release has."""

_SERVICE = re.compile("service", re.IGNORECASE)
_CODE_POINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


class ServerDesk:
    """Asks one server, question by question."""

    def __init__(self, release: Path, seconds: float) -> None:
        """Ask about a release, each time within so many seconds; the thread that calls this may open connections."""
        self._release = release
        self._seconds = seconds
        self._program: str | None = None
        self._nothing = pyoxigraph.Store()
        self._embedded: pyoxigraph.Store | None = None
        self._reader = threading.local()
        self._carrier = ThreadPoolExecutor(1)
        self._carrier.submit(int).result()  # a thread has what its starter has: this one is started before any filter

    def answer(self, question: Question) -> tuple[Status, bytes]:
        """Give the status of one question, with what the server answered, written anew."""
        since = time.monotonic()
        if not getattr(self._reader, "is_shut", False):
            refuse_network()
            self._reader.is_shut = True
        try:
            status, body = told(partial(self._evaluate, question, since + self._seconds), question["most_bytes"])
        except NoAnswerError as fault:
            status, body = {"status": fault.status, "message": str(fault)}, b""
        status["seconds"] = round(time.monotonic() - since, 6)  # what the server took is known to nobody else
        return status, body

    def _evaluate(self, question: Question, deadline: float, buffer: Bounded) -> None:
        for name in (*question["default_graphs"], *question["named_graphs"]):
            pyoxigraph.NamedNode(name)  # what is no IRI is a fault of the query, as ever
        _refuse_foreign(question.get("plain", ""))  # the engine here knows no such function, and would not say where
        expected = self._nothing.query(question["query"])
        if "plain" not in question:
            raise ValueError("it cannot be cut into words")
        self._refuse_service(question["plain"])
        address = self._address()
        if address is None or not self._from_server(address, question, deadline, expected, buffer):
            self._from_embedded(question, buffer)

    def _from_server(
        self, address: StoreAddress, question: Question, deadline: float, expected: object, buffer: Bounded
    ) -> bool:
        """Write the server's answer; say whether the release still lay there when it was whole."""
        try:
            received = self._carrier.submit(self._asked, address, question, deadline, expected).result()
            with closing(received):
                give(received, expected, question, buffer)
        except NoAnswerError:
            if self._address() is None:
                return False
            raise
        after = self._address()
        if after is not None and after != address:
            raise NoAnswerError("store-unavailable", "The release was moved while it was asked")
        return after is not None

    def _from_embedded(self, question: Question, buffer: Bounded) -> None:
        """Answer from the release's own store, which is asked when its place in the server was given to another."""
        if self._embedded is None:
            self._embedded = pyoxigraph.Store.read_only(str(self._release / EMBEDDED))
        buffer.seek(0)
        buffer.truncate()
        evaluate(self._embedded, question, buffer)

    def _refuse_service(self, text: str) -> None:
        """Refuse what would have the server ask another endpoint, if the look at queries should have let it through.

        A text in which the engine reads the word SERVICE is none that it understands with another word in its place.
        """
        for read in dict.fromkeys((text, _CODE_POINT.sub(_character, text))):
            if _SERVICE.search(read) is None:
                continue
            try:
                self._nothing.query(_SERVICE.sub("sxrvice", read))
            except SyntaxError as fault:
                raise ValueError("SERVICE is refused here") from fault

    def _address(self) -> StoreAddress | None:
        """Say where the release lies, None where its own store is to be asked; raises NoAnswerError."""
        try:
            return read_address(self._release)
        except ReleaseNotInStore as gone:
            raise NoAnswerError("release-not-in-store", str(gone)) from gone
        except ReleaseError as fault:
            raise NoAnswerError("store-unavailable", str(fault)) from fault

    def _asked(self, address: StoreAddress, question: Question, deadline: float, expected: object) -> Received:
        """Send a question; runs in the thread that may open connections."""
        accepted = GRAPH if isinstance(expected, pyoxigraph.QueryTriples) else ROWS
        if self._program is None and address.default_graph is not None:
            self._send(address, [("query", "ASK {}")], ROWS, most_bytes=MOST_OF_A_TRUTH, deadline=deadline).close()
        pairs = [("query", _with_dataset(address, question)), *_graphs(address, question)]
        if "virtuoso" in (self._program or ""):
            pairs.append(("timeout", str(round(1_000 * (self._seconds + _GRACE)))))
        return self._send(address, pairs, accepted, most_bytes=_TIMES * question["most_bytes"], deadline=deadline)

    def _send(
        self,
        address: StoreAddress,
        pairs: list[tuple[str, str]],
        accepted: tuple[str, ...],
        *,
        most_bytes: int,
        deadline: float,
    ) -> Received:
        """Ask, and learn which program answers; Fuseki reads the field ``Timeout``, which others let pass."""
        fields = [("Timeout", f"{self._seconds + _GRACE:g}")]
        received = post(address.query, pairs, accepted, most_bytes=most_bytes, deadline=deadline, headers=fields)
        self._program = received.fields.get("server", "").lower()
        return received


def _with_dataset(address: StoreAddress, question: Question) -> str:
    """Give the text that is sent: with the dataset of the release, where the server's own is another and none is named.

    A dataset in the protocol would stand in the place of one in the text (SPARQL 1.1 Protocol, 2.1.4).
    """
    if question["default_graphs"] or question["named_graphs"]:
        return question["plain"]
    return with_dataset(question["plain"], address.default_graph, address.named_graphs)


def _graphs(address: StoreAddress, question: Question) -> list[tuple[str, str]]:
    """Give the dataset that was named, as the protocol says it.

    A server whose own dataset is another than that of the release takes more than is named, so a graph that is not
    there is named for the rest.
    """
    default, named = [*question["default_graphs"]], [*question["named_graphs"]]
    if address.default_graph is not None and (default or named):
        default, named = default or [_NOWHERE], named or [_NOWHERE]
    return [*(("default-graph-uri", name) for name in default), *(("named-graph-uri", name) for name in named)]


def _refuse_foreign(text: str) -> None:
    """Refuse functions by which servers do more than answer: those of an IRI that names no cast, and their schemes.

    Virtuoso's ``sql:`` and ``bif:`` reach its database, its files and other servers, Jena's ``java:`` loads classes.
    """
    for read in dict.fromkeys((text, _CODE_POINT.sub(_character, text))):
        for iri, is_called in named(read):
            if iri.lower().startswith(_SCHEMES) or (is_called and _CAST.fullmatch(iri) is None):
                raise ValueError(
                    f"<{iri[:100]}> is refused here: this release lies in a SPARQL server, where no function is called "
                    "by its IRI but the casts of XML Schema, and no list stands right behind a property"
                )


def _character(match: re.Match[str]) -> str:
    number = int(match[1] or match[2], 16)
    return chr(number) if number <= 0x10FFFF else match[0]


def _is_shut() -> bool:
    """Say whether a thread can be kept from opening connections here; tried in one that ends."""
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(refuse_network).result()


def _run(store: str, megabytes: int, slow_seconds: float, seconds: float) -> None:
    """Bound what may be bounded, and serve the release."""
    leave_with(os.getppid())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    is_shut = _is_shut()
    desk = ServerDesk(Path(store).parent, seconds)
    threading.stack_size(STACK)
    bound_memory(megabytes * 1024 * 1024)
    greeting: Status = {"status": "ready", "network": not is_shut, "elsewhere": True}
    serve(desk.answer, sys.stdin.buffer, sys.stdout.buffer, slow_seconds=slow_seconds, greeting=greeting)


if __name__ == "__main__":
    _run(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]))
