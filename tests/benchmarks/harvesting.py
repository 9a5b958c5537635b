"""How long a harvest of a large peer takes, through guard and judgement: natively, and by the engine that decides.

One peer gives one file of made-up cities, seed 1, over HTTP on loopback. ``--triples`` is how many statements it holds;
the engine that decides judges a tenth of the cities, in the same run.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from registry.adapters.guarded_fetch import GuardedFetch
from registry.fetch_ports import FetchLimits
from registry.harvest_wiring import harvest_peers
from registry.loading import now
from registry.settings import Settings
from tests.benchmarks.cities import Generator
from tests.odd_servers import odd_server, whole
from tests.registry.harvesting import SCOPE
from tests.registry.peers import peer_turtle, write_peers

_MEGABYTES = 64


def file_of(triples: int) -> tuple[int, int, bytes]:
    """Give so many cities that they hold that many statements, with how many of both there are."""
    lines: list[str] = []
    count = 0
    for city in Generator().cities(triples):
        count += 1
        lines += city.triples.splitlines(keepends=True)
        if len(lines) >= triples:
            break
    return count, len(lines), "".join(lines).encode()


def harvested(home: Path, body: bytes, *, is_native: bool) -> tuple[float, str]:
    """Harvest a peer that gives a file; how many seconds that takes, and what the command says of it."""
    with odd_server({"/cities.nt": whole(body, media_type="application/n-triples")}) as server:
        listed = write_peers(
            home / "peers.ttl", peer_turtle(uriSpace=SCOPE, accessURL=f"<{server.address('/cities.nt')}>")
        )
        limits = FetchLimits(seconds=60, most_bytes=_MEGABYTES * 1024 * 1024)
        fetch = GuardedFetch(agent="hrcr/bench", clock=now, limits=limits, exempt={server.place})
        settings = Settings(
            home=home, peers=listed, harvest_megabytes=_MEGABYTES, harvest_seconds=600, judge_seconds=300
        )
        start = time.perf_counter()
        (run,) = harvest_peers(settings, fetch=fetch, is_native=is_native)
        return time.perf_counter() - start, f"{run.outcome}: {run.message}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=100_000)
    chosen = parser.parse_args()
    for part, is_native, engine in ((chosen.triples, True, "natively"), (chosen.triples // 10, False, "by pySHACL")):
        cities, triples, body = file_of(part)
        with tempfile.TemporaryDirectory() as place:
            taken, said = harvested(Path(place), body, is_native=is_native)
        sys.stdout.write(
            f"{triples:,} triples, {cities} cities, judged {engine}: {taken:.1f} s, {taken / cities:.2f} s a city "
            f"({said})\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
