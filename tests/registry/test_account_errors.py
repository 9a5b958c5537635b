"""Errors of accounts are a branch of the one tree, and none of them tells a program to try again for ever."""

from registry import account_errors
from registry.account_errors import AccountsUnavailable, UnknownAccount
from registry.errors import NotFound, PortError, RegistryError


def test_every_error_of_accounts_hangs_on_the_one_tree() -> None:
    kinds = [kind for kind in vars(account_errors).values() if isinstance(kind, type)]
    own = [kind for kind in kinds if kind.__module__ == "registry.account_errors"]
    assert len(own) == 9
    assert all(issubclass(kind, RegistryError) for kind in own)
    assert issubclass(UnknownAccount, NotFound)
    assert issubclass(AccountsUnavailable, PortError)
