"""Two hostile clients beside a normal one: how much longer do the normal one's look-ups take?"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from tests.benchmarks.client import measure
from tests.benchmarks.engines import JSON, WORK, Engine, Release, engines, running
from tests.benchmarks.questions import KINDS, variants

SECONDS: Final = 6.0
CLIENTS: Final = ("192.0.2.1", "198.51.100.1")

_KILLERS: Final = (
    "SELECT (COUNT(*) AS ?n) WHERE {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?d && ?c != ?i && {0} > 0) }}",
    "SELECT (COUNT(*) AS ?n) WHERE {{ ?a (<https://w3id.org/hrcr/def#peerExchange>|!<urn:{0}>)* ?b }}",
    "SELECT ?a (COUNT(*) AS ?n) WHERE {{ ?a ?b ?c . ?d ?e ?f FILTER(STR(?c) > STR(?f) && {0} > 0) }} GROUP BY ?a",
)


def hostile_rounds(release: Release, cities: int, *, rounds: int, seed: int) -> dict[str, Any]:
    """Measure a normal client alone and beside two hostile ones, in turn, on a fresh server; ours only.

    The other engines are left out: a query there runs on after its asker has gone, and spoils every later round.
    """
    engine = next(engine for engine in engines() if engine.key == "ours")
    queries = variants(next(kind for kind in KINDS if kind.key == "item"), cities, seed=seed)
    found: list[dict[str, Any]] = []
    with running(engine, release, WORK / "stores" / "none"):
        measure(engine, queries, warm=False, seconds=2, connections=1)
        for turn in range(rounds):
            alone = measure(engine, queries, warm=False, seconds=SECONDS, connections=1)
            seen: Counter[str] = Counter()
            stop = _attack(engine, turn, seen)
            time.sleep(1.5)
            beside = measure(engine, queries, warm=False, seconds=SECONDS, connections=1)
            stop()
            found.append(
                {
                    "alone": {"p50": alone.p50, "p95": alone.p95, "rate": alone.rate, "failed": alone.failed},
                    "beside": {"p50": beside.p50, "p95": beside.p95, "rate": beside.rate, "failed": beside.failed},
                    "hostile": dict(seen),
                }
            )
    return {"cities": cities, "rounds": found}


def _attack(engine: Engine, turn: int, seen: Counter[str]) -> Callable[[], None]:
    """Have each hostile client ask one killer after another; give what ends that."""
    is_over = threading.Event()
    threads = [
        threading.Thread(target=_hostile, args=(engine, f"{client}{turn}", turn, is_over, seen), daemon=True)
        for client in CLIENTS
    ]
    for thread in threads:
        thread.start()

    def stop() -> None:
        is_over.set()
        for thread in threads:
            thread.join(40)

    return stop


def _hostile(engine: Engine, client: str, turn: int, is_over: threading.Event, seen: Counter[str]) -> None:
    number = 1_000 * turn
    while not is_over.is_set():
        number += 1
        query = _KILLERS[number % len(_KILLERS)].format(number)
        headers = {"Accept": JSON, "X-Forwarded-For": client}
        request = Request(f"{engine.address}?query={quote(query, safe='')}", headers=headers)  # noqa: S310  # loopback
        try:
            with urlopen(request, timeout=8) as answer:  # noqa: S310  # loopback
                seen[str(answer.status)] += 1
        except HTTPError as refusal:
            seen[str(refusal.code)] += 1
            is_over.wait(0.05)
        except OSError:
            seen["gave up"] += 1
