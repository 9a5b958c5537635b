"""The pool of killable workers: deadlines, crashes and queues touch only the one who asked."""

import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Literal, URIRef

from registry.adapters.oxigraph_store import OxigraphBuilder
from registry.errors import AnswerTooLarge, PortError, QueryError, QueueFull, StoreError, TimeLimitPassed
from registry.model import Quad
from server.query_pool import QueryPool, Question

pytestmark = pytest.mark.slow

RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
FATAL = "SELECT * {FILTER(" + "abs(" * 3_000 + "1" + ")" * 3_000 + ")}"


def release(path: Path, size: int) -> Path:
    """Build a release of so many triples."""
    value = URIRef("https://example.org/p")
    quads = (Quad(URIRef(f"https://example.org/{n}"), value, Literal(str(n)), None) for n in range(size))
    OxigraphBuilder().build(path, quads)
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


def runs_away(pool: QueryPool, directory: Path) -> None:
    """Keep one worker busy until its deadline."""
    with pytest.raises(TimeLimitPassed):
        pool.ask(directory, csv(RUNAWAY))


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
    busy = threading.Thread(target=runs_away, args=(pool, directory))
    busy.start()
    time.sleep(0.3)
    with pytest.raises(QueueFull):
        pool.ask(directory, csv(COUNT))
    busy.join()
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
    pool = QueryPool(size=1, seconds=5, command=(sys.executable, "-c", "pass"))
    with pytest.raises(StoreError):
        pool.ask(directory, csv(COUNT))
    pool.close()
