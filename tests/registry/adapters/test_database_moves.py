"""Databases are moved row by row into empty ones, or not at all; what was moved is nobody's to write any more."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, MetaData, Table, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from registry.adapters import database_moves
from registry.adapters.accounts_tables import ACTS
from registry.adapters.database_moves import demand_unused, move_ledger, move_private, retire
from registry.adapters.databases import open_engine, writing
from registry.adapters.ledger_tables import EVENTS
from registry.adapters.sql_documents import SqlDocuments
from registry.errors import PortError, SettingsError
from registry.ledger_wiring import open_ledger
from registry.model import DraftedEvent
from registry.people import Role
from registry.settings import Settings
from tests.people import NOON, PASSWORD, place


def rows(url: str, table: Table) -> list[tuple[object, ...]]:
    engine = open_engine(url, what="The URL")
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
    finally:
        engine.dispose()


def tables() -> Iterator[Table]:
    for metadata in database_moves._PRIVATE:
        yield from metadata.sorted_tables


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with people, of whom one may do much, and a document."""
    home = tmp_path / "home"
    here = place(home)
    officer = here.add(Role.OFFICER, email="one@example.org", city="https://example.org/city")
    here.enter(here.add(Role.STEWARD, email="two@example.org"))
    here.registrar.close(officer)
    here.accounts._database.close()
    with closing(SqlDocuments(f"sqlite:///{home}/documents.sqlite")) as documents:
        documents.keep(bytes(range(256)))
    return home


def test_every_row_of_every_table_is_the_same_and_those_to_come_are_numbered_on(home: Path, ledger_url: str) -> None:
    files = [home / "accounts.db", home / "documents.sqlite"]
    moved = move_private(files, ledger_url)
    before = {table.name: rows(f"sqlite:///{file}", table) for file in files for table in held(file)}
    assert {table.name: rows(ledger_url, table) for table in tables() if table.name in before} == before
    assert moved == {name: len(found) for name, found in before.items()}
    assert (moved["accounts"], moved["documents"]) == (2, 1)
    assert moved["acts"] > 2
    there = place(home, now=NOON + timedelta(hours=1), url=ledger_url)
    assert there.enter(there.registrar.find("two@example.org")).secret
    there.accounts._database.close()
    engine = open_engine(ledger_url, what="The URL")
    with writing(engine) as connection:
        connection.execute(insert(ACTS).values(at=1, actor=None, act="tried", account="x"))
        assert connection.execute(select(func.max(ACTS.c.number))).scalar_one() > moved["acts"]
    engine.dispose()


def held(file: Path) -> list[Table]:
    found = MetaData()
    engine = open_engine(f"sqlite:///{file}", what="The file")
    found.reflect(engine)
    engine.dispose()
    return [table for table in tables() if table.name in found.tables]


def test_a_ledger_is_kept_from_changes_where_it_lies_then(tmp_path: Path, ledger_url: str) -> None:
    settings = Settings(home=tmp_path / "home")
    with closing(open_ledger(settings, may_be_new=True)) as ledger:
        ledger.append([DraftedEvent(case=f"profile/{name}", kind="profile", office="o", reason="r") for name in "abc"])
        head = ledger.checkpoint()
    assert move_ledger([tmp_path / "home" / "ledger.sqlite"], ledger_url) == 3
    with closing(open_ledger(Settings(home=tmp_path / "home", ledger=ledger_url))) as there:
        assert there.checkpoint() == head
        there.append([DraftedEvent(case="profile/d", kind="profile", office="o", reason="r")])
        assert there.checkpoint().size == 4
    engine = open_engine(ledger_url, what="The URL")
    with pytest.raises(SQLAlchemyError, match="append-only"), writing(engine) as connection:
        connection.execute(EVENTS.delete())
    engine.dispose()
    with pytest.raises(SettingsError, match="A ledger is in that database already"):
        move_ledger([tmp_path / "home" / "ledger.sqlite"], ledger_url)


def test_what_is_not_empty_takes_nothing(home: Path, ledger_url: str) -> None:
    with closing(SqlDocuments(ledger_url)) as documents:
        documents.keep(b"here before")
    with pytest.raises(SettingsError, match=r"not empty \(documents\)"):
        move_private([home / "accounts.db"], ledger_url)
    assert all(rows(ledger_url, table) == [] for table in tables() if table.name != "documents")


def test_a_table_that_is_not_known_is_told_and_nothing_is_moved(home: Path, tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{home}/documents.sqlite", what="The file")
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE letters (body TEXT)"))
    engine.dispose()
    url = f"sqlite:///{tmp_path}/there.sqlite"
    with pytest.raises(SettingsError, match=r"does not know \(letters\); nothing was moved"):
        move_private([home / "accounts.db", home / "documents.sqlite"], url)
    assert all(rows(url, table) == [] for table in tables())


def test_a_server_that_is_not_there_is_told(home: Path) -> None:
    with pytest.raises(PortError, match="cannot be reached or written; nothing was moved"):
        move_private([home / "accounts.db"], "postgresql://nobody@127.0.0.1:1/none")


def test_who_writes_waits_until_all_is_copied(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = database_moves._copy
    refused = []

    def copy_beside_a_writer(table: Table, here: Connection, there: Connection) -> int:
        engine = open_engine(f"sqlite:///{home}/accounts.db", what="The file", wait_seconds=0)
        try:
            with pytest.raises(SQLAlchemyError, match="locked"), writing(engine):
                pass
            refused.append(table.name)
        finally:
            engine.dispose()
        return copy(table, here, there)

    monkeypatch.setattr(database_moves, "_copy", copy_beside_a_writer)
    move_private([home / "accounts.db"], f"sqlite:///{tmp_path}/there.sqlite")
    assert "accounts" in refused


def test_what_is_in_use_is_not_moved(home: Path) -> None:
    with closing(SqlDocuments(f"sqlite:///{home}/documents.sqlite")) as documents:
        documents.keep(b"one more")
        with pytest.raises(SettingsError, match=r"documents\.sqlite is in use: stop the registry"):
            demand_unused([home / "documents.sqlite"])
    demand_unused([home / "documents.sqlite"])


def test_what_was_moved_has_another_name_and_is_whole(home: Path) -> None:
    before = rows(f"sqlite:///{home}/accounts.db", ACTS)
    retire([home / "accounts.db"])
    assert sorted(path.name for path in home.iterdir() if path.name.startswith("accounts")) == ["accounts.db.moved"]
    assert rows(f"sqlite:///{home}/accounts.db.moved", ACTS) == before
    assert PASSWORD.encode() not in (home / "accounts.db.moved").read_bytes()
