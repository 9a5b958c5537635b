"""The environment of a request that came over RSGI."""

from types import SimpleNamespace
from typing import Any

from server.environ import environ_of


def scope(**changed: object) -> Any:
    told = {
        "path": "/a",
        "method": "GET",
        "query_string": "q=1",
        "server": "127.0.0.1:8000",
        "client": "192.0.2.1:4711",
        "http_version": "1.1",
        "scheme": "http",
        "headers": SimpleNamespace(items=list),
        "authority": "here.example",
    }
    return SimpleNamespace(**{**told, **changed})


def test_what_a_request_says_stands_where_wsgi_has_it() -> None:
    environ = environ_of(scope())
    told = [environ[name] for name in ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "SERVER_NAME", "SERVER_PORT")]
    assert told == ["GET", "/a", "q=1", "127.0.0.1", "8000"]
    assert (environ["REMOTE_ADDR"], environ["HTTP_HOST"]) == ("192.0.2.1", "here.example")
    assert environ["wsgi.input"].read() == b""


def test_a_path_is_given_as_its_bytes() -> None:
    assert environ_of(scope(path="/%C3%A9"))["PATH_INFO"] == "/\xc3\xa9"


def test_headers_of_one_name_are_joined_and_none_passes_for_another() -> None:
    headers = [("accept", "a/b"), ("accept", "c/d"), ("x_forwarded_for", "evil"), ("content-length", "3")]
    environ = environ_of(scope(headers=SimpleNamespace(items=lambda: headers)))
    assert (environ["HTTP_ACCEPT"], environ["CONTENT_LENGTH"]) == ("a/b,c/d", "3")
    assert "HTTP_X_FORWARDED_FOR" not in environ
