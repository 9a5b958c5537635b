"""Moving the databases of an installation from files to a server: row by row, while nobody writes, then compared.

What was moved keeps lying beside its old place under another name, so that nothing goes on writing there unseen.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, MetaData, Table, func, insert, inspect, select, text
from sqlalchemy.exc import OperationalError

from registry.adapters import (
    accounts_tables,
    ledger_tables,
    sql_answers,
    sql_documents,
    sql_drafts,
    sql_evidence,
    sql_looks,
    sql_reminders,
    sql_texts,
    sql_witness,
)
from registry.adapters.databases import OUTSIDE, explained, make_tables, open_engine, writing
from registry.errors import SettingsError
from registry.ports import MOVED

_PRIVATE: Final = (
    accounts_tables.METADATA,
    sql_drafts.METADATA,
    sql_answers.METADATA,
    sql_looks.METADATA,
    sql_reminders.METADATA,
    sql_documents.METADATA,
    sql_evidence.METADATA,
    sql_texts.METADATA,
)
_FOLDED_AGAIN: Final = frozenset(["positions", "positions_folded"])
"""Tables beside the ledger that are made from its events, wherever it lies."""
_BATCH: Final = 500
_UNREACHABLE: Final = "The database to move to cannot be reached or written; nothing was moved."


def move_ledger(files: Sequence[Path], url: str) -> int:
    """Copy a ledger, and what was seen of others, into an empty database; give the number of its events.

    The triggers that keep the ledger are there, too. Raises SettingsError for an unusable URL, and when a ledger is
    there already; PortError when a database fails. Until they are ``retired`` the files are what counts.
    """
    target = open_engine(url, what="The URL for the ledger")
    try:
        with explained(_UNREACHABLE), writing(target) as there:
            if ledger_tables.exist(there):
                raise SettingsError("A ledger is in that database already; name an empty one.")
            ledger_tables.create(there)
            sql_witness.METADATA.create_all(there)
            copied = _copied(files, there, (ledger_tables.METADATA, sql_witness.METADATA), but=_FOLDED_AGAIN)
    finally:
        target.dispose()
    return copied[ledger_tables.EVENTS.name]


def move_private(files: Sequence[Path], url: str) -> Mapping[str, int]:
    """Copy accounts, drafts and all else that is not public into an empty database; give the rows of each table.

    Raises what ``move_ledger`` raises.
    """
    target = open_engine(url, what="The URL for the accounts")
    try:
        with explained(_UNREACHABLE):
            for tables in _PRIVATE:
                make_tables(target, tables)
            with writing(target) as there:
                return _copied(files, there, _PRIVATE)
    finally:
        target.dispose()


def demand_unused(files: Iterable[Path]) -> None:
    """Raise SettingsError when anybody has one of these databases open, who would go on writing to it."""
    for file in files:
        engine = open_engine(f"sqlite:///{file}", what="The database", wait_seconds=0)
        try:
            with engine.connect().execution_options(**OUTSIDE) as connection:
                connection.exec_driver_sql("PRAGMA journal_mode = DELETE")  # only the last one to have it open may
        except OperationalError as fault:
            raise SettingsError(
                f"{file} is in use: stop the registry, and whatever else has it open, first."
            ) from fault
        finally:
            engine.dispose()


def retire(files: Iterable[Path]) -> None:
    """Rename databases that were moved, so that nothing takes them for those in use; raise as ``demand_unused``."""
    files = [*files]
    demand_unused(files)
    for file in files:
        file.rename(file.with_name(file.name + MOVED))


def _copied(
    files: Sequence[Path], there: Connection, known: Iterable[MetaData], *, but: frozenset[str] = frozenset()
) -> Mapping[str, int]:
    """Copy the rows of every table, each file kept from its writers until the end; give how many each table has."""
    tables = [table for metadata in known for table in metadata.sorted_tables]
    if full := [table.name for table in tables if there.execute(select(table).limit(1)).first() is not None]:
        raise SettingsError(f"That database is not empty ({', '.join(full)}); name an empty one.")
    copied: dict[str, int] = {}
    with ExitStack() as kept:
        for file in files:
            engine = open_engine(f"sqlite:///{file}", what="The database")
            kept.callback(engine.dispose)
            here = kept.enter_context(writing(engine))
            _demand_known(file, engine, {table.name for table in tables} | but)
            held = set(inspect(here).get_table_names())
            copied |= {table.name: _copy(table, here, there) for table in tables if table.name in held}
    return copied


def _demand_known(file: Path, engine: Engine, known: set[str]) -> None:
    strange = sorted(set(inspect(engine).get_table_names()) - known)
    if strange:
        raise SettingsError(f"{file} holds what this version does not know ({', '.join(strange)}); nothing was moved.")


def _copy(table: Table, here: Connection, there: Connection) -> int:
    """Copy the rows of a table in the order of its key, and count them on the other side."""
    rows = here.execute(select(table).order_by(*table.primary_key.columns))
    count = 0
    for batch in rows.mappings().partitions(_BATCH):
        there.execute(insert(table), [dict(row) for row in batch])
        count += len(batch)
    held = there.execute(select(func.count()).select_from(table)).scalar_one()
    if held != count:
        raise SettingsError(f"{table.name} has {held} rows after {count} were copied; nothing was moved.")
    number = table.autoincrement_column
    if number is not None and count and there.dialect.name == "postgresql":
        numbered = {"table": table.name, "column": number.name}
        last = there.execute(select(func.max(number))).scalar_one()
        there.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)"), numbered | {"last": last})
    return count
