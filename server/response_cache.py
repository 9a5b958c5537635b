"""A shared cache in front of the application (RFC 9111): what everybody asks is worked out once for each release."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

from server.cache_keys import Key, Keys
from server.parameters_read import READING, Reading

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]

_VARY: Final = frozenset({"accept", "accept-language"})
_OF_BODY: Final = frozenset({"content-length", "content-type", "content-encoding", "content-disposition"})
_OVERHEAD: Final = 2_048
_LARGEST: Final = 16


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole answer, ready to be sent again."""

    status: str
    headers: Headers
    body: bytes
    tag: str

    def without_body(self) -> Headers:
        """Give the headers of a 304 (RFC 9110, section 15.4.5)."""
        return [(name, value) for name, value in self.headers if name.lower() not in _OF_BODY]

    def is_had_by(self, environ: "WSGIEnvironment") -> bool:
        """Say whether the request's If-None-Match names this answer (RFC 9110, section 13.1.2)."""
        tags = environ.get("HTTP_IF_NONE_MATCH")
        if tags is None or not self.tag or not self.status.startswith("200") or environ["REQUEST_METHOD"] == "POST":
            return False
        return tags.strip() == "*" or any(tag.strip().removeprefix("W/") == self.tag for tag in tags.split(","))

    @property
    def vary(self) -> frozenset[str]:
        """Give the request headers that it depends on."""
        return _listed(next((value for name, value in self.headers if name.lower() == "vary"), ""))

    @property
    def size(self) -> int:
        """Give about how many bytes keeping it takes."""
        return len(self.body) + _OVERHEAD


@dataclass(frozen=True, slots=True)
class Flight:
    """An answer that one request works out while others wait for it; without a key nobody does, and it is not kept."""

    release: str
    key: Key | None


@dataclass(slots=True)
class _Answer:
    """What the application said, not yet sent."""

    status: str = ""
    headers: Headers = field(default_factory=list)

    def start(self, status: str, headers: Headers, _fault: object = None) -> Callable[[bytes], object]:
        """Take what the application starts its response with (PEP 3333)."""
        self.status, self.headers = status, headers
        return _no_writing

    @property
    def named(self) -> Mapping[str, str]:
        """The headers by name in small letters."""
        return {name.lower(): value for name, value in self.headers}


class ResponseCache:
    """A WSGI application that keeps the public answers of another one while a release is current.

    Kept is only a complete 200 or 303 that says ``Cache-Control: public``, has a strong ETag and a length, sets no
    cookie, and varies by nothing that is not part of the key. The key is the release and the whole negotiated request.
    """

    def __init__(
        self,
        application: "WSGIApplication",
        release: Callable[[], str | None],
        *,
        most_bytes: int,
        patience: float = 5.0,
        most_waiting: int = 4,
    ) -> None:
        """Keep at most ``most_bytes`` in all and a sixteenth of that for one answer.

        While one request works an answer out, at most ``most_waiting`` others wait for it, for ``patience`` seconds at
        most; who may not wait, or waited in vain, asks the application.
        """
        self._application = application
        self._release = release
        self._most_bytes = most_bytes
        self._patience = patience
        self._most_waiting = most_waiting
        self._keys = Keys()
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._size = 0
        self._of_release: str | None = None
        self._flights: dict[Key, threading.Event | None] = {}
        self._waiting = 0

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer from what is kept, or have it answered."""
        release = self._release()
        key = None if release is None else self._keys.of(environ)
        if release is None or key is None:
            return self._application(environ, start_response)
        kept = self._get(release, key)
        if kept is None and environ["REQUEST_METHOD"] != "HEAD" and not self._leads(key):
            kept = self._awaited(release, key)
            if kept is None:
                return self._ask(release, key, environ, start_response)
        if kept is not None:
            return _send(kept, environ, start_response, hit=True)
        try:
            return self._ask(release, key, environ, start_response)
        finally:
            self._land(key, environ)

    def look_up(self, environ: "WSGIEnvironment") -> tuple[str, Headers, bytes] | None:
        """Give status, headers and body when the answer is kept; never waits for it to be worked out."""
        release = self._release()
        key = None if release is None else self._keys.of(environ)
        kept = None if release is None or key is None else self._get(release, key)
        return None if kept is None else _parts(kept, environ, hit=True)

    def lead(self, environ: "WSGIEnvironment") -> Flight | None:
        """Have a request work out an answer that is not kept; None when another one does so already.

        Whoever leads must land.
        """
        release, key = self._release() or "", self._keys.of(environ)
        return Flight(release, key) if key is None or self._leads(key) else None

    def land(
        self, flight: Flight, environ: "WSGIEnvironment", answer: tuple[str, Headers, bytes] | None
    ) -> tuple[str, Headers, bytes] | None:
        """Keep an answer if it may be kept, and give it as this request gets it; None sets those who wait free."""
        try:
            if answer is None:
                return None
            named = {name.lower(): value for name, value in answer[1]}
            kept = Kept(*answer, named.get("etag", ""))
            if flight.key is not None and self._may_keep(kept.status, named) and self._release() == flight.release:
                self._keep(flight.release, flight.key, kept)
            return _parts(kept, environ, hit=False)
        finally:
            if flight.key is not None:
                self._land(flight.key, environ)

    @property
    def size(self) -> int:
        """Give about how many bytes are kept."""
        return self._size

    def _get(self, release: str, key: Key) -> Kept | None:
        with self._lock:
            if release != self._of_release:
                self._kept.clear()
                self._keys.forget()
                self._size, self._of_release = 0, release
            found = key if key in self._kept else key[:-1]
            kept = self._kept.get(found)
            if kept is not None:
                self._kept.move_to_end(found)
            return kept

    def _leads(self, key: Key) -> bool:
        """Say whether nobody else works this answer out; if so, this request does."""
        with self._lock:
            leads = key not in self._flights
            if leads:
                self._flights[key] = None  # an event is made for the first who waits
            return leads

    def _land(self, key: Key, environ: "WSGIEnvironment") -> None:
        if environ["REQUEST_METHOD"] != "HEAD":
            with self._lock:
                flight = self._flights.pop(key)
            if flight is not None:
                flight.set()

    def _awaited(self, release: str, key: Key) -> Kept | None:
        """Wait, if there is room to, for the request that works this answer out."""
        with self._lock:
            waits = key in self._flights and self._waiting < self._most_waiting
            if waits:
                flight = self._flights[key] or threading.Event()
                self._flights[key] = flight
                self._waiting += 1
        if not waits:
            return self._get(release, key)
        try:
            flight.wait(self._patience)
        finally:
            with self._lock:
                self._waiting -= 1
        return self._get(release, key)

    def _ask(
        self, release: str, key: Key, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        answer, reading = _Answer(), Reading()
        body = self._application({**_unconditional(environ), READING: reading}, answer.start)
        learned = partial(self._keys.learned, key, environ, reading)
        whole = None if environ["REQUEST_METHOD"] == "HEAD" else self._whole(release, learned, answer, body)
        sent = Kept(answer.status, answer.headers, whole or b"", answer.named.get("etag", ""))
        if whole is None and not sent.is_had_by(environ):
            start_response(answer.status, answer.headers)
            return body
        _close(body)
        return _send(sent, environ, start_response, hit=False)

    def _whole(self, release: str, key: Callable[[], Key], answer: _Answer, body: Iterable[bytes]) -> bytes | None:
        """Read and keep an answer that may be kept; give None, with nothing read, for one that may not."""
        named = answer.named
        if not self._may_keep(answer.status, named):
            return None
        whole = b"".join(body)
        if len(whole) == int(named["content-length"]) and self._release() == release:
            self._keep(release, key(), Kept(answer.status, answer.headers, whole, named.get("etag", "")))
        return whole

    def _may_keep(self, status: str, named: Mapping[str, str]) -> bool:
        directives = {part.partition("=")[0] for part in _listed(named.get("cache-control", ""))}
        length = named.get("content-length", "")
        return (
            status[:3] in ("200", "303")
            and "public" in directives
            and not directives & {"no-store", "private", "no-cache"}
            and "set-cookie" not in named
            and _listed(named.get("vary", "")) <= _VARY
            and (not status.startswith("200") or named.get("etag", "").startswith('"'))
            and length.isdecimal()
            and int(length) + _OVERHEAD <= self._most_bytes // _LARGEST
        )

    def _keep(self, release: str, key: Key, kept: Kept) -> None:
        with self._lock:
            if release != self._of_release:
                return
            if "accept-language" not in kept.vary:
                key = key[:-1]
            replaced = self._kept.pop(key, None)
            self._kept[key] = kept
            self._size += kept.size - (replaced.size if replaced is not None else 0)
            while self._size > self._most_bytes:
                _, dropped = self._kept.popitem(last=False)
                self._size -= dropped.size


def _send(kept: Kept, environ: "WSGIEnvironment", start_response: "StartResponse", *, hit: bool) -> list[bytes]:
    status, headers, body = _parts(kept, environ, hit=hit)
    start_response(status, headers)
    return [body]


def _parts(kept: Kept, environ: "WSGIEnvironment", *, hit: bool) -> tuple[str, Headers, bytes]:
    """Give status, headers and body for one request: whole, without its body for HEAD, or 304."""
    more = [("Cache-Status", "hrcr; hit")] if hit else []
    if kept.is_had_by(environ):
        return "304 NOT MODIFIED", kept.without_body() + more, b""
    return kept.status, kept.headers + more, b"" if environ["REQUEST_METHOD"] == "HEAD" else kept.body


@lru_cache(maxsize=256)
def _listed(header: str) -> frozenset[str]:
    """Give the members of a list header, in small letters."""
    return frozenset(part.strip().lower() for part in header.split(",") if part.strip())


def _unconditional(environ: "WSGIEnvironment") -> "WSGIEnvironment":
    """Ask for the whole answer, so that it can be kept; whether the client has it already is found out here."""
    return {name: value for name, value in environ.items() if name != "HTTP_IF_NONE_MATCH"}


def _close(body: Iterable[bytes]) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()


def _no_writing(data: bytes) -> object:
    raise NotImplementedError(f"The application gives its answer as an iterable; {len(data)} bytes were written.")
