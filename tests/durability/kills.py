"""Writers that are killed (-9) at random moments: what was acknowledged must be there, whole and in order.

Run as ``python -m tests.durability.kills KILLS``; one line of JSON says what was found.
"""

import json
import os
import signal
import sys
import tempfile
from random import Random
from time import monotonic, sleep

from tests.durability.writing import faults, opened, prepare, write_on

KILLS_A_LEDGER = 25
AT_ONCE = 2
LONGEST = 0.12


def run(kills: int, url_of: str = "sqlite:///{}/ledger.sqlite") -> dict[str, object]:
    """Kill so many writers, two of them at work on one ledger at a time, and say what was found."""
    prepare()
    chance, done, events, silent, wrong = Random(kills), 0, 0, 0, list[str]()  # noqa: S311  # no secret
    began = monotonic()
    while done < kills:
        with tempfile.TemporaryDirectory() as place:
            url, acknowledged = url_of.format(place), dict[int, list[str]]()
            for _ in range(min(KILLS_A_LEDGER, kills - done) // AT_ONCE):
                told = killed(url, [done, done + 1], chance)
                acknowledged |= told
                done += AT_ONCE
            for name, hashes in acknowledged.items():
                wrong += [f"writer {name}: {fault}" for fault in faults(url, hashes)] if name % 6 == 0 else []
            everything = [digest for hashes in acknowledged.values() for digest in hashes]
            wrong += missing(url, everything)
            events += len(everything)
            silent += sum(not hashes for hashes in acknowledged.values())
    seconds = round(monotonic() - began)
    return {"kills": done, "acknowledged": events, "silent": silent, "seconds": seconds, "wrong": wrong[:20]}


def killed(url: str, numbers: list[int], chance: Random) -> dict[int, list[str]]:
    """Start writers, kill each at a random moment, and give the hashes that each had acknowledged."""
    writers = [(number, *forked(url, number)) for number in numbers]
    end = monotonic() + chance.uniform(0, LONGEST)
    first = {number: os.read(pipe, 65) for number, _, pipe in writers[:1]}
    while monotonic() < end:
        sleep(0.001)
    told = {}
    for number, process, pipe in writers:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        rest = b""
        while part := os.read(pipe, 65_536):
            rest += part
        os.close(pipe)
        lines = (first.get(number, b"") + rest).splitlines(keepends=True)
        told[number] = [line.decode().strip() for line in lines if line.endswith(b"\n")]
    return told


def forked(url: str, number: int) -> tuple[int, int]:
    """Give a writer's process and the end of the pipe on which it tells each hash that was acknowledged."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    try:
        os.close(reading)
        write_on(url, number, lambda receipts: _tell(writing, [receipt.event.hash for receipt in receipts]))
    finally:
        os._exit(1)


def missing(url: str, acknowledged: list[str]) -> list[str]:
    """Say which acknowledged events are not there."""
    ledger = opened(url)
    there = {event.hash for event in ledger.read()}
    ledger.close()
    return [f"lost: {digest}" for digest in acknowledged if digest not in there]


def _tell(pipe: int, hashes: list[str]) -> None:
    os.write(pipe, "".join(f"{digest}\n" for digest in hashes).encode())


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(int(sys.argv[1]))) + "\n")
