"""Moving the databases of an installation to a server, put together."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Final

from registry.adapters.database_moves import demand_unused, move_ledger, move_private, retire
from registry.call_wiring import TEXTS
from registry.errors import SettingsError
from registry.filing_wiring import RECORDS
from registry.ledger_wiring import LEDGER, open_ledger
from registry.model import Checkpoint
from registry.settings import Settings
from registry.wiring import ACCOUNTS, DOCUMENTS, DRAFTS

_PRIVATE: Final = (ACCOUNTS, DRAFTS, DOCUMENTS, RECORDS, TEXTS)


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved, each None where it was not: the head of the ledger; the rows of each table that is not public."""

    ledger: Checkpoint | None
    private: Mapping[str, int] | None


def move_databases(settings: Settings, *, ledger: str | None, accounts: str | None) -> Moved:
    """Move the ledger, and what is not public, from files in HRCR_HOME into empty databases by their URLs.

    The ledger is opened before and after, which compares each event with its head. Files that were moved are renamed,
    so that nothing writes there any more. Raises SettingsError when something lies on a server already, is in use, or a
    database is not empty, LedgerDamaged when the events are not those of the head, PortError when a database fails; the
    files are left as they are then.
    """
    file = settings.home / LEDGER
    private = [settings.home / name for name in _PRIVATE if (settings.home / name).exists()]
    for variable, wanted, present, found in (
        ("HRCR_LEDGER", ledger, settings.ledger, file.exists()),
        ("HRCR_ACCOUNTS", accounts, settings.accounts, bool(private)),
    ):
        if wanted and (present or not found):
            lies = "names a database already" if present else f"has nothing to move under {settings.home}"
            raise SettingsError(f"{variable} {lies}.")
    files = [*(private if accounts else []), *([file] if ledger else [])]
    demand_unused(files)
    rows = move_private(private, accounts) if accounts else None
    head = _move_ledger(settings, ledger) if ledger else None
    retire(files)
    return Moved(head, rows)


def _move_ledger(settings: Settings, url: str) -> Checkpoint:
    """Copy the ledger and open the copy; nobody may have written to the file meanwhile."""
    with closing(open_ledger(settings)) as here:
        before = here.checkpoint()
    move_ledger(settings.home / LEDGER, url)
    with closing(open_ledger(replace(settings, ledger=url))) as there, closing(open_ledger(settings)) as here:
        if not before == there.checkpoint() == here.checkpoint():
            raise SettingsError(
                "The ledger was written to while it was moved: stop the server, empty that database, begin anew."
            )
    return before
