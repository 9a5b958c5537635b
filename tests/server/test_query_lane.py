"""A lane lends a worker that has opened its release before one that has not, and says when nobody should wait."""

import sys
import time
from pathlib import Path

import pytest

from server.query_lane import Lane
from server.query_process import QueryProcess

pytestmark = pytest.mark.slow

READY = "import os, time; body = b'{\"status\": \"ready\"}'; os.write(1, len(body).to_bytes(4, 'big') + body); "


def test_a_worker_that_is_ready_is_lent_first() -> None:
    here, there = Path("here"), Path("there")
    slow = QueryProcess([sys.executable, "-c", "import time; time.sleep(60)"], here)
    ready, other = (QueryProcess([sys.executable, "-c", READY + "time.sleep(60)"], path) for path in (here, there))
    lane = Lane(3, idle=[ready, slow, other])
    while not ready.is_ready:
        time.sleep(0.01)
    assert [lane.take(here), lane.take(here), lane.take(here)] == [ready, slow, None]
    assert lane.idle == [other]
    for process in (slow, ready, other):
        process.stop()


def test_nobody_should_wait_where_enough_wait_and_no_worker_comes_back() -> None:
    assert not Lane(2, lent=2, waiting=3).is_stuck
    assert not Lane(2, lent=1, waiting=4).is_stuck
    assert not Lane(2, lent=2, waiting=4, returned=time.monotonic()).is_stuck
    assert Lane(2, lent=2, waiting=4).is_stuck


def test_half_of_the_workers_stand_open_for_slow_questions_to_go_aside() -> None:
    assert [Lane(most).size for most in (1, 2, 3)] == [2, 4, 6]
    assert Lane(2, lent=1, aside=2).out == 3
