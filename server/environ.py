"""The environment of a request that came over RSGI, as WSGI has it."""

from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from granian.rsgi import Scope

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def environ_of(scope: Scope) -> "WSGIEnvironment":
    """Give the environment of a request without its body (PEP 3333).

    A header with an underscore in its name is left out, as it could pass for another; several of one name are joined.
    """
    path = scope.path
    server, _, port = scope.server.rpartition(":")
    environ: dict[str, object] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1") if "%" in path or not path.isascii() else path,
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = "HTTP_" + key
        known = environ.get(key)
        environ[key] = value if known is None else f"{known},{value}"
    environ.setdefault("HTTP_HOST", scope.authority or "")
    return environ
