"""The ports Fetch and Exchange on httpcore: names are resolved once and the connection goes to what was looked at.

One time limit holds for everything together, so that a server that drips gains nothing; no proxy is used, no cookie
kept, nothing of this installation sent but its name and the contact of its operator.
"""

import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from queue import Empty, SimpleQueue
from typing import Any, Final
from urllib.parse import quote, urljoin

import httpcore

from registry.adapters.public_addresses import PORTS, checked, is_public
from registry.fetch_errors import (
    AddressRefused,
    BrokenAnswer,
    FetchError,
    FetchTimeLimitPassed,
    FetchTooLarge,
    MediaTypeRefused,
    RedirectRefused,
    Unreachable,
)
from registry.fetch_ports import Answered, Fetched, FetchLimits
from registry.ports import Clock

Resolve = Callable[[str, int], Sequence[str]]
"""From a name and a port to numeric addresses; raises OSError for an unknown name."""

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_LIMITS: Final = FetchLimits()
_TOLD: Final = ("etag", "last-modified", "retry-after", "cache-control")
_SAFE: Final = "%/:=&?~#+!$,;'@()*[]-._"


def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class GuardedFetch:
    """Fetches from public places alone; may be shared between threads."""

    def __init__(
        self,
        *,
        agent: str,
        clock: Clock,
        limits: FetchLimits = _LIMITS,
        resolve: Resolve = resolve,
        exempt: Collection[tuple[str, int]] = (),
        trusted: Collection[tuple[str, int]] = (),
    ) -> None:
        """Say who asks and within which limits.

        ``exempt`` are sockets, numeric address and port, that may be asked though they are not public: for tests.
        ``trusted`` are hosts, name and port, that the operator named, and that may lie anywhere.
        """
        self._agent = agent
        self._clock = clock
        self._limits = limits
        self._resolve = resolve
        self._exempt = frozenset(exempt)
        self._trusted = frozenset(trusted)

    def __call__(
        self,
        address: str,
        *,
        media_types: Collection[str] = (),
        etag: str = "",
        last_modified: str = "",
        part: tuple[int, int] | None = None,
    ) -> Fetched:
        """Fetch one document (see the port)."""
        headers = {
            "User-Agent": self._agent,
            "Accept": ", ".join(filter(None, media_types)) or "*/*",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        headers |= {"If-None-Match": etag} if etag and _is_plain(etag) else {}
        headers |= {"If-Modified-Since": last_modified} if last_modified and _is_plain(last_modified) else {}
        headers |= {"Range": f"bytes={part[0]}-{part[1]}"} if part else {}
        deadline = time.monotonic() + self._limits.seconds
        here, seen = checked(address)[0], set[str]()
        while here not in seen and len(seen) <= self._limits.most_redirects:
            seen.add(here)
            found = self._hop(address, here, headers, deadline, media_types)
            if isinstance(found, Fetched):
                return found
            here = found
        how = "in a circle" if here in seen else f"on more than {self._limits.most_redirects} times"
        raise RedirectRefused(f"{address} leads {how}; give the address where the document itself lies.")

    def post(self, address: str, form: bytes, fields: Mapping[str, str]) -> Answered:
        """Send a form and give what is answered, whatever the status (see the port); nothing leads on."""
        headers = {**fields, "User-Agent": self._agent, "Accept-Encoding": "identity", "Connection": "close"}
        headers |= {"Content-Length": str(len(form))}
        deadline = time.monotonic() + self._limits.seconds
        with self._asked("POST", checked(address)[0], headers, deadline, form) as response:
            if response.status in _REDIRECTS:
                raise RedirectRefused(f"{address} leads on, which no form is sent after.")
            return Answered(
                response.status, _body(address, response, _fields(response.headers), self._limits.most_bytes)
            )

    def _hop(
        self, address: str, here: str, headers: dict[str, str], deadline: float, media_types: Collection[str]
    ) -> Fetched | str:
        """Ask one address: give its answer, or the address that it leads on to."""
        here = checked(here)[0]
        with self._asked("GET", here, headers, deadline) as response:
            fields = _fields(response.headers)
            if response.status in _REDIRECTS:
                return _onward(here, fields.get("location", ""))
            media_type = fields.get("content-type", "").partition(";")[0].strip().lower()
            body = b""
            if 200 <= response.status < 300:
                kinds = [each.partition(";")[0] for each in media_types]
                if kinds and media_type not in kinds:
                    taken = ", ".join(filter(None, kinds))
                    raise MediaTypeRefused(f"{here} is of the type “{media_type[:80]}”; what can be taken is {taken}.")
                body = _body(here, response, fields, self._limits.most_bytes)
            return Fetched(
                address=address,
                final=here,
                status=response.status,
                media_type=media_type,
                body=body,
                at=self._clock(),
                **{name.replace("-", "_"): fields.get(name, "") for name in _TOLD},
            )

    @contextmanager
    def _asked(
        self, method: str, here: str, headers: dict[str, str], deadline: float, content: bytes = b""
    ) -> Iterator[httpcore.Response]:
        """Ask one address that was checked, where it was looked at."""
        _, host, port = checked(here)
        backend = _PinnedBackend(self._pinned(here, host, port, deadline), deadline)
        address, fields = quote(here, safe=_SAFE), list(headers.items())
        with (
            _explained(here),
            httpcore.ConnectionPool(ssl_context=_tls(), network_backend=backend, max_connections=1) as pool,
            pool.stream(method, address, headers=fields, content=content or None) as response,
        ):
            yield response

    def _pinned(self, here: str, host: str, port: int, deadline: float) -> Sequence[tuple[str, int]]:
        """Resolve a name, once, and give the sockets to try; one that is not public refuses them all."""
        sockets = [(each, port) for each in self._resolved(here, host, port, deadline)]
        if (host, port) in self._trusted:
            return sockets
        strange = [each for each in sockets if each not in self._exempt and not (is_public(each[0]) and port in PORTS)]
        if strange:
            what = "is not one of the public web" if port in PORTS else f"names the port {port}"
            raise AddressRefused(f"{here} {what}; the registry asks public web servers only, on their usual ports.")
        return sockets

    def _resolved(self, here: str, host: str, port: int, deadline: float) -> Sequence[str]:
        """Resolve in a thread of its own, since no system lets a look-up be stopped."""
        answers: SimpleQueue[Sequence[str]] = SimpleQueue()

        def look_up() -> None:
            try:
                answers.put(self._resolve(host, port))
            except (OSError, UnicodeError):
                answers.put(())

        threading.Thread(target=look_up, daemon=True, name="look-up").start()
        try:
            found = answers.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty as late:
            raise FetchTimeLimitPassed(f"The name of {here} was not found in time; try again later.") from late
        if not found:
            raise Unreachable(f"The name {host} is not known; look whether the address {here} is written rightly.")
        return found


class _NotSecure(httpcore.ConnectError):
    """Somebody answers, but nobody vouches for who it is."""


class _PinnedBackend(httpcore.NetworkBackend):
    """Connects to the sockets that were looked at, whatever name is asked for, all within one deadline."""

    def __init__(self, sockets: Sequence[tuple[str, int]], deadline: float) -> None:
        self._sockets = sockets
        self._deadline = deadline
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002  # the deadline of the whole fetch holds instead
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first socket that answers."""
        failure: Exception = httpcore.ConnectError(f"{host}:{port} has no socket")
        for number, (address, number_of_port) in enumerate(self._sockets):
            left = _left(self._deadline, httpcore.ConnectTimeout)
            share = left / (len(self._sockets) - number)
            try:
                stream = self._inner.connect_tcp(address, number_of_port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as fault:
                failure = fault
            else:
                return _TimedStream(stream, self._deadline)
        raise failure

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Refuse: no address of the web is a file."""
        raise httpcore.ConnectError(f"{path}, {timeout}, {socket_options}: no address of the web is a file")


class _TimedStream(httpcore.NetworkStream):
    """A stream whose every step ends at one deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002  # the deadline holds
        return self._inner.read(max_bytes, _left(self._deadline, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002  # the deadline holds
        self._inner.write(buffer, _left(self._deadline, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002  # the deadline of the whole fetch holds instead
    ) -> httpcore.NetworkStream:
        left = _left(self._deadline, httpcore.ConnectTimeout)
        try:
            return _TimedStream(self._inner.start_tls(ssl_context, server_hostname, left), self._deadline)
        except httpcore.ConnectError as fault:
            raise _NotSecure(str(fault)) from fault

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return httpcore.default_ssl_context()


def _left(deadline: float, kind: type[httpcore.TimeoutException]) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise kind("the time is over")
    return left


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _fields(headers: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("ascii", "replace").lower(): value.decode("latin-1").strip() for name, value in headers}


def _onward(here: str, location: str) -> str:
    """Give the address that an answer leads on to, which is looked at like the first."""
    if not location:
        raise RedirectRefused(f"{here} leads on without saying where; give the address where the document itself lies.")
    try:
        text = location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        text = quote(location, safe=_SAFE)
    try:
        return checked(urljoin(here, text))[0]
    except (AddressRefused, ValueError) as fault:
        raise RedirectRefused(f"{here} leads on to “{text[:200]}”, which the registry does not ask.") from fault


def _body(here: str, response: httpcore.Response, fields: dict[str, str], most: int) -> bytes:
    encoding = fields.get("content-encoding", "identity").lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise BrokenAnswer(f"{here} is packed as “{encoding[:40]}”, which was not asked for.")
    stated = fields.get("content-length", "")
    if stated.isdecimal() and int(stated[:20]) > most:
        raise _too_large(here, most)
    pieces: Iterable[bytes] = response.iter_stream()
    if encoding.endswith("gzip"):
        pieces = _unpacked(here, pieces, most)
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > most:
            raise _too_large(here, most)
    return bytes(body)


def _unpacked(here: str, pieces: Iterable[bytes], most: int) -> Iterator[bytes]:
    """Unpack, never more at once than is taken in all; what comes packed is counted too."""
    unpacker, packed = zlib.decompressobj(wbits=31), 0
    try:
        for piece in pieces:
            packed += len(piece)
            if packed > most:
                raise _too_large(here, most)
            yield unpacker.decompress(piece, most + 1)
            if unpacker.unconsumed_tail:
                raise _too_large(here, most)
    except zlib.error as fault:
        raise BrokenAnswer(f"{here} is not packed as it says.") from fault
    if not unpacker.eof:
        raise BrokenAnswer(f"{here} ended before it was whole; try again later.")


def _too_large(here: str, most: int) -> FetchTooLarge:
    return FetchTooLarge(f"{here} is larger than the {most:,} bytes that are taken.")


@contextmanager
def _explained(here: str) -> Iterator[None]:
    """Give what goes wrong with a connection as an error of the registry."""
    try:
        yield
    except FetchError:
        raise
    except httpcore.TimeoutException as fault:
        raise FetchTimeLimitPassed(
            f"{here} did not answer in whole within the time allowed; try again later."
        ) from fault
    except httpcore.ConnectError as fault:
        secure = " securely" if isinstance(fault, _NotSecure) else ""
        raise Unreachable(f"{here} could not be reached{secure}; look whether it opens in a browser.") from fault
    except (httpcore.ProtocolError, httpcore.NetworkError, UnicodeError, ValueError, OSError) as fault:
        raise BrokenAnswer(f"{here} gave no whole answer of the web; try again later.") from fault
