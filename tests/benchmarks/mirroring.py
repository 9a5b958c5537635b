"""How soon a mirror serves what was published: made-up cities, of which a thousand change, and real programs.

Run as ``python -m tests.benchmarks.mirroring [CITIES]``; gives one line of JSON: the quads of the release, and the
seconds from the publisher's switch to the first answer of the mirror from the new release, for each of some rounds.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Final

from registry import __version__
from registry.adapters.ed25519_key import Ed25519Key, new_key
from registry.adapters.release_directories import ReleaseDirectories
from registry.dumps import release_files
from registry.events import events_of
from registry.fold import fold
from registry.loading import artefacts
from registry.model import Event, Release
from registry.ports import ReleaseReader
from tests.benchmarks.publishing import DAY, submissions
from tests.replicas.conftest import LABEL, Program, Replica, hrcr
from tests.serving import serving, until

CHANGED: Final = 1_000
ROUNDS: Final = 3
PORT: Final = 8111
_LONGEST: Final = 600


def publish(home: Path, key: Path, count: int, turn: int) -> Release:
    """Publish made-up cities, of which the first thousand say in which turn they changed last."""
    own, signer = artefacts(), Ed25519Key(key)

    def files(release: Release, reader: ReleaseReader) -> Mapping[str, bytes]:
        return release_files(release, reader, own.described, signer=signer)

    return ReleaseDirectories(home).build(
        fold(chain(events_of(own, {}, at=DAY), _changed(submissions(count, 1), turn)), own.syntax),
        day=DAY,
        standard_version=own.standard.version,
        software_version=__version__,
        files=files,
    )


def _changed(events: Iterator[Event], turn: int) -> Iterator[Event]:
    for number, event in enumerate(events):
        said = f'<{event.graph}> <{LABEL}> "Changed in turn {turn}"@en .\n'.encode()
        yield replace(event, payload=event.payload + said) if number < CHANGED else event


def main(cities: str = "1000") -> None:
    """Measure, and say what came out."""
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        home, key, follower_home = Path(place, "origin"), Path(place, "key.pem"), Path(place, "mirror")
        new_key(key)
        publish(home, key, int(cities), 0)
        server = stack.enter_context(serving(home))
        address = f"http://127.0.0.1:{server.port}/"
        began = time.monotonic()
        once = hrcr("mirror", address, "--home", follower_home)
        subprocess.run(once, check=True, capture_output=True, timeout=_LONGEST)
        first = time.monotonic() - began
        log = Path(place, "mirror.log")
        follower = Program([*once, "--watch", "1"], {}, log)
        front = Program(hrcr("serve", "--home", follower_home, "--port", PORT), {}, log)
        for program in (follower, front):
            program.start()
            stack.callback(program.kill)
        mirror = Replica(follower_home, PORT, follower, front)
        until(mirror.release, "the mirror did not start")
        taken, quads = [], 0
        for turn in range(1, ROUNDS + 1):
            release = publish(home, key, int(cities), turn)
            began, quads = time.monotonic(), release.quads
            until(lambda release=release: mirror.release() == release.id, "the mirror is not current", _LONGEST)
            taken.append(round(time.monotonic() - began, 1))
    facts = {
        "cities": int(cities),
        "quads": quads,
        "changed": min(CHANGED, int(cities)),
        "seconds": taken,
        "first": round(first, 1),
    }
    sys.stdout.write(json.dumps(facts) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
