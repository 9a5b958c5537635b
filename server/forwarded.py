"""How a client came to the proxies in front: what X-Forwarded-Proto says, where an installation has proxies it trusts.

Links, redirects, cookies and the cache then speak of https where the outermost proxy was asked over https.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SCHEMES: Final = frozenset({"http", "https"})


def take_over(environ: "WSGIEnvironment", proxies: int) -> None:
    """Set the scheme of a request to what so many trusted proxies say; without any, and for any other word, it stays.

    Where each proxy appends what it saw, that of the outermost counts; what stands further left is hearsay.
    """
    said = environ.get("HTTP_X_FORWARDED_PROTO") if proxies else None
    if said is None:
        return
    seen = [part.strip().lower() for part in said.split(",")]
    scheme = seen[-min(proxies, len(seen))]
    if scheme in _SCHEMES:
        environ["wsgi.url_scheme"] = scheme


class Forwarded:
    """A WSGI application behind trusted proxies."""

    def __init__(self, application: "WSGIApplication", proxies: int) -> None:
        """Set the scheme of each request before an application sees it."""
        self._application = application
        self._proxies = proxies

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        take_over(environ, self._proxies)
        return self._application(environ, start_response)
