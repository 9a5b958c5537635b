"""Which worker answers is said by a file beside the store."""

import sys
from pathlib import Path

from registry.adapters.store_address import StoreAddress, write_address
from registry.query_wiring import worker_command


def test_a_release_in_a_server_has_a_worker_of_its_kind(tmp_path: Path) -> None:
    store = tmp_path / "store"
    assert worker_command(store) == (sys.executable, "-m", "registry.adapters.query_worker")
    address = "http://127.0.0.1:9/"
    write_address(tmp_path, StoreAddress(query=address, update=address, graphs=address))
    assert worker_command(store) == (sys.executable, "-m", "registry.adapters.server_worker")
    write_address(tmp_path, StoreAddress(query=address, update=address, graphs=address), is_held=False)
    assert worker_command(store) == (sys.executable, "-m", "registry.adapters.server_worker")
