"""The database of the accounts: its file is its owner's, nothing erased stays in it, and errors tell no values."""

import stat
from pathlib import Path

import pytest

from registry.account_errors import AccountsUnavailable
from registry.adapters.accounts_tables import ACCOUNTS, METADATA, AccountsDatabase
from registry.errors import SettingsError

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("url", ["", "sqlite://", "sqlite:///:memory:", "mysql://host/db", "no url", "sqlite"])
def test_another_database_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="HRCR_ACCOUNTS"):
        AccountsDatabase(url)


def test_a_refusal_does_not_tell_the_password_of_the_database() -> None:
    with pytest.raises(SettingsError) as refusal:
        AccountsDatabase("mysql://user:marked@host/db")
    assert "marked" not in str(refusal.value)


def test_nothing_is_made_until_somebody_is_asked_for(tmp_path: Path) -> None:
    database = AccountsDatabase(f"sqlite:///{tmp_path}/home/accounts.db")
    assert list(tmp_path.iterdir()) == []
    with database.reading() as connection:
        assert connection.execute(ACCOUNTS.select()).all() == []
    assert (tmp_path / "home" / "accounts.db").exists()


def test_the_files_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    database = AccountsDatabase(f"sqlite:///{tmp_path}/accounts.db")
    with database.writing() as connection:
        connection.execute(METADATA.tables["keys"].insert().values(name="x", key=b"y"))
        modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert len(list(tmp_path.iterdir())) == 3
    assert modes == {0o600}


def test_a_file_that_cannot_be_opened_is_told_without_values(tmp_path: Path) -> None:
    (tmp_path / "accounts.db").write_bytes(b"marked " * 2_000)
    database = AccountsDatabase(f"sqlite:///{tmp_path}/accounts.db")
    with pytest.raises(AccountsUnavailable, match=r"gives no answer \(DatabaseError\)") as refusal, database.reading():
        pass
    assert "marked" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_a_place_that_is_no_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(AccountsUnavailable, match="gives no answer"),
        AccountsDatabase(f"sqlite:///{tmp_path}/file/accounts.db").reading(),
    ):
        pass


def test_a_transaction_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    database = AccountsDatabase(f"sqlite:///{tmp_path}/accounts.db")
    keys = METADATA.tables["keys"]

    def break_off() -> None:
        with database.writing() as connection:
            connection.execute(keys.insert().values(name="x", key=b"y"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    with database.reading() as connection:
        assert connection.execute(keys.select()).all() == []
    database.close()
