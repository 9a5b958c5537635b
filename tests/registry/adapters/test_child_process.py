"""Work in a child: what it returns, raises and dies of reaches the parent as one value or one error."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from registry.adapters.child_process import ChildProcess
from registry.errors import (
    MemoryLimitPassed,
    PortError,
    ProfileFault,
    RegistryError,
    TimeLimitPassed,
    UnreadableSubmission,
)
from tests.registry.adapters.confined_work import (
    abort_like_rust,
    big,
    die,
    divide,
    double,
    endless_recursion,
    faulty,
    fill_memory,
    ignore_the_end,
    leave,
    lengths,
    read_input,
    shout,
    sleep,
    spin,
    stall_in_an_answer,
    unpicklable,
    unreadable,
)

pytestmark = [pytest.mark.slow, pytest.mark.alone]


def confined(*, deadline: float = 20, memory: int = 1_500_000_000) -> ChildProcess:
    return ChildProcess(deadline_seconds=deadline, memory_bytes=memory)


def open_files() -> int:
    return len(os.listdir("/dev/fd"))


def dead_children() -> tuple[int, int]:
    return os.waitpid(-1, os.WNOHANG)


MEMORY_HOGS = (fill_memory, abort_like_rust) if sys.platform == "linux" else (abort_like_rust,)


def test_the_result_comes_back() -> None:
    assert confined().call(double, 21) == 42


def test_large_arguments_and_results_come_back() -> None:
    assert confined().call(lengths, b"x" * 5_000_000, b"") == (5_000_000, 0)
    assert confined().call(big, 20_000_000) == b"x" * 20_000_000


def test_the_child_reads_nothing() -> None:
    assert confined().call(read_input) == ""


def test_a_child_that_writes_without_end_is_not_stalled_by_it() -> None:
    assert confined().call(shout) == "done"


def test_an_error_of_the_registry_keeps_its_class_text_and_place() -> None:
    with pytest.raises(UnreadableSubmission) as caught:
        confined().call(unreadable)
    assert (str(caught.value), caught.value.line, caught.value.column) == (
        "The file is not Turtle: line 3, column 7.",
        3,
        7,
    )
    with pytest.raises(ProfileFault) as fault:
        confined().call(faulty)
    assert (str(fault.value), fault.value.faults) == ("Two faults.", ("one", "two"))


@pytest.mark.parametrize(
    ("work", "name"),
    [
        (divide, "ZeroDivisionError"),
        (endless_recursion, "RecursionError"),
        (unpicklable, "(AttributeError|PicklingError)"),
    ],
)
def test_any_other_error_becomes_one_sentence(work: Callable[[], object], name: str) -> None:
    with pytest.raises(PortError, match=rf"^The work ended without an answer \((\w+\.)*{name}: .*\); "):
        confined().call(work)


@pytest.mark.parametrize("work", [sleep, spin, ignore_the_end, stall_in_an_answer])
def test_the_deadline_ends_the_work(work: Callable[[], object]) -> None:
    confined().call(double, 1)
    start = time.monotonic()
    with pytest.raises(TimeLimitPassed, match=r"^The work was stopped after 0\.6 seconds; send a smaller file\.$"):
        confined(deadline=0.6).call(work)
    assert time.monotonic() - start < 2


@pytest.mark.parametrize("work", MEMORY_HOGS)
def test_the_memory_limit_ends_the_work(work: Callable[[], object]) -> None:
    with pytest.raises(MemoryLimitPassed, match=r"^The work was stopped at 600 MB of memory; send a smaller file\.$"):
        confined(memory=600_000_000).call(work)


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGKILL", "SIGBUS", "SIGILL", "SIGTERM"])
def test_a_deadly_signal_is_named(name: str) -> None:
    with pytest.raises(PortError, match=rf"^The work was ended by the signal {name}; "):
        confined().call(die, getattr(signal, name))


@pytest.mark.parametrize("code", [0, 1, 3])
def test_a_child_that_leaves_without_an_answer_is_a_fault(code: int) -> None:
    with pytest.raises(PortError, match=rf"^The work ended without an answer \(exit code {code}\)"):
        confined().call(leave, code)


def test_calls_from_many_threads_do_not_mix() -> None:
    child = confined()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda number: child.call(double, number), range(24))) == [2 * each for each in range(24)]


def failing(child: ChildProcess, work: Callable[..., object], *arguments: object) -> str:
    try:
        child.call(work, *arguments)
    except RegistryError as fault:
        return type(fault).__name__
    return ""


def test_deaths_leave_neither_zombies_nor_open_files() -> None:
    child = confined(deadline=1)
    confined().call(double, 1)
    gc.collect()  # what an earlier test left for it is not counted
    before = open_files()
    names = [failing(child, die, signal.SIGSEGV) for _ in range(5)] + [failing(child, spin) for _ in range(2)]
    names += [failing(child, divide) for _ in range(5)]
    assert names == ["PortError"] * 5 + ["TimeLimitPassed"] * 2 + ["PortError"] * 5
    assert (open_files(), dead_children()) == (before, (0, 0))
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]


SCRIPT = """
from registry.adapters.child_process import ChildProcess

if __name__ == "__main__":
    print(ChildProcess(deadline_seconds=20, memory_bytes=1_500_000_000).call(divmod, 47, 5))
"""


def test_a_command_of_its_own_may_call_and_ends_cleanly(tmp_path: Path) -> None:
    (tmp_path / "command.py").write_text(SCRIPT)
    root = str(Path(__file__).resolve().parents[3])
    ended = subprocess.run(
        [sys.executable, str(tmp_path / "command.py")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "(9, 2)\n", "")


def test_a_call_after_the_first_costs_little() -> None:
    child = confined()
    child.call(double, 1)
    seconds = []
    for number in range(5):
        start = time.monotonic()
        child.call(double, number)
        seconds.append(time.monotonic() - start)
    assert min(seconds) < 0.5
