"""A process gives up the network, starting programs, more memory, and outliving its parent."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from registry.adapters.system_calls import _MACHINES, _filter

TRY = """
import errno, os, socket, subprocess, sys, threading
from registry.adapters.system_calls import refuse_network
kept = socket.socket()
assert refuse_network() is True
def attempt(call):
    try:
        call()
    except OSError as fault:
        return errno.errorcode[fault.errno]
    return "done"
tries = {
    "socket": lambda: socket.socket(),
    "inet6": lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM),
    "unix": lambda: socket.socket(socket.AF_UNIX),
    "connect": lambda: kept.connect(("127.0.0.1", 9)),
    "name": lambda: socket.create_connection(("127.0.0.1", 9)),
    "program": lambda: os.execv("/bin/true", ["true"]),
    "child": lambda: subprocess.run(["/bin/true"], check=True),
    "file": lambda: open("/dev/null").close(),
    "pipe": lambda: os.pipe(),
}
found = {}
def everything():
    found.update({name: attempt(call) for name, call in tries.items()})
thread = threading.Thread(target=everything)
thread.start()
thread.join()
print(sorted(found.items()))
"""


def run(code: str, *arguments: str) -> str:
    """Run a script in a process of its own and give what it prints."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout


def test_sockets_connections_and_programs_are_refused_and_files_are_not() -> None:
    refused = ("child", "connect", "inet6", "name", "program", "socket", "unix")
    expected = dict.fromkeys(refused, "EACCES") | {"file": "done", "pipe": "done"}
    assert run(TRY).strip() == str(sorted(expected.items()))


def test_a_process_may_take_so_much_memory_and_no_more() -> None:
    code = (
        "from registry.adapters.system_calls import bound_memory\n"
        "assert bound_memory(64 * 1024 * 1024)\n"
        "held = bytearray(16 * 1024 * 1024)\n"
        "try:\n    bytearray(64 * 1024 * 1024)\n"
        "except MemoryError:\n    print('refused')\n"
    )
    assert run(code) == "refused\n"


def test_a_process_ends_with_the_one_that_started_it(tmp_path: Path) -> None:
    child = (
        "import os, pathlib, sys, time\n"
        "from registry.adapters.system_calls import leave_with\n"
        "assert leave_with(os.getppid())\n"
        "pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))\n"
        "time.sleep(60)\n"
    )
    note = tmp_path / "number"
    parent = (
        "import pathlib, subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-c', sys.argv[1], sys.argv[2]])\n"
        "while not pathlib.Path(sys.argv[2]).exists() or not pathlib.Path(sys.argv[2]).read_text():\n"
        "    time.sleep(0.01)\n"
    )
    run(parent, child, str(note))
    status = Path("/proc") / note.read_text() / "stat"
    deadline = time.monotonic() + 5
    while status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z":
        assert time.monotonic() < deadline, "the child outlived its parent"
        time.sleep(0.01)


def test_a_process_whose_parent_has_gone_already_ends_at_once() -> None:
    code = "from registry.adapters.system_calls import leave_with\nleave_with(-1)\nprint('still here')\n"
    assert run(code) == ""


@pytest.mark.parametrize("name", sorted(_MACHINES))
@pytest.mark.parametrize("foreign", [False, True])
def test_the_filter_refuses_what_it_names_on_each_machine(name: str, foreign: bool) -> None:
    machine, program = _MACHINES[name], _filter(_MACHINES[name])
    for number in range(600):
        refused = decide(program, number, 1 if foreign else machine.audit)
        assert refused is (foreign or number in machine.refused)
    assert decide(program, machine.foreign + 41, machine.audit) is True


def decide(program: bytes, number: int, audit: int) -> bool:
    """Interpret a filter as the kernel does: say whether a system call is refused."""
    steps = [
        (
            int.from_bytes(program[at : at + 2], sys.byteorder),
            *program[at + 2 : at + 4],
            int.from_bytes(program[at + 4 : at + 8], sys.byteorder),
        )
        for at in range(0, len(program), 8)
    ]
    at, held = 0, 0
    while True:
        code, on_true, on_false, value = steps[at]
        at += 1
        if code == 0x20:
            held = {0: number, 4: audit}[value]
        elif code == 0x15:
            at += on_true if held == value else on_false
        elif code == 0x35:
            at += on_true if held >= value else on_false
        else:
            return value != 0x7FFF_0000
