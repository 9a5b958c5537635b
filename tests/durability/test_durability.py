"""Acknowledged means durable: killed writers, failing writes, failing flushes and a full disk lose nothing of it.

The short form kills fifty writers. The whole (``make durability``) kills a thousand, and lets a write or a flush fail
at three hundred points, which needs gcc.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def found(module: str, *arguments: str, **environment: str) -> dict[str, object]:
    """Give what a run in a process of its own has found."""
    run = subprocess.run(
        [sys.executable, "-m", f"tests.durability.{module}", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | environment,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    told: dict[str, object] = json.loads(run.stdout)
    sys.stderr.write(f"{module}: {json.dumps(told, indent=1)}\n")
    return told


@pytest.mark.slow
def test_fifty_killed_writers_lose_nothing_that_was_acknowledged() -> None:
    told = found("kills", "50")
    assert told["wrong"] == []
    assert told["kills"] == 50
    assert int(str(told["acknowledged"])) > 100
    assert int(str(told["silent"])) < 25


@pytest.mark.durability
def test_a_thousand_killed_writers_lose_nothing_that_was_acknowledged() -> None:
    told = found("kills", "1000")
    assert told["wrong"] == []
    assert told["kills"] == 1000
    assert int(str(told["acknowledged"])) > 2000


@pytest.mark.durability
def test_at_three_hundred_points_of_failure_what_was_acknowledged_stays(tmp_path: Path) -> None:
    library = tmp_path / "faults.so"
    source = Path(__file__).with_name("faults.c")
    subprocess.run(["/usr/bin/gcc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    told = found("broken", str(library), "300", LD_PRELOAD=str(library))
    assert told["wrong"] == []
    assert told["points"] == 300
    stopped = [words for words in told if words.endswith(("LedgerStopped", "LedgerUnavailable", "LedgerDamaged"))]
    assert {words.partition(":")[0] for words in stopped} >= {
        "a write fails",
        "the disk is full",
        "a flush fails",
        "a write is cut short, then the disk is full",
        "every flush fails from here on",
    }
