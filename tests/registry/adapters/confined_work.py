"""What the tests of the child process run in the child; it imports little, since the child imports it anew."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from registry.errors import ProfileFault, UnreadableSubmission


def double(number: int) -> int:
    return 2 * number


def lengths(*texts: bytes) -> tuple[int, ...]:
    return tuple(map(len, texts))


def big(size: int) -> bytes:
    return b"x" * size


def read_input() -> str:
    return sys.stdin.read() + os.read(0, 10).decode()


def shout() -> str:
    with suppress(BlockingIOError):
        for _ in range(10_000):
            os.write(2, b"x" * 100)
    return "done"


def unreadable() -> None:
    raise UnreadableSubmission("The file is not Turtle: line 3, column 7.", line=3, column=7)


def faulty() -> None:
    raise ProfileFault("Two faults.", ("one", "two"))


def divide() -> float:
    return 1 / 0


def endless_recursion() -> int:
    return endless_recursion()


def unpicklable() -> Callable[[], int]:
    return lambda: 1


def sleep() -> None:
    time.sleep(60)


def spin() -> None:
    while True:
        pass


def ignore_the_end() -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    spin()


def stall_in_an_answer() -> bytes:
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGSTOP)).start()
    return b"x" * 300_000_000


def die(number: int) -> None:
    os.kill(os.getpid(), number)
    time.sleep(5)


def leave(code: int) -> None:
    os._exit(code)


def fill_memory() -> int:
    return len([bytes(50_000_000) for _ in range(1_000)])


def abort_like_rust() -> None:
    os.write(2, b"memory allocation of 33554432 bytes failed\n")
    os.abort()
