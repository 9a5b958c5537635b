"""The pool of killable workers: deadlines, crashes and queues touch only the one who asked."""

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

import pytest
from rdflib import Literal, URIRef

from registry.adapters.oxigraph_store import OxigraphBuilder
from registry.adapters.store_address import StoreAddress, write_address
from registry.errors import (
    AnswerTooLarge,
    AskerGone,
    LongQueriesFull,
    MemoryLimitPassed,
    PortError,
    QueryError,
    QueueFull,
    StoreError,
    TimeLimitPassed,
    TooManyRequests,
)
from server.budget import Budget
from server.query_frames import Question
from server.query_pool import QueryPool
from server.query_process import SLOW_SECONDS
from tests.lines import line
from tests.odd_servers import odd_server, whole

pytestmark = [pytest.mark.slow, pytest.mark.alone]

RESULTS = "application/sparql-results+json"
LATE = Question(text="ASK { ?late ?p ?o }", media_type="text/csv")
RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
FATAL = "SELECT * {FILTER(" + "abs(" * 60_000 + "1" + ")" * 60_000 + ")}"


def release(path: Path, size: int) -> Path:
    """Build a release of so many triples."""
    value = URIRef("https://example.org/p")
    lines = (line(URIRef(f"https://example.org/{n}"), value, Literal(str(n))) for n in range(size))
    OxigraphBuilder().build(path, lines)
    return path


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A release of 400 triples."""
    return release(tmp_path / "release", 400)


@pytest.fixture
def pool(directory: Path) -> Iterator[QueryPool]:
    """Two workers, two seconds."""
    started = QueryPool(size=2, seconds=2, patience=5)
    started.start(directory)
    yield started
    started.close()


def csv(text: str) -> Question:
    """Ask for CSV."""
    return Question(text=text, media_type="text/csv")


def runs_away(pool: QueryPool, directory: Path, question: Question | None = None) -> None:
    """Keep one worker busy until its deadline."""
    with pytest.raises(TimeLimitPassed):
        pool.ask(directory, question or csv(RUNAWAY))


@contextmanager
def held(pool: QueryPool, directory: Path) -> Iterator[None]:
    """Have one killer go aside, and another one hold the place of a young question until it is a second old."""
    refused: list[str] = []

    def hold() -> None:
        with pytest.raises(LongQueriesFull):
            pool.ask(directory, csv(RUNAWAY))
        refused.append("a second old")

    killers = [threading.Thread(target=runs_away, args=(pool, directory)), threading.Thread(target=hold)]
    killers[0].start()
    while not pool._lanes[True].aside:
        time.sleep(0.01)
    killers[1].start()
    while not pool.is_busy:
        time.sleep(0.01)
    yield
    for killer in killers:
        killer.join()
    assert refused == ["a second old"]


def test_an_answer_comes_whole(pool: QueryPool, directory: Path) -> None:
    assert pool.ask(directory, csv(COUNT)) == b"n\r\n400\r\n"


def test_one_worker_answers_many_questions(directory: Path) -> None:
    pool = QueryPool(size=1, seconds=5)
    assert [pool.ask(directory, csv(COUNT)) for _ in range(20)] == [b"n\r\n400\r\n"] * 20
    pool.close()


def test_a_wrong_query_carries_its_place(pool: QueryPool, directory: Path) -> None:
    with pytest.raises(QueryError, match="not SPARQL") as caught:
        pool.ask(directory, csv("SELECT *\nWHERE"))
    assert (caught.value.line, caught.value.column) == (2, 6)


def test_a_query_is_killed_at_the_deadline_and_the_next_is_answered(pool: QueryPool, directory: Path) -> None:
    pool.ask(directory, csv(COUNT))
    started = time.monotonic()
    with pytest.raises(TimeLimitPassed):
        pool.ask(directory, csv(RUNAWAY))
    assert 1.9 < time.monotonic() - started < 2.5
    assert pool.ask(directory, csv(COUNT)) == b"n\r\n400\r\n"


def test_a_crash_is_told_to_one_asker_only(pool: QueryPool, directory: Path) -> None:
    answers: list[bytes] = []
    neighbour = threading.Thread(target=lambda: answers.extend(pool.ask(directory, csv(COUNT)) for _ in range(50)))
    neighbour.start()
    for _ in range(5):
        with pytest.raises(StoreError, match="ended before its answer"):
            pool.ask(directory, csv(FATAL))
    neighbour.join()
    assert answers == [b"n\r\n400\r\n"] * 50
    assert pool.ask(directory, csv(COUNT)) == b"n\r\n400\r\n"


def test_who_finds_every_worker_busy_is_told_so_after_a_while(directory: Path) -> None:
    pool = QueryPool(size=1, seconds=2, patience=0.1)
    pool.start(directory)
    pool.ask(directory, csv(COUNT))
    with held(pool, directory), pytest.raises(QueueFull):
        pool.ask(directory, csv(COUNT))
    assert pool.ask(directory, csv(COUNT)) == b"n\r\n400\r\n"
    pool.close()


def test_an_answer_past_the_bound_is_refused_whole(directory: Path) -> None:
    pool = QueryPool(size=1, seconds=5, most_bytes=1_000)
    with pytest.raises(AnswerTooLarge):
        pool.ask(directory, csv("SELECT * WHERE { ?s ?p ?o }"))
    assert pool.ask(directory, csv(COUNT)) == b"n\r\n400\r\n"
    pool.close()


def test_a_worker_follows_the_release_that_is_asked_for(pool: QueryPool, directory: Path, tmp_path: Path) -> None:
    other = release(tmp_path / "other", 7)
    counts = [pool.ask(asked, csv(COUNT)) for asked in (directory, other, directory, other)]
    assert counts == [b"n\r\n400\r\n", b"n\r\n7\r\n"] * 2


def test_a_directory_without_a_release_is_a_store_error(pool: QueryPool, tmp_path: Path) -> None:
    with pytest.raises(PortError):
        pool.ask(tmp_path / "nothing", csv(COUNT))


def test_a_worker_that_is_killed_from_outside_is_replaced(directory: Path) -> None:
    pool = QueryPool(size=1, seconds=5, command=lambda _: (sys.executable, "-c", "pass"))
    with pytest.raises(StoreError):
        pool.ask(directory, csv(COUNT))
    pool.close()


def is_put_last(pool: QueryPool, directory: Path) -> bool:
    """Say whether any thread of an idle worker has a low priority, once the one that answered has ended."""
    time.sleep(0.2)
    tasks = [path for process in idle(pool, directory) for path in Path(f"/proc/{process}/task").iterdir()]
    return {os.getpriority(os.PRIO_PROCESS, int(path.name)) for path in tasks} != {os.getpriority(os.PRIO_PROCESS, 0)}


def idle(pool: QueryPool, directory: Path) -> list[int]:
    """Give the numbers of the idle worker processes over a directory."""
    home = directory == pool._home
    return [process._process.pid for process in pool._lanes[home].idle if process.directory == directory]


LONG = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c < ?f && ?f < ?i) }"
BOMB = (
    "SELECT * {BIND('xxxxxxxxxxxxxxxx' AS ?v0) "
    + "".join(f"BIND(CONCAT(?v{n},?v{n}) AS ?v{n + 1}) " for n in range(40))
    + "}"
)


def test_a_long_query_is_put_last_and_the_next_one_is_not(directory: Path) -> None:
    pool = QueryPool(size=1, seconds=2)
    pool.start(directory)
    numbers = idle(pool, directory)
    asked = threading.Thread(target=runs_away, args=(pool, directory))
    asked.start()
    time.sleep(0.6)
    threads = [int(path.name) for number in numbers for path in Path(f"/proc/{number}/task").iterdir()]
    assert 19 in [os.getpriority(os.PRIO_PROCESS, thread) for thread in threads]
    asked.join()
    pool.ask(directory, csv("SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h 'x' }"))
    assert not is_put_last(pool, directory)
    pool.close()


def test_a_query_that_was_put_last_is_answered_and_its_worker_stays(tmp_path: Path) -> None:
    directory = release(tmp_path / "release", 180)
    pool = QueryPool(size=1, seconds=300)  # behind everybody else on a busy machine it gets a hundredth of a processor
    pool.start(directory)
    numbers = sorted(idle(pool, directory))
    for _ in range(2):
        started = time.monotonic()
        assert pool.ask(directory, csv(LONG)).startswith(b"n")
        assert time.monotonic() - started > SLOW_SECONDS
        assert sorted(idle(pool, directory)) == numbers
        assert not is_put_last(pool, directory)
    pool.close()


def test_long_queries_hold_half_of_the_workers_at_most(directory: Path) -> None:
    pool = QueryPool(size=2, seconds=3)
    pool.start(directory)
    outcomes: list[str] = []

    def ask() -> None:
        try:
            pool.ask(directory, csv(RUNAWAY))
        except PortError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    while len(outcomes) < 2:
        time.sleep(0.05)
    assert outcomes == ["long-queries-full"] * 2
    assert pool.ask(directory, csv(COUNT)) == b"n\r\n400\r\n"
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["long-queries-full"] * 2 + ["time-limit-passed"] * 2
    pool.close()


def test_two_killers_keep_no_young_question_waiting(directory: Path) -> None:
    pool = QueryPool(size=2, seconds=3)
    pool.start(directory)
    for _ in range(4):
        pool.ask(directory, csv(COUNT))
    freed = threading.Event()
    pool.when_free(freed.set)
    killers = [threading.Thread(target=runs_away, args=(pool, directory)) for _ in range(2)]
    for killer in killers:
        killer.start()
    assert freed.wait(1.0)
    while pool._lanes[True].aside < 2:
        time.sleep(0.01)
    taken: list[float] = []
    while all(killer.is_alive() for killer in killers):
        since = time.monotonic()
        assert pool.ask(directory, csv(COUNT)) == b"n\r\n400\r\n"
        taken.append(time.monotonic() - since)
    assert len(taken) > 50
    assert sorted(taken)[len(taken) // 2] < SLOW_SECONDS / 4
    for killer in killers:
        killer.join()
    assert (pool._lanes[True].lent, pool._lanes[True].aside) == (0, 0)
    assert len(idle(pool, directory)) == pool._lanes[True].size
    pool.close()


def test_a_query_that_finds_no_room_aside_goes_there_when_there_is_room(directory: Path) -> None:
    pool = QueryPool(size=1, seconds=4)
    pool.start(directory)
    started = time.monotonic()
    first = threading.Thread(target=goes_after, args=(pool, directory, started + 0.8))
    first.start()
    while not pool._lanes[True].aside:
        time.sleep(0.01)
    second = threading.Thread(target=runs_away, args=(pool, directory))
    second.start()
    first.join()
    while pool._lanes[True].lent:
        time.sleep(0.01)
    assert pool._lanes[True].aside == 1
    second.join()
    pool.close()


def goes_after(pool: QueryPool, directory: Path, moment: float) -> None:
    """Ask a killer and go at a moment."""
    with pytest.raises(AskerGone):
        pool.ask(directory, csv(RUNAWAY), is_gone=lambda: time.monotonic() > moment)


def test_a_query_nobody_waits_for_is_stopped_within_a_second(pool: QueryPool, directory: Path) -> None:
    started = time.monotonic()
    with pytest.raises(AskerGone):
        pool.ask(directory, csv(RUNAWAY), is_gone=lambda: time.monotonic() - started > 0.5)
    assert time.monotonic() - started < 1.5
    assert pool.ask(directory, csv(COUNT)) == b"n\r\n400\r\n"


def test_who_waits_for_a_worker_and_goes_is_forgotten(directory: Path) -> None:
    pool = QueryPool(size=1, seconds=2)
    pool.start(directory)
    with held(pool, directory), pytest.raises(AskerGone):
        pool.ask(directory, csv(COUNT), is_gone=lambda: True)
    assert pool.ask(directory, csv(COUNT)) == b"n\r\n400\r\n"
    pool.close()


def test_no_more_wait_than_may(directory: Path) -> None:
    pool = QueryPool(size=1, seconds=2)
    pool.start(directory)
    answers: list[bytes] = []
    waiting = [threading.Thread(target=lambda: answers.append(pool.ask(directory, csv(COUNT)))) for _ in range(2)]
    with held(pool, directory):
        for thread in waiting:
            thread.start()
        time.sleep(SLOW_SECONDS)
        started = time.monotonic()
        with pytest.raises(QueueFull, match="others wait"):
            pool.ask(directory, csv(COUNT))
        assert time.monotonic() - started < 0.1
    for thread in waiting:
        thread.join()
    assert answers == [b"n\r\n400\r\n"] * 2
    pool.close()


def test_a_burst_of_cheap_questions_is_answered_whole(pool: QueryPool, directory: Path) -> None:
    pool.ask(directory, csv(COUNT))
    answers: list[bytes] = []
    askers = [
        threading.Thread(target=lambda: answers.extend(pool.ask(directory, csv(COUNT)) for _ in range(20)))
        for _ in range(20)
    ]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert answers == [b"n\r\n400\r\n"] * 400


def test_too_much_memory_ends_one_query_with_its_reason(directory: Path) -> None:
    pool = QueryPool(size=1, seconds=300, megabytes=256)
    pool.start(directory)
    with pytest.raises(MemoryLimitPassed):
        pool.ask(directory, csv(BOMB))
    assert pool.ask(directory, csv(COUNT)) == b"n\r\n400\r\n"
    pool.close()


def test_asking_older_releases_in_turn_takes_no_worker_from_the_current_one(directory: Path, tmp_path: Path) -> None:
    older = [release(tmp_path / f"older-{number}", number) for number in (3, 5, 7)]
    pool = QueryPool(size=2, seconds=5, current=lambda: directory)
    pool.start(directory)
    held = sorted(idle(pool, directory))
    for _ in range(2):
        assert [pool.ask(path, csv(COUNT)) for path in older] == [f"n\r\n{n}\r\n".encode() for n in (3, 5, 7)]
    assert sorted(idle(pool, directory)) == held
    assert [len(idle(pool, path)) for path in older] == [0, 1, 1]
    pool.close()


def test_workers_move_to_the_release_that_becomes_current(directory: Path, tmp_path: Path) -> None:
    following = release(tmp_path / "following", 9)
    current = [directory]
    pool = QueryPool(size=2, seconds=5, current=lambda: current[0])
    pool.start(directory)
    assert pool.ask(directory, csv(COUNT)) == b"n\r\n400\r\n"
    current[0] = following
    assert pool.ask(following, csv(COUNT)) == b"n\r\n9\r\n"
    assert len(idle(pool, following)) == 4
    assert pool.ask(directory, csv(COUNT)) == b"n\r\n400\r\n"
    pool.close()


def test_a_query_is_charged_to_who_asked_even_when_it_is_stopped(directory: Path) -> None:
    budget = Budget(0.1)
    pool = QueryPool(size=1, seconds=1.5, budget=budget)
    pool.start(directory)
    assert pool.ask(directory, csv(COUNT), client="192.0.2.1") == b"n\r\n400\r\n"
    with pytest.raises(TimeLimitPassed):
        pool.ask(directory, csv(RUNAWAY), client="192.0.2.1")
    with pytest.raises(TooManyRequests):
        pool.ask(directory, csv(COUNT), client="192.0.2.1")
    assert pool.ask(directory, csv(COUNT), client="192.0.2.2") == b"n\r\n400\r\n"
    pool.close()


def test_start_says_when_the_network_is_open(directory: Path, caplog: pytest.LogCaptureFixture) -> None:
    pool = QueryPool(size=1, seconds=5)
    pool.start(directory)
    assert caplog.messages == []
    pool.close()
    greeting = json.dumps({"status": "ready", "network": True}).encode()
    frame = len(greeting).to_bytes(4, "big") + greeting
    open_one = QueryPool(
        size=1, seconds=5, command=lambda _: (sys.executable, "-c", f"import os; os.write(1, {frame!r})")
    )
    open_one.start(directory)
    assert len(caplog.messages) == 1
    assert "no seccomp" in caplog.messages[0]
    open_one.close()


def test_a_worker_that_cannot_be_started_costs_no_place(directory: Path) -> None:
    pool = QueryPool(size=1, seconds=5, patience=0.2, command=lambda _: ("/nothing/here",))
    for _ in range(3):
        with pytest.raises(OSError, match="nothing"):
            pool.ask(directory, csv(COUNT))
    pool.close()


def test_who_asks_a_server_is_charged_the_time_it_took(tmp_path: Path) -> None:
    """Killed at the deadline or answered: the processor of the server is nobody else's to count."""

    def late(connection: socket.socket, _: str) -> None:
        connection.settimeout(5)
        connection.recv(1)

    with odd_server({"/": late, "/soon": whole(b'{"head":{},"boolean":true}', media_type=RESULTS)}) as server:
        pool = QueryPool(size=1, seconds=1.5, budget=Budget(1.4))
        for path, error in (("/soon", None), ("/soon", None), ("/", TimeLimitPassed), ("/soon", TooManyRequests)):
            address = server.address(path)
            write_address(tmp_path, StoreAddress(query=address, update=address, graphs=address))
            with pytest.raises(error) if error else nullcontext():
                pool.ask(tmp_path / "store", csv("ASK {}"), client="somebody")
        pool.close()


def test_slow_questions_to_a_server_go_aside(tmp_path: Path) -> None:
    def late(connection: socket.socket, head: str) -> None:
        connection.settimeout(5 if "late" in head else 0.01)
        with suppress(TimeoutError):
            connection.recv(1)
        whole(b'{"head":{},"boolean":true}', media_type=RESULTS)(connection, head)

    with odd_server({"/": late}) as server:
        address = server.address("/")
        write_address(tmp_path, StoreAddress(query=address, update=address, graphs=address))
        pool = QueryPool(size=1, seconds=2)
        pool.start(tmp_path / "store")
        slow = threading.Thread(target=runs_away, args=(pool, tmp_path / "store", LATE))
        slow.start()
        while not pool._lanes[True].aside:
            time.sleep(0.01)
        assert pool.ask(tmp_path / "store", csv("ASK {}")) == b"true"
        assert slow.is_alive()
        slow.join()
        pool.close()


def test_a_question_that_nobody_waits_for_is_left_by_who_asks_the_server(tmp_path: Path) -> None:
    left = threading.Event()

    def late(connection: socket.socket, _: str) -> None:
        connection.settimeout(10)
        if connection.recv(1) == b"":
            left.set()

    with odd_server({"/": late}) as server:
        address = server.address("/")
        write_address(tmp_path, StoreAddress(query=address, update=address, graphs=address))
        pool = QueryPool(size=1, seconds=20)
        with pytest.raises(AskerGone):
            pool.ask(tmp_path / "store", csv("ASK {}"), is_gone=lambda: bool(server.asked))
        assert left.wait(5)
        pool.close()
