"""The application on a real port, and a real Chromium to read it with; without a browser these tests fail."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph
import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from registry.artefacts import Artefacts
from tests.server.conftest import (  # noqa: F401  # fixtures
    Publish,
    artefacts,
    publish,
    published,
    syntax,
    turtle,
)
from tests.server.hostile import hostile

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Silent(WSGIRequestHandler):
    """Log nothing."""

    def log(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("No Chromium is installed; on Debian: apt-get install chromium.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Flask], str]]:
    """Put an application on a port of its own and give its address."""
    stops: list[Callable[[], None]] = []

    def start(app: Flask) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        stops.extend((server.shutdown, thread.join, server.server_close))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for stop in stops:
        stop()


@pytest.fixture(scope="session")
def cities(publish: Publish, artefacts: Artefacts) -> Flask:  # noqa: F811  # fixtures
    """The application over the invented city and a real one."""
    graphs = {
        "profile/aldermoor": turtle("aldermoor.ttl"),
        "assessment/aldermoor": turtle("aldermoor-assessment.ttl"),
        "profile/graz": artefacts.files.cities["graz"],
    }
    return publish(graphs)


@pytest.fixture(scope="session")
def address(cities: Flask, serve: Callable[[Flask], str]) -> str:
    """Where the invented city is served."""
    return serve(cities)


@pytest.fixture(scope="session")
def store(cities: Flask) -> pyoxigraph.Store:
    """The release that is served, read by the engine alone."""
    return pyoxigraph.Store.read_only(str(Path(cities.extensions["settings"].home) / "current" / "store"))


@pytest.fixture(scope="session")
def hostile_address(publish: Publish, serve: Callable[[Flask], str]) -> str:  # noqa: F811  # fixture
    """Where the hostile texts are served."""
    return serve(publish(hostile()))
