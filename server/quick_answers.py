"""A short way for the plainest question: a GET of the endpoint with a query, answered as data from the current release.

The application gives the same answer by the long way, several times slower; a test compares both. Whatever is not
plain, and every refusal, takes the long way.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from registry.errors import RegistryError
from registry.queries import QueryForm, examine_query
from registry.settings import Settings
from server.budget import client_of
from server.library import Library
from server.problems import Problem
from server.query_pool import QueryPool, Question
from server.query_request import FAILED, IS_GONE, Operation, operation_of, pairs_of
from server.response_headers import of_answer
from server.result_forms import SPREADSHEET, content_type, form_of_answer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PATH: Final = "/sparql"
_PLAIN: Final = frozenset({"query", "format", "default-graph-uri", "named-graph-uri"})


class QuickAnswers:
    """A WSGI application that answers plain questions itself and leaves all else to the one behind it."""

    def __init__(
        self, application: "WSGIApplication", *, library: Library, pool: QueryPool, settings: Settings
    ) -> None:
        """Answer from the current release of a library, with the workers of a pool."""
        self._application = application
        self._library = library
        self._pool = pool
        self._settings = settings

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer, or have it answered."""
        plain = self._plain(environ)
        if plain is None:
            return self._application(environ, start_response)
        operation, media_type = plain
        try:
            release = self._library.shelf().release
            body = self._pool.ask(
                release.directory / "store",
                Question(
                    text=operation.query or "",
                    media_type=media_type,
                    default_graphs=operation.default_graphs,
                    named_graphs=operation.named_graphs,
                ),
                client=client_of(
                    environ.get("REMOTE_ADDR"), environ.get("HTTP_X_FORWARDED_FOR"), self._settings.trusted_proxies
                ),
                is_gone=environ.get(IS_GONE, lambda: False),
            )
        except RegistryError as error:
            return self._application({**environ, FAILED: error}, start_response)
        start_response("200 OK", of_answer(release.id, content_type(media_type), body))
        return [body]

    def _plain(self, environ: "WSGIEnvironment") -> tuple[Operation, str] | None:
        """Give the operation and the media type of its answer; None for what is not plain or will be refused."""
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
        return None if media_type == "text/html" else (operation, media_type)
