"""Replicas behind nginx: ten releases under load, machines that die, and no answer that fails or is of two releases."""

import http.client
import random
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from statistics import median
from urllib.parse import quote

import pytest

from registry.dumps import SUMS
from tests.replicas.conftest import DAY, LABEL, Origin, Replica
from tests.serving import until

pytestmark = pytest.mark.replicas

RELEASES = 10
CLIENTS = 3
CITY = "https://w3id.org/hrcr/id/city/made-up-"
TWO = f"SELECT ?a ?b WHERE {{ <{CITY}1> <{LABEL}> ?a . <{CITY}999> <{LABEL}> ?b }}"
ADDRESSES = (
    ("/sparql?query=" + quote(TWO), "application/sparql-results+json"),
    ("/doc/city/made-up-7", "text/turtle"),
    ("/doc/city/made-up-8", "application/n-quads"),
    ("/doc/city/made-up-9", "text/html"),
    ("/store?graph=" + quote("https://w3id.org/hrcr/graph/profile/made-up-5"), "application/n-triples"),
)


@dataclass(frozen=True)
class Answer:
    """What one request came to."""

    begun: float
    ended: float
    path: str
    status: int
    release: str
    wrong: str


@pytest.fixture(scope="module")
def seed() -> int:
    """Printed, so that a run can be repeated."""
    found = random.randrange(10**6)  # noqa: S311  # chance, not a secret; --randomly-seed draws it again
    sys.stderr.write(f"seed {found}\n")
    return found


def ask(port: int, path: str, accept: str) -> Answer:
    """Ask once, on a connection of its own, and look at the answer."""
    begun = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Accept": accept})
        answer = connection.getresponse()
        body = answer.read()
        fields = {name.lower(): value for name, value in answer.getheaders()}
        release, wrong = fields.get("hrcr-release", ""), ""
        if answer.status == 200:
            wrong = mixed(release, body, fields)
        return Answer(begun, time.monotonic(), path, answer.status, release, wrong)
    except (OSError, http.client.HTTPException) as fault:
        return Answer(begun, time.monotonic(), path, 0, "", repr(fault))
    finally:
        connection.close()


def mixed(release: str, body: bytes, fields: dict[str, str]) -> str:
    """Say how an answer is not of one release: by the numbers in it, its header, and its tag; nothing where it is."""
    told = set(re.findall(rb"Made-up \d+, release (\d+)", body))
    if {f"{DAY.isoformat()}-{number.decode()}" for number in told} != {release}:
        return f"{release} tells of {told}"
    tag = blake2b(f"{release}\n{fields['content-type']}\n".encode(), digest_size=16)
    tag.update(body)
    return "" if fields["etag"] == f'"{tag.hexdigest()}"' else f"{release} has the tag {fields['etag']}"


def load(port: int, is_over: threading.Event, seed: int) -> list[Answer]:
    """Ask until it is over."""
    drawn, answers = random.Random(seed), []  # noqa: S311  # chance, not a secret
    while not is_over.is_set():
        answers.append(ask(port, *drawn.choice(ADDRESSES)))
        time.sleep(0.005)  # the replicas have to come back on the same machine
    return answers


def kill(replicas: list[Replica], drawn: random.Random, is_over: Callable[[], bool]) -> int:
    """Kill one replica after another, start it again, and go on when it answers; a server at least once."""
    done = 0
    while not is_over() or not any(replica.server.kills for replica in replicas):
        time.sleep(drawn.uniform(0.3, 1.5))
        dying = drawn.choice(replicas)
        for program in drawn.choice([(dying.server,), (dying.follower,), (dying.server, dying.follower)]):
            program.kill()
            program.start()
            done += 1
        until(dying.release, f"the replica on {dying.port} did not come back")
    return done


def test_ten_releases_under_load_with_dying_replicas(
    origin: Origin, replicas: list[Replica], front: int, seed: int
) -> None:
    is_over, is_published = threading.Event(), threading.Event()
    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        clients = [pool.submit(load, front, is_over, seed + number) for number in range(CLIENTS)]
        drawn = random.Random(seed)  # noqa: S311  # chance, not a secret
        killed = pool.submit(kill, replicas, drawn, is_published.is_set)
        try:
            for _ in range(RELEASES):
                last = origin.publish()
                time.sleep(0.5)
            is_published.set()
            killed.result(120)
            for replica in replicas:
                until(lambda replica=replica: replica.release() == last.id, f"{replica.port} is not current", 180)
        finally:
            is_published.set()
            is_over.set()
        answers = [answer for client in clients for answer in client.result(60)]
    deaths = [pair for replica in replicas for pair in pairs(replica.server.kills)]
    failed = [answer for answer in answers if answer.status != 200]
    alone = [answer for answer in failed if not any(met(answer, death) for death in deaths)]
    told = Counter(answer.release for answer in answers)
    sys.stderr.write(
        f"{len(answers)} answers, {len(failed)} failed, {killed.result()} kills, {len(deaths)} of them of servers; "
        f"{len(told)} releases were read\n"
    )
    assert [answer.wrong for answer in answers if answer.status == 200 and answer.wrong] == []
    assert alone == []
    assert len(deaths) > 0
    assert len(failed) <= len(deaths) * CLIENTS
    assert len(told) > 2
    sums = (last.directory / SUMS).read_bytes()
    for replica in replicas:
        assert (replica.home / "current" / SUMS).read_bytes() == sums
        assert (replica.home / "current" / "hrcr.nq").read_bytes() == (last.directory / "hrcr.nq").read_bytes()


def pairs(kills: list[float]) -> list[tuple[float, float]]:
    return list(zip(kills[::2], kills[1::2], strict=True))


def met(answer: Answer, death: tuple[float, float]) -> bool:
    """Say whether a request was on its way while a server was dying."""
    return answer.begun <= death[1] and answer.ended >= death[0]


def test_a_mirror_is_current_soon_after_a_publish_of_a_thousand_changed_items(
    origin: Origin, replicas: list[Replica]
) -> None:
    """No time decides here; what was measured is printed, and stands in docs/performance.md."""
    taken = []
    for _ in range(3):
        release = origin.publish()
        began = time.monotonic()
        until(lambda release=release: replicas[0].release() == release.id, "the first replica is not current", 180)
        taken.append(time.monotonic() - began)
        for replica in replicas:
            until(lambda replica=replica, release=release: replica.release() == release.id, "one is not current", 180)
    sys.stderr.write(
        f"{origin.items} changed items of {release.quads} quads: served by a mirror after "
        f"{median(taken):.1f} s (median of {[round(each, 1) for each in taken]})\n"
    )
