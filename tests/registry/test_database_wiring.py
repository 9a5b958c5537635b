"""An installation moves from files to a server, and goes on there with the same ledger and the same people."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from registry import database_wiring
from registry.adapters.accounts_tables import AccountsDatabase
from registry.adapters.sql_accounts import SqlAccounts
from registry.database_wiring import move_databases
from registry.errors import SettingsError
from registry.ledger_wiring import LEDGER, open_ledger
from registry.model import DraftedEvent
from registry.people import Role
from registry.settings import Settings
from registry.wiring import ACCOUNTS, open_documents, people
from registry.witness_wiring import open_state
from tests.people import NOON, place


def event(name: str) -> DraftedEvent:
    return DraftedEvent(case=f"profile/{name}", kind="profile", office="steward", reason="Read.")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with a ledger of three events and one account."""
    settings = Settings(home=tmp_path / "home")
    with closing(open_ledger(settings, may_be_new=True)) as ledger:
        ledger.append([event(name) for name in "abc"])
    here = place(settings.home)
    here.add(Role.STEWARD, email="one@example.org")
    here.accounts._database.close()
    return settings


def test_ledger_and_people_go_on_in_one_database(settings: Settings, ledger_url: str) -> None:
    moved = move_databases(settings, ledger=ledger_url, accounts=ledger_url)
    assert moved.ledger is not None
    assert moved.private is not None
    assert (moved.ledger.size, moved.private["accounts"]) == (3, 1)
    there = Settings(home=settings.home, ledger=ledger_url, accounts=ledger_url)
    with closing(open_ledger(there)) as ledger:
        assert ledger.checkpoint() == moved.ledger
        ledger.append([event("d")])
    with closing(AccountsDatabase(there.private_database(ACCOUNTS))) as database:
        assert [account.email for account in SqlAccounts(database).all()] == ["one@example.org"]


def test_nothing_is_begun_in_the_old_place(settings: Settings, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/there.sqlite"
    move_databases(settings, ledger=url, accounts=url)
    assert not (settings.home / LEDGER).exists()
    with pytest.raises(SettingsError, match="was moved to a server: set HRCR_LEDGER"):
        open_ledger(settings, may_be_new=True)
    with pytest.raises(SettingsError, match="was moved to a server: set HRCR_ACCOUNTS"):
        people(settings)
    with closing(open_documents(settings)):  # there were none to be moved
        pass


def test_what_lies_on_a_server_or_is_not_there_cannot_be_moved(settings: Settings, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/there.sqlite"
    with pytest.raises(SettingsError, match="HRCR_LEDGER names a database already"):
        move_databases(Settings(home=settings.home, ledger=url), ledger=url, accounts=None)
    with pytest.raises(SettingsError, match="HRCR_ACCOUNTS has nothing to move"):
        move_databases(Settings(home=tmp_path / "empty"), ledger=None, accounts=url)
    assert (settings.home / LEDGER).exists()
    assert (settings.home / ACCOUNTS).exists()


def test_a_ledger_that_grew_meanwhile_stays_where_it_is(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = database_wiring.move_ledger

    def move_and_write(files: Sequence[Path], url: str) -> int:
        count = move(files, url)
        with closing(open_ledger(settings)) as ledger:
            ledger.append([event("d")])
        return count

    monkeypatch.setattr(database_wiring, "move_ledger", move_and_write)
    with pytest.raises(SettingsError, match="was written to while it was moved"):
        move_databases(settings, ledger=f"sqlite:///{tmp_path}/there.sqlite", accounts=None)
    with closing(open_ledger(settings)) as ledger:
        assert ledger.checkpoint().size == 4


def test_a_witness_does_not_forget_what_it_saw(settings: Settings, ledger_url: str) -> None:
    with closing(open_ledger(settings)) as ledger:
        head = replace(ledger.checkpoint(), origin="registry.example.org/ledger")
    with closing(open_state(settings)) as state:
        state.advance(head, after=0, at=NOON, is_cosigned=False)
    move_databases(settings, ledger=ledger_url, accounts=None)
    with closing(open_state(replace(settings, ledger=ledger_url))) as state:
        seen = state.latest(head.origin)
        assert seen is not None
        assert (seen.head.size, seen.head.root, seen.at) == (head.size, head.root, NOON)
    with pytest.raises(SettingsError, match=r"witness\.sqlite was moved to a server: set HRCR_LEDGER"):
        open_state(settings)
