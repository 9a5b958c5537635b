"""A wrong key is an error of the ledger, with a code of its own."""

from registry.errors import LedgerError
from registry.ledger_errors import LedgerKeyChanged


def test_a_wrong_key_is_told_from_other_errors_of_the_ledger() -> None:
    error = LedgerKeyChanged("Another key signs it.")
    assert isinstance(error, LedgerError)
    assert (error.code, error.exit_code, str(error)) == ("ledger-key-changed", 2, "Another key signs it.")
