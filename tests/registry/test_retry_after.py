"""Whoever asks to be left alone for a while is left alone: for seconds, until a date, at most a week."""

from datetime import UTC, datetime, timedelta

import pytest

from registry.retry_after import LONGEST, asked_wait

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 0120 ", timedelta(minutes=2)),
        ("Tue, 30 Jun 2026 15:00:00 GMT", timedelta(hours=3)),
        ("Tuesday, 30-Jun-26 15:00:00 GMT", timedelta(hours=3)),
        ("Tue Jun 30 15:00:00 2026", timedelta(hours=3)),
        ("604801", LONGEST),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST),
        ("9" * 5000, LONGEST),
        ("0", None),
        ("Mon, 29 Jun 2026 12:00:00 GMT", None),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("\u0661\u0662", None),
        ("Tue, 99 Jun 2026 12:00:00 GMT", None),
        ("Tue, 30 Jun 2026 12:00:00 +99999999", None),
    ],
    ids=str,
)
def test_seconds_and_dates_are_read_and_nothing_else(value: str, wait: timedelta | None) -> None:
    assert asked_wait(value, NOW) == wait
