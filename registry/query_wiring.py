"""Which process answers what the public asks of a release."""

import sys
from pathlib import Path
from typing import Final

from registry.adapters.store_address import STORE_FILE

_EMBEDDED: Final = (sys.executable, "-m", "registry.adapters.query_worker")
_ELSEWHERE: Final = (sys.executable, "-m", "registry.adapters.server_worker")


def worker_command(store: Path) -> tuple[str, ...]:
    """Give the command of the worker over a store, by whether a file beside it says that the release lies in a server.

    After it stand the store, the megabytes that a query may take, the seconds after which it is slow, and its deadline.
    """
    return _ELSEWHERE if store.with_name(STORE_FILE).is_file() else _EMBEDDED
