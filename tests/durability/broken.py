"""Writes and flushes that fail at one point after another: what was acknowledged must be there, and no more be taken.

Run as ``LD_PRELOAD=faults.so python -m tests.durability.broken FAULTS.SO POINTS``; a line of JSON tells.
"""

import ctypes
import errno
import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from registry.errors import LedgerDamaged, LedgerStopped, LedgerUnavailable
from registry.model import DraftedEvent, Receipt
from tests.durability.kills import missing
from tests.durability.writing import Tell, casework, faults, opened, prepare
from tests.registry.playing import CITY, OFFICER, order

WRITE, FLUSH = 1, 2
WAYS = (
    ("a write fails", WRITE, errno.EIO, False),
    ("the disk is full", WRITE, errno.ENOSPC, True),
    ("a flush fails", FLUSH, errno.EIO, False),
    ("a write is cut short, then the disk is full", WRITE, 0, True),
    ("every flush fails from here on", FLUSH, errno.EIO, True),
)
EVERY = {WRITE: 3, FLUSH: 1}
APPENDS = 90


def run(library: str, points: int) -> dict[str, object]:
    """Let the ledger fail at so many points, each in a process of its own, and say what was found."""
    prepare()
    began, told, wrong = monotonic(), Counter[str](), list[str]()
    with tempfile.TemporaryDirectory() as place:
        filled = Path(place) / "filled"
        filled.mkdir()
        _fill(f"sqlite:///{filled}/ledger.sqlite")
        for point in range(points):
            what, kind, error, lasts = WAYS[point % len(WAYS)]
            at = 1 + point // len(WAYS) * EVERY[kind]
            here = Path(place) / f"point-{point}"
            shutil.copytree(filled, here) if point % 2 else here.mkdir()
            url = f"sqlite:///{here}/ledger.sqlite"
            lines = forked(library, url, (kind, at, error, int(lasts)))
            acknowledged = [line for line in lines if not line.startswith(":")]
            told.update([f"{what}: {line[1:]}" for line in lines if line.startswith(":")])
            found = [*missing(url, acknowledged), *faults(url, acknowledged)]
            if not any(line in (":failed", ":not met") for line in lines):
                found.append(f"it did not stop: {lines[-1:]}")
            wrong += [f"point {point}, {what} ({at}): {fault}" for fault in found]
            told["acknowledged"] += len(acknowledged)
            shutil.rmtree(here)
    return {"points": points, **told, "seconds": round(monotonic() - began), "wrong": wrong[:20]}


def forked(library: str, url: str, fault: tuple[int, int, int, int]) -> list[str]:
    """Give what a writer told in which one fault is armed: hashes that were acknowledged, then how it ended."""
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        try:
            os.close(reading)
            shim = ctypes.CDLL(library)
            shim.arm(ctypes.c_int(fault[0]), ctypes.c_long(fault[1]), ctypes.c_int(fault[2]), ctypes.c_int(fault[3]))
            _write(url, shim, lambda receipts: _tell(writing, [receipt.event.hash for receipt in receipts]), writing)
        finally:
            os._exit(0)
    os.close(writing)
    told = b""
    while part := os.read(reading, 65_536):
        told += part
    os.close(reading)
    os.waitpid(process, 0)
    return told.decode().split("\n")[:-1]


def _write(url: str, shim: ctypes.CDLL, tell: Tell, pipe: int) -> None:
    """Write until a write fails; then nothing more may be taken."""
    try:
        ledger = opened(url)
    except (LedgerStopped, LedgerUnavailable, LedgerDamaged) as fault:
        _tell(pipe, [f":not opened, {type(fault).__name__}", ":failed"])
        return
    work = casework(ledger)
    for number in range(APPENDS):
        try:
            if number == APPENDS // 3:
                tell(work.open(order("open", city=CITY), OFFICER))
            else:
                tell(ledger.append(_drafts(number)))
        except (LedgerStopped, LedgerUnavailable, LedgerDamaged) as fault:
            _tell(pipe, [f":{type(fault).__name__}"])
            _refuses(ledger.append, pipe, is_stopped=isinstance(fault, LedgerStopped))
            return
    _tell(pipe, [":not met" if not shim.failures() else ":met without harm", ":failed"])


def _refuses(append: object, pipe: int, *, is_stopped: bool) -> None:
    try:
        receipts: Sequence[Receipt] = append([DraftedEvent(case="after/1", kind="note", office="x", reason="After.")])  # type: ignore[operator]  # it is the ledger's
    except LedgerStopped:
        _tell(pipe, [":failed"])
    except (LedgerUnavailable, LedgerDamaged):
        _tell(pipe, [":failed"])
    else:
        _tell(pipe, [f":went on with {len(receipts)}"] if is_stopped else [receipts[0].event.hash, ":failed"])


def _drafts(number: int) -> list[DraftedEvent]:
    return [
        DraftedEvent(
            case=f"note/{number}-{place}", kind="note", office="steward", reason="Noted.", payload=os.urandom(3_000)
        )
        for place in range(1 + number % 3)
    ]


def _fill(url: str) -> None:
    ledger = opened(url)
    for number in range(20):
        ledger.append([DraftedEvent(case=f"first/{number}", kind="note", office="steward", reason="Noted.")])
    ledger.close()


def _tell(pipe: int, lines: Sequence[str]) -> None:
    os.write(pipe, "".join(f"{line}\n" for line in lines).encode())


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(sys.argv[1], int(sys.argv[2]))) + "\n")
