"""Of which last days somebody was reminded: once, whoever asks at the same time, and for a good year."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from registry.adapters.sql_reminders import KEPT, SqlReminders
from registry.errors import PortError, SettingsError

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
DAY = date(2026, 7, 3)


def opened(folder: Path, now: datetime = NOON) -> SqlReminders:
    return SqlReminders(f"sqlite:///{folder}/drafts.sqlite", clock=lambda: now)


def test_a_reminder_is_claimed_once_and_can_be_taken_back(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as kept:
        assert [kept.claim("a1", "oderau-1", DAY) for _ in range(2)] == [True, False]
        assert kept.claim("a2", "oderau-1", DAY)
        assert kept.claim("a1", "oderau-2", DAY)
        assert kept.claim("a1", "oderau-1", DAY + timedelta(days=1))
        assert [kept.knows("a1", "oderau-1", DAY), kept.knows("a3", "oderau-1", DAY)] == [True, False]
        kept.release("a1", "oderau-1", DAY)
        assert not kept.knows("a1", "oderau-1", DAY)
    with closing(opened(tmp_path)) as kept:
        assert kept.claim("a1", "oderau-1", DAY)
        assert not kept.claim("a2", "oderau-1", DAY)


def test_of_many_who_claim_at_once_one_does(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as kept, ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: kept.claim("a1", "oderau-1", DAY), range(24))) == 1


def test_it_is_known_for_a_good_year_and_then_forgotten_and_nobody_is_reminded_again(tmp_path: Path) -> None:
    """A case may be overdue for years; whoever it waits for is not written to every day from the second year on."""
    last = datetime.combine(DAY, NOON.timetz()) + KEPT
    for now, is_free, kept_now in ((NOON, True, 1), (last, False, 1), (last + timedelta(days=1), False, 0)):
        with closing(opened(tmp_path, now)) as kept:
            assert kept.knows("a1", "oderau-1", DAY) is not is_free
            assert kept.claim("a1", "oderau-1", DAY) is is_free
        with closing(sqlite3.connect(tmp_path / "drafts.sqlite")) as file:
            assert file.execute("SELECT count(*) FROM reminders").fetchone() == (kept_now,)


def test_a_database_that_is_away_is_told(tmp_path: Path) -> None:
    (tmp_path / "drafts.sqlite").write_bytes(b"not a database, but long enough to be looked at as one" * 20)
    with pytest.raises(PortError, match="nobody was reminded"):
        opened(tmp_path)
    with pytest.raises(SettingsError, match="of reminders"):
        SqlReminders("mysql://x/y", clock=lambda: NOON)
