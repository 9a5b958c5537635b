"""Moving the databases of an installation to a server, put together."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from registry.adapters.database_moves import demand_unused, move_ledger, move_private, retire
from registry.call_wiring import TEXTS
from registry.errors import SettingsError
from registry.filing_wiring import RECORDS
from registry.ledger_wiring import LEDGER, open_ledger
from registry.model import Checkpoint
from registry.settings import Settings
from registry.wiring import ACCOUNTS, DOCUMENTS, DRAFTS
from registry.witness_wiring import STATE

_PRIVATE: Final = (ACCOUNTS, DRAFTS, DOCUMENTS, RECORDS, TEXTS)
_LEDGER: Final = (LEDGER, STATE)


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved, each None where it was not: the head of the ledger; the rows of each table that is not public."""

    ledger: Checkpoint | None
    private: Mapping[str, int] | None


def move_databases(settings: Settings, *, ledger: str | None, accounts: str | None) -> Moved:
    """Move the ledger with what a witness saw, and what is not public, from HRCR_HOME into empty databases.

    The ledger is opened before and after, which compares each event with its head. Files that were moved are renamed,
    so that nothing writes there any more. Raises SettingsError when something lies on a server already, is in use, or a
    database is not empty, LedgerDamaged when the events are not those of the head, PortError when a database fails; the
    files are left as they are then.
    """
    public, private = _there(settings, _LEDGER), _there(settings, _PRIVATE)
    for variable, wanted, present, found in (
        ("HRCR_LEDGER", ledger, settings.ledger, (settings.home / LEDGER).exists()),
        ("HRCR_ACCOUNTS", accounts, settings.accounts, bool(private)),
    ):
        if wanted and (present or not found):
            lies = "names a database already" if present else f"has nothing to move under {settings.home}"
            raise SettingsError(f"{variable} {lies}.")
    files = [*(private if accounts else []), *(public if ledger else [])]
    demand_unused(files)
    head = _move_ledger(settings, public, ledger) if ledger else None
    rows = move_private(private, accounts) if accounts else None
    if head is not None and ledger:
        _demand_same(settings, head, ledger)
    retire(files)
    return Moved(head, rows)


def _there(settings: Settings, names: Iterable[str]) -> list[Path]:
    return [settings.home / name for name in names if (settings.home / name).exists()]


def _move_ledger(settings: Settings, files: Sequence[Path], url: str) -> Checkpoint:
    """Copy the ledger and open the copy; nobody may have written to the file meanwhile."""
    with closing(open_ledger(settings)) as here:
        before = here.checkpoint()
    move_ledger(files, url)
    _demand_same(settings, before, url)
    return before


def _demand_same(settings: Settings, head: Checkpoint, url: str) -> None:
    """Raise SettingsError unless the ledger has the same head here and there."""
    with closing(open_ledger(replace(settings, ledger=url))) as there, closing(open_ledger(settings)) as here:
        if not head == there.checkpoint() == here.checkpoint():
            raise SettingsError(
                "The ledger was written to while it was moved: stop the server, empty that database, begin anew."
            )
