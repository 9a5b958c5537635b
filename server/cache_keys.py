"""Under what an answer is kept: the whole negotiated request, without the parameters that the application never read.

So ``/cities?utm_source=x`` is the kept ``/cities``: who adds parameters to an address has nothing worked out again.
"""

import threading
from hashlib import blake2b
from io import BytesIO
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from server.parameters_read import Reading

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Key = tuple[str, ...]

_BYPASS: Final = frozenset(
    {
        "HTTP_AUTHORIZATION",
        "HTTP_COOKIE",
        "HTTP_RANGE",
        "HTTP_IF_RANGE",
        "HTTP_IF_MATCH",
        "HTTP_IF_UNMODIFIED_SINCE",
    }
)
"""A request with one of these is between the client and the application alone."""

_QUERIES: Final = ("application/x-www-form-urlencoded", "application/sparql-query")
_MOST_POSTED: Final = 256 * 1024
_MOST_PATHS: Final = 10_000
"""Of how many paths is learned; of any more, every parameter matters."""
_OF_QUERY: Final = 5
"""Where in a key the parameters stand."""


class Keys:
    """Gives keys, and learns of each path which parameters its answers depend on.

    What an answer was kept under agrees with a later request on every parameter that was read for it; so the same
    would be read for that one, and the same be answered.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read: dict[str, frozenset[str] | None] = {}

    def of(self, environ: "WSGIEnvironment") -> Key | None:
        """Give what an answer depends on beside the release; None for a request that is none of the cache's business.

        Each header counts as it was sent: to even out its spelling would be to guess how the application reads it. The
        languages stand last; an answer that does not vary by them is kept without them.
        """
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD", "POST") or not _BYPASS.isdisjoint(environ):
            return None
        posted = ""
        if method == "POST":
            found = _posted(environ)
            if found is None:
                return None
            posted = found
        return (
            "GET" if method == "HEAD" else method,
            environ["wsgi.url_scheme"],
            environ.get("HTTP_HOST", ""),
            environ.get("SCRIPT_NAME", ""),
            environ["PATH_INFO"],
            self._query(environ),
            environ.get("HTTP_ACCEPT", ""),
            posted,
            environ.get("HTTP_ACCEPT_LANGUAGE", ""),
        )

    def learned(self, key: Key, environ: "WSGIEnvironment", reading: Reading) -> Key:
        """Learn from what was read to answer a request; give the key that its answer is to be kept under."""
        path = environ["PATH_INFO"]
        with self._lock:
            if path in self._read or len(self._read) < _MOST_PATHS:
                before = self._read.get(path, frozenset())
                self._read[path] = None if before is None or reading.is_whole else before | reading.names
        return (*key[:_OF_QUERY], self._query(environ), *key[_OF_QUERY + 1 :])

    def forget(self) -> None:
        """Begin anew, once nothing is kept any more: a path may be forgotten only together with its answers."""
        with self._lock:
            self._read.clear()

    def _query(self, environ: "WSGIEnvironment") -> str:
        """Give the parameters that matter, as they were sent; all of them while nothing is known of the path."""
        query: str = environ.get("QUERY_STRING", "")
        read = self._read.get(environ["PATH_INFO"]) if query else None
        if read is None:
            return query
        return "&".join(part for part in query.split("&") if unquote_plus(part.partition("=")[0]) in read)


def _posted(environ: "WSGIEnvironment") -> str | None:
    """Name a posted query by its hash and leave its body to be read again; None for any other body."""
    media_type = environ.get("CONTENT_TYPE", "")
    length = environ.get("CONTENT_LENGTH") or ""
    is_query = environ["PATH_INFO"].endswith("/sparql") and media_type.partition(";")[0].strip().lower() in _QUERIES
    if not is_query or "HTTP_CONTENT_ENCODING" in environ or not length.isdecimal() or int(length) > _MOST_POSTED:
        return None
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    return blake2b(media_type.encode("latin-1") + b"\n" + body, digest_size=16).hexdigest()
