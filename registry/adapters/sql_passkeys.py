"""Passkeys and the challenges that are out, on SQLite or PostgreSQL (the port Passkeys)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from registry.account_errors import AccountError
from registry.adapters.accounts_tables import CHALLENGES, PASSKEYS, AccountsDatabase
from registry.adapters.sql_accounts import moment, seconds
from registry.passkey_ports import Ceremony, Passkey, PublicKey


class SqlPasskeys:
    """The passkeys of all accounts; all goes with the account, a challenge with its session."""

    def __init__(self, database: AccountsDatabase) -> None:
        """Keep them in the database of the accounts."""
        self._database = database

    def ask(self, session: str, ceremony: Ceremony, challenge: bytes, at: datetime) -> None:
        """Keep the challenge of a session in place of an earlier one."""
        same = (CHALLENGES.c.session == session) & (CHALLENGES.c.ceremony == ceremony.value)
        with self._database.writing() as connection:
            connection.execute(delete(CHALLENGES).where(same))
            row = {"session": session, "ceremony": ceremony.value, "challenge": challenge, "asked": seconds(at)}
            connection.execute(insert(CHALLENGES).values(**row))

    def answer(self, session: str, ceremony: Ceremony, since: datetime) -> bytes | None:
        """Give the challenge of a session and forget it: of several who come at once one has it."""
        same = (CHALLENGES.c.session == session) & (CHALLENGES.c.ceremony == ceremony.value)
        with self._database.writing() as connection:
            row = connection.execute(select(CHALLENGES).where(same).with_for_update()).one_or_none()
            if row is None or connection.execute(delete(CHALLENGES).where(same)).rowcount != 1:
                return None
        return bytes(row.challenge) if row.asked > seconds(since) else None

    def add(self, passkey: Passkey) -> None:
        """Keep a passkey; raise AccountError when it is known already, whoever has it."""
        with self._database.writing() as connection:
            if connection.execute(select(PASSKEYS.c.id).where(PASSKEYS.c.id == passkey.id)).first() is not None:
                raise AccountError("This passkey is kept already; have the device make another one.")
            connection.execute(
                insert(PASSKEYS).values(
                    id=passkey.id,
                    account=passkey.account,
                    label=passkey.label,
                    credential=passkey.public.credential,
                    public_key=passkey.public.key,
                    sign_count=passkey.public.count,
                    created=seconds(passkey.created),
                )
            )

    def find(self, account: str, identifier: str) -> Passkey | None:
        """Give a passkey of an account."""
        own = (PASSKEYS.c.id == identifier) & (PASSKEYS.c.account == account)
        with self._database.reading() as connection:
            row = connection.execute(select(PASSKEYS).where(own)).one_or_none()
        return None if row is None else _passkey(row)

    def of(self, account: str) -> Sequence[Passkey]:
        """Give the passkeys of an account, the oldest first."""
        query = select(PASSKEYS).where(PASSKEYS.c.account == account).order_by(PASSKEYS.c.created, PASSKEYS.c.id)
        with self._database.reading() as connection:
            return [_passkey(row) for row in connection.execute(query).all()]

    def use(self, passkey: Passkey, count: int, at: datetime) -> bool:
        """Note the counter of a device, in one statement, unless another has noted one since."""
        same = (PASSKEYS.c.id == passkey.id) & (PASSKEYS.c.sign_count == passkey.public.count)
        with self._database.writing() as connection:
            changed = update(PASSKEYS).where(same).values(sign_count=count, used=seconds(at))
            return connection.execute(changed).rowcount == 1

    def remove(self, account: str, identifier: str) -> bool:
        """Forget a passkey of an account."""
        own = (PASSKEYS.c.id == identifier) & (PASSKEYS.c.account == account)
        with self._database.writing() as connection:
            return connection.execute(delete(PASSKEYS).where(own)).rowcount == 1


def _passkey(row: Row[Any]) -> Passkey:
    return Passkey(
        id=row.id,
        account=row.account,
        label=row.label,
        public=PublicKey(credential=bytes(row.credential), key=bytes(row.public_key), count=row.sign_count),
        created=moment(row.created),
        used=None if row.used is None else moment(row.used),
    )
