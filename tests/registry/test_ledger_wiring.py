"""The ledger of an installation is opened with its key, made where it may be new, and never silently replaced."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry.adapters.sql_ledger import SqlLedger
from registry.errors import SettingsError
from registry.ledger_wiring import (
    LEDGER,
    LEDGER_KEY,
    draw_spot_checks,
    export_ledger,
    open_casework,
    open_ledger,
    refold,
    tied_to,
)
from registry.loading import artefacts
from registry.model import DraftedEvent, RecordedEvent
from registry.namespaces import ROOT
from registry.settings import Settings
from registry.verification import Kind
from tests.registry.test_spot_checks import Book


def test_without_a_ledger_there_is_a_sentence_that_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="hrcr publish"):
        open_ledger(Settings(home=tmp_path))
    assert not list(tmp_path.iterdir())


def test_a_new_one_makes_its_own_key_and_needs_it_from_then_on(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    open_ledger(settings, may_be_new=True).close()
    assert {LEDGER, LEDGER_KEY} <= {path.name for path in tmp_path.iterdir()}
    (tmp_path / LEDGER_KEY).unlink()
    with pytest.raises(SettingsError, match="HRCR_SIGNING_KEY"):
        open_ledger(settings, may_be_new=True)


def test_an_export_is_written_whole_and_never_over_another_file(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    open_ledger(settings, may_be_new=True).close()
    export = tmp_path / "export"
    assert export_ledger(settings, export) == 0
    with pytest.raises(SettingsError, match="cannot be written"):
        export_ledger(settings, export)


def test_cases_are_read_from_the_open_ledger(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with closing(open_ledger(settings, may_be_new=True)) as ledger:
        assert open_casework(settings, ledger).cases() == ()


def test_who_is_tied_to_a_city_is_read_from_the_artefacts_once() -> None:
    city = next(iter(artefacts().files.cities))
    found = tied_to(f"{ROOT}id/city/{city}")
    assert f"{ROOT}id/city/{city}" in found
    assert tied_to(f"{ROOT}id/city/{city}") is found
    assert tied_to(f"{ROOT}id/city/nowhere") == {f"{ROOT}id/city/nowhere"}


def test_where_no_city_holds_a_level_none_is_drawn(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    open_ledger(settings, may_be_new=True).close()
    assert draw_spot_checks(settings) == ()
    with closing(open_ledger(settings)) as ledger:
        assert ledger.checkpoint().size == 0


def test_a_draw_is_recorded_once_a_year_as_whoever_verifies_draws_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, book = Settings(home=tmp_path), Book(tmp_path).accredited()
    monkeypatch.setattr("registry.ledger_wiring.open_ledger", lambda _settings: book.ledger)
    monkeypatch.setattr("registry.ledger_wiring.now", book.clock)
    assert draw_spot_checks(settings) == ()  # nobody held a level when that year began
    for year in (2028, 2029):
        book.now = datetime(year, 1, 10, tzinfo=UTC)
        assert [draw_spot_checks(settings) for _ in range(2)] == [("oderau",), ()]
    assert [kind for kind, _ in book.checks()] == [Kind.HOLDS] * 2
    book.ledger.close()


def test_the_whole_ledger_is_read_once_a_year_at_most_and_not_where_nobody_ever_held_a_level(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, book, read = Settings(home=tmp_path), Book(tmp_path), list[int]()
    ledger, reading = book.ledger, SqlLedger.read

    def counting(ledger: SqlLedger, start: int = 1) -> Iterator[RecordedEvent]:
        for event in reading(ledger, start):
            read.append(event.envelope.sequence)
            yield event

    def draw() -> tuple[tuple[str, ...], int]:
        book.work.cases()  # what folds the cases reads what is new, and is not counted
        refold(settings)
        read.clear()
        return draw_spot_checks(settings), len(read)

    monkeypatch.setattr("registry.ledger_wiring.open_ledger", lambda _settings: ledger)
    monkeypatch.setattr("registry.ledger_wiring.now", book.clock)
    monkeypatch.setattr(SqlLedger, "read", counting)
    begun, book.now = book.now, datetime(2026, 12, 1, tzinfo=UTC)
    ledger.append([DraftedEvent(case=f"note/{each}", kind="note", office="clock", reason="x") for each in range(50)])
    book.now = begun
    assert draw() == ((), 0)
    book.accredited()
    assert draw() == ((), ledger.checkpoint().size - 50)  # the level was given in this year
    book.now = datetime(2028, 1, 10, tzinfo=UTC)
    size = ledger.checkpoint().size
    assert draw() == (("oderau",), size)
    ledger.append([DraftedEvent(case=f"more/{each}", kind="note", office="clock", reason="x") for each in range(50)])
    assert draw() == ((), 1)
    book.now = datetime(2028, 11, 1, tzinfo=UTC)  # the yearly report is missing, so that nobody is drawn next year
    book.work.tick()
    size = ledger.checkpoint().size
    book.now = datetime(2029, 1, 10, tzinfo=UTC)
    ledger.append([DraftedEvent(case="last/1", kind="note", office="clock", reason="x")])
    assert draw() == ((), 1)
    assert draw() == ((), 1)
    ledger.close()
