"""A real server of a home of releases: a process of its own on a real port, as the command line starts it."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Served:
    """A server in a process of its own."""

    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def resident(self) -> int:
        """Bytes of memory that the server itself holds, without its workers."""
        pages = [int(Path(f"/proc/{number}/statm").read_text().split()[1]) for number in self.own()]
        return sum(pages) * os.sysconf("SC_PAGESIZE")

    def own(self) -> list[int]:
        """Every process of the server itself."""
        return [self.process.pid, *(number for number in _descendants(self.process.pid) if not _is_worker(number))]

    def workers(self) -> list[int]:
        """Every process that answers queries."""
        return [number for number in _descendants(self.process.pid) if _is_worker(number)]


@contextlib.contextmanager
def serving(home: Path, *, log: Path = Path(os.devnull), **variables: str) -> Iterator[Served]:
    """Serve a home until the end of the block; what the server says goes to a file."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from registry.cli import main; main()", "serve"]
    environment = os.environ | variables | {"HRCR_HOME": str(home), "HRCR_PORT": str(port)}
    with log.open("ab") as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
    try:
        until(lambda: _answers(port), "the server did not start")
        yield Served(port, process)
    finally:
        process.terminate()
        process.wait(20)


def until(is_so: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Wait until something is so; a busy machine only makes the wait longer."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def _descendants(process: int) -> list[int]:
    found: list[int] = []
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        for number in map(int, path.read_text().split()):
            found += [number, *_descendants(number)]
    return found


def _is_worker(process: int) -> bool:
    try:
        line = Path(f"/proc/{process}/cmdline").read_bytes()
        return b"query_worker" in line or b"server_worker" in line
    except OSError:
        return False


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/about", timeout=10):  # our own server
            return True
    except OSError:
        return False
