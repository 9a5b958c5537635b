"""A registry that publishes, three replicas as the operators' page starts them, and nginx with the page's own file."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from rdflib import URIRef

from registry.adapters.ed25519_key import Ed25519Key, new_key
from registry.adapters.release_directories import ReleaseDirectories
from registry.dumps import release_files
from registry.events import STEWARD, events_of
from registry.fold import fold
from registry.loading import artefacts
from registry.model import Event, Release
from registry.namespaces import ROOT
from tests.serving import serving, until

PAGE = Path(__file__).parents[2] / "docs" / "operating.md"
NGINX = "/usr/sbin/nginx"
FRONT = 8100
PORTS = (8101, 8102, 8103)
"""As the page names them."""
DAY = date(2026, 11, 27)
KEPT = frozenset({"ontology", "vocabulary", "standard", "process"})
"""The kinds of artefacts that the pages asked for need; the others would only make a release larger."""
LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"


@dataclass
class Origin:
    """The registry itself: publishes releases whose every changed item says the number of its release."""

    home: Path
    key: Path
    items: int
    number: int = 0
    unchanged: list[Event] = field(default_factory=list)

    def publish(self) -> Release:
        """Publish the next release, in which every item has changed."""
        self.number += 1
        own, signer = artefacts(), Ed25519Key(self.key)
        self.unchanged = self.unchanged or [each for each in events_of(own, {}, at=DAY) if each.kind in KEPT]
        return ReleaseDirectories(self.home).build(
            fold([*self.unchanged, *self._events()], own.syntax),
            day=DAY,
            standard_version=own.standard.version,
            software_version="0.1.0",
            files=lambda release, reader: release_files(release, reader, own.described, signer=signer),
        )

    def _events(self) -> Iterator[Event]:
        for item in range(self.items):
            city = f"{ROOT}id/city/made-up-{item}"
            said = f"<{city}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{ROOT}def#City> .\n"
            said += f'<{city}> <{LABEL}> "Made-up {item}, release {self.number}"@en .\n'
            yield Event(
                sequence=1_000_000 + item,
                kind="made-up",
                case=f"profile/made-up-{item}",
                office=STEWARD,
                time=DAY.isoformat(),
                reason="Made up for a test.",
                graph=URIRef(f"{ROOT}graph/profile/made-up-{item}"),
                payload=said.encode(),
            )


@dataclass
class Program:
    """A program of a replica that can be killed as a machine dies, and is started again as an operator has it."""

    command: list[str]
    variables: Mapping[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    kills: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it in a group of its own."""
        with self.log.open("ab") as said:
            self.process = subprocess.Popen(
                self.command, env=os.environ | self.variables, stdout=said, stderr=said, start_new_session=True
            )

    def kill(self) -> None:
        """Kill it and everything it started, at once."""
        if self.process is not None:
            self.kills.append(time.monotonic())
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(20)
            self.kills.append(time.monotonic())
            self.process = None


@dataclass
class Replica:
    """One of the three: what follows the registry, and what serves."""

    home: Path
    port: int
    follower: Program
    server: Program

    def release(self) -> str | None:
        """Name the release that it serves; None while it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=10) as answer:
                return str(answer.headers["Hrcr-Release"])
        except OSError:
            return None


def hrcr(*arguments: object) -> list[str]:
    """Give the command line as it is installed."""
    return [str(Path(sys.executable).parent / "hrcr"), *map(str, arguments)]


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Origin:
    """The registry itself, with its first release."""
    place = tmp_path_factory.mktemp("origin")
    new_key(place / "key.pem")
    found = Origin(place / "home", place / "key.pem", items=1_000)
    found.publish()
    return found


@pytest.fixture(scope="module")
def replicas(origin: Origin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Replica]]:
    """Three replicas that follow and serve."""
    place = tmp_path_factory.mktemp("replicas")
    key = origin.home / "current" / "public-key.pem"
    with serving(origin.home) as server, contextlib.ExitStack() as stack:
        address = f"http://127.0.0.1:{server.port}/"
        found = [replica(place / f"replica-{port}", port, address, key) for port in PORTS]
        for each in found:
            stack.callback(each.server.kill)
            stack.callback(each.follower.kill)
            once = hrcr("mirror", address, "--home", each.home, "--key", key)
            subprocess.run(once, check=True, capture_output=True, timeout=120)
            each.follower.start()
            each.server.start()
        for each in found:
            until(each.release, f"the replica on {each.port} did not start")
        yield found


def replica(home: Path, port: int, address: str, key: Path) -> Replica:
    """Give a replica that was not started."""
    follow = hrcr("mirror", address, "--home", home, "--key", key, "--watch", "1")
    serve = hrcr("serve", "--home", home, "--port", port)
    few = {"HRCR_TRUSTED_PROXIES": "1", "HRCR_QUERY_WORKERS": "1", "HRCR_THREADS": "4"}
    log = home.with_suffix(".log")
    return Replica(home, port, Program(follow, {}, log), Program(serve, few, log))


@pytest.fixture(scope="module")
def front(replicas: list[Replica], tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of nginx, run with the file that the page gives."""
    place = tmp_path_factory.mktemp("nginx")
    written = re.search(r"```nginx\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert written is not None
    assert [int(port) for port in re.findall(r"server 127\.0\.0\.1:(\d+)", written[1])] == list(PORTS)
    (place / "nginx.conf").write_text(written[1], encoding="utf-8")
    command = [NGINX, "-p", str(place), "-c", "nginx.conf", "-e", "error.log", "-g", "daemon off;"]
    server = subprocess.Popen(command)
    try:
        until(lambda: Replica(place, FRONT, replicas[0].follower, replicas[0].server).release(), "nginx did not start")
        yield FRONT
    finally:
        server.terminate()
        server.wait(20)
