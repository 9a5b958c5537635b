"""One process that answers: what it says of itself, how it ends, and what it took."""

import sys
import time
from pathlib import Path

import pytest

from registry.errors import MemoryLimitPassed, StoreError, TimeLimitPassed
from server.query_process import Look, QueryProcess

pytestmark = [pytest.mark.slow, pytest.mark.alone]

HERE = Path()
FRAMES = """
import os, signal, sys, time
def frame(text):
    body = text.encode()
    os.write(1, len(body).to_bytes(4, "big") + body)
"""
READY = FRAMES + 'frame(\'{"status": "ready", "network": false}\')\n'


def process(code: str) -> QueryProcess:
    """Start a process that behaves as a test wants."""
    return QueryProcess([sys.executable, "-c", code], HERE)


def ask(process: QueryProcess, frame: bytes, seconds: float, look: Look) -> tuple[dict[str, object], bytes]:
    """Send one frame and read what comes back."""
    process.send(frame)
    return process.receive(seconds, look)


def wait(_: float) -> None:
    """Look after nothing."""


def test_an_answer_in_many_pieces_is_put_together() -> None:
    size = 300_000
    code = READY + f"sys.stdin.buffer.read(6)\nframe('{{}}')\nframe('x' * {size})\ntime.sleep(60)\n"
    started = process(code)
    assert ask(started, b"ab", 10, wait) == ({}, b"x" * size)
    started.stop()


def test_a_release_that_cannot_be_opened_is_a_store_error() -> None:
    started = process(FRAMES + 'frame(\'{"status": "store-error", "message": "no such file"}\')')
    with pytest.raises(StoreError, match="could not be opened: no such file"):
        ask(started, b"", 10, wait)
    started.stop()


@pytest.mark.parametrize(
    ("end", "error"),
    [
        ("os.kill(os.getpid(), signal.SIGABRT)", MemoryLimitPassed),
        ("os.kill(os.getpid(), signal.SIGSEGV)", StoreError),
        ("os.kill(os.getpid(), signal.SIGKILL)", StoreError),
        ("os._exit(1)", StoreError),
        ("frame('{}'); os.write(1, b'\\\\0\\\\0\\\\1\\\\0half'); os._exit(0)", StoreError),
    ],
)
def test_an_end_before_the_answer_is_an_error_of_its_kind(end: str, error: type[Exception]) -> None:
    started = process(READY + "sys.stdin.buffer.read(4)\n" + end)
    with pytest.raises(error):
        ask(started, b"", 10, wait)
    assert started.is_gone
    started.stop()


def test_a_question_for_a_process_that_has_gone_is_a_store_error() -> None:
    started = process(READY)
    started.greeting()
    while not started.is_gone:
        time.sleep(0.01)
    with pytest.raises(StoreError):
        ask(started, b"x" * 1_000_000, 10, wait)
    started.stop()


def test_the_age_of_a_question_is_looked_at_until_its_deadline() -> None:
    ages: list[float] = []
    started = process(READY + "time.sleep(60)")
    started.greeting()
    with pytest.raises(TimeLimitPassed, match=r"1 seconds"):
        ask(started, b"", 1, ages.append)
    assert len(ages) >= 3
    assert ages == sorted(ages)
    assert 0.7 < ages[-1] < 1.1
    started.stop()
    assert started.is_gone


def test_the_processor_time_of_another_process_is_told() -> None:
    started = process(READY + "while True: pass")
    started.greeting()
    before = started.spent()
    time.sleep(0.5)
    after = started.spent()
    assert before is not None
    assert after is not None
    assert 0.05 < after - before < 0.7
    started.stop()


def test_what_a_server_takes_is_not_known_by_the_process_that_asks_it() -> None:
    started = process(FRAMES + 'frame(\'{"status": "ready", "network": false, "elsewhere": true}\')\ntime.sleep(60)')
    assert started.is_elsewhere
    assert started.spent() is None
    started.stop()
    beside = process(READY + "time.sleep(60)")
    assert not beside.is_elsewhere
    assert beside.spent() is not None
    beside.stop()
