"""Processor time is shared out by client and minute, and nobody's address is kept."""

import contextlib
import pickle

import pytest

from registry.errors import TooManyRequests
from server.budget import Budget, client_of


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_client_is_told_when_to_come_back_and_another_is_served(clock: Clock) -> None:
    budget = Budget(10, clock=clock)
    budget.charge("a", 6)
    budget.admit("a")
    clock.now += 20
    budget.charge("a", 4)
    with pytest.raises(TooManyRequests, match="10 seconds of processor time") as caught:
        budget.admit("a")
    assert caught.value.retry_seconds == 40
    budget.admit("b")


def test_what_took_its_time_is_charged_though_it_failed_and_is_named(clock: Clock) -> None:
    budget = Budget(10, clock=clock, words="Fetching took {spent:g} seconds")
    with contextlib.suppress(OSError), budget.timed("a"):
        clock.now += 10
        raise OSError
    with pytest.raises(TooManyRequests, match=r"^Fetching took 10 seconds; come back in 60 seconds\.$"):
        budget.admit("a")


def test_a_share_is_whole_again_after_its_minute_and_not_before(clock: Clock) -> None:
    budget = Budget(10, clock=clock)
    budget.charge("a", 1_000)
    clock.now += 59.5
    with pytest.raises(TooManyRequests) as caught:
        budget.admit("a")
    assert caught.value.retry_seconds == 1
    clock.now += 0.5
    budget.admit("a")


def test_many_cheap_questions_add_up(clock: Clock) -> None:
    budget = Budget(1, clock=clock)
    for _ in range(999):
        budget.charge("a", 0.001)
        budget.admit("a")
    budget.charge("a", 0.01)
    with pytest.raises(TooManyRequests):
        budget.admit("a")


def test_who_only_asks_leaves_nothing_behind(clock: Clock) -> None:
    budget = Budget(1, clock=clock)
    budget.admit("a")
    assert len(budget) == 0


def test_memory_is_bounded_and_emptied(clock: Clock) -> None:
    budget = Budget(1, clock=clock, most_clients=100)
    for number in range(1_000):
        budget.charge(f"client {number}", 2)
    assert len(budget) == 100
    with pytest.raises(TooManyRequests):
        budget.admit("client 999")
    clock.now += 60
    budget.admit("somebody else")
    assert len(budget) == 0


def test_no_address_is_kept(clock: Clock) -> None:
    budget, other = Budget(1, clock=clock), Budget(1, clock=clock)
    for kept in (budget, other):
        kept.charge("192.0.2.77", 2)
    assert b"192.0.2.77" not in pickle.dumps(dict(budget._accounts))
    assert budget._accounts.keys() != other._accounts.keys()


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "expected"),
    [
        ("192.0.2.1", None, 0, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", 0, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", 1, "203.0.113.9"),
        ("192.0.2.1", "198.51.100.1, 203.0.113.9", 1, "203.0.113.9"),
        ("192.0.2.1", "198.51.100.1, 203.0.113.9", 2, "198.51.100.1"),
        ("192.0.2.1", "203.0.113.9", 2, "192.0.2.1"),
        ("192.0.2.1", None, 1, "192.0.2.1"),
        ("192.0.2.1", " , ,", 1, "192.0.2.1"),
        ("192.0.2.1", "x" * 10_000, 1, "x" * 64),
        ("2001:db8:1:2:3:4:5:6", None, 0, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", None, 0, "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::1]", None, 0, "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", None, 0, "192.0.2.1"),
        (None, None, 0, ""),
    ],
)
def test_a_client_is_who_the_last_trusted_proxy_saw(
    remote: str | None, forwarded: str | None, proxies: int, expected: str
) -> None:
    assert client_of(remote, forwarded, proxies) == expected
