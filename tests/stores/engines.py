"""The servers that hold releases, each started by the commands of the operators' page as they stand there."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from registry.adapters.sparql_server import RESULTS, SparqlServer
from registry.adapters.store_servers import StoreServers, read_servers
from registry.errors import StoreError

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "operating.md"
FETCHED = ROOT / "var" / "stores"
START_SECONDS = 90
ENGINES = {"fuseki": "Apache Jena Fuseki", "oxigraph": "Oxigraph, two servers", "virtuoso": "OpenLink Virtuoso"}
"""Engines, and how the part of the page begins that starts each."""


@contextmanager
def started(engine: str, folder: Path) -> Iterator[StoreServers]:
    """Start an engine in an empty folder, and end it and everything that it started."""
    blocks = _blocks(engine)
    for kind, name in (("ttl", "fuseki.ttl"), ("ini", "virtuoso.ini")):
        if kind in blocks:
            (folder / name).write_text(blocks[kind])
    servers = read_servers(re.findall(r'HRCR_STORE_SERVERS="(.*)"', blocks["sh"])[0])
    assert servers is not None
    environment = os.environ | {
        "FUSEKI": str(FETCHED / "fuseki"),
        "PATH": f"{FETCHED / 'programs' / 'bin'}:{os.environ['PATH']}",
    }
    log = folder / "log"
    with log.open("wb") as said:
        shell = subprocess.Popen(
            ["/bin/bash", "-c", f"set -eu\n{blocks['sh']}\nwait"],
            cwd=folder,
            env=environment,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        until = time.monotonic() + START_SECONDS
        while not all(_answers(SparqlServer(place)) for place in servers.places):
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.2)
        yield servers
    finally:
        with suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGKILL)
        shell.wait()
        for lock in folder.glob("*/virtuoso.lck"):  # it leaves the session that started it
            with suppress(ProcessLookupError):
                os.kill(int(re.findall(r"VIRT_PID=(\d+)", lock.read_text())[0]), signal.SIGKILL)


def _blocks(engine: str) -> dict[str, str]:
    """Give the blocks of the page that start an engine, by their kind."""
    section = PAGE.read_text(encoding="utf-8").split("\n## The store on a SPARQL server\n", 1)[1].split("\n## ", 1)[0]
    part = re.split(rf"^{re.escape(ENGINES[engine])}", section, maxsplit=1, flags=re.M)[1]
    return dict(re.findall(r"^```(\w+)\n(.*?)^```$", _up_to_export(part), re.M | re.S))


def _up_to_export(part: str) -> str:
    end = part.index("```", part.index("export HRCR_STORE_SERVERS"))
    return part[: end + 4]


def _answers(server: SparqlServer) -> bool:
    try:
        return server.query("ASK {}", RESULTS).status == 200
    except StoreError:
        return False
