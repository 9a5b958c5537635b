"""An answer is kept for a key for a day; two who come at once with one key do the work once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from registry.adapters.sql_answers import KEPT, LONGEST_WORK, SqlAnswers
from registry.api_errors import KeyReused, RequestUnderWay
from registry.ports import KeptAnswer
from tests.people import NOON, HandClock

ANSWER = KeptAnswer(201, (("Location", "/api/v1/drafts/a"), ("ETag", '"1"')), b'{"version": 1}')


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOON)


@pytest.fixture
def answers(tmp_path: Path, clock: HandClock) -> Iterator[SqlAnswers]:
    found = SqlAnswers(f"sqlite:///{tmp_path}/drafts.sqlite", clock=clock)
    yield found
    found.close()


def test_the_same_request_gets_the_same_answer(answers: SqlAnswers) -> None:
    assert answers.begin("account", "key", "print") is None
    answers.keep("account", "key", ANSWER)
    assert answers.begin("account", "key", "print") == ANSWER


def test_another_request_with_the_key_is_refused_before_and_after_the_answer(answers: SqlAnswers) -> None:
    answers.begin("account", "key", "print")
    with pytest.raises(KeyReused):
        answers.begin("account", "key", "other")
    answers.keep("account", "key", ANSWER)
    with pytest.raises(KeyReused):
        answers.begin("account", "key", "other")


def test_keys_of_two_accounts_are_two_keys(answers: SqlAnswers) -> None:
    answers.begin("account", "key", "print")
    assert answers.begin("account-2", "key", "other") is None


def test_a_request_under_way_is_not_begun_twice_and_can_be_given_up(answers: SqlAnswers) -> None:
    answers.begin("account", "key", "print")
    with pytest.raises(RequestUnderWay):
        answers.begin("account", "key", "print")
    answers.abandon("account", "key")
    assert answers.begin("account", "key", "print") is None


def test_what_was_answered_is_not_given_up(answers: SqlAnswers) -> None:
    answers.begin("account", "key", "print")
    answers.keep("account", "key", ANSWER)
    answers.abandon("account", "key")
    assert answers.begin("account", "key", "print") == ANSWER


def test_an_answer_goes_after_a_day_and_not_before(answers: SqlAnswers, clock: HandClock) -> None:
    answers.begin("account", "key", "print")
    answers.keep("account", "key", ANSWER)
    clock.now += KEPT
    assert answers.begin("account", "key", "print") == ANSWER
    clock.now += timedelta(seconds=1)
    assert answers.begin("account", "key", "other") is None


def test_a_request_whose_process_died_can_be_begun_again(answers: SqlAnswers, clock: HandClock) -> None:
    answers.begin("account", "key", "print")
    clock.now += LONGEST_WORK + timedelta(seconds=1)
    assert answers.begin("account", "key", "print") is None


def test_of_many_at_once_one_does_the_work(answers: SqlAnswers) -> None:
    barrier = Barrier(8)

    def come(_number: int) -> str:
        barrier.wait()
        try:
            return "works" if answers.begin("account", "key", "print") is None else "answered"
        except RequestUnderWay:
            return "waits"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(come, range(8))) == ["waits"] * 7 + ["works"]


def test_no_account_and_no_key_can_be_read_from_the_file(answers: SqlAnswers, tmp_path: Path) -> None:
    answers.begin("account-of-somebody", "key-of-somebody", "0" * 64)
    answers.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"of-somebody" not in kept
