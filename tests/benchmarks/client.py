"""The client: wrk, with one thread and a few connections, the same for every server."""

import json
import subprocess
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from tests.benchmarks.engines import WORK, Engine, ask
from tests.benchmarks.questions import addresses

CONNECTIONS: Final = 4
WARM_NUMBER: Final = 1_000_000_000
"""The number that every warm query ends in; see ``load.lua``."""

_SCRIPT: Final = Path(__file__).with_name("load.lua")
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run of the client saw."""

    requests: int
    seconds: float
    failed: int
    p50: float
    p95: float

    @property
    def rate(self) -> float:
        """Requests answered rightly in a second."""
        return (self.requests - self.failed) / self.seconds


def measure(
    engine: Engine, queries: list[str], *, warm: bool, seconds: float, connections: int = CONNECTIONS
) -> Measured:
    """Send queries for so many seconds, each one distinct or the same few again; times are in milliseconds."""
    number = next(_numbers)
    if warm and engine.keeps_answers:
        for place, query in enumerate(queries):
            ask(engine, f"{query}{WARM_NUMBER}", client=f"10.1.0.{place}")
    path = WORK / f"addresses-{engine.key}.txt"
    path.write_text(addresses(engine.path, queries), encoding="utf-8")
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "60s", "-s", _SCRIPT]
    command += [f"http://127.0.0.1:{engine.port}", "--", path, "warm" if warm else "cold", str(number * 10_000_000)]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.rpartition("RESULT ")[2])
    return Measured(
        requests=found["requests"],
        seconds=found["microseconds"] / 1e6,
        failed=found["failed"],
        p50=found["p50"] / 1000,
        p95=found["p95"] / 1000,
    )
