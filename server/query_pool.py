"""Killable processes that answer queries: one query at a time each, killed at the deadline, replaced when gone.

The current release has its workers; older releases share a few of their own, so that whoever asks them in turn takes
no worker from those who ask the current one. A query older than a second is long, and long queries never hold more
than half of the workers.
"""

import json
import logging
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from registry.errors import (
    AnswerTooLarge,
    AskerGone,
    LongQueriesFull,
    MemoryLimitPassed,
    PortError,
    QueryError,
    QueueFull,
    StoreError,
)
from registry.namespaces import PREFIXES
from server.budget import Budget
from server.query_lane import Lane
from server.query_process import LOOK_SECONDS, SLOW_SECONDS, TOO_MUCH_MEMORY, QueryProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES: Final = 64 * 1024 * 1024
"""The largest answer, in bytes; a larger one is refused as a whole."""

MEGABYTES: Final = 1_024
LONG_SECONDS: Final = 1.0
"""A query older than this is long."""

PATIENCE_SECONDS: Final = 5.0
"""How long a question waits for a worker."""

_COMMAND: Final = (sys.executable, "-m", "registry.adapters.query_worker")
_PREFIXES: Final = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}
_PREFIXED: Final = frozenset({"text/turtle", "application/trig", "application/rdf+xml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One query as the protocol gives it, with the media type its answer shall have."""

    text: str
    media_type: str
    default_graphs: Sequence[str] = ()
    named_graphs: Sequence[str] = ()

    def frame(self, most_bytes: int) -> bytes:
        """Give the question as the worker reads it."""
        return json.dumps(
            {
                "query": self.text,
                "media_type": self.media_type,
                "default_graphs": list(self.default_graphs),
                "named_graphs": list(self.named_graphs),
                "prefixes": _PREFIXES if self.media_type in _PREFIXED else {},
                "most_bytes": most_bytes,
            }
        ).encode()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that a worker is answering: who asked, since when, and how much the worker had spent before."""

    lane: Lane
    process: QueryProcess
    client: str | None
    since: float
    spent: float | None


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
        command: Sequence[str] = _COMMAND,
    ) -> None:
        """Make room for ``size`` workers over the current release, and a fourth as many over older ones.

        Each answers within ``seconds`` and ``megabytes``; a question waits ``patience`` for one. ``current`` names the
        directory of the current release; without it that is the first one asked.
        """
        self._seconds = seconds
        self._patience = patience
        self._most_bytes = most_bytes
        self._megabytes = megabytes
        self._budget = budget
        self._current = current
        self._command = tuple(command)
        self._home: Path | None = None
        self._lanes = {True: Lane(size), False: Lane(max(1, size // 4))}
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
        died or could not answer.
        """
        self._admit(client)
        lane = self._lane(directory)
        self._wait(lane, is_gone)
        try:
            process = self._picked(lane, directory)
        except BaseException:
            self._give_back(lane, None)
            raise
        return self.finish(self._sent(lane, process, question, client), is_gone=is_gone)

    @property
    def is_busy(self) -> bool:
        """Say whether every worker over the current release has something to do."""
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
            with self._watch(asked.lane, is_gone) as look:
                status, body = asked.process.receive(self._seconds, look)
            self._charge(asked, status.get("seconds"))
        except BaseException:
            self._charge(asked, None)
            self._end(asked.process)
            process = None
            process = self._started(asked.process.directory)
            raise
        finally:
            self._give_back(asked.lane, process)
        return _answer(status, body, self._most_bytes)

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
        lane.idle = [self._started(home) for _ in range(lane.most - lane.lent)]

    def _started(self, directory: Path) -> QueryProcess:
        """Start a worker from the one thread that lives as long as this process: a worker ends with its starter."""
        command = [*self._command, str(directory), str(self._megabytes), str(SLOW_SECONDS)]
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
            process.send(question.frame(self._most_bytes))
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
            surplus = len(lane.idle) + lane.lent - lane.most
            spare, lane.idle = lane.idle[: max(0, surplus)], lane.idle[max(0, surplus) :]
        for other in spare:
            self._end(other)
        if process is not None and process.is_gone:
            self._end(process)
            process = None
        return process or self._started(directory)

    def _give_back(self, lane: Lane, process: QueryProcess | None) -> None:
        with self._free:
            lane.lent -= 1
            lane.returned = time.monotonic()
            is_stale = lane is self._lanes[True] and process is not None and process.directory != self._home
            if is_stale and process is not None and self._home is not None:
                self._end(process)
                process = self._started(self._home)
            if process is not None:
                lane.idle.append(process)
            self._free.notify_all()

    @contextmanager
    def _watch(self, lane: Lane, is_gone: Callable[[], bool]) -> "Iterator[Callable[[float], None]]":
        """Give what looks after one question: whether it is long while others are, and whether anybody still waits."""
        is_long = False

        def look(age: float) -> None:
            nonlocal is_long
            if is_gone():
                raise AskerGone("Who asked has gone, and the query was stopped.")
            if is_long or age < LONG_SECONDS:
                return
            with self._free:
                if lane.long >= lane.most_long:
                    raise LongQueriesFull("Other queries run long already; ask for less, or ask again in a moment.")
                lane.long += 1
                is_long = True

        try:
            yield look
        finally:
            if is_long:
                with self._free:
                    lane.long -= 1

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


def _answer(status: dict[str, object], body: bytes, most_bytes: int) -> bytes:
    match status["status"]:
        case "ok":
            return body
        case "query-error":
            line, column = status.get("line"), status.get("column")
            raise QueryError(
                f"The query is not SPARQL 1.1: {status['message']}.",
                line=line if isinstance(line, int) else None,
                column=column if isinstance(column, int) else None,
            )
        case "answer-too-large":
            raise AnswerTooLarge(f"The answer has more than {most_bytes:,} bytes; use LIMIT, or ask for less.")
        case "memory-limit-passed":
            raise MemoryLimitPassed(TOO_MUCH_MEMORY)
        case _:
            raise StoreError(f"The store could not answer: {status['message']}.")
