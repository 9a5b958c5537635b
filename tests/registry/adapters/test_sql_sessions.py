"""The port Sessions on SQLite and PostgreSQL: sessions, tokens, failures counted ahead, and the key of forms."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from registry.adapters.accounts_tables import AccountsDatabase
from registry.adapters.sql_accounts import SqlAccounts
from registry.adapters.sql_sessions import SqlSessions
from registry.people import Scope, Session, Stage, Token
from tests.registry.adapters.test_sql_accounts import NOW, OFFICER

pytestmark = pytest.mark.slow

SESSION = Session(
    digest="d", account=OFFICER.id, stage=Stage.ENROL, begun=NOW, seen=NOW, authenticated=NOW, pending=b"\x00key"
)
TOKEN = Token(
    id="t", account=OFFICER.id, label="harvest", scopes=frozenset(Scope), created=NOW, expires=NOW + timedelta(days=1)
)
OTHER = replace(OFFICER, id="b" * 32, email="other@graz.example")


@pytest.fixture
def database(accounts_url: str) -> Iterator[AccountsDatabase]:
    with closing(AccountsDatabase(accounts_url)) as database:
        accounts = SqlAccounts(database)
        accounts.add(OFFICER)
        accounts.add(OTHER)
        yield database


@pytest.fixture
def sessions(database: AccountsDatabase) -> SqlSessions:
    return SqlSessions(database)


def test_a_session_comes_back_as_it_was_kept_and_changed(sessions: SqlSessions) -> None:
    sessions.open(SESSION)
    assert sessions.find("d") == SESSION
    whole = replace(SESSION, stage=Stage.WHOLE, seen=NOW + timedelta(minutes=1), pending=None)
    sessions.replace(whole)
    assert sessions.find("d") == whole
    sessions.close("d")
    sessions.replace(whole)
    assert sessions.find("d") is None


def test_all_sessions_of_an_account_are_closed_and_no_others(sessions: SqlSessions) -> None:
    for digest, account in (("1", OFFICER.id), ("2", OFFICER.id), ("3", OTHER.id)):
        sessions.open(replace(SESSION, digest=digest, account=account))
    sessions.close_all(OFFICER.id)
    assert [sessions.find(digest) is None for digest in "123"] == [True, True, False]


def test_a_token_is_found_by_the_hash_of_its_secret(sessions: SqlSessions) -> None:
    sessions.issue(TOKEN, "hash")
    assert sessions.token("hash") == TOKEN
    assert sessions.token("t") is None
    sessions.use("t", NOW)
    assert sessions.tokens(OFFICER.id) == [replace(TOKEN, used=NOW)]
    sessions.revoke(OTHER.id, "t")
    assert sessions.tokens(OFFICER.id) != []
    sessions.revoke(OFFICER.id, "t")
    assert sessions.token("hash") is None


def test_an_erased_account_loses_sessions_and_tokens(database: AccountsDatabase, sessions: SqlSessions) -> None:
    sessions.open(SESSION)
    sessions.issue(TOKEN, "hash")
    SqlAccounts(database).erase(OFFICER.id)
    assert sessions.find("d") is sessions.token("hash") is None


def wait(failures: int) -> int:
    return 0 if failures < 3 else 60


def test_tries_are_counted_ahead_and_a_wait_counts_nothing(sessions: SqlSessions) -> None:
    tries = [sessions.attempt("k", NOW, forget=600, wait=wait) for _ in range(5)]
    assert tries == [0, 0, 0, 60, 60]
    later = NOW + timedelta(seconds=59)
    assert sessions.attempt("k", later, forget=600, wait=wait) == 1
    assert sessions.attempt("k", NOW + timedelta(seconds=60), forget=600, wait=wait) == 0
    assert sessions.attempt("other", NOW, forget=600, wait=wait) == 0


def test_of_many_tries_at_once_no_more_than_allowed_pass(sessions: SqlSessions) -> None:
    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(lambda _: sessions.attempt("k", NOW, forget=600, wait=wait), range(24)))
    assert told.count(0) == 3


def test_a_try_is_taken_back_and_all_are_forgotten(sessions: SqlSessions) -> None:
    for _ in range(10):
        assert sessions.attempt("k", NOW, forget=600, wait=wait) == 0
        sessions.forgive("k", wholly=False)
    sessions.forgive("nobody", wholly=False)
    for _ in range(3):
        sessions.attempt("k", NOW, forget=600, wait=wait)
    sessions.forgive("k", wholly=True)
    assert sessions.attempt("k", NOW, forget=600, wait=wait) == 0


def test_failures_are_forgotten_after_a_time(sessions: SqlSessions) -> None:
    for _ in range(3):
        sessions.attempt("k", NOW, forget=600, wait=wait)
    later = NOW + timedelta(seconds=600)
    assert [sessions.attempt("k", later, forget=600, wait=wait) for _ in range(4)] == [0, 0, 0, 60]


def test_what_is_over_is_removed(sessions: SqlSessions) -> None:
    sessions.open(SESSION)
    sessions.open(replace(SESSION, digest="new", begun=NOW + timedelta(hours=1)))
    sessions.issue(TOKEN, "hash")
    for _ in range(3):
        sessions.attempt("k", NOW, forget=10**6, wait=wait)
    sessions.purge(NOW + timedelta(days=1), sessions=NOW, attempts=NOW)
    assert sessions.find("d") is sessions.token("hash") is None
    assert sessions.find("new") is not None
    assert sessions.attempt("k", NOW, forget=10**6, wait=wait) == 0


def test_the_key_of_forms_is_random_and_stays(sessions: SqlSessions, database: AccountsDatabase) -> None:
    with ThreadPoolExecutor(6) as pool:
        keys = set(pool.map(lambda _: SqlSessions(database).form_key(), range(6)))
    assert len(keys) == 1
    assert len(sessions.form_key()) == 32
