"""A Dask scheduler and two workers, started as an operator would."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

DASK = Path(sys.executable).parent / "dask"
ROOT = Path(__file__).parents[2]


@contextmanager
def two_workers(home: Path) -> Iterator[str]:
    """Give the address of a scheduler with two workers of one thread each; they write a log into ``home``."""
    facts = home / "scheduler.json"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    quiet = ("--no-dashboard", "--host", "127.0.0.1")
    workers = None
    with (home / "log").open("wb") as log:

        def start(*arguments: str | Path) -> subprocess.Popen[bytes]:
            return subprocess.Popen([DASK, *arguments], cwd=home, env=environment, stdout=log, stderr=log)

        scheduler = start("scheduler", *quiet, "--port", "0", "--scheduler-file", facts)
        try:
            address = _address(facts)
            one = ("--nworkers", "2", "--nthreads", "1", "--local-directory", home)
            workers = start("worker", address, *quiet, *one)
            yield address
        finally:
            for process in (workers, scheduler):
                if process is not None:
                    process.terminate()
                    process.wait(timeout=30)


def _address(facts: Path) -> str:
    for _ in range(300):
        if facts.exists() and facts.stat().st_size:
            return str(json.loads(facts.read_text())["address"])
        time.sleep(0.1)
    raise AssertionError("the scheduler did not start; look at its log")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cluster for as long as a module of tests runs."""
    with two_workers(tmp_path_factory.mktemp("dask")) as address:
        yield address
