"""A real server on a real port over a small release, with tight limits; a canary that hears every connection."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask

from tests.server.conftest import app, artefacts, publish, published, syntax
from tests.serving import Served, serving

__all__ = ["app", "artefacts", "publish", "published", "syntax"]

QUERY_SECONDS = 2
TIGHT = {
    "HRCR_QUERY_SECONDS": str(QUERY_SECONDS),
    "HRCR_QUERY_MEGABYTES": "256",
    "HRCR_QUERY_WORKERS": "2",
    "HRCR_QUERY_BUDGET": "100000",
}


@dataclass
class Canary:
    """A listening socket that counts who connects; nobody should."""

    port: int
    heard: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def canary() -> Iterator[Canary]:
    """Listen on loopback, answer nobody, count."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        bird = Canary(listening.getsockname()[1])

        def listen() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, address = listening.accept()
                    bird.heard.append(str(address))
                    connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield bird
        listening.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="session")
def home(app: Flask) -> Path:
    """The directory of the releases."""
    return Path(app.extensions["settings"].home)


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[Served]:
    """The server that the corpus is sent to."""
    with serving(home, **TIGHT) as server:
        yield server
