"""One process that answers queries: its pipes, its clock, and its end."""

import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Final

from registry.errors import MemoryLimitPassed, StoreError, TimeLimitPassed

LOOK_SECONDS: Final = 0.2
"""How often is looked after a question that is not answered yet."""

SLOW_SECONDS: Final = 0.2
"""A query older than this is put behind the others; each worker is told so when it starts."""

TOO_MUCH_MEMORY: Final = "The query took more memory than allowed and was stopped; ask for less."
_BLOCK: Final = 1 << 18
_RIGHT: Final = b'{"status": "ok"'
_START_SECONDS: Final = 30.0

Look = Callable[[float], None]
"""What is done again and again while an answer is awaited, given its age; an error it raises ends the waiting."""


class QueryProcess:
    """A worker over one release directory; whoever uses it is alone with it."""

    def __init__(self, command: Sequence[str], directory: Path) -> None:
        """Start the process; it ends with the thread that started it, where the system can do so."""
        self.directory: Final = directory
        self._process = subprocess.Popen(  # noqa: S603  # our own module, our own directory, no shell
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )
        self._arrived = bytearray()
        self._poll = select.poll()
        if self._process.stdout is not None:
            self._poll.register(self._process.stdout, select.POLLIN | select.POLLHUP)
        self._greeting: dict[str, object] | None = None
        self._since = 0.0

    def fileno(self) -> int:
        """Give the descriptor that becomes readable when an answer arrives."""
        return self._process.stdout.fileno() if self._process.stdout is not None else -1

    @property
    def is_gone(self) -> bool:
        """Say whether the process has ended."""
        return self._process.poll() is not None

    @property
    def is_ready(self) -> bool:
        """Say whether it has opened its release, or failed to."""
        return self._greeting is not None or bool(self._poll.poll(0))

    def greeting(self) -> dict[str, object]:
        """Wait until the release is open and give what the process says of itself; raises StoreError."""
        if self._greeting is None:
            deadline = time.monotonic() + _START_SECONDS
            self._greeting = json.loads(self._frame(deadline, _START_SECONDS, lambda _: None))
        if self._greeting["status"] != "ready":
            raise StoreError(f"The release could not be opened: {self._greeting.get('message')}.")
        return self._greeting

    @property
    def is_elsewhere(self) -> bool:
        """Say whether a server does the work; waits until the release is open, and raises StoreError."""
        return self.greeting().get("elsewhere") is True

    def send(self, frame: bytes) -> None:
        """Send one frame; raises StoreError and MemoryLimitPassed, and so does ``receive`` then."""
        self.greeting()
        self._since = time.monotonic()
        self._write(len(frame).to_bytes(4, "big") + frame)

    def take_in(self) -> bool:
        """Take in what has arrived, once there is something to read; say whether nothing more is to be waited for."""
        part = os.read(self.fileno(), _BLOCK)
        self._arrived += part
        return not part or self._is_whole

    @property
    def has_answered(self) -> bool:
        """Say whether the whole answer to a question is here, and a right one."""
        return self._is_whole and self._arrived.startswith(_RIGHT, 4)

    @property
    def _is_whole(self) -> bool:
        """Say whether both frames are here."""
        second = 4 + int.from_bytes(self._arrived[:4], "big")
        return len(self._arrived) >= second + 4 + int.from_bytes(self._arrived[second : second + 4], "big")

    def receive(self, seconds: float, look: Look) -> tuple[dict[str, object], bytes]:
        """Read status and body of the answer, within so many seconds of the question.

        Raises TimeLimitPassed, MemoryLimitPassed, StoreError, and what ``look`` raises; after any of these the process
        is of no more use.
        """
        self.greeting()
        deadline = self._since + seconds
        status = json.loads(self._frame(deadline, seconds, look))
        return status, self._frame(deadline, seconds, look)

    def spent(self) -> float | None:
        """Give the processor time of the process so far; None where the system does not tell that of another.

        None too where a server does the work: what it takes is not known, so that the time it took counts.
        """
        if self._greeting is not None and "elsewhere" in self._greeting:
            return None
        try:
            return time.clock_gettime((~self._process.pid << 3) | 2)  # CPUCLOCK_SCHED, as clock_getcpuclockid(3) does
        except OSError:
            return None

    def kill(self) -> None:
        """End the process without waiting for its end."""
        self._process.kill()

    def stop(self) -> None:
        """Kill the process, wait for its end, and close its pipes; what held much memory takes a moment to end."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            _close(pipe)

    def _write(self, message: bytes) -> None:
        pipe = self._process.stdin
        rest = memoryview(message)
        try:
            while pipe is not None and rest:
                rest = rest[os.write(pipe.fileno(), rest) :]
        except OSError:
            raise self._death() from None

    def _frame(self, deadline: float, seconds: float, look: Look) -> bytes:
        size = int.from_bytes(self._exactly(4, deadline, seconds, look), "big")
        return self._exactly(size, deadline, seconds, look)

    def _exactly(self, size: int, deadline: float, seconds: float, look: Look) -> bytes:
        while len(self._arrived) < size:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeLimitPassed(f"The query took longer than {seconds:g} seconds and was stopped; ask for less.")
            if not self._poll.poll(min(left, LOOK_SECONDS) * 1_000):
                look(seconds - left)
                continue
            part = os.read(self._process.stdout.fileno(), _BLOCK) if self._process.stdout is not None else b""
            if not part:
                raise self._death()
            self._arrived += part
        taken = bytes(memoryview(self._arrived)[:size])
        del self._arrived[:size]
        return taken

    def _death(self) -> StoreError | MemoryLimitPassed:
        """Say why the process ended; an allocation that fails ends it by SIGABRT."""
        self._process.kill()
        if self._process.wait() == -signal.SIGABRT:
            return MemoryLimitPassed(TOO_MUCH_MEMORY)
        return StoreError("The process that answered the query ended before its answer did; ask for less.")


def _close(pipe: IO[bytes] | None) -> None:
    try:
        if pipe is not None:
            pipe.close()
    except OSError:
        return
