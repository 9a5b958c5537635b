"""The application on a real port, and a real Chromium to read it with; without a browser these tests fail."""

import contextlib
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyoxigraph
import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.release_directories import ReleaseDirectories
from registry.artefacts import Artefacts
from registry.registry import Registry
from registry.settings import Settings
from server.app import create_app
from tests.server.conftest import (  # noqa: F401  # fixtures
    Publish,
    artefacts,
    publish,
    published,
    syntax,
    turtle,
)
from tests.server.hostile import hostile
from tests.server.people import now

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


@contextlib.contextmanager
def named_site(
    artefacts: Artefacts,  # noqa: F811  # the value of the fixture
    home: Path,
    settings: Callable[[str], Mapping[str, str]],
) -> Iterator[tuple[str, Flask]]:
    """Serve an application that knows by which name it is reached, until the end of the block.

    ``settings`` are those for its address, such as http://localhost:1234/.
    """
    server = make_server("127.0.0.1", 0, Flask("to come"), threaded=True, request_handler=Silent)
    address = f"http://localhost:{server.server_port}/"
    registry = Registry(artefacts, validator=PyShaclValidator, releases=ReleaseDirectories(home), clock=now)
    server.app = app = create_app(registry, Settings.load({}, home=home, repair_seconds=0, **settings(address)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield address, app
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["query_pool"].close()


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
