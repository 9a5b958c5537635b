"""A real client copies ten thousand members, is killed half-way, goes on, and has all of them."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Final

import pyoxigraph
import pytest

from registry.feed import member_iri
from registry.namespaces import DCT
from tests.editions import DAY, publish, replica
from tests.serving import serving

pytestmark = pytest.mark.feeds

FIRST: Final = {f"profile/c{number:05}": "one" for number in range(9_700)}
NAMES: Final = list(FIRST)
SECOND: Final = {**FIRST, **dict.fromkeys(NAMES[:200], "two"), **dict.fromkeys(NAMES[200:300], "")}
MEMBERS: Final = 10_000
SECONDS: Final = 120
FOLLOW: Final = (str(Path(sys.executable).parent / "node"), "follow.mjs")
IS_VERSION: Final = f"<{DCT.isVersionOf}>".encode()


def quads(raw: bytes) -> list[pyoxigraph.Quad]:
    return list(pyoxigraph.parse(raw, pyoxigraph.RdfFormat.N_QUADS))


def members_in(raw: bytes) -> "Counter[str]":
    """How often each member stands in what the client wrote."""
    return Counter(quad.subject.value for quad in quads(raw) if quad.predicate.value == str(DCT.isVersionOf))


def test_a_client_that_is_killed_half_way_goes_on_and_has_every_member(
    tmp_path: Path, desk: Path, tools: dict[str, str]
) -> None:
    home, first, rest = tmp_path / "home", desk / "first.nq", desk / "rest.nq"
    publish(home, FIRST, is_whole=False)
    publish(home, SECOND, DAY + timedelta(days=1), is_whole=False)
    first.touch()
    with serving(home) as served:
        address = f"http://127.0.0.1:{served.port}/feed"
        client = subprocess.Popen([*FOLLOW, address, first.name, "state"], cwd=desk, env=tools, start_new_session=True)
        until = time.monotonic() + SECONDS
        while first.read_bytes().count(IS_VERSION) < MEMBERS // 2:
            assert client.poll() is None, "the client was done before it could be killed"
            assert time.monotonic() < until
            time.sleep(0.05)
        os.killpg(client.pid, signal.SIGKILL)  # Node.js itself, and what started it
        assert client.wait(10) == -signal.SIGKILL
        again = [*FOLLOW, address, rest.name, "state"]
        assert subprocess.run(again, cwd=desk, env=tools, timeout=SECONDS, check=False).returncode == 0
    begun, ended = members_in(first.read_bytes()), members_in(rest.read_bytes())
    assert MEMBERS // 2 <= len(begun) < MEMBERS
    assert len(ended) < MEMBERS * 3 // 4, "it began anew"
    assert set(begun) | set(ended) == {str(member_iri(number)) for number in range(1, MEMBERS + 1)}
    assert max(begun.values()) == max(ended.values()) == 1
    for found in (begun, ended):
        numbers = [int(member.rpartition("#")[2]) for member in found]
        assert numbers == sorted(numbers)
    copy = replica(quads(first.read_bytes() + rest.read_bytes()))
    assert copy == (home / "current" / "hrcr.nq").read_bytes()
