"""The installation is put together from its settings."""

import sqlite3
from contextlib import closing
from pathlib import Path

from registry.ledger_wiring import open_ledger
from registry.loading import artefacts
from registry.settings import Settings
from registry.wiring import back_up, wire


def test_artefacts_are_read_once_in_a_process() -> None:
    assert wire(Settings()).artefacts is wire(Settings(port=9)).artefacts is artefacts()


def test_shapes_are_prepared_once_in_a_process() -> None:
    assert wire(Settings())._judge is wire(Settings(port=9))._judge


def test_a_backup_holds_every_database_of_the_home(tmp_path: Path) -> None:
    """Whatever kind of database comes to be there, such as drafts, documents and texts that may have to be erased."""
    settings = Settings(home=tmp_path / "home")
    open_ledger(settings, may_be_new=True).close()
    for name in ("drafts", "documents", "texts", "whatever-comes"):
        with closing(sqlite3.connect(settings.home / f"{name}.sqlite")) as made:
            made.execute("CREATE TABLE notes (body TEXT)")
    copied = back_up(settings, tmp_path / "backup")
    wanted = {f"{name}.sqlite" for name in ("ledger", "drafts", "documents", "texts", "whatever-comes")}
    assert set(copied) == wanted
    assert {path.name for path in (tmp_path / "backup").iterdir()} == {*wanted, "SHA256SUMS"}
