"""Why a ledger is not opened; drawn with all others in ``registry/errors.py``."""

from registry.errors import LedgerError


class LedgerKeyChanged(LedgerError):
    """The ledger is signed with another key than this installation has."""

    code = "ledger-key-changed"
