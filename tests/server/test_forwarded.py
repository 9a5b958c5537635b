"""Behind trusted proxies links say https; without any, nobody can claim it."""

from dataclasses import replace

import pytest
from flask import Flask

from registry.settings import Settings
from server.app import create_app
from server.forwarded import Forwarded, take_over


@pytest.mark.parametrize(
    ("said", "proxies", "scheme"),
    [
        ("https", 1, "https"),
        ("HTTPS", 1, "https"),
        ("https", 0, "http"),
        (None, 1, "http"),
        ("https", 2, "https"),
        ("https, http", 1, "http"),
        ("https, http", 2, "https"),
        ("https, http, http", 2, "http"),
        ("gopher", 1, "http"),
        ("", 1, "http"),
        ("javascript:alert(1)//", 1, "http"),
    ],
)
def test_the_scheme_is_what_the_outermost_trusted_proxy_saw(said: str | None, proxies: int, scheme: str) -> None:
    environ = {"wsgi.url_scheme": "http"} | ({} if said is None else {"HTTP_X_FORWARDED_PROTO": said})
    take_over(environ, proxies)
    assert environ["wsgi.url_scheme"] == scheme


@pytest.mark.parametrize(("proxies", "scheme"), [(0, "http"), (1, "https")])
def test_links_and_redirects_speak_of_it_behind_a_proxy_alone(app: Flask, proxies: int, scheme: str) -> None:
    settings: Settings = app.extensions["settings"]
    behind = create_app(app.extensions["library"].registry, replace(settings, trusted_proxies=proxies))
    try:
        headers = {"Accept": "text/html", "X-Forwarded-Proto": "https", "Host": "cities.example.org"}
        page = behind.test_client().get("/doc/city/aldermoor", headers=headers)
        assert f'"url": "{scheme}://cities.example.org/doc/city/aldermoor"' in page.text
        assert f"<{scheme}://cities.example.org/" in page.headers["Link"]
    finally:
        behind.extensions["query_pool"].close()


def test_an_application_sees_the_scheme() -> None:
    seen: list[object] = []

    def application(environ: dict[str, object], _start: object) -> list[bytes]:
        seen.append(environ["wsgi.url_scheme"])
        return []

    Forwarded(application, 1)({"wsgi.url_scheme": "http", "HTTP_X_FORWARDED_PROTO": "https"}, lambda *_: print)
    assert seen == ["https"]
