"""Opening a release for reading, wherever it lies: in the embedded store of its directory, or in a SPARQL server."""

from pathlib import Path

from registry.adapters.oxigraph_store import OxigraphReader
from registry.adapters.sparql_server import SparqlServer
from registry.adapters.sparql_server_reader import SparqlServerReader
from registry.adapters.store_address import EMBEDDED, StoreAddress, read_address
from registry.ports import ReleaseReader


def open_reader(directory: Path) -> ReleaseReader:
    """Open a release; raise ReleaseError where it holds none, ReleaseNotInStore where no store holds it any more."""
    address = read_address(directory)
    if address is None:
        return OxigraphReader(directory / EMBEDDED)
    return SparqlServerReader(SparqlServer(address), lambda: _moved(directory, address))


def _moved(directory: Path, address: StoreAddress) -> ReleaseReader | None:
    """Give who answers for a release that lies in another place by now, None while it lies where it did."""
    return None if read_address(directory) == address else open_reader(directory)
