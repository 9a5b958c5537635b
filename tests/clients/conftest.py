"""A real server of a small release, and the same release read by the engine alone."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from flask import Flask

from tests.server.conftest import app, artefacts, publish, published, syntax
from tests.serving import serving

__all__ = ["app", "artefacts", "publish", "published", "syntax"]


@pytest.fixture(scope="session")
def home(app: Flask) -> Path:
    """The directory of the releases."""
    return Path(app.extensions["settings"].home)


@pytest.fixture(scope="session")
def address(home: Path) -> Iterator[str]:
    """Where the endpoint answers: all that a client is told."""
    with serving(home) as server:
        yield f"http://127.0.0.1:{server.port}/sparql"


@pytest.fixture(scope="session")
def store(home: Path) -> pyoxigraph.Store:
    """The release itself."""
    return pyoxigraph.Store.read_only(str(home / "current" / "store"))
