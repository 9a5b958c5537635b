"""The Workers port on a Dask cluster, whose machines have this software and the same artefacts installed."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final, TypeVar

from distributed import Client, KilledWorker
from distributed.client import FutureCancelledError
from distributed.comm.core import CommClosedError

from registry.errors import PortError

Item = TypeVar("Item")
Done = TypeVar("Done")

_IN_ADVANCE: Final = 4
_SECONDS: Final = 10
_WORKER_SECONDS: Final = 60


class DaskWorkers:
    """The workers of the cluster whose scheduler listens at an address, such as ``tcp://10.0.0.1:8786``."""

    def __init__(self, address: str) -> None:
        """Reach the scheduler, and see that it has workers; raise PortError when there are none."""
        self._address = address
        try:
            connect: Any = Client  # ships no types
            self._client = connect(address, timeout=_SECONDS, set_as_default=False)
            self._client.wait_for_workers(1, timeout=_WORKER_SECONDS)
        except (OSError, TimeoutError, ValueError) as fault:
            raise PortError(
                f"No Dask cluster with workers answers at {address} ({fault}); start a scheduler and workers there "
                "(`dask scheduler`, `dask worker`), or leave --dask out."
            ) from fault

    def run(self, work: Callable[[Item], Done], items: Iterable[Item]) -> Iterator[tuple[Item, Done | None]]:
        """Give each item with what became of it, in the order of the items; see the port.

        An item over which so many workers died as the scheduler allows gives None.
        """
        rest, waiting = iter(items), deque[tuple[Item, Any]]()
        try:
            room = _IN_ADVANCE * max(1, sum(self._client.nthreads().values()))
            while True:
                for item in islice(rest, room - len(waiting)):
                    waiting.append((item, self._client.submit(work, item, pure=False)))
                if not waiting:
                    return
                item, future = waiting.popleft()
                yield item, _done(future)
        except (CommClosedError, FutureCancelledError, OSError) as fault:
            raise PortError(f"The Dask cluster at {self._address} is gone ({fault}); start the run again.") from fault

    def close(self) -> None:
        """Leave the cluster; what it has not begun of this run is not done."""
        self._client.close()


def _done(future: Any) -> Any:
    try:
        return future.result()
    except KilledWorker:
        return None
