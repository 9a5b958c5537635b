"""The seam between judging many cities and where that is done: processes of this machine, or a cluster."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

Item = TypeVar("Item")
Done = TypeVar("Done")


class Workers(Protocol):
    """Processes that do the same work on many items."""

    def run(self, work: Callable[[Item], Done], items: Iterable[Item]) -> Iterator[tuple[Item, Done | None]]:
        """Give each item with what became of it, in the order of the items; ``work`` can be pickled.

        None stands for an item at which the process that worked on it died, alone with it. Few items are taken in
        advance, so that neither items nor results pile up. What ``work`` raises is raised here and ends the run;
        PortError when the workers cannot be reached any more.
        """

    def close(self) -> None:
        """Let go of the processes; none is needed any more."""
