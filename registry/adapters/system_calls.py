"""What a process gives up for good before it evaluates what a stranger wrote: the network, and outliving its parent.

Linux only, on x86-64 and ARM64; elsewhere nothing is given up, and each function says so.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from typing import Final, NamedTuple

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_SECCOMP: Final = 22
_PR_SET_NO_NEW_PRIVS: Final = 38
_SECCOMP_MODE_FILTER: Final = 2
_ALLOW: Final = 0x7FFF_0000
_REFUSE: Final = 0x0005_0000 | 13  # the call fails with EACCES
_LOAD: Final = 0x20
_JUMP_IF_EQUAL: Final = 0x15
_JUMP_IF_AT_LEAST: Final = 0x35
_RETURN: Final = 0x06
_OFFSET_OF_NUMBER: Final = 0
_OFFSET_OF_MACHINE: Final = 4


class _Machine(NamedTuple):
    """How a kind of processor names itself to the filter, and the numbers of what is refused there."""

    audit: int
    refused: tuple[int, ...]
    foreign: int
    """System calls from this number on belong to another calling convention."""


_MACHINES: Final = {
    # socket, connect, execve, execveat, io_uring_setup (which opens sockets without those calls)
    "x86_64": _Machine(audit=0xC000_003E, refused=(41, 42, 59, 322, 425), foreign=0x4000_0000),
    "aarch64": _Machine(audit=0xC000_00B7, refused=(198, 203, 221, 281, 425), foreign=0x4000_0000),
}


class _Program(ctypes.Structure):
    """``struct sock_fprog`` of linux/filter.h."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def refuse_network() -> bool:
    """Refuse ``socket`` and ``connect``, and starting programs, to this thread and all it will start.

    Gives False, having changed nothing, where the system has no such filter (seccomp, seccomp(2)). It cannot be undone.
    """
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None or struct.calcsize("P") != 8:
        return False
    filter_ = _filter(machine)
    program = _Program(len(filter_) // 8, filter_)
    return _control(_PR_SET_NO_NEW_PRIVS, 1) and _control(
        _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program)
    )


def leave_with(parent: int) -> bool:
    """Have this process killed when the thread that started it ends; ends at once when the parent has gone already.

    Gives False where the system cannot do so.
    """
    if sys.platform != "linux" or not _control(_PR_SET_PDEATHSIG, signal.SIGKILL):
        return False
    if os.getppid() != parent:
        os._exit(0)
    return True


def bound_memory(more_bytes: int) -> bool:
    """Let this process take so many bytes of address space beyond what it has; False where that cannot be told."""
    if sys.platform != "linux":
        return False
    with open("/proc/self/statm", encoding="ascii") as stream:
        held = int(stream.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + more_bytes, held + more_bytes))
    return True


def _filter(machine: _Machine) -> bytes:
    """Give the program of the filter (classic BPF, eight bytes an instruction)."""
    count = len(machine.refused)
    steps = [
        (_LOAD, 0, 0, _OFFSET_OF_MACHINE),
        (_JUMP_IF_EQUAL, 0, count + 3, machine.audit),
        (_LOAD, 0, 0, _OFFSET_OF_NUMBER),
        (_JUMP_IF_AT_LEAST, count + 1, 0, machine.foreign),
        *((_JUMP_IF_EQUAL, count - index, 0, number) for index, number in enumerate(machine.refused)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _control(option: int, value: int, address: int = 0) -> bool:
    words = [ctypes.c_ulong(word) for word in (value, address, 0, 0)]
    return bool(ctypes.CDLL(None, use_errno=True).prctl(option, *words) == 0)
