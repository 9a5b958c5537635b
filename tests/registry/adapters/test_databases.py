"""Every database is opened in one way: durable, private, and gone is gone; why it cannot be is said in a sentence."""

import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select
from sqlalchemy.exc import IntegrityError

from registry.adapters.databases import OUTSIDE, explained, make_tables, open_engine, writing
from registry.errors import PortError, SettingsError

TABLES = MetaData()
NOTES = Table("notes", TABLES, Column("number", Integer, primary_key=True), Column("body", Text))


def test_a_file_is_made_for_its_owner_alone_with_what_stands_beside_it(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/some/folder/notes.sqlite", what="The URL")
    make_tables(engine, TABLES)
    with writing(engine) as connection:
        connection.execute(insert(NOTES).values(number=1, body="x"))
    files = list((tmp_path / "some" / "folder").iterdir())
    assert "notes.sqlite-wal" in {file.name for file in files}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    engine.dispose()


def test_every_commit_is_flushed_and_nothing_erased_stays(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/notes.sqlite", what="The URL", wait_seconds=7)
    wanted = {"synchronous": 2, "secure_delete": 1, "fullfsync": 1, "foreign_keys": 1, "journal_mode": "wal"}
    wanted |= {"recursive_triggers": 1, "trusted_schema": 0, "busy_timeout": 7_000}
    with engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted}
    assert found == wanted
    make_tables(engine, TABLES)
    with writing(engine) as connection:
        connection.execute(insert(NOTES).values(number=1, body="a marked text"))
    with writing(engine) as connection:
        connection.execute(NOTES.delete())
    with engine.connect().execution_options(**OUTSIDE) as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    assert b"a marked text" not in (tmp_path / "notes.sqlite").read_bytes()


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/notes.sqlite", what="The URL")
    make_tables(engine, TABLES)
    one = insert(NOTES).values(number=1, body="x")
    with pytest.raises(IntegrityError), writing(engine) as connection:  # noqa: PT012  # the second one breaks
        connection.execute(one)
        connection.execute(one)
    with engine.connect() as connection:
        assert connection.execute(select(NOTES)).all() == []
    engine.dispose()


def test_whoever_makes_the_tables_at_the_same_moment_hinders_nobody(tmp_path: Path) -> None:
    def make(number: int) -> None:
        engine = open_engine(f"sqlite:///{tmp_path}/notes.sqlite", what="The URL")
        make_tables(engine, TABLES)
        with writing(engine) as connection:
            connection.execute(insert(NOTES).values(number=number, body="x"))
        engine.dispose()

    with ThreadPoolExecutor(8) as pool:
        assert len(list(pool.map(make, range(8)))) == 8


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("nonsense", "The URL has a wrong form; write sqlite:///FILE or postgresql://…"),
        ("sqlite://", r"The URL is sqlite://; it must name a file"),
        ("sqlite:///:memory:", "it must name a file"),
        ("mysql://root:secret@localhost/notes", r"The URL is mysql://root:\*\*\*@localhost/notes; it must name a file"),
    ],
)
def test_an_unusable_url_is_told_without_its_password(url: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        open_engine(url, what="The URL")


def test_what_a_database_says_is_told_in_one_sentence_without_its_values(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/notes.sqlite", what="The URL")
    with (
        pytest.raises(PortError) as told,
        explained("The notes did not answer; try again."),
        writing(engine) as connection,
    ):
        connection.execute(insert(NOTES).values(number=1, body="a marked text"))
    assert str(told.value) == "The notes did not answer; try again."
    engine.dispose()


def test_a_driver_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SettingsError, match=r"install hrcr\[postgresql\]"):
        open_engine("postgresql://postgres@localhost/ledger", what="The URL")


def test_no_file_is_begun_where_one_was_moved_away(tmp_path: Path) -> None:
    (tmp_path / "notes.sqlite.moved").touch()
    engine = open_engine(f"sqlite:///{tmp_path}/notes.sqlite", what="The URL")
    with pytest.raises(SettingsError, match=r"notes\.sqlite was moved to a server"):
        make_tables(engine, TABLES)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.sqlite.moved"]
    engine.dispose()
