"""Killable processes that answer queries: one query at a time each, killed at the deadline, replaced when gone.

The current release has its workers; older releases share a few of their own, so that whoever asks them in turn takes
no worker from those who ask the current one. Half of the workers answer queries that are young. A slow query goes
aside: it keeps its process, and one of the other half, which stand open, takes its place. So slow ones keep nobody
waiting, and they never hold more than half of the workers.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from registry.errors import (
    AskerGone,
    LongQueriesFull,
    PortError,
    QueueFull,
)
from registry.query_wiring import worker_command
from server.budget import Budget
from server.query_frames import Question, answer_of
from server.query_lane import Lane
from server.query_process import LOOK_SECONDS, SLOW_SECONDS, QueryProcess

MOST_BYTES: Final = 64 * 1024 * 1024
"""The largest answer, in bytes; a larger one is refused as a whole."""

MEGABYTES: Final = 1_024
LONG_SECONDS: Final = 1.0
"""A query older than this is stopped when there is no room for it aside."""

PATIENCE_SECONDS: Final = 5.0
"""How long a question waits for a worker."""


@dataclass(slots=True)
class Asked:
    """A question that a worker is answering: who asked, since when, how much the worker had spent before, its place."""

    lane: Lane
    process: QueryProcess
    client: str | None
    since: float
    spent: float | None
    is_aside: bool = False


class QueryPool:
    """Workers over whichever release directory is asked for."""

    def __init__(
        self,
        *,
        size: int,
        seconds: float,
        patience: float = PATIENCE_SECONDS,
        most_bytes: int = MOST_BYTES,
        megabytes: int = MEGABYTES,
        budget: Budget | None = None,
        current: Callable[[], Path] | None = None,
        command: Callable[[Path], Sequence[str]] = worker_command,
    ) -> None:
        """Answer ``size`` young questions at once over the current release, a fourth as many over older ones.

        As many slow ones go on aside, so there are twice as many workers. Each answers within ``seconds`` and
        ``megabytes``; a question waits ``patience`` for one. ``current`` names the directory of the current release;
        without it that is the first one asked. ``command`` starts a worker over a directory.
        """
        self._seconds = seconds
        self._patience = patience
        self._most_bytes = most_bytes
        self._megabytes = megabytes
        self._budget = budget
        self._current = current
        self._command = command
        self._home: Path | None = None
        self._lanes = {True: Lane(size), False: Lane(max(1, size // 4))}
        self._when_free: Callable[[], None] = _nothing
        self._free = threading.Condition()
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="query-starter")
        self._ender = ThreadPoolExecutor(1, thread_name_prefix="query-ender")

    def start(self, directory: Path) -> None:
        """Start every worker over a directory, so that the first questions need not wait.

        Says in one line of the log when the workers could reach the network.
        """
        with self._free:
            self._follow(directory)
            process = next(iter(self._lanes[True].idle), None)
        if process is not None and process.greeting().get("network") is not False:
            logging.getLogger(__name__).warning(
                "query workers could reach the network: this system has no seccomp; only the look at each query refuses"
            )

    def when_free(self, call: Callable[[], None]) -> None:
        """Have something called, in whatever thread, each time when a place for a young question becomes free."""
        self._when_free = call

    def ask(
        self,
        directory: Path,
        question: Question,
        *,
        client: str | None = None,
        is_gone: Callable[[], bool] = lambda: False,
    ) -> bytes:
        """Give the whole serialised answer over the release in a directory.

        ``client`` is charged for the processor time; ``is_gone`` says whether there still is somebody to answer.
        Raises QueryError (with line and column), TooManyRequests, QueueFull, LongQueriesFull, TimeLimitPassed when the
        worker was killed at the deadline, MemoryLimitPassed, AnswerTooLarge, AskerGone, and StoreError when the worker
        died or could not answer; StoreUnavailable, StoreAnswerRefused and ReleaseNotInStore of a server.
        """
        self._admit(client)
        lane = self._lane(directory)
        self._wait(lane, is_gone)
        try:
            process = self._picked(lane, directory)
        except BaseException:
            self._give_back(lane, None, is_aside=False)
            raise
        return self.finish(self._sent(lane, process, question, client), is_gone=is_gone)

    @property
    def size(self) -> int:
        """How many workers there are."""
        return sum(lane.size for lane in self._lanes.values())

    @property
    def is_busy(self) -> bool:
        """Say whether no young question more can be asked of the current release."""
        lane = self._lanes[True]
        return lane.lent >= lane.most

    def begin(self, directory: Path, question: Question, *, client: str | None = None) -> Asked | None:
        """Send a question to a worker that has nothing to do; None when none is ready, and nothing is waited for.

        Whoever begins must finish. Raises TooManyRequests.
        """
        self._admit(client)
        with self._free:
            lane = self._lanes[True]
            if directory != self._home or lane.lent >= lane.most:
                return None
            process = lane.take(directory)
            if process is None:
                return None
            if process.is_gone or not process.is_ready:
                lane.idle.append(process)
                return None
            lane.lent += 1
        return self._sent(lane, process, question, client)

    def finish(self, asked: Asked, *, is_gone: Callable[[], bool] = lambda: False) -> bytes:
        """Give the whole serialised answer to a question that was sent; raises what ``ask`` raises."""
        process: QueryProcess | None = asked.process
        try:
            status, body = asked.process.receive(self._seconds, partial(self._look, asked, is_gone))
            self._charge(asked, status.get("seconds"))
        except BaseException:
            self._charge(asked, None)
            self._end(asked.process)
            process = None
            process = self._started(asked.process.directory)
            raise
        finally:
            self._give_back(asked.lane, process, is_aside=asked.is_aside)
        return answer_of(status, body, self._most_bytes)

    def put_aside(self, asked: Asked) -> bool:
        """Let a slow question go on without the place of a young one, if there is room for it; say whether it does."""
        with self._free:
            if not asked.is_aside and asked.lane.aside < asked.lane.most:
                asked.is_aside = True
                asked.lane.aside += 1
                self._leave(asked.lane)
            return asked.is_aside

    def close(self) -> None:
        """Stop every idle worker."""
        with self._free:
            idle = [process for lane in self._lanes.values() for process in lane.idle]
            for lane in self._lanes.values():
                lane.idle.clear()
        for process in idle:
            process.stop()
        self._ender.shutdown()
        self._starter.shutdown(wait=False)

    def _lane(self, directory: Path) -> Lane:
        """Give the workers for a directory; when another release has become current, theirs are started anew."""
        home = self._current() if self._current is not None else self._home or directory
        with self._free:
            if home != self._home:
                self._follow(home)
        return self._lanes[directory == home]

    def _follow(self, home: Path) -> None:
        lane, self._home = self._lanes[True], home
        for process in lane.idle:
            self._end(process)
        lane.idle = [self._started(home) for _ in range(lane.size - lane.out)]

    def _started(self, directory: Path) -> QueryProcess:
        """Start a worker from the one thread that lives as long as this process: a worker ends with its starter."""
        limits = (self._megabytes, SLOW_SECONDS, self._seconds)
        command = [*self._command(directory), str(directory), *map(str, limits)]
        return self._starter.submit(QueryProcess, command, directory).result()

    def _end(self, process: QueryProcess) -> None:
        """Kill a worker now, and let a thread of its own wait for its end."""
        process.kill()
        self._ender.submit(process.stop)

    def _admit(self, client: str | None) -> None:
        if self._budget is not None and client is not None:
            self._budget.admit(client)

    def _sent(self, lane: Lane, process: QueryProcess, question: Question, client: str | None) -> Asked:
        asked = Asked(lane, process, client, time.monotonic(), process.spent())
        with suppress(PortError):  # a worker that has ended is found out by who reads its answer
            process.send(question.frame(self._most_bytes, is_elsewhere=process.is_elsewhere))
        return asked

    def _wait(self, lane: Lane, is_gone: Callable[[], bool]) -> None:
        """Wait for the right to one worker of a lane."""
        deadline = time.monotonic() + self._patience
        with self._free:
            if lane.is_stuck:
                raise QueueFull("Every query worker is busy and others wait already; ask again in a moment.")
            lane.waiting += 1
            try:
                while lane.lent >= lane.most:
                    left = deadline - time.monotonic()
                    if left <= 0:
                        raise QueueFull("Every query worker is busy; ask again in a moment.")
                    if is_gone():
                        raise AskerGone("Who asked has gone.")
                    self._free.wait(min(left, LOOK_SECONDS))
                lane.lent += 1
            finally:
                lane.waiting -= 1

    def _picked(self, lane: Lane, directory: Path) -> QueryProcess:
        """Take an idle worker over a directory, or start one in the place of another directory's."""
        with self._free:
            process = lane.take(directory)
            surplus = len(lane.idle) + lane.out - lane.size
            spare, lane.idle = lane.idle[: max(0, surplus)], lane.idle[max(0, surplus) :]
        for other in spare:
            self._end(other)
        if process is not None and process.is_gone:
            self._end(process)
            process = None
        return process or self._started(directory)

    def _give_back(self, lane: Lane, process: QueryProcess | None, *, is_aside: bool) -> None:
        with self._free:
            is_stale = lane is self._lanes[True] and process is not None and process.directory != self._home
            if is_stale and process is not None and self._home is not None:
                self._end(process)
                process = self._started(self._home)
            if process is not None:
                lane.idle.append(process)
            if is_aside:
                lane.aside -= 1
            else:
                self._leave(lane)

    def _leave(self, lane: Lane) -> None:
        """Let the next question have the place of one; whoever calls this holds the lock."""
        lane.lent -= 1
        lane.returned = time.monotonic()
        self._free.notify_all()
        self._when_free()

    def _look(self, asked: Asked, is_gone: Callable[[], bool], age: float) -> None:
        """Look after a question: whether anybody still waits for it, and whether it is slow while others are."""
        if is_gone():
            raise AskerGone("Who asked has gone, and the query was stopped.")
        if age >= SLOW_SECONDS and not self.put_aside(asked) and age >= LONG_SECONDS:
            raise LongQueriesFull("Other queries run long already; ask for less, or ask again in a moment.")

    def _charge(self, asked: Asked, seconds: object) -> None:
        """Charge a client what its question took, as the worker says, or as the system does of a worker that ended."""
        if self._budget is None or asked.client is None:
            return
        if not isinstance(seconds, float):
            after = asked.process.spent()
            if after is not None and asked.spent is not None:
                seconds = after - asked.spent
            else:
                seconds = time.monotonic() - asked.since
        self._budget.charge(asked.client, seconds)


def _nothing() -> None:
    """Tell nobody."""
