"""Hostile hosts and paths: nothing leads away from here, no file is read, and every answer is a typed refusal."""

import json
import re
from urllib.parse import unquote_to_bytes

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

HOSTS = (
    "evil.example@localhost",
    "localhost@evil.example",
    "evil.example/",
    "evil.example/..",
    "evil.example?x",
    "evil.example#x",
    "evil.example\\",
    "evil example",
    "evil.example:81:82",
    "evil.example:port",
    "evil.example>; rel=license",
    'evil.example"',
    "evil.example,localhost",
    "<script>",
    "[::1",
    "::1]",
    "[evil.example]",
    "-evil.example",
    "éviĺ.example",
    "evil.example:999999",
)
DOCUMENTS = ("/", "/doc/city/aldermoor", "/def", "/vocab/levels")

PLACES = ("def", "alignments", "shapes", "profile", "standard", "vocab", "graph", "id", "doc", ".well-known/genid")
PLACES += ("sdg", "problem", "examples", "releases")
STEPS = (
    "//evil.example",
    "/%2f%2fevil.example",
    "/%5c%5cevil.example",
    "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2f..%2fetc%2fpasswd",
    "/....//....//etc/passwd",
    "/%00",
    "/a%00.ttl",
    "/%0d%0aLocation:%20https:%2f%2fevil.example",
    "/http:%2f%2fevil.example%2fx",
    "/file:%2f%2f%2fetc%2fpasswd",
    "/%ff%fe",
    "/a%2f..%2f..%2fb",
    "/;/../../x",
    "/" + "a" * 5_000,
)
PATHS = tuple(f"/{place}{step}" for place in PLACES for step in STEPS)
WHOLE = ("//evil.example", "///evil.example/%2e%2e", "/\\evil.example", "/%2fevil.example", "/.%2e/server/app.py")
WHOLE += ("/static/%2e%2e/app.py", "/static/..%5capp.py", "/%2e%2e/%2e%2e/etc/passwd", "/.git/config", "/.env")


def ask(app: Flask, path: str, *, accept: str = "text/turtle", host: str = "localhost") -> TestResponse:
    """Ask the application as a server would that checks nothing: the path and the host just as they came."""
    builder = EnvironBuilder(headers={"Accept": accept})
    environ = builder.get_environ()
    environ["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1")
    environ["HTTP_HOST"] = host.encode().decode("latin-1")
    return TestResponse(*run_wsgi_app(app, environ, buffered=True), request=builder.get_request())


def test_the_tables_keep_their_size() -> None:
    assert (len(set(HOSTS)), len(set(PATHS)), len(set(WHOLE))) == (20, 210, 10)


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_is_none_is_refused_and_stands_in_no_link(app: Flask, host: str, document: str) -> None:
    response = ask(app, document, host=host)
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    for name in ("Location", "Link", "Content-Location"):
        assert "evil" not in response.headers.get(name, "")


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "registry.example.org"]
)
def test_a_plain_host_is_the_one_that_links_name(app: Flask, host: str) -> None:
    links = ask(app, "/doc/city/aldermoor", host=host).headers["Link"]
    assert f'<http://{host}/doc/city/aldermoor>; rel="canonical"' in links


@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
def test_no_path_leads_away_or_reads_a_file(app: Flask, accept: str) -> None:
    for path in (*PATHS, *WHOLE):
        response = ask(app, path, accept=accept)
        assert response.status_code in (400, 404), path
        assert "Location" not in response.headers, path
        assert not re.search(r'href="(//|[a-z]+:)[^"]*evil', response.text), path
        assert "root:" not in response.text, path
        assert "create_app" not in response.text, path


def test_a_refusal_of_a_path_is_a_typed_problem(app: Flask) -> None:
    for path in PATHS[:30]:
        document = json.loads(ask(app, path, accept="application/json").data)
        assert document["type"].rsplit("/", 1)[-1] in ("not-found", "bad-request", "unknown-release"), path
