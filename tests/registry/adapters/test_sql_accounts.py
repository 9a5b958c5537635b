"""The port Accounts on SQLite and PostgreSQL: what is kept, what is taken once, what is erased."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from registry.account_errors import AccountError, UnknownAccount
from registry.adapters.accounts_tables import AccountsDatabase
from registry.adapters.sql_accounts import SqlAccounts, moment, seconds
from registry.people import Account, Act, Conflict, Role, Tie
from tests.people import GRAZ, LUND, files_of

pytestmark = pytest.mark.slow

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
OFFICER = Account(
    id="a" * 32,
    email="officer@graz.example",
    name="Officer",
    roles=frozenset({Role.OFFICER, Role.REVIEWER}),
    city=GRAZ,
    organisation="Union",
    created=NOW,
    password="hash",  # noqa: S106  # no password
    secret=b"\x00secret\xff",
)


@pytest.fixture
def accounts(accounts_url: str) -> Iterator[SqlAccounts]:
    with closing(AccountsDatabase(accounts_url)) as database:
        yield SqlAccounts(database)


def test_a_moment_is_kept_to_the_second() -> None:
    assert moment(seconds(NOW + timedelta(milliseconds=999))) == NOW


def test_an_account_comes_back_as_it_was_kept(accounts: SqlAccounts) -> None:
    accounts.add(OFFICER)
    assert accounts.find(OFFICER.id) == accounts.with_email(OFFICER.email) == OFFICER
    assert accounts.find("b" * 32) is accounts.with_email("nobody@graz.example") is None


def test_accounts_are_listed_the_oldest_first(accounts: SqlAccounts) -> None:
    later = replace(OFFICER, id="0" * 32, email="later@graz.example", created=NOW + timedelta(seconds=1))
    accounts.add(later)
    accounts.add(OFFICER)
    assert accounts.all() == [OFFICER, later]


def test_an_address_is_kept_once(accounts: SqlAccounts) -> None:
    accounts.add(OFFICER)
    accounts.add(replace(OFFICER, id="b" * 32, email="other@graz.example"))
    with pytest.raises(AccountError, match="has an account already"):
        accounts.add(replace(OFFICER, id="c" * 32))


def test_only_what_is_named_is_changed(accounts: SqlAccounts) -> None:
    accounts.add(OFFICER)
    other = replace(OFFICER, id="b" * 32, email="other@graz.example")
    accounts.add(other)
    accounts.change(OFFICER.id, {"is_active": False})
    accounts.change(OFFICER.id, {"city": LUND, "secret": None, "roles": frozenset({Role.DECIDER})})
    changed = replace(OFFICER, is_active=False, city=LUND, secret=None, roles=frozenset({Role.DECIDER}))
    assert accounts.find(OFFICER.id) == changed
    assert accounts.find(other.id) == other
    with pytest.raises(UnknownAccount):
        accounts.change("c" * 32, {"is_active": False})


def test_conflicts_are_kept_with_their_account(accounts: SqlAccounts) -> None:
    accounts.add(OFFICER)
    first, second = Conflict("1", Tie.CITY, LUND, "r", NOW), Conflict("2", Tie.ORGANISATION, "League", "s", NOW)
    accounts.declare(OFFICER.id, first)
    accounts.declare(OFFICER.id, second)
    assert accounts.find(OFFICER.id) == replace(OFFICER, conflicts=(first, second))
    accounts.withdraw("b" * 32, "1")
    accounts.withdraw(OFFICER.id, "1")
    assert accounts.all()[0].conflicts == (second,)


def test_a_code_is_taken_once_by_its_account_in_time(accounts: SqlAccounts) -> None:
    accounts.add(OFFICER)
    later = NOW + timedelta(hours=1)
    accounts.expect(OFFICER.id, "first", later)
    accounts.expect(OFFICER.id, "second", later)
    assert not accounts.take(OFFICER.id, "first", NOW)
    assert not accounts.take("b" * 32, "second", NOW)
    assert not accounts.take(OFFICER.id, "second", later)
    assert accounts.take(OFFICER.id, "second", NOW)
    assert not accounts.take(OFFICER.id, "second", NOW)


def test_of_many_who_use_a_code_or_a_step_at_once_one_succeeds(accounts: SqlAccounts) -> None:
    accounts.add(OFFICER)
    accounts.expect(OFFICER.id, "code", NOW + timedelta(hours=1))
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: accounts.take(OFFICER.id, "code", NOW), range(8)))
        stepped = list(pool.map(lambda _: accounts.use_step(OFFICER.id, 7), range(8)))
    assert (sum(taken), sum(stepped)) == (1, 1)


def test_a_time_step_counts_once_and_no_earlier_one_after_it(accounts: SqlAccounts) -> None:
    accounts.add(OFFICER)
    assert [accounts.use_step(OFFICER.id, step) for step in (5, 5, 4, 6)] == [True, False, False, True]
    assert not accounts.use_step("b" * 32, 9)


def test_an_erased_account_takes_all_with_it_but_what_was_done(accounts: SqlAccounts) -> None:
    accounts.add(OFFICER)
    accounts.declare(OFFICER.id, Conflict("1", Tie.CITY, LUND, "r", NOW))
    act = Act(NOW, None, "made", OFFICER.id)
    accounts.record(act)
    accounts.erase(OFFICER.id)
    accounts.erase(OFFICER.id)
    assert (accounts.find(OFFICER.id), accounts.all()) == (None, [])
    assert accounts.acts(OFFICER.id) == [act]
    accounts.add(OFFICER)
    assert accounts.find(OFFICER.id) == OFFICER


def test_two_processes_may_open_the_accounts_at_once(accounts_url: str) -> None:
    opened = [AccountsDatabase(accounts_url) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda each: SqlAccounts(each).all(), opened)) == [[]] * 6
    for each in opened:
        each.close()


def test_nothing_erased_stays_in_the_files(tmp_path: Path) -> None:
    accounts = SqlAccounts(AccountsDatabase(f"sqlite:///{tmp_path}/accounts.db"))
    accounts.add(OFFICER)
    for number in range(50):
        accounts.add(replace(OFFICER, id=f"{number:032}", email=f"{number}@city.example", name="Other"))
    accounts.erase(OFFICER.id)
    raw = b"".join(files_of(tmp_path).values())
    assert b"officer@graz" not in raw
    assert b"49@city.example" in raw
