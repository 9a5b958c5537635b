"""The Workers port on this machine: a pool of processes that is made anew when one of them dies."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from typing import Final, TypeVar

Item = TypeVar("Item")
Done = TypeVar("Done")

_IN_ADVANCE: Final = 3
"""How many items for each process are handed out at most: one at work, and what keeps it from waiting."""


class LocalWorkers:
    """So many processes; ``prepare`` is called in each before it works, ``preloaded`` are modules imported before."""

    def __init__(self, count: int, prepare: Callable[[], object], *, preloaded: Iterable[str] = ()) -> None:
        """Start nothing yet; processes are started when there is work, and stay until ``close``."""
        self._count = count
        self._prepare = prepare
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload([*preloaded])
        self._pool: ProcessPoolExecutor | None = None

    def run(self, work: Callable[[Item], Done], items: Iterable[Item]) -> Iterator[tuple[Item, Done | None]]:
        """Give each item with what became of it, in the order of the items; see the port.

        Where a process dies, nobody knows over which item: each that was handed out is done again alone, and the one
        over which a process dies again gives None.
        """
        rest, waiting = iter(items), deque[tuple[Item, Future[Done]]]()
        while True:
            for item in islice(rest, self._count * _IN_ADVANCE - len(waiting)):
                waiting.append((item, self._handed(work, item)))
            if not waiting:
                return
            if _is_lost(waiting[0][1]):
                self.close()
                lost, waiting = waiting, deque()
                for item, future in lost:
                    yield item, self._alone(work, item) if _is_lost(future) else future.result()
            else:
                item, future = waiting.popleft()
                yield item, future.result()

    def close(self) -> None:
        """End the processes; what they have not begun is not done."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        self._pool = None

    def _handed(self, work: Callable[[Item], Done], item: Item) -> Future[Done]:
        """Hand an item to the pool; one that is broken already gives a future that says so."""
        if self._pool is None:
            self._pool = self._started(self._count)
        try:
            return self._pool.submit(work, item)
        except BrokenProcessPool as fault:
            lost: Future[Done] = Future()
            lost.set_exception(fault)
            return lost

    def _alone(self, work: Callable[[Item], Done], item: Item) -> Done | None:
        with self._started(1) as pool:
            try:
                return pool.submit(work, item).result()
            except BrokenProcessPool:
                return None

    def _started(self, count: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(count, mp_context=self._context, initializer=self._prepare)


def _is_lost(future: Future[Done]) -> bool:
    """Wait for the end of an item, and say whether its process died, or another of its pool."""
    return isinstance(future.exception(), BrokenProcessPool)
