"""The public endpoint in front of each engine, which is killed in the midst of an answer and started again."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.adapters.store_address import write_address
from registry.errors import StoreError
from server.query_frames import Question
from server.query_pool import QueryPool
from tests.serving import until
from tests.stores.engines import ENGINES, started

pytestmark = [pytest.mark.stores, pytest.mark.slow]

VALUES = " ".join(map(str, range(100)))
LONG = f"SELECT * {{ VALUES ?a {{ {VALUES} }} VALUES ?b {{ {VALUES} }} VALUES ?c {{ {VALUES} }} }}"
"""A million rows, which an engine takes a while to write."""

OWN = "SELECT * FROM <http://www.openlinksw.com/schemas/virtrdf#> { ?a ?b ?c . ?d ?e ?f }"
"""The same of Virtuoso, which takes no such tables, but describes itself."""


def csv(text: str) -> Question:
    """Ask for CSV."""
    return Question(text=text, media_type="text/csv")


def caught(ask: Callable[[], bytes]) -> tuple[threading.Thread, list[bytes | StoreError]]:
    """Ask in a thread; give it, and where what came will be."""
    came: list[bytes | StoreError] = []

    def run() -> None:
        try:
            came.append(ask())
        except StoreError as error:
            came.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, came


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_an_engine_that_dies_in_the_midst_of_an_answer_gives_none_until_it_is_back(engine: str, tmp_path: Path) -> None:
    release, folders = tmp_path / "release", [tmp_path / "first", tmp_path / "second"]
    for folder in (release, *folders):
        folder.mkdir()
    pool = QueryPool(size=1, seconds=60)
    with started(engine, folders[0]) as servers:
        write_address(release, servers.places[0])
        assert pool.ask(release / "store", csv("SELECT (1 AS ?n) {}")) == b"n\r\n1\r\n"
        thread, came = caught(lambda: pool.ask(release / "store", csv(OWN if engine == "virtuoso" else LONG)))
        until(lambda: pool._lanes[True].aside, "the question is not asked")
    thread.join()
    assert all(isinstance(each, StoreError) for each in came), "half an answer was given on"
    assert len(came) == 1
    with pytest.raises(StoreError):
        pool.ask(release / "store", csv("SELECT (2 AS ?n) {}"))
    with started(engine, folders[1]):
        assert pool.ask(release / "store", csv("SELECT (3 AS ?n) {}")) == b"n\r\n3\r\n"
    pool.close()
