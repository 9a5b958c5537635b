"""Publishing made-up cities: the same fold, builder and files as for real ones, into a home that can be served.

Run as ``python -m tests.benchmarks.publishing HOME CITIES SEED``; gives one line of JSON.
"""

import json
import resource
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Final

import pyoxigraph
from rdflib import URIRef

from registry import __version__
from registry.adapters.release_directories import ReleaseDirectories, no_files
from registry.dumps import release_files
from registry.events import STEWARD, events_of
from registry.fold import fold
from registry.loading import artefacts
from registry.model import Event, Release
from registry.namespaces import ROOT
from registry.ports import ReleaseReader
from tests.benchmarks.cities import Generator

DAY: Final = date(2026, 11, 27)
MOST_WHOLE: Final = 2_000
"""Up to so many cities every public file is made. They are made in memory, which at 10,000 cities would not do here:
beyond, the N-Quads alone are written, straight from the store, for the other servers to load."""


def publish(home: Path, count: int, seed: int = 1) -> tuple[Release, float]:
    """Publish the artefacts and the first so many cities as one release, and make it current.

    Gives the release and the seconds that its public files took, or its N-Quads where the files are left out.
    """
    own, taken = artefacts(), [0.0]

    def files(release: Release, reader: ReleaseReader) -> Mapping[str, bytes]:
        began = time.perf_counter()
        written = release_files(release, reader, own.described, signer=None)
        taken[0] = time.perf_counter() - began
        return written

    release = ReleaseDirectories(home).build(
        fold(chain(events_of(own, {}, at=DAY), submissions(count, seed)), own.syntax),
        day=DAY,
        standard_version=own.standard.version,
        software_version=__version__,
        files=files if count <= MOST_WHOLE else no_files,
    )
    if count > MOST_WHOLE:
        began = time.perf_counter()
        store = pyoxigraph.Store.read_only(str(release.directory / "store"))
        store.dump(str(release.directory / "hrcr.nq"), pyoxigraph.RdfFormat.N_QUADS)
        taken[0] = time.perf_counter() - began
    return release, taken[0]


def submissions(count: int, seed: int) -> Iterator[Event]:
    """Give one event for each city: its submission, as it was sent in."""
    for city in Generator(seed).cities(count):
        yield Event(
            sequence=1_000_000 + city.number,
            kind="made-up",
            case=f"made-up/{city.slug}",
            office=STEWARD,
            time=DAY.isoformat(),
            reason="Made up for a measurement.",
            graph=URIRef(f"{ROOT}graph/made-up/{city.slug}"),
            payload=city.triples.encode(),
        )


def main(home: str, count: str, seed: str) -> None:
    """Publish, and say how long it took and how much memory."""
    artefacts()
    began = time.perf_counter()
    release, files = publish(Path(home), int(count), int(seed))
    store = time.perf_counter() - began - files
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = round(files, 2) if int(count) <= MOST_WHOLE else None
    facts = {"store_seconds": round(store, 2), "files_seconds": told, "quads": release.quads}
    sys.stdout.write(json.dumps({**facts, "megabytes": peak // 1024}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
