"""Work for processes that may die of it; a module of its own, so that they can import it."""

import os
import signal


def nothing() -> None:
    """Prepare nothing."""


def doubled(number: int) -> int:
    """Double a number; die of every one that ends in 7."""
    if number % 10 == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * 2


def refused(number: int) -> int:
    """Double a number; refuse 5."""
    if number == 5:
        raise ValueError("not five")
    return number * 2


def where(_number: int) -> int:
    """Say which process this is."""
    return os.getpid()
