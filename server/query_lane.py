"""Workers for one kind of question, and who waits for them."""

import math
import time
from dataclasses import dataclass, field
from pathlib import Path

from server.query_process import SLOW_SECONDS, QueryProcess


@dataclass(slots=True)
class Lane:
    """So many young questions at most, and as many slow ones aside: the idle workers, who is out, who waits."""

    most: int
    idle: list[QueryProcess] = field(default_factory=list)
    lent: int = 0
    aside: int = 0
    waiting: int = 0
    returned: float = -math.inf

    @property
    def size(self) -> int:
        """How many workers there are."""
        return 2 * self.most

    @property
    def out(self) -> int:
        """How many workers have a question."""
        return self.lent + self.aside

    @property
    def is_stuck(self) -> bool:
        """Say whether more wait than may while no worker comes back; they would hold up every other page."""
        return (
            self.lent >= self.most and self.waiting >= 2 * self.most and time.monotonic() - self.returned > SLOW_SECONDS
        )

    def take(self, directory: Path) -> QueryProcess | None:
        """Take an idle worker over a directory, one that has opened it rather than one that is about to."""
        found = [each for each in self.idle if each.directory is directory or each.directory == directory]
        chosen = next((process for process in reversed(found) if process.is_ready), found[-1] if found else None)
        if chosen is not None:
            self.idle.remove(chosen)
        return chosen
