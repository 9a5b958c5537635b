"""A PostgreSQL server of our own: Debian's programs, a directory that goes away, a socket and no network."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from signal import SIGQUIT
from time import monotonic, sleep

import psycopg
import pytest

PROGRAMS = Path("/usr/lib/postgresql")


def as_nobody_special(*command: str) -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.getuid():
        return list(command)
    return ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[], str]]:
    """What gives the URL of a new, empty database on a server that runs as long as the tests."""
    programs = sorted(PROGRAMS.glob("*/bin"))[-1]
    place = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if not os.getuid():
            user = pwd.getpwnam("postgres")
            os.chown(place, user.pw_uid, user.pw_gid)
        made = as_nobody_special(
            f"{programs}/initdb", "-D", f"{place}/data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C"
        )
        subprocess.run(made, check=True, capture_output=True, cwd=place)
        served = as_nobody_special(
            f"{programs}/postgres", "-D", f"{place}/data", "-k", str(place), "-c", "listen_addresses="
        )
        server = subprocess.Popen(served, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=place)
        try:
            wait_for(place)
            numbers = count(1)
            yield lambda: database(place, next(numbers))
        finally:
            server.send_signal(SIGQUIT)  # at once: nothing on it is kept
            server.wait(30)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def wait_for(place: Path) -> None:
    end = monotonic() + 30
    while True:
        try:
            psycopg.connect(host=str(place), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            assert monotonic() < end, "the server did not start"
            sleep(0.05)
        else:
            return


def database(place: Path, number: int) -> str:
    with psycopg.connect(host=str(place), user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE ledger_{number}")
    return f"postgresql://postgres@/ledger_{number}?host={place}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without a ledger, on each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.sqlite"
    url: str = request.getfixturevalue("postgresql")()
    return url
