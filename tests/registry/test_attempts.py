"""Tries are counted for who tries and for whose account it is, under names that nobody can read."""

from pathlib import Path

import pytest

from registry.attempts import RECOVERY, Attempts
from registry.errors import TooManyRequests
from tests.people import HERE, Place, files_of, place

pytestmark = pytest.mark.slow


@pytest.fixture
def here(tmp_path: Path) -> Place:
    return place(tmp_path)


@pytest.fixture
def attempts(here: Place) -> Attempts:
    return Attempts(here.sessions, here.clock)


def test_a_client_without_an_address_has_thirty_tries_and_gets_back_what_did_not_fail(attempts: Attempts) -> None:
    for _ in range(30):
        attempts.count_client(HERE)
    with pytest.raises(TooManyRequests) as refusal:
        attempts.count_client(HERE)
    assert refusal.value.retry_seconds == 60
    attempts.count_client("192.0.2.8")
    attempts.forgive_client(HERE)
    attempts.count_client(HERE)


def test_tries_to_sign_in_and_to_recover_are_counted_apart(attempts: Attempts) -> None:
    for _ in range(5):
        attempts.count(HERE, "office@city.example")
    with pytest.raises(TooManyRequests, match="come back in 30 seconds"):
        attempts.count(HERE, " OFFICE@city.example")
    keys = attempts.count(HERE, "office@city.example", RECOVERY)
    attempts.forgive(keys, wholly=True)
    attempts.forget("office@city.example")
    attempts.count(HERE, "office@city.example")


def test_neither_client_nor_address_can_be_read_where_tries_are_kept(attempts: Attempts, tmp_path: Path) -> None:
    attempts.count("203.0.113.77", "zqxoffice@city.example")
    kept = b"".join(files_of(tmp_path).values())
    assert b"203.0.113.77" not in kept
    assert b"zqxoffice" not in kept
