"""Opening a release for reading, wherever it lies: in the embedded store of its directory, or in a SPARQL server."""

from pathlib import Path
from typing import Final

from registry.adapters.oxigraph_store import OxigraphReader
from registry.adapters.sparql_server import Limits, SparqlServer
from registry.adapters.sparql_server_reader import SparqlServerReader
from registry.adapters.store_address import EMBEDDED, StoreAddress, read_address
from registry.ports import ReleaseReader

_LIMITS: Final = Limits(seconds=15.0, most_bytes=256 * 1024 * 1024)
"""For a page, whose reader waits: a server that hangs must not keep everybody who asks for something else."""


def open_reader(directory: Path) -> ReleaseReader:
    """Open a release; raise ReleaseError where it holds none, ReleaseNotInStore where no store holds it any more."""
    address = read_address(directory)
    if address is None:
        return OxigraphReader(directory / EMBEDDED)
    return SparqlServerReader(SparqlServer(address, limits=_LIMITS), lambda: _moved(directory, address))


def _moved(directory: Path, address: StoreAddress) -> ReleaseReader | None:
    """Give who answers for a release that lies in another place by now, None while it lies where it did."""
    return None if read_address(directory) == address else open_reader(directory)
