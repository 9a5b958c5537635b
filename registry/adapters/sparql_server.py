"""Speaking with a SPARQL 1.1 server over HTTP: one request, one whole answer within its limits, or a StoreError.

No redirect is followed, no compression is asked for, and an answer counts as whole only where its end can be told.
"""

import atexit
import os
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlencode, urlsplit

import httpcore

from registry.adapters.store_address import StoreAddress
from registry.errors import StoreError

RESULTS: Final = "application/sparql-results+json"
TRIPLES: Final = "application/n-triples"
_FORM: Final = "application/x-www-form-urlencoded; charset=UTF-8"
_CUT_SHORT: Final = frozenset({b"x-sparql-maxrows", b"x-sql-state", b"x-exec-milliseconds"})
"""By these Virtuoso says that it stopped before the end; such an answer is no answer."""
_FAULTS: Final = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
)
_CONNECTIONS: Final = 16
_IDLE_SECONDS: Final = 5.0
_CONNECT_SECONDS: Final = 2.0
_SAID: Final = 200
"""Characters of what a server says of its failure that are told on."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one answer may take and how many bytes it may have."""

    seconds: float = 60.0
    most_bytes: int = 1024**3


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole."""

    status: int
    media_type: str
    body: bytes


class SparqlServer:
    """One place in a server; may be shared between threads."""

    def __init__(self, address: StoreAddress, *, login: str = "", limits: Limits | None = None) -> None:
        """Speak with a place; ``login`` is ``user:password`` (HTTP Basic), empty for a server that wants none."""
        self.address: Final = address
        self._limits = limits or Limits()
        self._headers = [("Accept-Encoding", "identity"), ("User-Agent", "hrcr")]
        if login:
            self._headers.append(("Authorization", f"Basic {b64encode(login.encode()).decode()}"))

    def query(self, text: str, accept: str) -> Answer:
        """Ask a query (SPARQL 1.1 Protocol, 2.1.2); raise StoreError for any status but 200."""
        body = urlencode({"query": text}).encode()
        answer = self._send("POST", self.address.query, {"Accept": accept, "Content-Type": _FORM}, body)
        if answer.status == 400:
            raise StoreError(f"The store does not understand the query: {_said(answer)}.")
        return _right(answer, 200)

    def graph(self, name: str | None) -> bytes:
        """Give a graph as N-Triples (Graph Store Protocol, 5.2), the default graph for None; none is an empty one."""
        answer = self._send("GET", self._place(name), {"Accept": TRIPLES}, b"")
        return b"" if answer.status == 404 else _right(answer, 200, TRIPLES).body

    def put(self, name: str | None, triples: bytes, *, is_more: bool = False) -> None:
        """Write N-Triples in the place of a graph (5.3), or into it where there ``is_more`` of it (5.5)."""
        kind = {"Content-Type": TRIPLES, "Accept": "*/*"}
        _right(self._send("POST" if is_more else "PUT", self._place(name), kind, triples), 200, 201, 204)

    def drop(self, name: str | None) -> None:
        """Take a graph away (5.4); one that is not there is no fault."""
        answer = self._send("DELETE", self._place(name), {"Accept": "*/*"}, b"")
        if answer.status != 404:
            _right(answer, 200, 202, 204)

    def _place(self, name: str | None) -> str:
        named = name if name is not None else self.address.default_graph
        place, which = self.address.graphs, "default" if named is None else urlencode({"graph": named})
        return f"{place}{'&' if urlsplit(place).query else '?'}{which}"

    def _send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        until = time.monotonic() + self._limits.seconds
        timeout = dict.fromkeys(("connect", "read", "write", "pool"), self._limits.seconds)
        timeout["connect"] = min(_CONNECT_SECONDS, self._limits.seconds)
        try:
            with _pool(os.getpid()).stream(
                method,
                url,
                headers=[*self._headers, *headers.items(), ("Content-Length", str(len(body)))],
                content=body,
                extensions={"timeout": timeout},
            ) as response:
                return self._read(response, until)
        except _FAULTS as fault:
            raise StoreError(f"The store gave no whole answer ({type(fault).__name__}: {fault}).") from fault

    def _read(self, response: httpcore.Response, until: float) -> Answer:
        told = {name.lower(): value for name, value in response.headers}
        if response.status == 200 and not {b"content-length", b"transfer-encoding"} & told.keys():
            raise StoreError("The store gave an answer whose end cannot be told.")
        if cut := sorted(_CUT_SHORT & told.keys()):
            raise StoreError(f"The store stopped before the end of its answer ({cut[0].decode()}).")
        if told.get(b"content-encoding", b"identity") != b"identity":
            raise StoreError("The store packed its answer, which was not asked for.")
        body = bytearray()
        for part in response.iter_stream():
            body += part
            if len(body) > self._limits.most_bytes:
                raise StoreError(f"The answer of the store has more than {self._limits.most_bytes:,} bytes.")
            if time.monotonic() > until:
                raise StoreError(f"The store took more than {self._limits.seconds:g} seconds for its answer.")
        kind = told.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
        return Answer(response.status, kind, bytes(body))


def _right(answer: Answer, *statuses: int | str) -> Answer:
    """Give an answer on whose status, and media type where one is named, nothing is wrong; raise StoreError."""
    if answer.status not in statuses:
        raise StoreError(f"The store answered with status {answer.status}: {_said(answer)}.")
    kinds = [each for each in statuses if isinstance(each, str)]
    if kinds and answer.media_type not in kinds:
        raise StoreError(f"The store gave {answer.media_type or 'an answer without media type'}, not {kinds[0]}.")
    return answer


def _said(answer: Answer) -> str:
    return " ".join(answer.body.decode("utf-8", errors="replace").split())[:_SAID].rstrip(".")


@lru_cache(maxsize=1)
def _pool(process: int) -> httpcore.ConnectionPool:  # noqa: ARG001  # no process uses the connections of its parent
    """Keep connections open between requests: a page asks several queries."""
    pool = httpcore.ConnectionPool(max_connections=_CONNECTIONS, keepalive_expiry=_IDLE_SECONDS, retries=0)
    atexit.register(pool.close)
    return pool
