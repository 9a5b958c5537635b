"""A short way for the plainest question: a GET of the endpoint with a query, answered as data from the current release.

The application gives the same answer by the long way, several times slower; a test compares both. Whatever is not
plain, every refusal, and what finds no worker ready takes the long way.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from registry.errors import RegistryError
from registry.queries import QueryForm, examine_query
from registry.settings import Settings
from server.budget import client_of
from server.library import Library
from server.problems import Problem
from server.query_frames import Question
from server.query_pool import Asked, QueryPool
from server.query_process import SLOW_SECONDS, QueryProcess
from server.query_request import FAILED, IS_GONE, operation_of, pairs_of
from server.response_cache import Flight, Headers, ResponseCache
from server.response_headers import of_answer
from server.result_forms import SPREADSHEET, content_type, form_of_answer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_PATH: Final = "/sparql"
_PLAIN: Final = frozenset({"query", "format", "default-graph-uri", "named-graph-uri"})


@dataclass(frozen=True, slots=True)
class Begun:
    """A question on its way: what a worker was asked, who waits for the answer, and what it will be an answer of."""

    asked: Asked
    flight: Flight
    release: str
    media_type: str


class QuickAnswers:
    """The short way: ``question`` and ``begin`` never wait, ``finish`` waits for as long as the answer takes."""

    def __init__(self, cache: ResponseCache, *, library: Library, pool: QueryPool, settings: Settings) -> None:
        """Answer from the current release of a library, with the workers of a pool, and let a cache keep it."""
        self._cache = cache
        self._library = library
        self._pool = pool
        self._settings = settings
        self._held: tuple[Path | None, Path] = None, Path()

    def question(self, environ: "WSGIEnvironment") -> Question | None:
        """Give the question that a request asks; None for what is not plain or will be refused."""
        if environ["PATH_INFO"] != _PATH or environ["REQUEST_METHOD"] != "GET":
            return None
        limits = self._settings.query_limits
        try:
            pairs = pairs_of(environ.get("QUERY_STRING", "").encode("latin-1"))
            operation = operation_of(pairs, limits.characters)
            if (
                operation.query is None
                or operation.format == SPREADSHEET
                or not _PLAIN.issuperset(name for name, _ in pairs)
            ):
                return None
            form = examine_query(operation.query, limits)
            if form is QueryForm.UPDATE:
                return None
            media_type = form_of_answer(form, operation.format, environ.get("HTTP_ACCEPT"))
        except (Problem, RegistryError):
            return None
        if media_type == "text/html":
            return None
        return Question(
            text=operation.query,
            media_type=media_type,
            default_graphs=operation.default_graphs,
            named_graphs=operation.named_graphs,
        )

    @property
    def is_busy(self) -> bool:
        """Say whether no worker could begin now."""
        return self._pool.is_busy

    def begin(self, question: Question, environ: "WSGIEnvironment") -> Begun | None:
        """Have a worker begin; None when the request takes the long way, where ``FAILED`` says what went wrong.

        Whoever begins must finish.
        """
        flight = self._cache.lead(environ)
        if flight is None:
            return None
        begun: Begun | None = None
        try:
            begun = self._begin(environ, question, flight)
        except RegistryError as error:
            environ[FAILED] = error
        finally:
            if begun is None:
                self._cache.land(flight, environ, None)
        return begun

    def put_aside(self, begun: Begun) -> None:
        """Let a question that has become slow leave its place to a young one, if there is room for it."""
        self._pool.put_aside(begun.asked)

    def when_free(self, call: Callable[[], None]) -> None:
        """Have something called, in whatever thread, each time when a place for a young question becomes free."""
        self._pool.when_free(call)

    def finish(self, begun: Begun, environ: "WSGIEnvironment") -> tuple[str, Headers, bytes] | None:
        """Give status, headers and body; None when the request takes the long way, where ``FAILED`` says why."""
        answer: tuple[str, Headers, bytes] | None = None
        try:
            body = self._pool.finish(begun.asked, is_gone=environ.get(IS_GONE, lambda: False))
            answer = "200 OK", of_answer(begun.release, content_type(begun.media_type), body), body
        except RegistryError as error:
            environ[FAILED] = error
        finally:
            answer = self._cache.land(begun.flight, environ, answer)
        return answer

    def _begin(self, environ: "WSGIEnvironment", question: Question, flight: Flight) -> Begun | None:
        release = self._library.shelf().release
        if self._held[0] is not release.directory:
            self._held = release.directory, release.directory / "store"
        client = client_of(
            environ.get("REMOTE_ADDR"), environ.get("HTTP_X_FORWARDED_FOR"), self._settings.trusted_proxies
        )
        asked = self._pool.begin(self._held[1], question, client=client)
        return None if asked is None else Begun(asked, flight, release.id, question.media_type)


async def comes_soon(process: QueryProcess) -> bool:
    """Wait for the whole answer to a question for as long as it is not old; say whether it is there."""
    loop = asyncio.get_running_loop()
    waiting: asyncio.Future[None] = loop.create_future()

    def end() -> None:
        if not waiting.done():
            waiting.set_result(None)

    def take_in() -> None:
        if process.take_in():
            end()

    timer = loop.call_later(SLOW_SECONDS, end)
    loop.add_reader(process, take_in)
    try:
        await waiting
    finally:
        loop.remove_reader(process)
        timer.cancel()
    return process.has_answered
