"""Locks between processes, each a file that one of them holds; the system lets go of it when that process ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held(file: Path, refusal: Exception) -> Iterator[None]:
    """Hold a file, made when missing; raise ``refusal`` at once when another process, or another here, has it."""
    with file.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise refusal from fault
        yield
