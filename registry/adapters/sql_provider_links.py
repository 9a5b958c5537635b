"""Which identities of a provider stand for which accounts, on SQLite or PostgreSQL (the port Links)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select

from registry.account_errors import AccountError, CredentialsRefused
from registry.adapters.accounts_tables import LINK_CODES, PROVIDER_LINKS, PROVIDER_REQUESTS, AccountsDatabase
from registry.adapters.sql_accounts import moment, seconds
from registry.provider_ports import Awaited, Link, Purpose


class SqlProviderLinks:
    """Identities, codes to link one, and requests that are awaited; all goes with the account."""

    def __init__(self, database: AccountsDatabase) -> None:
        """Keep them in the database of the accounts."""
        self._database = database

    def expect(self, account: str, digest: str, expires: datetime) -> None:
        """Keep the hash of a code in place of an earlier one."""
        with self._database.writing() as connection:
            connection.execute(delete(LINK_CODES).where(LINK_CODES.c.account == account))
            connection.execute(insert(LINK_CODES).values(account=account, digest=digest, expires=seconds(expires)))

    def expects(self, account: str, digest: str, at: datetime) -> bool:
        """Say whether this is the code expected and still valid."""
        fits = (LINK_CODES.c.account == account) & (LINK_CODES.c.digest == digest)
        with self._database.reading() as connection:
            query = select(LINK_CODES.c.account).where(fits & (LINK_CODES.c.expires > seconds(at)))
            return connection.execute(query).first() is not None

    def begin(self, awaited: Awaited) -> None:
        """Keep a request."""
        with self._database.writing() as connection:
            connection.execute(
                insert(PROVIDER_REQUESTS).values(
                    digest=awaited.digest,
                    purpose=awaited.purpose.value,
                    begun=seconds(awaited.begun),
                    wish=awaited.wish,
                    account=awaited.account,
                    code=awaited.code,
                )
            )

    def take(self, digest: str) -> Awaited | None:
        """Give a request and forget it: of several who come at once one has it."""
        same = PROVIDER_REQUESTS.c.digest == digest
        with self._database.writing() as connection:
            row = connection.execute(select(PROVIDER_REQUESTS).where(same).with_for_update()).one_or_none()
            if row is None or connection.execute(delete(PROVIDER_REQUESTS).where(same)).rowcount != 1:
                return None
        return Awaited(
            digest=row.digest,
            purpose=Purpose(row.purpose),
            begun=moment(row.begun),
            wish=row.wish,
            account=row.account,
            code=row.code,
        )

    def purge(self, before: datetime) -> None:
        """Forget the requests that were begun before a moment."""
        with self._database.writing() as connection:
            connection.execute(delete(PROVIDER_REQUESTS).where(PROVIDER_REQUESTS.c.begun < seconds(before)))

    def link(self, link: Link, *, code: str | None = None) -> None:
        """Link an identity, or change nothing."""
        links = PROVIDER_LINKS.c
        with self._database.writing() as connection:
            fits = (LINK_CODES.c.account == link.account) & (LINK_CODES.c.digest == code)
            spent = delete(LINK_CODES).where(fits & (LINK_CODES.c.expires > seconds(link.linked)))
            if code is not None and connection.execute(spent).rowcount != 1:
                raise CredentialsRefused("The code was used before or is too old; ask a steward for another one.")
            taken = (links.issuer == link.issuer) & ((links.subject == link.subject) | (links.account == link.account))
            if connection.execute(select(links.account).where(taken)).first() is not None:
                raise AccountError("That account is linked already, here or there; have the present link ended first.")
            connection.execute(
                insert(PROVIDER_LINKS).values(
                    issuer=link.issuer, subject=link.subject, account=link.account, linked=seconds(link.linked)
                )
            )

    def unlink(self, account: str, issuer: str) -> bool:
        """Forget the identity of an account; give whether there was one."""
        own = (PROVIDER_LINKS.c.account == account) & (PROVIDER_LINKS.c.issuer == issuer)
        with self._database.writing() as connection:
            return connection.execute(delete(PROVIDER_LINKS).where(own)).rowcount > 0

    def account_of(self, issuer: str, subject: str) -> str | None:
        """Give the account that an identity stands for; issuer and subject are compared letter by letter."""
        same = (PROVIDER_LINKS.c.issuer == issuer) & (PROVIDER_LINKS.c.subject == subject)
        with self._database.reading() as connection:
            return connection.execute(select(PROVIDER_LINKS.c.account).where(same)).scalar_one_or_none()

    def of(self, account: str) -> Sequence[Link]:
        """Give the identities of an account."""
        with self._database.reading() as connection:
            rows = connection.execute(select(PROVIDER_LINKS).where(PROVIDER_LINKS.c.account == account)).all()
        return [
            Link(issuer=row.issuer, subject=row.subject, account=row.account, linked=moment(row.linked)) for row in rows
        ]
