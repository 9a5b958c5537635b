"""The port Passkeys on SQLite and PostgreSQL: what is kept, what is answered once, what goes with the person."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from registry.account_errors import AccountError
from registry.adapters.accounts_tables import AccountsDatabase
from registry.adapters.sql_accounts import SqlAccounts
from registry.adapters.sql_passkeys import SqlPasskeys
from registry.adapters.sql_sessions import SqlSessions
from registry.passkey_ports import Ceremony, Passkey, PublicKey
from registry.people import Account, Role, Session, Stage
from tests.people import GRAZ, files_of

pytestmark = pytest.mark.slow

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
ONE, TWO, SESSION = "a" * 32, "b" * 32, "5" * 64
PHONE = Passkey(
    id="1" * 64,
    account=ONE,
    label="zqxphone",
    public=PublicKey(credential=b"zqxcredential\x00\xff", key=b"zqxkey\x00\xff", count=0),
    created=NOW,
)


@pytest.fixture
def database(accounts_url: str) -> Iterator[AccountsDatabase]:
    with closing(AccountsDatabase(accounts_url)) as database:
        for identifier in (ONE, TWO):
            office = Account(
                id=identifier,
                email=f"{identifier}@graz.example",
                name="Officer",
                roles=frozenset({Role.OFFICER}),
                city=GRAZ,
                created=NOW,
                secret=b"secret",
            )
            SqlAccounts(database).add(office)
        SqlSessions(database).open(
            Session(digest=SESSION, account=ONE, stage=Stage.WHOLE, begun=NOW, seen=NOW, authenticated=NOW)
        )
        yield database


@pytest.fixture
def passkeys(database: AccountsDatabase) -> SqlPasskeys:
    return SqlPasskeys(database)


def test_a_passkey_comes_back_as_it_was_kept_to_its_owner_alone(
    passkeys: SqlPasskeys, database: AccountsDatabase
) -> None:
    passkeys.add(PHONE)
    later = replace(PHONE, id="0" * 64, created=NOW + timedelta(seconds=1))
    passkeys.add(later)
    assert passkeys.of(ONE) == [PHONE, later]
    assert (passkeys.find(ONE, PHONE.id), passkeys.find(TWO, PHONE.id), passkeys.of(TWO)) == (PHONE, None, [])
    found = [SqlAccounts(database).find(identifier) for identifier in (ONE, TWO)]
    assert [account.has_passkey for account in found if account] == [True, False]


def test_a_passkey_is_kept_once_whoever_has_it(passkeys: SqlPasskeys) -> None:
    passkeys.add(PHONE)
    with pytest.raises(AccountError, match="kept already"):
        passkeys.add(replace(PHONE, account=TWO))


def test_a_counter_is_noted_upon_the_one_that_was_read(passkeys: SqlPasskeys) -> None:
    passkeys.add(PHONE)
    assert passkeys.use(PHONE, 3, NOW)
    assert not passkeys.use(PHONE, 4, NOW)
    found = passkeys.find(ONE, PHONE.id)
    assert found == replace(PHONE, used=NOW, public=replace(PHONE.public, count=3))


def test_a_passkey_is_removed_by_its_owner_alone(passkeys: SqlPasskeys) -> None:
    passkeys.add(PHONE)
    assert [passkeys.remove(TWO, PHONE.id), passkeys.remove(ONE, PHONE.id), passkeys.remove(ONE, PHONE.id)] == [
        False,
        True,
        False,
    ]


def test_a_challenge_is_answered_once_in_its_time_and_its_ceremony(passkeys: SqlPasskeys) -> None:
    before, registration, authentication = NOW - timedelta(seconds=1), *Ceremony
    passkeys.ask(SESSION, registration, b"first", NOW)
    passkeys.ask(SESSION, registration, b"second", NOW)
    assert passkeys.answer(SESSION, authentication, before) is None
    assert passkeys.answer("6" * 64, registration, before) is None
    with ThreadPoolExecutor(4) as pool:
        answered = list(pool.map(lambda _: passkeys.answer(SESSION, registration, before), range(4)))
    assert [each for each in answered if each is not None] == [b"second"]
    passkeys.ask(SESSION, registration, b"old", NOW)
    assert passkeys.answer(SESSION, registration, NOW) is None
    assert passkeys.answer(SESSION, registration, before) is None


def test_a_challenge_ends_with_its_session(passkeys: SqlPasskeys, database: AccountsDatabase) -> None:
    passkeys.ask(SESSION, Ceremony.REGISTRATION, b"challenge", NOW)
    SqlSessions(database).close(SESSION)
    assert passkeys.answer(SESSION, Ceremony.REGISTRATION, NOW - timedelta(seconds=1)) is None


def test_every_second_factor_is_taken_away_together(passkeys: SqlPasskeys, database: AccountsDatabase) -> None:
    passkeys.add(PHONE)
    passkeys.add(replace(PHONE, id="2" * 64, account=TWO))
    SqlAccounts(database).strip(ONE)
    found = [SqlAccounts(database).find(identifier) for identifier in (ONE, TWO)]
    assert [account.has_second_factor for account in found if account] == [False, True]
    assert (passkeys.of(ONE), len(passkeys.of(TWO))) == ([], 1)


def test_all_of_it_goes_with_the_account(passkeys: SqlPasskeys, database: AccountsDatabase, tmp_path: Path) -> None:
    passkeys.add(PHONE)
    passkeys.ask(SESSION, Ceremony.REGISTRATION, b"zqxchallenge", NOW)
    SqlAccounts(database).erase(ONE)
    assert passkeys.of(ONE) == []
    assert not [name for name, raw in files_of(tmp_path).items() if b"zqx" in raw]
