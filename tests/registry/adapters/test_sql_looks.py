"""Looks: how far a case had come when somebody was last there, for them alone."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from registry.adapters.sql_looks import SqlLooks
from registry.desk_ports import Look
from registry.errors import PortError, SettingsError
from tests.people import HandClock

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOON)


@pytest.fixture
def looks(tmp_path: Path, clock: HandClock) -> Iterator[SqlLooks]:
    found = SqlLooks(f"sqlite:///{tmp_path}/drafts.sqlite", clock=clock)
    yield found
    found.close()


def test_the_look_before_is_given_and_the_first_has_none(looks: SqlLooks, clock: HandClock) -> None:
    assert looks.look("a1", "case/oderau-1", 3) is None
    clock.wait(days=1)
    assert looks.look("a1", "case/oderau-1", 5) == Look(NOON, 3)
    clock.wait(days=1)
    assert looks.look("a1", "case/oderau-1", 5) == Look(NOON + timedelta(days=1), 5)


def test_reading_on_takes_nothing_away_of_what_is_new(looks: SqlLooks, clock: HandClock) -> None:
    looks.look("a1", "case/oderau-1", 3)
    clock.wait(minutes=30)
    assert looks.look("a1", "case/oderau-1", 4) is None  # still the first look
    clock.wait(days=1)
    then = NOON + timedelta(minutes=30)
    for _ in range(3):
        assert looks.look("a1", "case/oderau-1", 7) == Look(then, 4)
        clock.wait(minutes=40)


def test_accounts_and_cases_are_apart(looks: SqlLooks, clock: HandClock) -> None:
    looks.look("a1", "case/oderau-1", 3)
    clock.wait(days=1)
    assert looks.look("a2", "case/oderau-1", 3) is None
    assert looks.look("a1", "case/oderau-2", 3) is None


def test_first_looks_at_once_harm_nobody(looks: SqlLooks) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: looks.look("a1", "case/oderau-1", 3), range(16))) == {None}


def test_a_database_that_is_away_is_told(tmp_path: Path) -> None:
    (tmp_path / "drafts.sqlite").write_bytes(b"not a database, but long enough to be looked at as one" * 20)
    with pytest.raises(PortError, match="did not answer"):
        SqlLooks(f"sqlite:///{tmp_path}/drafts.sqlite", clock=lambda: NOON)
    with pytest.raises(SettingsError, match="of looks"):
        SqlLooks("mysql://x/y", clock=lambda: NOON)


def test_looks_are_listed_and_those_named_are_erased(looks: SqlLooks, clock: HandClock, tmp_path: Path) -> None:
    assert looks.noted() == frozenset()
    every = {(account, case) for account in ("a1", "gone-a2") for case in ("case/oderau-1", "case/oderau-2")}
    for account, case in sorted(every):
        looks.look(account, case, 3)
    assert looks.noted() == every
    looks.erase([])
    looks.erase([pair for pair in every if pair != ("a1", "case/oderau-1")] + [("a3", "case/oderau-1")])
    assert looks.noted() == {("a1", "case/oderau-1")}
    clock.wait(days=1)
    assert looks.look("a1", "case/oderau-1", 5) == Look(NOON, 3)
    with closing(sqlite3.connect(tmp_path / "drafts.sqlite")) as file:
        assert file.execute("SELECT count(*) FROM looks").fetchone() == (1,)
