"""One release, embedded and in each engine, and the pages of the registry over it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from rdflib import Graph

from registry.adapters.oxigraph_store import OxigraphReader
from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.release_directories import ReleaseDirectories
from registry.adapters.spreadsheet import OpenXmlSheets
from registry.adapters.store_address import EMBEDDED
from registry.adapters.store_servers import StoreServers
from registry.artefacts import Artefacts
from registry.fold import fold
from registry.model import Release
from registry.ports import ReleaseReader
from registry.registry import Registry
from registry.settings import Settings
from server.app import create_app
from tests.graph_stores import graph_store
from tests.server.conftest import DAY, NOON, artefacts, events, published, syntax, turtle
from tests.stores.engines import ENGINES, started

__all__ = ["artefacts", "published", "syntax"]

FAR = [pytest.param(name, marks=pytest.mark.stores) for name in ENGINES]


@dataclass
class Store:
    """A release in a store of some kind."""

    name: str
    servers: StoreServers | None
    home: Path
    release: Release
    app: Flask
    is_taken: bool = False
    """Whether other releases were brought into its places since."""

    @property
    def reader(self) -> ReleaseReader:
        """Who reads the release."""
        return ReleaseDirectories(self.home).current().reader

    @property
    def rewrites(self) -> bool:
        """Whether the store gives some literals back in another form of the same value."""
        return self.name in ("fuseki", "virtuoso")


@pytest.fixture(scope="session")
def graphs(artefacts: Artefacts, published: dict[str, Graph]) -> Mapping[str, Graph]:
    """What the release says, by graph."""
    cities = {"profile/graz": artefacts.files.cities["graz"], "profile/aldermoor": turtle("aldermoor.ttl")}
    return {**published, **cities, "assessment/aldermoor": turtle("aldermoor-assessment.ttl")}


def _stored(
    name: str, servers: StoreServers | None, home: Path, artefacts: Artefacts, graphs: Mapping[str, Graph]
) -> Store:
    releases = ReleaseDirectories(home, servers)
    registry = Registry(
        artefacts, validator=PyShaclValidator, releases=releases, clock=lambda: NOON, sheets=OpenXmlSheets()
    )
    release = releases.build(
        fold(events(graphs), artefacts.syntax),
        day=DAY,
        standard_version="1.0.0",
        software_version="0.1.0",
        files=registry.files_of,
    )
    app = create_app(registry, Settings.load({}, home=home, query_seconds=60, repair_seconds=0))
    return Store(name, servers, home, release, app)


@pytest.fixture(scope="session")
def embedded(
    artefacts: Artefacts, graphs: Mapping[str, Graph], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """The release in its embedded store."""
    store = _stored("embedded", None, tmp_path_factory.mktemp("embedded"), artefacts, graphs)
    yield store
    store.app.extensions["query_pool"].close()


@pytest.fixture(scope="module", params=["small", *FAR])
def held(
    request: pytest.FixtureRequest,
    artefacts: Artefacts,
    graphs: Mapping[str, Graph],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Store]:
    """The release in a server."""
    home, name = tmp_path_factory.mktemp(f"home-{request.param}"), str(request.param)
    if name == "small":
        with graph_store() as one, graph_store() as two:
            store = _stored(name, StoreServers((one.address, two.address)), home, artefacts, graphs)
            yield store
            store.app.extensions["query_pool"].close()
        return
    with started(name, tmp_path_factory.mktemp(name)) as servers:
        store = _stored(name, servers, home, artefacts, graphs)
        yield store
        store.app.extensions["query_pool"].close()


@pytest.fixture
def far(held: Store) -> Store:
    """The release in a server, brought back where another test took its place."""
    if held.is_taken and held.servers is not None:
        quads = OxigraphReader(held.release.directory / EMBEDDED).dump("application/n-quads")
        held.servers.bring(held.release.directory, quads, None, [])
        held.is_taken = False
    return held


@pytest.fixture
def places(held: Store) -> Store:
    """A server into which a test brings releases of its own."""
    held.is_taken = True
    return held
