"""The port Links on SQLite and PostgreSQL: what is linked once, what is answered once, what goes with the person."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from registry.account_errors import AccountError, CredentialsRefused
from registry.adapters.accounts_tables import AccountsDatabase
from registry.adapters.sql_accounts import SqlAccounts
from registry.adapters.sql_provider_links import SqlProviderLinks
from registry.people import Account, Role
from registry.provider_ports import Awaited, Link, Purpose
from tests.people import GRAZ, files_of

pytestmark = pytest.mark.slow

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ISSUER = "https://login.example/"
ONE, TWO = "a" * 32, "b" * 32
LINK = Link(issuer=ISSUER, subject="zqxsubject", account=ONE, linked=NOW)
AWAITED = Awaited(digest="d" * 64, purpose=Purpose.LINK, begun=NOW, wish="/desk", account=ONE, code="c" * 64)


@pytest.fixture
def database(accounts_url: str) -> Iterator[AccountsDatabase]:
    with closing(AccountsDatabase(accounts_url)) as database:
        for identifier in (ONE, TWO):
            SqlAccounts(database).add(
                Account(
                    id=identifier,
                    email=f"{identifier}@graz.example",
                    name="Officer",
                    roles=frozenset({Role.OFFICER}),
                    city=GRAZ,
                    created=NOW,
                )
            )
        yield database


@pytest.fixture
def links(database: AccountsDatabase) -> SqlProviderLinks:
    return SqlProviderLinks(database)


def test_a_link_comes_back_by_its_identity_and_by_its_account(links: SqlProviderLinks) -> None:
    links.link(LINK)
    assert links.account_of(ISSUER, "zqxsubject") == ONE
    assert links.of(ONE) == [LINK]
    for issuer, subject in ((ISSUER, "ZQXSUBJECT"), (ISSUER, "zqxsubject "), ("https://login.example", "zqxsubject")):
        assert links.account_of(issuer, subject) is None


@pytest.mark.parametrize(("subject", "account"), [("zqxsubject", TWO), ("another", ONE), ("zqxsubject", ONE)])
def test_an_identity_stands_for_one_account_and_an_account_has_one_identity(
    links: SqlProviderLinks, subject: str, account: str
) -> None:
    links.link(LINK)
    links.expect(account, "c" * 64, LATER)
    with pytest.raises(AccountError, match="linked already"):
        links.link(Link(issuer=ISSUER, subject=subject, account=account, linked=NOW), code="c" * 64)
    assert links.of(ONE) == [LINK]
    assert links.of(TWO) == []
    assert links.expects(account, "c" * 64, NOW)


def test_a_code_links_once_in_its_time_and_its_account_alone(links: SqlProviderLinks) -> None:
    links.expect(ONE, "b" * 64, LATER)
    links.expect(ONE, "c" * 64, LATER)
    assert links.expects(ONE, "c" * 64, NOW)
    for account, code, at in ((ONE, "b" * 64, NOW), (TWO, "c" * 64, NOW), (ONE, "c" * 64, LATER)):
        assert not links.expects(account, code, at)
        with pytest.raises(CredentialsRefused):
            links.link(Link(issuer=ISSUER, subject="zqxsubject", account=account, linked=at), code=code)
    links.link(LINK, code="c" * 64)
    assert links.unlink(ONE, ISSUER)
    with pytest.raises(CredentialsRefused):
        links.link(LINK, code="c" * 64)


def test_a_link_ends_once(links: SqlProviderLinks) -> None:
    links.link(LINK)
    assert not links.unlink(TWO, ISSUER)
    assert not links.unlink(ONE, "https://another.example/")
    assert [links.unlink(ONE, ISSUER), links.unlink(ONE, ISSUER)] == [True, False]
    assert links.account_of(ISSUER, "zqxsubject") is None


def test_a_request_is_answered_once_however_many_come_at_once(links: SqlProviderLinks) -> None:
    links.begin(AWAITED)
    assert links.take("e" * 64) is None
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(links.take, ["d" * 64] * 4))
    assert [each for each in taken if each is not None] == [AWAITED]


def test_old_requests_are_forgotten(links: SqlProviderLinks) -> None:
    links.begin(AWAITED)
    links.begin(Awaited(digest="f" * 64, purpose=Purpose.SIGN_IN, begun=LATER))
    links.purge(LATER)
    assert links.take("d" * 64) is None
    assert links.take("f" * 64) == Awaited(digest="f" * 64, purpose=Purpose.SIGN_IN, begun=LATER)


def test_all_of_it_goes_with_the_account(links: SqlProviderLinks, database: AccountsDatabase, tmp_path: Path) -> None:
    links.expect(ONE, "c" * 64, LATER)
    links.link(LINK)
    links.begin(AWAITED)
    SqlAccounts(database).erase(ONE)
    assert (links.of(ONE), links.account_of(ISSUER, "zqxsubject"), links.take("d" * 64)) == ([], None, None)
    assert not links.expects(ONE, "c" * 64, NOW)
    assert not [name for name, raw in files_of(tmp_path).items() if b"zqxsubject" in raw]
