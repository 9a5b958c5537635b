"""Processes of this machine: in order, few in advance, and a death costs only the item that causes it."""

from collections.abc import Iterator

import pytest

from registry.adapters.local_workers import LocalWorkers
from tests.registry.adapters.dying import doubled, nothing, refused, where

pytestmark = pytest.mark.slow


@pytest.fixture
def two() -> Iterator[LocalWorkers]:
    made = LocalWorkers(2, nothing)
    yield made
    made.close()


def test_what_is_done_comes_in_the_order_of_the_items_and_a_death_costs_one(two: LocalWorkers) -> None:
    numbers = [0, 1, 7, 3, 17, 5, 8, 9]
    assert list(two.run(doubled, numbers)) == [(n, None if n % 10 == 7 else n * 2) for n in numbers]
    assert list(two.run(doubled, [4])) == [(4, 8)]


def test_few_items_are_taken_in_advance(two: LocalWorkers) -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100, 200, 10):
            taken.append(number)
            yield number

    run = two.run(doubled, items())
    next(run)
    assert len(taken) == 6
    assert len(list(run)) == 9


def test_what_the_work_raises_ends_the_run(two: LocalWorkers) -> None:
    with pytest.raises(ValueError, match="not five"):
        list(two.run(refused, range(8)))


def test_the_same_processes_serve_until_they_are_closed(two: LocalWorkers) -> None:
    first = {found for _, found in two.run(where, range(20))}
    second = {found for _, found in two.run(where, range(20))}
    two.close()
    third = {found for _, found in two.run(where, range(20))}
    assert 1 <= len(first | second) <= 2
    assert third.isdisjoint(first | second)


def test_a_run_over_nothing_starts_nothing(two: LocalWorkers) -> None:
    assert list(two.run(doubled, [])) == []
    assert two._pool is None
