"""The Confinement port: work on untrusted bytes in a child process with a deadline and a memory limit.

Children are forked from one idle, single-threaded server process (multiprocessing's *forkserver*), which has the heavy
modules imported already: the first call costs about half a second, each further one about ten milliseconds. A script
that calls this at its top level needs the ``if __name__ == "__main__"`` of every use of multiprocessing.
"""

import logging
import math
import multiprocessing
import os
import pickle
import resource
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Final, TypeVar, cast

from registry.errors import MemoryLimitPassed, PortError, RegistryError, TimeLimitPassed

T = TypeVar("T")

PRELOADED: Final = ("pyoxigraph", "pyshacl", "registry.adapters.oxigraph_syntax", "registry.intake")
"""What the server process imports once, so that its children need not."""

_GRACE_SECONDS: Final = 2.0
_LAST_WORDS: Final = 65_536
_SIGNS_OF_NO_MEMORY: Final = (b"memory allocation of", b"MemoryError", b"Cannot allocate memory", b"bad_alloc")


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a child sends back: a result, or the error to raise in its place."""

    result: object = None
    error: RegistryError | None = None


class ChildProcess:
    """Runs each call in a fresh child; may be shared between threads."""

    def __init__(self, *, deadline_seconds: float, memory_bytes: int, preloaded: Sequence[str] = PRELOADED) -> None:
        """Set the limits of every call; the memory limit is one of address space and is enforced on Linux only."""
        self._deadline = deadline_seconds
        self._memory = memory_bytes
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(list(preloaded))

    def call(self, work: Callable[..., T], *arguments: object) -> T:
        """Give what a module-level function returns in a child that has no input and ends at the limits.

        Raises what the child raises under RegistryError; TimeLimitPassed and MemoryLimitPassed; PortError, naming the
        signal, when the child ends in any other way.
        """
        answers, sender = self._context.Pipe(duplex=False)
        words, speaker = self._context.Pipe(duplex=False)
        limits = (self._deadline, self._memory)
        child = self._context.Process(target=_child, args=(sender, speaker, limits, work, arguments), daemon=True)
        with answers, words:
            try:
                child.start()
            except OSError as fault:
                raise PortError(f"No child process could be started: {fault}.") from fault
            finally:
                sender.close()
                speaker.close()
            answer, is_late = self._await(child, answers)
            code = _end(child)
            if answer is None:
                raise self._death(code, is_late, _last_words(words))
        if answer.error is not None:
            raise answer.error
        return cast(T, answer.result)

    def _await(self, child: BaseProcess, answers: Connection) -> tuple[_Answer | None, bool]:
        """Give the answer, or None when the child ended without; the timer kills it, which ends the reading."""
        is_late = threading.Event()

        def stop() -> None:
            is_late.set()
            child.kill()

        timer = threading.Timer(self._deadline, stop)
        timer.daemon = True
        timer.start()
        try:
            return cast(_Answer, answers.recv()), False
        except (EOFError, OSError, pickle.UnpicklingError):
            return None, is_late.is_set()
        except BaseException:
            _end(child, at_once=True)
            raise
        finally:
            timer.cancel()
            timer.join()

    def _death(self, code: int | None, is_late: bool, words: bytes) -> PortError:
        if is_late or code == -signal.SIGXCPU:
            return TimeLimitPassed(f"The work was stopped after {self._deadline:g} seconds; send a smaller file.")
        if any(sign in words for sign in _SIGNS_OF_NO_MEMORY):
            return _no_memory(self._memory)
        if code is not None and code < 0:
            name = signal.Signals(-code).name
            return PortError(f"The work was ended by the signal {name}; the file may be built to break its reader.")
        last = words.decode(errors="replace").strip().rpartition("\n")[2] or f"exit code {code}"
        return PortError(f"The work ended without an answer ({last}); please report the file.")


def _end(child: BaseProcess, *, at_once: bool = False) -> int | None:
    """Wait for the end of a child that has answered or died, kill it if it lingers, and release what it held."""
    if at_once:
        child.kill()
    child.join(_GRACE_SECONDS)
    if child.exitcode is None:
        child.kill()
        child.join()
    code = child.exitcode
    child.close()
    return code


def _last_words(words: Connection) -> bytes:
    os.set_blocking(words.fileno(), False)
    try:
        return os.read(words.fileno(), _LAST_WORDS)
    except BlockingIOError:
        return b""


def _no_memory(most: int) -> MemoryLimitPassed:
    return MemoryLimitPassed(f"The work was stopped at {most // 1_000_000:,} MB of memory; send a smaller file.")


def _child(
    sender: Connection,
    speaker: Connection,
    limits: tuple[float, int],
    work: Callable[..., object],
    arguments: tuple[object, ...],
) -> None:
    deadline, memory = limits
    _close_streams(speaker)
    logging.disable(logging.CRITICAL)  # what libraries log about hostile bytes is for nobody's terminal
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_CPU, math.ceil(deadline) + 1)  # ends a child whose parent was killed
    if sys.platform == "linux":
        _limit(resource.RLIMIT_AS, memory)
    sender.send_bytes(_answer(work, arguments, memory))


def _close_streams(speaker: Connection) -> None:
    """Leave nothing to read, and let what is written to the standard streams be the child's last words."""
    os.set_blocking(speaker.fileno(), False)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(speaker.fileno(), 1)
    os.dup2(speaker.fileno(), 2)
    os.close(nothing)
    speaker.close()


def _limit(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    value = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (value, value))


def _answer(work: Callable[..., object], arguments: tuple[object, ...], memory: int) -> bytes:
    """Give the pickled answer; an error that is none of ours ends the child, and its last words say which it was."""
    try:
        return pickle.dumps(_Answer(result=work(*arguments)))
    except RegistryError as fault:
        error = fault
    except MemoryError:
        error = _no_memory(memory)
    return pickle.dumps(_Answer(error=error))
