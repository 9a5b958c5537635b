"""How long it takes to judge many cities: native engine beside pySHACL, growth, memory, and a cluster beside processes.

Every ratio is between two works of one run, done in turns; made-up cities, seed 1. ``--cities`` is the largest number
judged under two standards, ``--growth`` by one, ``--rounds`` how often processes and cluster are set beside each other.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median

from registry.bulk import Order, Task
from registry.bulk_judging import _bench, _composed, judge, prepare
from registry.bulk_wiring import Choices, assess_all, rules_in_force, try_standard
from registry.settings import Settings
from tests.benchmarks.cities import Generator
from tests.registry.clusters import two_workers
from tests.registry.drafts_of_standard import shortens_a_window

AT, BASE = date(2026, 6, 30), "https://example.org/"


def say(text: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def timed(work: Callable[[], object]) -> float:
    """Give how many seconds some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def per_submission(count: int) -> None:
    """Set both engines beside each other on the same submissions, one after the other."""
    deciding = rules_in_force(Settings(base=BASE), at=AT, is_native=False)
    native = replace(deciding, is_native=True)
    prepare([deciding, native])
    bench = _bench("", deciding.hashes)
    times: dict[str, list[float]] = {name: [] for name in ("validate", "validate native", "verdict", "verdict native")}
    for city in Generator().cities(count):
        task = Task(name=f"file/{city.slug}", city="", said=city.triples.encode(), is_raw=True)
        graph = _composed(task, deciding, bench.artefacts).graph
        times["validate"].append(timed(lambda graph=graph: bench.deciding.validate(graph)))
        times["validate native"].append(timed(lambda graph=graph: bench.native.validate(graph)))
        times["verdict"].append(timed(lambda task=task: judge(Order(task, (deciding,)))))
        times["verdict native"].append(timed(lambda task=task: judge(Order(task, (native,)))))
    for name in ("validate", "verdict"):
        slow, fast = times[name], times[f"{name} native"]
        ratio = median(one / other for one, other in zip(slow, fast, strict=True))
        say(
            f"{name}: {median(slow) * 1000:.0f} ms by {bench.deciding.engine}, {median(fast) * 1000:.1f} ms by "
            f"{bench.native.engine}, {ratio:.1f} times faster (median of {count} submissions)"
        )


def two_standards(home: Path, most: int) -> None:
    """Judge a tenth of the cities and all of them by the standard in force and by a draft, on two processes."""
    draft = shortens_a_window(home / "draft")
    taken = {}
    for count in (most // 10, most):
        files = cities(home, count)
        choices = Choices(at=AT, is_native=True, processes=2, seed="a", files=files, only=("file/*",))
        start = time.perf_counter()
        impact, summary = try_standard(Settings(home=home), draft, choices)
        taken[count] = time.perf_counter() - start
        say(
            f"{impact.cities:,} cities under two standards: {taken[count]:.1f} s on 2 processes, {summary.checked} of "
            f"them by pySHACL as well, {summary.memory / 1024:.0f} MiB at most in one process"
        )
    say(f"{most:,} cities take {taken[most] / taken[most // 10]:.1f} times as long as {most // 10:,}")


def growth(home: Path, few: int, most: int) -> None:
    """Judge few cities and many by the standard in force on two processes: time and memory of a process for both."""
    taken = {}
    for count in (few, most):
        choices = Choices(at=AT, is_native=True, processes=2, seed="a", files=cities(home, count), only=("file/*",))
        start = time.perf_counter()
        summary = assess_all(Settings(home=home / f"growth-{count}"), choices)
        taken[count] = time.perf_counter() - start
        say(
            f"{count:,} cities: {taken[count]:.1f} s on 2 processes, {1000 * taken[count] / count:.0f} ms a city, "
            f"{summary.memory / 1024:.0f} MiB at most in one process"
        )
    say(
        f"{most:,} cities take {taken[most] / taken[few]:.2f} times as long as {few:,} ({most / few:.2f} times as many)"
    )


def on_a_cluster(home: Path, count: int, rounds: int) -> None:
    """Judge the same cities on two processes and on two workers of a cluster in turns, both warm and from cold."""
    files, ratios = cities(home, count), []
    choices = Choices(at=AT, is_native=True, processes=2, seed="a", files=files, only=("file/*",))
    place = home / "dask"
    place.mkdir()
    with two_workers(place) as address:
        remote = replace(choices, dask=address)
        assess_all(Settings(home=home / "warm"), remote)
        for number in range(rounds):
            local = timed(lambda n=number: assess_all(Settings(home=home / f"here-{n}"), choices))
            cluster = timed(lambda n=number: assess_all(Settings(home=home / f"there-{n}"), remote))
            ratios.append(cluster / local)
            say(f"{count:,} cities: {local:.1f} s on two processes, {cluster:.1f} s on two workers of a Dask cluster")
    say(f"Dask by local processes: {median(ratios):.2f} (median of {rounds} rounds)")


def cities(home: Path, count: int) -> Path:
    """Write so many cities into a directory of their own, once."""
    files = home / f"cities-{count}"
    if not files.exists():
        files.mkdir()
        for city in Generator().cities(count):
            (files / f"{city.slug}.nt").write_text(city.triples, encoding="utf-8")
    return files


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=int, default=1000)
    parser.add_argument("--growth", type=int, default=3000, help="The most cities judged by one standard.")
    parser.add_argument("--submissions", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    per_submission(chosen.submissions)
    with tempfile.TemporaryDirectory() as place:
        two_standards(Path(place), chosen.cities)
        growth(Path(place), chosen.cities, chosen.growth)
        on_a_cluster(Path(place), min(chosen.cities, 300), chosen.rounds)


if __name__ == "__main__":
    main()
