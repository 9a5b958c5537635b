"""One question to one SPARQL server (SPARQL 1.1 Protocol, section 2.1), whose answer is read with distrust.

Nothing leads on to another address, nothing is unpacked, and what does not say where it ends is not taken, since
nobody could tell half of it from the whole.
"""

import base64
import ssl
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Final
from urllib.parse import unquote, urlencode, urlsplit

import httpcore

CONNECT_SECONDS: Final = 2.0
"""A server that lets nobody in for so long is told to be away; who asks need not wait until the deadline."""

_FORM: Final = "application/x-www-form-urlencoded"
_CHARSETS: Final = frozenset({"", "utf-8", "utf8", "us-ascii"})
_LATER: Final = frozenset({408, 425, 429})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class NoAnswerError(Exception):
    """Why there is no answer to give on: the status that a worker tells, and one sentence for the log."""

    def __init__(self, status: str, message: str) -> None:
        super().__init__(message)
        self.status = status


class Received:
    """An answer whose head is here and is as asked; its body is read as it comes."""

    def __init__(self, response: httpcore.Response, media_type: str, *, most_bytes: int, deadline: float) -> None:
        """Read at most so many bytes until the deadline (of the monotonic clock)."""
        self.media_type: Final = media_type
        self.fields: Final = _fields(response)
        self._response = response
        self._pieces = iter(response.iter_stream())
        self._left = most_bytes
        self._deadline = deadline
        self._held = b""
        self.end = b""
        """The last bytes that were read."""

    def read(self, size: int = -1, /) -> bytes:
        """Give at most so many bytes, none at the end of a whole body; raises NoAnswerError."""
        if not self._held:
            self._held = self._next()
        cut = len(self._held) if size < 0 else size
        part, self._held = self._held[:cut], self._held[cut:]
        self.end = (self.end + part[-64:])[-64:]
        return part

    def head(self, size: int) -> bytes:
        """Look at so many bytes, or the whole body if it is shorter, without taking them; raises NoAnswerError."""
        while len(self._held) < size and (piece := self._next()):
            self._held += piece
        return self._held

    def put_back(self, head: bytes) -> None:
        """Have something else read in the place of what ``head`` gave."""
        self._held = head

    def close(self) -> None:
        """Leave the connection."""
        with _told():
            self._response.close()

    def _next(self) -> bytes:
        if time.monotonic() > self._deadline:
            raise NoAnswerError("time-limit-passed", "The server sends its answer too slowly")
        with _told():
            piece = next(self._pieces, b"")
        self._left -= len(piece)
        if self._left < 0:
            raise NoAnswerError("answer-too-large", "The server sends more than may be read")
        return piece


def post(
    address: str,
    pairs: Sequence[tuple[str, str]],
    accepted: Collection[str],
    *,
    most_bytes: int,
    deadline: float,
    headers: Sequence[tuple[str, str]] = (),
) -> Received:
    """Send a query operation as a form, and give the answer once its head is here.

    ``accepted`` are media types, the best first. Raises NoAnswerError, with the status ``query-refused`` where the
    server says that the query is at fault. What else a server says of itself is not read.
    """
    url = urlsplit(address)
    request = [
        ("Host", url.netloc.rpartition("@")[2]),
        ("Accept", ", ".join(f"{name};q={1 - place / 10:.1f}" for place, name in enumerate(accepted))),
        ("Accept-Encoding", "identity"),
        ("Content-Type", _FORM),
        *headers,
        *_credentials(url.username, url.password),
    ]
    content = urlencode(pairs).encode()
    request.append(("Content-Length", str(len(content))))
    left = max(0.05, deadline - time.monotonic())
    limits = {"connect": min(left, CONNECT_SECONDS), "read": left, "write": left, "pool": left}
    target = url._replace(netloc=url.netloc.rpartition("@")[2], fragment="").geturl()
    with _told(is_begun=False):
        pool = httpcore.ConnectionPool(ssl_context=_tls(), max_keepalive_connections=0)
        asked = httpcore.Request("POST", target, headers=request, content=content, extensions={"timeout": limits})
        response = pool.handle_request(asked)
    try:
        return Received(response, _examined(response, accepted), most_bytes=most_bytes, deadline=deadline)
    except NoAnswerError:
        response.close()
        raise


def _examined(response: httpcore.Response, accepted: Collection[str]) -> str:
    """Give the media type of an answer that may be taken."""
    status, fields = response.status, _fields(response)
    if status == 400:
        raise NoAnswerError("query-refused", "The server says that the query is at fault")
    if status in _LATER or status >= 500:
        raise NoAnswerError("store-unavailable", f"The server answered with status {status}")
    if status in _REDIRECTS:
        raise NoAnswerError("store-answer-refused", f"The server leads elsewhere with status {status}")
    if status != 200:
        raise NoAnswerError("store-answer-refused", f"The server answered with status {status} instead of results")
    if fields.get("content-encoding", "identity").lower() != "identity":
        raise NoAnswerError("store-answer-refused", "The answer is packed, which was not asked for")
    if "content-length" not in fields and "transfer-encoding" not in fields:
        raise NoAnswerError("store-answer-refused", "The answer does not say where it ends")
    media_type, _, parameters = fields.get("content-type", "").lower().partition(";")
    named = [part.partition("=")[2].strip(' "') for part in parameters.split(";") if part.strip().startswith("charset")]
    if media_type.strip() not in accepted or not _CHARSETS.issuperset(named):
        raise NoAnswerError("store-answer-refused", "The answer is of a kind that was not asked for")
    return media_type.strip()


@contextmanager
def _told(*, is_begun: bool = True) -> Iterator[None]:
    """Say what went wrong on the way, by whether the answer had begun; names no address."""
    try:
        yield
    except (httpcore.ConnectTimeout, httpcore.ConnectError) as fault:
        raise NoAnswerError("store-unavailable", f"The server cannot be reached ({type(fault).__name__})") from fault
    except httpcore.TimeoutException as fault:
        raise NoAnswerError("time-limit-passed", "The server did not answer in time") from fault
    except (httpcore.NetworkError, httpcore.ProtocolError) as fault:
        if is_begun or _is_no_http(fault):
            raise NoAnswerError("store-answer-refused", f"The answer is not whole ({type(fault).__name__})") from fault
        raise NoAnswerError("store-unavailable", f"The server gave no answer ({type(fault).__name__})") from fault


def _is_no_http(fault: Exception) -> bool:
    """Say whether something was answered, which was not HTTP; who closes without a word has said nothing."""
    return isinstance(fault, httpcore.RemoteProtocolError) and "without sending" not in str(fault)


def _fields(response: httpcore.Response) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1").strip() for name, value in response.headers}


def _credentials(name: str | None, password: str | None) -> list[tuple[str, str]]:
    """Give what an address says of who asks (RFC 7617)."""
    if name is None:
        return []
    said = f"{unquote(name)}:{unquote(password or '')}".encode()
    return [("Authorization", f"Basic {base64.b64encode(said).decode()}")]


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """Give how a secure connection is made: by the certificates that the system trusts."""
    return ssl.create_default_context()
