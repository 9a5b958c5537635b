"""The accounts on SQLite or PostgreSQL (the port Accounts)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from hmac import compare_digest
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from registry.account_errors import AccountError, UnknownAccount
from registry.adapters.accounts_tables import ACCOUNTS, ACTS, CONFLICTS, PASSKEYS, AccountsDatabase
from registry.people import Account, Act, Changes, Conflict, Role, Tie


def moment(seconds: int) -> datetime:
    """Give a moment from whole seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def seconds(at: datetime) -> int:
    """Give whole seconds since 1970."""
    return int(at.timestamp())


class SqlAccounts:
    """Every person of this installation."""

    def __init__(self, database: AccountsDatabase) -> None:
        """Keep them in a database."""
        self._database = database

    def add(self, account: Account) -> None:
        """Keep a new account; raise AccountError when its address has one."""
        with self._database.writing() as connection:
            same = select(ACCOUNTS.c.id).where(ACCOUNTS.c.email == account.email)
            if connection.execute(same).first() is not None:
                raise AccountError("This e-mail address has an account already; change that one instead.")
            connection.execute(insert(ACCOUNTS).values(**_row(account)))

    def find(self, identifier: str) -> Account | None:
        """Give an account by its identifier, None when there is none."""
        found = self._select(ACCOUNTS.c.id == identifier)
        return found[0] if found else None

    def with_email(self, email: str) -> Account | None:
        """Give the account of an address, None when there is none."""
        found = self._select(ACCOUNTS.c.email == email)
        return found[0] if found else None

    def all(self) -> Sequence[Account]:
        """Give every account, the oldest first."""
        return self._select(ACCOUNTS.c.id != "")

    def change(self, identifier: str, changes: Changes) -> None:
        """Change an account and leave what is not named as it is; raise UnknownAccount."""
        row: dict[str, object] = dict(changes)
        if "roles" in changes:
            row["roles"] = _listed(changes["roles"])
        with self._database.writing() as connection:
            if connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == identifier).values(**row)).rowcount != 1:
                raise UnknownAccount("There is no account of this identifier any more.")

    def erase(self, identifier: str) -> None:
        """Remove an account and all that hangs on it, and leave nothing of it in the files."""
        with self._database.writing() as connection:
            connection.execute(delete(ACCOUNTS).where(ACCOUNTS.c.id == identifier))
        self._database.scrub()

    def declare(self, identifier: str, conflict: Conflict) -> None:
        """Keep a conflict that somebody declares."""
        with self._database.writing() as connection:
            connection.execute(
                insert(CONFLICTS).values(
                    id=conflict.id,
                    account=identifier,
                    tie=conflict.tie.value,
                    subject=conflict.subject,
                    reason=conflict.reason,
                    declared=seconds(conflict.declared),
                )
            )

    def withdraw(self, identifier: str, conflict: str) -> None:
        """Remove a conflict of an account."""
        with self._database.writing() as connection:
            own = (CONFLICTS.c.id == conflict) & (CONFLICTS.c.account == identifier)
            connection.execute(delete(CONFLICTS).where(own))

    def expect(self, identifier: str, digest: str, expires: datetime) -> None:
        """Keep the hash of a one-time code in place of an earlier one."""
        with self._database.writing() as connection:
            code = {"code": digest, "code_expires": seconds(expires)}
            connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == identifier).values(**code))

    def take(self, identifier: str, digest: str, at: datetime) -> bool:
        """Use a one-time code up; give whether it was the one expected and still valid."""
        expected = select(ACCOUNTS.c.code, ACCOUNTS.c.code_expires).where(ACCOUNTS.c.id == identifier)
        with self._database.writing() as connection:
            row = connection.execute(expected.with_for_update()).one_or_none()
            fits = row is not None and row.code is not None and compare_digest(row.code, digest)
            if not fits or row is None or row.code_expires <= seconds(at):
                return False
            spent = {"code": None, "code_expires": None}
            connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == identifier).values(**spent))
            return True

    def use_step(self, identifier: str, step: int) -> bool:
        """Note the time step of a code, in one statement; give False when that one or a later one was used before."""
        later = (ACCOUNTS.c.id == identifier) & (ACCOUNTS.c.step < step)
        with self._database.writing() as connection:
            return connection.execute(update(ACCOUNTS).where(later).values(step=step)).rowcount == 1

    def strip(self, identifier: str) -> None:
        """Take every second factor of an account away, all or none."""
        with self._database.writing() as connection:
            connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == identifier).values(secret=None))
            connection.execute(delete(PASSKEYS).where(PASSKEYS.c.account == identifier))

    def record(self, act: Act) -> None:
        """Note what was done to an account."""
        with self._database.writing() as connection:
            row = {"at": seconds(act.at), "actor": act.actor, "act": act.act, "account": act.account}
            connection.execute(insert(ACTS).values(**row))

    def acts(self, identifier: str) -> Sequence[Act]:
        """Give what was done to an account, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(ACTS).where(ACTS.c.account == identifier).order_by(ACTS.c.number)).all()
        return [Act(moment(row.at), row.actor, row.act, row.account) for row in rows]

    def _select(self, condition: ColumnElement[bool]) -> list[Account]:
        with self._database.reading() as connection:
            ordered = select(ACCOUNTS).where(condition).order_by(ACCOUNTS.c.created, ACCOUNTS.c.id)
            rows = connection.execute(ordered).all()
            passkeys = select(PASSKEYS.c.account).where(PASSKEYS.c.account.in_([row.id for row in rows]))
            holding = set(connection.execute(passkeys).scalars())
            theirs = select(CONFLICTS).where(CONFLICTS.c.account.in_([row.id for row in rows]))
            declared = connection.execute(theirs.order_by(CONFLICTS.c.declared, CONFLICTS.c.id)).all()
        conflicts = defaultdict(list)
        for row in declared:
            conflicts[row.account].append(Conflict(row.id, Tie(row.tie), row.subject, row.reason, moment(row.declared)))
        return [_account(row, tuple(conflicts[row.id]), has_passkey=row.id in holding) for row in rows]


def _listed(roles: frozenset[Role]) -> str:
    return " ".join(sorted(roles))


def _row(account: Account) -> dict[str, object]:
    return {
        "id": account.id,
        "created": seconds(account.created),
        "email": account.email,
        "name": account.name,
        "roles": _listed(account.roles),
        "city": account.city,
        "organisation": account.organisation,
        "is_active": account.is_active,
        "password": account.password,
        "secret": account.secret,
    }


def _account(row: Row[Any], conflicts: tuple[Conflict, ...], *, has_passkey: bool) -> Account:
    return Account(
        id=row.id,
        email=row.email,
        name=row.name,
        roles=frozenset(map(Role, row.roles.split())),
        city=row.city,
        organisation=row.organisation,
        is_active=bool(row.is_active),
        created=moment(row.created),
        password=row.password,
        secret=None if row.secret is None else bytes(row.secret),
        conflicts=conflicts,
        has_passkey=has_passkey,
    )
