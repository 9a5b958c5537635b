"""Workers of a Dask cluster keep to the same port; without a cluster there is a sentence that says what to do."""

from collections.abc import Iterator

import pytest

from registry.adapters.dask_workers import DaskWorkers
from registry.errors import PortError
from tests.registry.adapters.dying import doubled, refused
from tests.registry.clusters import cluster

__all__ = ["cluster"]

pytestmark = [pytest.mark.bulk, pytest.mark.filterwarnings("default")]  # what the cluster warns of is not ours


@pytest.fixture
def workers(cluster: str) -> Iterator[DaskWorkers]:
    made = DaskWorkers(cluster)
    yield made
    made.close()


def test_what_is_done_comes_in_the_order_of_the_items(workers: DaskWorkers) -> None:
    numbers = [n for n in range(60) if n % 10 != 7]
    assert list(workers.run(doubled, numbers)) == [(n, n * 2) for n in numbers]


def test_what_the_work_raises_ends_the_run(workers: DaskWorkers) -> None:
    with pytest.raises(ValueError, match="not five"):
        list(workers.run(refused, range(8)))


def test_an_item_that_kills_its_workers_gives_nothing_and_the_others_are_done(workers: DaskWorkers) -> None:
    assert list(workers.run(doubled, [1, 7, 2])) == [(1, 2), (7, None), (2, 4)]


def test_where_no_cluster_answers_the_sentence_says_how_to_start_one() -> None:
    with pytest.raises(PortError, match=r"No Dask cluster with workers answers at tcp://127\.0\.0\.1:9 .*dask worker"):
        DaskWorkers("tcp://127.0.0.1:9")


def test_an_address_that_is_none_is_told_the_same_way() -> None:
    with pytest.raises(PortError, match="No Dask cluster"):
        DaskWorkers("nonsense://here")
