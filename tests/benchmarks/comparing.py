"""The registry's server beside others: the same release, machine, client and queries, in interleaved rounds.

Run as ``python -m tests.benchmarks.comparing --cities 100,1000,10000 --rounds 3 --seconds 2``. Writes what it measured
to ``var/benchmarks/measured.json`` and the tables of ``docs/performance.md``.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.client import CONNECTIONS, measure
from tests.benchmarks.engines import ROOT, WORK, Engine, Release, Running, ask, engines, fetch, load, running
from tests.benchmarks.hostility import hostile_rounds
from tests.benchmarks.performance_page import FEW, FEW_CONNECTIONS, write_page
from tests.benchmarks.questions import KINDS, WARM, Kind, canonical, outvoted, variants

PAGE: Final = ROOT / "docs" / "performance.md"
_CHECKED: Final = 5
_FEWEST: Final = 10
_LONGER: Final = 4

Facts = dict[str, Any]


def say(words: str) -> None:
    """Tell how far the run is."""
    sys.stderr.write(words + "\n")


def published(cities: int, seed: int) -> tuple[Release, Facts]:
    """Publish made-up cities, or take what an earlier run published; give the release and what it took."""
    home = WORK / f"home-{cities}-{seed}"
    told = home / "published.json"
    if not told.exists():
        command = [sys.executable, "-m", "tests.benchmarks.publishing", str(home), str(cities), str(seed)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        told.write_text(done.stdout, encoding="utf-8")
    return Release(home=home), json.loads(told.read_text(encoding="utf-8"))


def compare(cities: int, *, rounds: int, seconds: float, seed: int) -> Facts:
    """Load one release into every engine, check that they agree, and measure them in turn."""
    say(f"{cities} cities: publishing")
    release, publishing = published(cities, seed)
    taking_part = [engine for engine in engines() if cities <= engine.most_cities]
    facts: Facts = {"cities": cities, "publishing": publishing, "engines": {}, "kinds": {}, "wrong": {}}
    with ExitStack() as stack:
        servers: dict[str, Running] = {}
        for engine in taking_part:
            store = WORK / "stores" / f"{engine.key}-{cities}"
            say(f"{cities} cities: loading and starting {engine.name}")
            loaded = load(engine, release, store)
            servers[engine.key] = stack.enter_context(running(engine, release, store))
            start = servers[engine.key].start_seconds
            facts["engines"][engine.key] = {"name": engine.name, "load": loaded, "start": start}
        for kind in KINDS:
            queries = variants(kind, cities, seed=seed)
            right = _agreeing(kind, queries, taking_part, facts)
            few = _few(right, queries)
            facts["kinds"][kind.key] = {
                "cold": _rounds(kind, right, queries, warm=False, rounds=rounds, seconds=seconds, connections=few),
                "warm": _rounds(kind, right, queries[:WARM], warm=True, rounds=rounds, seconds=seconds),
            }
            if few < CONNECTIONS:
                facts["kinds"][kind.key]["connections"] = few
        for key, server in servers.items():
            facts["engines"][key]["megabytes"] = server.megabytes()
    return facts


def _agreeing(kind: Kind, queries: list[str], taking_part: list[Engine], facts: Facts) -> list[Engine]:
    """Give who answers as most do; the others are told of, and not timed. Answers that are all empty end the run."""
    wrong: dict[str, str] = {}
    is_empty = True
    for query in queries[:_CHECKED]:
        answers: dict[str, bytes] = {}
        for engine in taking_part:
            try:
                answers[engine.key] = ask(engine, f"{query}1000000")
            except OSError as fault:
                wrong[engine.key] = f"gave no answer ({fault})"
        wrong |= dict.fromkeys(outvoted(answers), "answered otherwise than the others")
        is_empty = is_empty and not canonical(answers["ours"])
    if is_empty:
        raise SystemExit(
            f"{kind.name}: nothing was found by the first {_CHECKED} queries; is the release the made-up one?"
        )
    if wrong:
        facts["wrong"][kind.key] = wrong
        say(f"{kind.name}: {wrong}")
    return [engine for engine in taking_part if engine.key not in wrong]


def _few(taking_part: list[Engine], queries: list[str]) -> int:
    """Give how many ask a kind of query: fewer where each answer takes long, as more would only be sent away."""
    ours = [engine for engine in taking_part if engine.key == "ours"]
    seen = [measure(engine, queries, warm=False, seconds=2, connections=FEW_CONNECTIONS) for engine in ours]
    return FEW_CONNECTIONS if any(each.rate < FEW for each in seen) else CONNECTIONS


def _rounds(
    kind: Kind,
    taking_part: list[Engine],
    queries: list[str],
    *,
    warm: bool,
    rounds: int,
    seconds: float,
    connections: int = CONNECTIONS,
) -> Mapping[str, list[Facts]]:
    found: dict[str, list[Facts]] = {engine.key: [] for engine in taking_part}
    for engine in taking_part:
        measure(engine, queries, warm=warm, seconds=1, connections=connections)
    for turn in range(rounds):
        order = taking_part if turn % 2 == 0 else taking_part[::-1]
        for engine in order:
            seen = measure(engine, queries, warm=warm, seconds=seconds, connections=connections)
            if seen.requests < _FEWEST:
                seen = measure(engine, queries, warm=warm, seconds=_LONGER * seconds, connections=connections)
            found[engine.key].append(
                {"rate": seen.rate, "failed": seen.failed, "requests": seen.requests, "p50": seen.p50, "p95": seen.p95}
            )
    told = ", ".join(f"{key} {max(run['rate'] for run in runs):,.1f}/s" for key, runs in found.items())
    say(f"{kind.name}, {'warm' if warm else 'cold'}: {told}")
    return found


def _others(earlier: Facts, facts: Facts, sizes: list[int]) -> list[Facts]:
    """Give what an earlier run of the same kind measured of sizes that this run leaves out."""
    if any(earlier.get(key) != facts[key] for key in ("rounds", "seconds", "seed")):
        raise SystemExit("The earlier run took other rounds, seconds or another seed: measure all sizes again.")
    return [each for each in earlier["sizes"] if each["cities"] not in sizes]


def main() -> None:
    """Measure every size, then hostile clients, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", default="100,1000,10000", help="sizes, with commas")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--add", action="store_true", help="keep what an earlier run measured of other sizes")
    parser.add_argument("--page", type=Path, default=PAGE, help="page whose tables are written")
    given = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    fetch()
    measured = WORK / "measured.json"
    sizes = [int(size) for size in given.cities.split(",")]
    facts: Facts = {"rounds": given.rounds, "seconds": given.seconds, "seed": given.seed, "sizes": []}
    if given.add and measured.exists():
        facts["sizes"] = _others(json.loads(measured.read_text(encoding="utf-8")), facts, sizes)
    for size in sizes:
        facts["sizes"].append(compare(size, rounds=given.rounds, seconds=given.seconds, seed=given.seed))
        facts["sizes"].sort(key=lambda each: each["cities"])
        measured.write_text(json.dumps(facts, indent=1), encoding="utf-8")
    middle = min((each["cities"] for each in facts["sizes"]), key=lambda size: abs(size - 1_000))
    release, _ = published(middle, given.seed)
    facts["hostile"] = hostile_rounds(release, middle, rounds=given.rounds, seed=given.seed)
    measured.write_text(json.dumps(facts, indent=1), encoding="utf-8")
    write_page(given.page, facts)


if __name__ == "__main__":
    main()
