"""A release is asked where it lies, and goes on answering when its place is given away."""

import shutil
from pathlib import Path

import pytest

from registry.adapters.oxigraph_store import OxigraphBuilder, OxigraphReader
from registry.adapters.release_opening import open_reader
from registry.adapters.sparql_server import SparqlServer
from registry.adapters.sparql_server_builder import SparqlServerBuilder
from registry.adapters.sparql_server_reader import SparqlServerReader
from registry.adapters.store_address import EMBEDDED, free, write_address
from registry.errors import ReleaseError
from registry.store_errors import ReleaseNotInStore
from tests.graph_stores import graph_store
from tests.stores.contract import QUADS


def test_without_an_address_the_embedded_store_is_opened(tmp_path: Path) -> None:
    OxigraphBuilder().build(tmp_path / EMBEDDED, QUADS.splitlines())
    assert isinstance(open_reader(tmp_path), OxigraphReader)
    with pytest.raises(ReleaseError):
        open_reader(tmp_path / "nowhere")


def test_a_reader_outlives_the_place_that_it_was_opened_on(tmp_path: Path) -> None:
    OxigraphBuilder().build(tmp_path / EMBEDDED, QUADS.splitlines())
    with graph_store() as place:
        SparqlServerBuilder(SparqlServer(place.address)).load(QUADS)
        write_address(tmp_path, place.address)
        reader = open_reader(tmp_path)
        assert isinstance(reader, SparqlServerReader)
        before = reader.dump("application/n-quads")
        free(tmp_path)
        place.store.clear()
        assert reader.dump("application/n-quads") == before
        assert reader.query("ASK { ?s ?p ?o }") is True


def test_a_reader_whose_release_lies_nowhere_says_so(tmp_path: Path) -> None:
    with graph_store() as place:
        write_address(tmp_path, place.address)
        reader = open_reader(tmp_path)
        free(tmp_path)
        with pytest.raises(ReleaseNotInStore):
            reader.names()
        with pytest.raises(ReleaseNotInStore):
            open_reader(tmp_path)
    shutil.rmtree(tmp_path)
