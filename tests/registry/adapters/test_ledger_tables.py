"""The tables of the ledger are made once, and read in one state."""

from pathlib import Path

from sqlalchemy import inspect

from registry.adapters.databases import open_engine
from registry.adapters.ledger_tables import EVENTS, create, exist, reading_options, writing_options


def test_a_file_is_made_with_its_folder_and_tables_are_made_once(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/some/folder/ledger.sqlite", what="The ledger")
    with engine.connect() as connection:
        assert not exist(connection)
        create(connection)
        connection.commit()
        assert exist(connection)
        assert set(inspect(connection).get_table_names()) == {"events", "payloads", "checkpoints"}
        assert [column.name for column in EVENTS.columns][:3] == ["sequence", "case", "hash"]
    assert reading_options(engine) == {}
    engine.dispose()


def test_postgresql_is_read_in_one_state() -> None:
    engine = open_engine("postgresql://postgres@localhost/ledger", what="The ledger")
    assert reading_options(engine) == {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    assert writing_options(engine) == {"isolation_level": "READ COMMITTED"}
    assert engine.dialect.driver == "psycopg"
