"""Nothing that is sent fells the endpoint: each request gets its typed answer, and a neighbour never notices."""

import contextlib
import http.client
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import quantiles
from urllib.parse import quote, urlencode

import pytest

from server.query_pool import LONG_SECONDS
from tests.hostile.conftest import QUERY_SECONDS, TIGHT, Canary
from tests.hostile.corpus import FORM, Answer, Hostile, corpus
from tests.serving import Served, serving, until

pytestmark = [pytest.mark.slow, pytest.mark.alone]

CORPUS = corpus()
GROUPS = {
    "fetching": 9,
    "headers": 20,
    "huge results": 6,
    "malformed": 16,
    "memory": 8,
    "nesting": 39,
    "products": 8,
    "service": 19,
    "smuggling": 28,
    "traversal": 18,
    "updates": 12,
}
WARMING = {"headers", "malformed", "smuggling"}
"""What is sent once before memory is looked at: it loads what is loaded once, and fills what is kept."""
PATIENCE_SECONDS = 120

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


class Neighbour:
    """Somebody who asks something cheap all the while, never the same twice."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._stop = threading.Event()
        self.seconds: list[float] = []
        self.wrong: list[str] = []

    def __enter__(self) -> "Neighbour":
        self._thread = threading.Thread(target=self._ask)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def p95(self) -> float:
        """Give the time within which 95 of 100 were answered."""
        return quantiles(self.seconds, n=20)[-1]

    def wait(self, times: int = 10) -> None:
        """Wait until so many answers came."""
        until(lambda: len(self.seconds) >= times, "the neighbour is not answered", PATIENCE_SECONDS)

    def _ask(self) -> None:
        number = 0
        while not self._stop.wait(0.05):
            number += 1
            started = time.monotonic()
            try:
                status, body = ask(self._port, f"SELECT ({number} AS ?n) {{}}")
            except OSError as fault:
                status, body = 0, str(fault).encode()
            self.seconds.append(time.monotonic() - started)
            if (status, body) != (200, f"n\r\n{number}\r\n".encode()):
                self.wrong.append(f"{status} {body[:200]!r}")


def ask(port: int, query: str) -> tuple[int, bytes]:
    """Ask as CSV."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", f"/sparql?format=csv&query={quote(query)}")
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def judge(request: Hostile, answer: Answer, seconds: float) -> Iterator[str]:
    """Say what is wrong with an answer."""
    if not answer.statuses:
        yield "no answer"
    if any(status not in request.statuses for status in answer.statuses[:1]):
        yield f"status {answer.statuses} where {request.statuses} were right: {answer.raw[-300:]!r}"
    if len(answer.statuses) > request.most:
        yield f"{len(answer.statuses)} answers to one request: {answer.statuses}"
    is_problem = bool(answer.statuses) and answer.statuses[0] >= 400
    is_typed = not request.raw and not request.untyped and "text/html" not in str(request.headers)
    if is_problem and is_typed and answer.code not in request.codes:
        yield f"code {answer.code} where {request.codes} were right"
    if is_problem and answer.statuses[0] in (429, 503) and b"retry-after:" not in answer.raw.lower():
        yield "no Retry-After"
    yield from (f"“{word}” in the answer" for word in request.without or [] if word.encode() in answer.raw)
    if seconds > QUERY_SECONDS * 2 + 1:
        yield f"answered after {seconds:.1f} seconds"


def test_the_corpus_keeps_its_size() -> None:
    counted = {group: sum(request.group == group for request in CORPUS) for group in GROUPS}
    assert counted == GROUPS
    assert len(CORPUS) == sum(GROUPS.values()) >= 100
    assert len({request.title for request in CORPUS}) == len(CORPUS)


def test_every_request_gets_its_typed_answer_and_nobody_else_notices(
    served: Served, canary: Canary, record_testsuite_property: Callable[[str, object], None]
) -> None:
    for request in CORPUS:
        if request.group in WARMING:
            request.send(served.port, canary.port)
    resident, wrong, number = served.resident, [], served.process.pid
    with Neighbour(served.port) as neighbour:
        for request in CORPUS:
            started = time.monotonic()
            answer = request.send(served.port, canary.port)
            wrong += [f"{request.title}: {fault}" for fault in judge(request, answer, time.monotonic() - started)]
    grown = served.resident / resident - 1
    record_testsuite_property("server memory before, MB", resident // 2**20)
    record_testsuite_property("server memory grown", round(grown, 3))
    record_testsuite_property("neighbour asked", len(neighbour.seconds))
    record_testsuite_property("neighbour p95, ms", round(neighbour.p95 * 1_000))
    record_testsuite_property("neighbour longest, ms", round(max(neighbour.seconds) * 1_000))
    assert wrong == []
    assert neighbour.wrong == []
    assert len(neighbour.seconds) > 10
    assert canary.heard == []
    assert served.process.poll() is None
    assert served.process.pid == number
    assert grown < 0.2
    assert ask(served.port, "ASK {}") == (200, b"true")


def test_clients_that_go_away_leave_no_work_behind(home: Path) -> None:
    """The deadline is far beyond what is waited here: what ends has ended because nobody waits for it."""
    with serving(home, **TIGHT | {"HRCR_QUERY_SECONDS": str(PATIENCE_SECONDS * 5)}) as server:
        for number in range(10):
            connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
            query = quote(RUNAWAY + f" # {number}")
            connection.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            until(lambda: _is_at_work(server, 0.05), "the query did not begin", PATIENCE_SECONDS)
            connection.close()
        until(lambda: not _is_at_work(server, 0.5), "a query goes on though nobody waits for it", PATIENCE_SECONDS)
        assert ask(server.port, "SELECT (2 AS ?n) {}") == (200, b"n\r\n2\r\n")


def test_slow_clients_hold_up_nobody(served: Served) -> None:
    with contextlib.ExitStack() as stack:
        slow = [
            stack.enter_context(socket.create_connection(("127.0.0.1", served.port), timeout=10)) for _ in range(60)
        ]
        for connection in slow:
            connection.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n")
        with Neighbour(served.port) as neighbour:
            for _ in range(20):
                for connection in slow:
                    connection.sendall(b"X")
                time.sleep(0.1)
            neighbour.wait()
        assert neighbour.wrong == []


def test_clients_that_do_not_read_hold_up_nobody(served: Served) -> None:
    with contextlib.ExitStack() as stack:
        for number in range(10):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", served.port), timeout=10))
            query = quote(f"SELECT * {{ ?a ?b ?c . ?a ?d ?e }} LIMIT {30_000 + number}")
            connection.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        with Neighbour(served.port) as neighbour:
            neighbour.wait()
        assert neighbour.wrong == []


def test_a_burst_is_shed_and_over_in_a_moment(served: Served) -> None:
    statuses: list[int] = []

    def burst(number: int) -> None:
        statuses.append(ask(served.port, RUNAWAY + f" # burst {number}")[0])

    threads = [threading.Thread(target=burst, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) == {503}
    started = time.monotonic()
    assert ask(served.port, "SELECT (3 AS ?n) {}") == (200, b"n\r\n3\r\n")
    assert time.monotonic() - started < 5


def test_two_clients_with_killers_keep_nobody_waiting(served: Served) -> None:
    is_over = threading.Event()
    statuses: set[int] = set()

    def kill(name: str) -> None:
        number = 0
        while not is_over.is_set():
            number += 1
            statuses.add(ask(served.port, RUNAWAY + f" # {name} {number}")[0])

    killers = [threading.Thread(target=kill, args=(name,)) for name in ("one", "two")]
    for killer in killers:
        killer.start()
    try:
        with Neighbour(served.port) as neighbour:
            neighbour.wait(60)
    finally:
        is_over.set()
        for killer in killers:
            killer.join()
    assert statuses == {503}
    assert neighbour.wrong == []
    assert neighbour.p95 < LONG_SECONDS / 2


def test_workers_that_are_killed_are_replaced_without_a_restart(served: Served) -> None:
    for number in range(10):
        workers = served.workers()
        for child in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGSEGV)
        until(lambda workers=workers: all(map(_has_ended, workers)), "a worker lives on")
        assert ask(served.port, f"SELECT ({number} AS ?n) {{}}") == (200, f"n\r\n{number}\r\n".encode())


def test_workers_end_with_a_server_that_is_killed(home: Path) -> None:
    with serving(home, **TIGHT) as server:
        assert ask(server.port, "ASK {}")[0] == 200
        workers = server.workers()
        assert len(workers) >= 2
        for process in reversed(server.own()):
            os.kill(process, signal.SIGKILL)
        server.process.wait()
        until(lambda: all(map(_has_ended, workers)), "a worker outlives its server", PATIENCE_SECONDS)


def test_a_client_that_took_its_share_waits_and_another_does_not(home: Path) -> None:
    variables = TIGHT | {"HRCR_QUERY_BUDGET": "1", "HRCR_TRUSTED_PROXIES": "1"}
    with serving(home, **variables) as server:
        first = [_ask_from(server.port, "192.0.2.1", RUNAWAY + f" # {number}") for number in range(8)]
        assert first[0][0] == 503
        assert first[-1][0] == 429
        assert 0 < int(first[-1][1] or "0") <= 60
        assert _ask_from(server.port, "192.0.2.2", "SELECT (1 AS ?n) {}")[0] == 200


def _ask_from(port: int, client: str, query: str) -> tuple[int, str | None]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body = urlencode({"query": query})
    connection.request("POST", "/sparql", body, {"Content-Type": FORM, "X-Forwarded-For": client})
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status, response.getheader("Retry-After")


def _is_at_work(server: Served, seconds: float) -> bool:
    """Say whether a worker takes a fifth of the time or more while one looks."""
    before = {worker: _spent(worker) for worker in server.workers()}
    time.sleep(seconds)
    return any(_spent(worker) - before[worker] > seconds / 5 for worker in server.workers() if worker in before)


def _spent(process: int) -> float:
    """Give the processor time that a process has taken; none for one that has ended."""
    try:
        return time.clock_gettime((~process << 3) | 2)
    except OSError:
        return 0.0


def _has_ended(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True
