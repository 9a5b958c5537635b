"""The servers that are set side by side, each in its own plain configuration: fetched, loaded, started, measured.

They are fetched from the package registries into ``var/benchmarks`` and are no part of the project.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

ROOT: Final = Path(__file__).parents[2]
WORK: Final = ROOT / "var" / "benchmarks"
FIRST_PORT: Final = 8160
OXIGRAPH: Final = "0.5.13"
RDFLIB_ENDPOINT: Final = "0.6.3"
FUSEKI: Final = "5.6.0"
JSON: Final = "application/sparql-results+json"

_RIVALS: Final = WORK / "rivals"
_JARS: Final = WORK / "fuseki"
_HEAP: Final = "-Xmx6G"
_START_SECONDS: Final = 600.0
_LOAD_SECONDS: Final = 3_600.0
_POM: Final = f"""<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>benchmark</groupId><artifactId>benchmark</artifactId><version>1</version><dependencies><dependency>
<groupId>org.apache.jena</groupId><artifactId>jena-fuseki-server</artifactId><version>{FUSEKI}</version>
</dependency></dependencies></project>
"""

Command = Sequence[str | Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What is served: a home of releases, and the files of the current one that the others load."""

    home: Path

    @property
    def quads(self) -> Path:
        """Every graph, as N-Quads."""
        return self.home / "current" / "hrcr.nq"

    @property
    def triples(self) -> Path:
        """The default graph, as Turtle."""
        return self.home / "current" / "hrcr.ttl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One server: how it loads a release, how it is started, and where it answers."""

    key: str
    name: str
    path: str
    port: int
    load: Callable[[Release, Path], Command] | None
    serve: Callable[[Release, Path, int], Command]
    most_cities: int = 1_000_000
    keeps_answers: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}{self.path}"


def engines() -> list[Engine]:
    """Give every engine, ours first."""
    oxigraph, rdflib = _RIVALS / "bin" / "oxigraph", _RIVALS / "bin" / "rdflib-endpoint"
    jar = next(iter(_JARS.glob("*.jar")), _JARS / "missing.jar")
    java = ["java", _HEAP, "-cp", jar]
    return [
        Engine(
            key="ours",
            name="this registry",
            path="/sparql",
            port=FIRST_PORT,
            load=None,
            serve=lambda release, _, port: [
                Path(sys.executable).parent / "hrcr", "serve", "--home", release.home, "--port", str(port)
            ],
            keeps_answers=True,
            environment={"HRCR_TRUSTED_PROXIES": "1"},
        ),
        Engine(
            key="oxigraph",
            name=f"Oxigraph {OXIGRAPH}",
            path="/query",
            port=FIRST_PORT + 1,
            load=lambda release, store: [oxigraph, "load", "--location", store, "--file", release.quads],
            serve=lambda _, store, port: [
                oxigraph, "serve-read-only", "--location", store, "--bind", f"127.0.0.1:{port}"
            ],
        ),
        Engine(
            key="fuseki",
            name=f"Fuseki {FUSEKI}",
            path="/ds/query",
            port=FIRST_PORT + 2,
            load=lambda release, store: [
                *java, "tdb2.tdbloader", "--loader=parallel", "--loc", store, release.quads
            ],
            serve=lambda _, store, port: [
                *java, "org.apache.jena.fuseki.main.cmds.FusekiMainCmd", "--localhost", "--ping", f"--port={port}",
                "--tdb2", f"--loc={store}", "/ds",
            ],
        ),
        Engine(
            key="rdflib",
            name=f"rdflib-endpoint {RDFLIB_ENDPOINT}",
            path="/",
            port=FIRST_PORT + 3,
            load=None,
            serve=lambda release, _, port: [
                rdflib, "serve", "--host", "127.0.0.1", "--port", str(port), release.triples
            ],
            most_cities=1_000,
        ),
    ]  # fmt: skip


def fetch() -> None:
    """Fetch the other servers, once; needs pip, Maven and Java 17."""
    if not (_RIVALS / "bin" / "rdflib-endpoint").exists():
        _run([sys.executable, "-m", "venv", _RIVALS])
        named = [f"oxigraph=={OXIGRAPH}", f"rdflib-endpoint[cli]=={RDFLIB_ENDPOINT}"]
        _run([_RIVALS / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", *named])
    if not any(_JARS.glob("*.jar")):
        _JARS.mkdir(parents=True, exist_ok=True)
        (_JARS / "pom.xml").write_text(_POM, encoding="utf-8")
        copied = f"-DoutputDirectory={_JARS}"
        _run(["mvn", "-q", "-B", "-f", _JARS / "pom.xml", "dependency:copy-dependencies", copied])


def load(engine: Engine, release: Release, store: Path) -> float | None:
    """Load a release into an engine's own store; give the seconds, None for one that loads when it starts."""
    if engine.load is None:
        return None
    shutil.rmtree(store, ignore_errors=True)
    store.parent.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    _run(engine.load(release, store))
    return time.perf_counter() - began


@dataclass(slots=True)
class Running:
    """A started server."""

    engine: Engine
    process: "subprocess.Popen[bytes]"
    start_seconds: float

    def megabytes(self) -> int:
        """Give the resident memory of the server and all its children."""
        return sum(map(_resident, _tree(self.process.pid))) // 1024


@contextmanager
def running(engine: Engine, release: Release, store: Path) -> Iterator[Running]:
    """Start a server and wait until it answers; stop it and its children at the end."""
    command = [str(part) for part in engine.serve(release, store, engine.port)]
    log = WORK / f"{engine.key}.log"
    began = time.perf_counter()
    with log.open("wb") as handle:
        process = subprocess.Popen(
            command, stdout=handle, stderr=handle, env={**os.environ, **engine.environment}, start_new_session=True
        )
    try:
        while not _answers(engine):
            if process.poll() is not None or time.perf_counter() - began > _START_SECONDS:
                raise RuntimeError(f"{engine.name} did not start; see {log}")
            time.sleep(0.05)
        yield Running(engine, process, time.perf_counter() - began)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def ask(engine: Engine, query: str, *, seconds: float = 120.0, client: str = "10.0.0.1") -> bytes:
    """Give the answer to one query as SPARQL results in JSON; raises OSError when there is none.

    ``client`` is who asks, as a proxy tells it: one client alone may not use so much time as many do.
    """
    headers = {"Accept": JSON, "X-Forwarded-For": client}
    request = Request(f"{engine.address}?query={quote(query, safe='')}", headers=headers)  # noqa: S310  # loopback
    with urlopen(request, timeout=seconds) as answer:  # noqa: S310  # loopback
        return bytes(answer.read())


def _answers(engine: Engine) -> bool:
    try:
        ask(engine, "ASK { ?s ?p ?o }", seconds=10)
    except (URLError, OSError):
        return False
    return True


def _run(command: Command) -> None:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=_LOAD_SECONDS, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {done.stderr[-2_000:]}{done.stdout[-2_000:]}")


def _tree(root: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found = [root]
    for pid in found:
        found += parents.get(pid, [])
    return found


def _resident(pid: int) -> int:
    """Give the resident kilobytes of one process; memory shared with others counts in each."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)
