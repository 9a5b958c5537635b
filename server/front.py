"""The door to the network: an RSGI application that lets nobody hold a thread who only sends, waits or reads slowly.

Bodies are read, kept answers given and long answers sent without a thread. Only a request that is whole and must be
worked out takes one, and runs the WSGI application there.
"""

import asyncio
import json
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Final, Protocol

from granian.rsgi import ProtocolClosed, Scope  # type: ignore[attr-defined]  # imported there to be used here

from server.environ import environ_of
from server.forwarded import take_over
from server.problems import KINDS, MEDIA_TYPE, RETRY_SECONDS
from server.query_process import SLOW_SECONDS
from server.query_request import IS_GONE
from server.quick_answers import Begun, QuickAnswers, comes_soon
from server.response_cache import ResponseCache
from server.route_rules import Rule

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]
Answer = tuple[int, Headers, bytes | Iterator[bytes]]
Work = Callable[[], Answer | None]
RuleOf = Callable[[str, str], Rule | None]

_WATCHED_AFTER: Final = 0.25
_MOST_AT_ONCE: Final = 1 << 20
_NO_RULE: Final = Rule()


class Stream(Protocol):
    """A body on its way out."""

    async def send_bytes(self, data: bytes) -> None:
        """Send some bytes; wait while the client is slow; raise ProtocolClosed when it has gone."""


class Exchange(Protocol):
    """What RSGI 1 gives for one request."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Give the parts of the body as they arrive."""

    async def client_disconnect(self) -> None:
        """Wait until the client has gone."""

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        """Send a whole answer."""

    def response_stream(self, status: int, headers: Headers) -> Stream:
        """Begin an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one request, and all together, may take."""

    most_body: int
    most_file: int = 0
    most_files: int = 8
    """Requests at once to where a file is taken, each of which may have its file in memory."""
    pages: int = 16
    questions: int = 4
    judgements: int = 2
    most_open: int = 256
    patience: float = 5.0
    body_seconds: float = 20.0
    proxies: int = 0
    """Trusted proxies in front."""


class Front:
    """An RSGI application over a WSGI one with a cache before it."""

    def __init__(
        self,
        application: "WSGIApplication",
        cache: ResponseCache,
        bounds: Bounds,
        rule_of: RuleOf,
        quick: QuickAnswers | None = None,
    ) -> None:
        """Work so many pages, questions and judgements out at once as the bounds say; each waits only for its like.

        Who has waited for a thread longer than ``bounds.patience`` is told to come back, and so is who comes while
        ``bounds.most_open`` requests are waiting or worked out, or as many bodies are on their way. ``rule_of`` gives
        the rule for a path and a method: what judges, and what takes a file.
        """
        self._application = application
        self._cache = cache
        self._quick = quick
        self._bounds = bounds
        self._rule_of = rule_of
        self._pages = ThreadPoolExecutor(bounds.pages, thread_name_prefix="page")
        self._questions = ThreadPoolExecutor(bounds.questions, thread_name_prefix="question")
        self._judgements = ThreadPoolExecutor(bounds.judgements, thread_name_prefix="judgement")
        self._begun = ThreadPoolExecutor(bounds.questions, thread_name_prefix="begun")
        self._open = self._sending = self._files = 0
        self._turns: deque[tuple[asyncio.AbstractEventLoop, asyncio.Future[bool]]] = deque()
        if quick is not None:
            quick.when_free(self._pass_on)

    async def __rsgi__(self, scope: Scope, protocol: Exchange) -> None:
        """Answer one request."""
        environ = environ_of(scope)
        take_over(environ, self._bounds.proxies)
        host = environ["HTTP_HOST"]
        if not host or "," in host:
            return _refuse(protocol, "bad-request", "The request names no host, or several.")
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            kept = self._cache.look_up(environ)
            if kept is not None:
                return protocol.response_bytes(int(kept[0][:3]), kept[1], kept[2])
        if not _has_body(environ):
            return await self._let_in(environ, protocol)
        takes_file = self._rule(environ).takes_file
        if takes_file and self._files >= self._bounds.most_files:
            return _refuse(protocol, "queue-full", "Too many files are being received; send it again in a moment.")
        self._files += takes_file
        try:
            most = self._bounds.most_file if takes_file else self._bounds.most_body
            refused = await self._received(environ, protocol, most)
            return _refuse(protocol, *refused) if refused else await self._let_in(environ, protocol)
        finally:
            self._files -= takes_file

    async def _let_in(self, environ: "WSGIEnvironment", protocol: Exchange) -> None:
        """Answer a request whose body is here."""
        if self._open >= self._bounds.most_open:
            return _refuse(protocol, "queue-full", "Too many requests are being answered; ask again in a moment.")
        self._open += 1
        try:
            if not await self._quickly(environ, protocol):
                work = partial(self._answer, environ, time.monotonic())
                await self._work(environ, protocol, self._threads(environ), work)
        finally:
            self._open -= 1

    async def _received(self, environ: "WSGIEnvironment", protocol: Exchange, most: int) -> tuple[str, str] | None:
        """Read the body; give why not. Who sends is counted apart, so that slow senders take nobody else's place."""
        if self._sending >= self._bounds.most_open:
            return "queue-full", "Too many bodies are being received; send it again in a moment."
        self._sending += 1
        try:
            async with asyncio.timeout(self._bounds.body_seconds):
                await _read_body(environ, protocol, most)
        except TimeoutError:
            return "request-timeout", "The request did not arrive in time."
        finally:
            self._sending -= 1
        return None

    async def _quickly(self, environ: "WSGIEnvironment", protocol: Exchange) -> bool:
        """Answer the short way and without a thread, if the answer comes soon; say whether that was tried."""
        question = None if self._quick is None else self._quick.question(environ)
        if self._quick is None or question is None:
            return False
        deadline = time.monotonic() + SLOW_SECONDS
        while self._quick.is_busy and await self._turn(deadline):
            pass
        begun = self._quick.begin(question, environ)
        if begun is None:
            return False
        if await self._comes(begun, environ):
            answer = self._quick.finish(begun, environ)
            if answer is not None:
                protocol.response_bytes(int(answer[0][:3]), answer[1], answer[2])
                return True
        self._quick.put_aside(begun)
        await self._work(environ, protocol, self._begun, partial(self._finish, begun, environ))
        return True

    async def _comes(self, begun: Begun, environ: "WSGIEnvironment") -> bool:
        """Wait while the question is young; when this task is ended meanwhile, what was begun is finished yet."""
        try:
            return await comes_soon(begun.asked.process)
        except asyncio.CancelledError:
            self._begun.submit(self._finish, begun, {**environ, IS_GONE: lambda: True})
            raise

    async def _turn(self, deadline: float) -> bool:
        """Wait until there is a place for a question; say whether that was before a deadline."""
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[bool] = loop.create_future()
        self._turns.append((loop, turn))
        timer = loop.call_later(deadline - time.monotonic(), _give_up, turn)
        try:
            return await turn
        finally:
            timer.cancel()

    def _pass_on(self) -> None:
        """Let who has waited longest look for a worker; called in whatever thread, for each place that becomes free."""
        with suppress(IndexError):
            loop, turn = self._turns.popleft()
            loop.call_soon_threadsafe(self._settle, turn)

    def _settle(self, turn: "asyncio.Future[bool]") -> None:
        """Tell who waits that its time has come; who waits no longer leaves the place to the next."""
        if turn.done():
            self._pass_on()
        else:
            turn.set_result(True)

    def _finish(self, begun: Begun, environ: "WSGIEnvironment") -> Answer | None:
        answer = None if self._quick is None else self._quick.finish(begun, environ)
        if answer is None:
            return self._answer(environ, time.monotonic())
        return int(answer[0][:3]), answer[1], answer[2]

    async def _work(
        self, environ: "WSGIEnvironment", protocol: Exchange, threads: ThreadPoolExecutor, work: Work
    ) -> None:
        loop = asyncio.get_running_loop()
        gone = threading.Event()
        environ[IS_GONE] = gone.is_set
        watching = loop.call_later(_WATCHED_AFTER, lambda: watchers.append(loop.create_task(_watch(protocol, gone))))
        watchers: list[asyncio.Task[None]] = []
        try:
            answer = await loop.run_in_executor(threads, work)
        finally:
            watching.cancel()
            for watcher in watchers:
                watcher.cancel()
        if answer is None:
            return _refuse(protocol, "queue-full", "Too many ask at once; ask again in a moment.")
        status, headers, body = answer
        if isinstance(body, bytes):
            return protocol.response_bytes(status, headers, body)
        return await self._stream(protocol, status, headers, body)

    def _rule(self, environ: "WSGIEnvironment") -> Rule:
        return self._rule_of(environ["PATH_INFO"], environ["REQUEST_METHOD"]) or _NO_RULE

    def _threads(self, environ: "WSGIEnvironment") -> ThreadPoolExecutor:
        """Choose where to work a request out: who asks waits for query workers, who has a city judged for a judge."""
        if environ["PATH_INFO"].endswith(("/sparql", "/store")):
            return self._questions
        return self._judgements if self._rule(environ).judges else self._pages

    def _answer(self, environ: "WSGIEnvironment", since: float) -> Answer | None:
        """Run the application in this thread; an answer that is short is given whole, a long one as an iterator.

        Gives None, with nothing done, when the request has waited too long for this thread.
        """
        if time.monotonic() - since > self._bounds.patience:
            return None
        start = _Start()
        body = self._application(environ, start)
        if isinstance(body, list):
            return start.status, start.headers, b"".join(body)
        parts = _parts(body)
        length = next((value for name, value in start.headers if name.lower() == "content-length"), "")
        if environ["REQUEST_METHOD"] != "HEAD" and (not length.isdecimal() or int(length) > _MOST_AT_ONCE):
            return start.status, start.headers, parts
        return start.status, start.headers, b"".join(parts)

    async def _stream(self, protocol: Exchange, status: int, headers: Headers, parts: Iterator[bytes]) -> None:
        loop = asyncio.get_running_loop()
        stream = protocol.response_stream(status, headers)
        try:
            while part := await loop.run_in_executor(self._pages, next, parts, b""):
                await stream.send_bytes(part)
        except (ProtocolClosed, OSError):
            return
        finally:
            await loop.run_in_executor(self._pages, getattr(parts, "close", _nothing))


class _Start:
    """Takes status and headers from the application (PEP 3333)."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: Headers = []

    def __call__(self, status: str, headers: Headers, _fault: object = None, /) -> Callable[[bytes], object]:
        self.status, self.headers = int(status[:3]), headers
        return _nothing


def _give_up(turn: "asyncio.Future[bool]") -> None:
    if not turn.done():
        turn.set_result(False)


def _has_body(environ: "WSGIEnvironment") -> bool:
    return "HTTP_TRANSFER_ENCODING" in environ or environ.get("CONTENT_LENGTH", "0") != "0"


async def _read_body(environ: "WSGIEnvironment", protocol: Exchange, most: int) -> None:
    """Read the body into the environment; one that is too long is left, and its length tells the application."""
    declared = environ.get("CONTENT_LENGTH", "")
    if declared.isdecimal() and int(declared) > most:
        return
    body = bytearray()
    async for part in protocol:
        body += part
        if len(body) > most:
            break
    environ["CONTENT_LENGTH"] = str(len(body))
    environ["wsgi.input"] = BytesIO(body)


async def _watch(protocol: Exchange, gone: threading.Event) -> None:
    await protocol.client_disconnect()
    gone.set()


def _refuse(protocol: Exchange, code: str, detail: str) -> None:
    """Refuse without asking the application (RFC 9457)."""
    kind = KINDS[code]
    headers = [("Content-Type", MEDIA_TYPE), ("Cache-Control", "no-store"), ("Access-Control-Allow-Origin", "*")]
    if kind.status == 503:
        headers.append(("Retry-After", str(RETRY_SECONDS)))
    document = {"type": kind.iri, "title": kind.title, "status": kind.status, "detail": detail}
    protocol.response_bytes(kind.status, headers, json.dumps(document, indent=2).encode() + b"\n")


def _parts(body: Iterable[bytes]) -> Iterator[bytes]:
    try:
        yield from (part for part in body if part)
    finally:
        getattr(body, "close", _nothing)()


def _nothing(*_: object) -> None:
    """Do nothing."""
