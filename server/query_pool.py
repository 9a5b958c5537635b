"""Killable processes that answer queries: one query at a time each, killed at the deadline, replaced when gone."""

import json
import os
import queue
import selectors
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from registry.errors import AnswerTooLarge, PortError, QueryError, QueueFull, StoreError, TimeLimitPassed
from registry.namespaces import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES: Final = 64 * 1024 * 1024
"""The largest answer, in bytes; a larger one is refused as a whole."""

_COMMAND: Final = (sys.executable, "-m", "registry.adapters.query_worker")
_BLOCK: Final = 1 << 16


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
                "prefixes": {prefix: str(namespace) for prefix, namespace in PREFIXES.items()},
                "most_bytes": most_bytes,
            }
        ).encode()


class QueryPool:
    """A fixed number of workers over whichever release directory is asked for."""

    def __init__(
        self,
        *,
        size: int,
        seconds: float,
        patience: float = 5.0,
        most_bytes: int = MOST_BYTES,
        command: Sequence[str] = _COMMAND,
    ) -> None:
        """Make room for ``size`` workers; each answers within ``seconds``; a question waits ``patience`` for one."""
        self._seconds = seconds
        self._patience = patience
        self._most_bytes = most_bytes
        self._command = tuple(command)
        self._size = size
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(size):
            self._idle.put(None)

    def start(self, directory: Path) -> None:
        """Start every worker over a directory, so that the first questions need not wait."""
        for _ in range(self._size):
            self._idle.get()
        for _ in range(self._size):
            self._idle.put(_Worker(self._command, directory))

    def ask(self, directory: Path, question: Question) -> bytes:
        """Give the whole serialised answer over the release in a directory.

        Raises QueryError (with line and column), TimeLimitPassed when the worker was killed at the deadline, QueueFull,
        AnswerTooLarge, and StoreError when the worker died or could not answer.
        """
        with self._worker(directory) as worker:
            status, body = worker.ask(question.frame(self._most_bytes), self._seconds)
        return _answer(status, body, self._most_bytes)

    def close(self) -> None:
        """Stop every idle worker."""
        while not self._idle.empty():
            worker = self._idle.get_nowait()
            if worker is not None:
                worker.stop()

    @contextmanager
    def _worker(self, directory: Path) -> "Iterator[_Worker]":
        try:
            worker = self._idle.get(timeout=self._patience)
        except queue.Empty:
            raise QueueFull("Every query worker is busy; ask again in a moment.") from None
        try:
            if worker is not None and (worker.directory != directory or worker.is_gone):
                worker.stop()
                worker = None
            if worker is None:
                worker = _Worker(self._command, directory)
            yield worker
        except PortError:
            if worker is not None:
                worker.stop()
            worker = _Worker(self._command, directory)
            raise
        finally:
            self._idle.put(worker)


class _Worker:
    """One process and its two pipes."""

    def __init__(self, command: Sequence[str], directory: Path) -> None:
        self.directory = directory
        self._process = subprocess.Popen(  # noqa: S603  # our own module, our own directory, no shell
            [*command, str(directory)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._is_ready = False

    @property
    def is_gone(self) -> bool:
        """Say whether the process has ended."""
        return self._process.poll() is not None

    def ask(self, frame: bytes, seconds: float) -> tuple[dict[str, object], bytes]:
        """Send one frame and read status and body; raises TimeLimitPassed and StoreError."""
        deadline = time.monotonic() + seconds
        if not self._is_ready:
            self._read(deadline)
            self._is_ready = True
        self._write(frame)
        return json.loads(self._read(deadline)), self._read(deadline)

    def stop(self) -> None:
        """Kill the process and close its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            _close(pipe)

    def _write(self, frame: bytes) -> None:
        pipe = self._process.stdin
        try:
            if pipe is not None:
                pipe.write(len(frame).to_bytes(4, "big") + frame)
                pipe.flush()
        except OSError as fault:
            raise StoreError("The process that was to answer the query has gone; ask again.") from fault

    def _read(self, deadline: float) -> bytes:
        return self._exactly(int.from_bytes(self._exactly(4, deadline), "big"), deadline)

    def _exactly(self, size: int, deadline: float) -> bytes:
        pipe = self._process.stdout
        parts = []
        with selectors.DefaultSelector() as selector:
            if pipe is not None:
                selector.register(pipe, selectors.EVENT_READ)
            while size > 0:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise TimeLimitPassed("The query took longer than allowed and was stopped; ask for less.")
                part = os.read(pipe.fileno(), min(size, _BLOCK)) if pipe is not None else b""
                if not part:
                    raise StoreError("The process that answered the query ended before its answer did; ask for less.")
                parts.append(part)
                size -= len(part)
        return b"".join(parts)


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
        case _:
            raise StoreError(f"The store could not answer: {status['message']}.")


def _close(pipe: IO[bytes] | None) -> None:
    try:
        if pipe is not None:
            pipe.close()
    except OSError:
        return
