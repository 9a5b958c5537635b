"""With the look at queries switched off, a worker still reaches nobody: the system refuses it the network."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest

from registry.errors import QueryError, StoreError
from server.query_frames import Question
from server.query_pool import QueryPool
from tests.hostile.conftest import Canary
from tests.hostile.corpus import Hostile, corpus, written

pytestmark = [pytest.mark.slow, pytest.mark.alone]

TRIPLES = 300_000
REACHING = [request for request in corpus() if request.group in ("service", "fetching", "updates") and request.query]
TELLS = "SELECT * {{ SERVICE <http://127.0.0.1:{0}/> {{ ?s ?p ?o }} }}"


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[QueryPool, Path]]:
    """One worker over a store that is large enough for its files to be opened late."""
    directory = tmp_path_factory.mktemp("large") / "store"
    store = pyoxigraph.Store(str(directory))
    name = "http://example.org/{}".format
    store.bulk_extend(
        pyoxigraph.Quad(
            pyoxigraph.NamedNode(name(number)),
            pyoxigraph.NamedNode(name(f"p{number % 7}")),
            pyoxigraph.Literal(f"number {number}, and some words so that the files are not small"),
        )
        for number in range(TRIPLES)
    )
    store.flush()
    del store
    started = QueryPool(size=1, seconds=20)
    started.start(directory)
    yield started, directory
    started.close()


def test_enough_is_tried() -> None:
    assert len(REACHING) >= 30
    assert sum("canary" in str(request.query) for request in REACHING) >= 20


@pytest.mark.parametrize("request_", REACHING, ids=lambda request: request.title)
def test_no_query_reaches_the_canary(pool: tuple[QueryPool, Path], canary: Canary, request_: Hostile) -> None:
    asked, directory = pool
    text = written(request_.query).replace("{canary}", str(canary.port))
    media_type = "text/turtle" if text.startswith(("CONSTRUCT", "DESCRIBE")) else "text/csv"
    with contextlib.suppress(QueryError, StoreError):
        asked.ask(directory, Question(text=text, media_type=media_type))
    assert canary.heard == []


def test_the_refusal_is_the_system_s_own(pool: tuple[QueryPool, Path], canary: Canary) -> None:
    asked, directory = pool
    with pytest.raises(StoreError, match="Permission denied"):
        asked.ask(directory, Question(text=TELLS.format(canary.port), media_type="text/csv"))
    assert canary.heard == []


def test_the_canary_hears_the_same_query_outside_of_a_worker(canary: Canary) -> None:
    with pytest.raises((OSError, RuntimeError)):
        list(pyoxigraph.Store().query(TELLS.format(canary.port)))  # type: ignore[arg-type]  # it is a SELECT
    assert len(canary.heard) == 1
    canary.heard.clear()


def test_a_large_store_is_read_whole_without_the_network(pool: tuple[QueryPool, Path]) -> None:
    asked, directory = pool
    for text, answer in (
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", f"n\r\n{TRIPLES}\r\n"),
        ("SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }", f"n\r\n{TRIPLES}\r\n"),
        ("SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?p LIMIT 1", None),
    ):
        body = asked.ask(directory, Question(text=text, media_type="text/csv")).decode()
        assert body == answer or (answer is None and body.startswith("p,n\r\nhttp://example.org/p0,4285"))
