"""The ledger of one installation and the cases on it, put together."""

from bisect import bisect_left
from collections.abc import Iterable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Final

from registry.adapters.ed25519_key import Ed25519Key, is_signed
from registry.adapters.ed25519_key import new_key as new_key
from registry.adapters.sql_ledger import SqlLedger
from registry.casework import Casework
from registry.dossier import merge
from registry.errors import LedgerConflict, SettingsError
from registry.impartiality import tied_organisations
from registry.ledger_verification import verify_ledger
from registry.loading import artefacts, now
from registry.mirror_wiring import demand_own
from registry.model import RecordedEvent
from registry.positions import STANDING
from registry.process import Process
from registry.sealing import KEY_CASE, PAYLOAD, key_change
from registry.settings import Settings
from registry.spot_checks import Draw, Lots, drawn_in
from registry.verification import Check

LEDGER: Final = "ledger.sqlite"
"""The file in HRCR_HOME, where no database is named."""
LEDGER_KEY: Final = "ledger-key.pem"


def origin_of(settings: Settings) -> str:
    """Give the name under which the heads of the ledger of an installation are signed."""
    return settings.base.split("://", 1)[1] + "ledger"


def open_ledger(settings: Settings, *, may_be_new: bool = False) -> SqlLedger:
    """Open the ledger of an installation, signing with the key of the installation.

    A new one in HRCR_HOME makes a key of its own where none is set. Raises SettingsError when there is no ledger and
    none may be made, or no key for it, and MirrorReadsOnly for the home of a mirror.
    """
    demand_own(settings.home)
    file, key = settings.home / LEDGER, Path(settings.signing_key or settings.home / LEDGER_KEY)
    is_new = not settings.ledger and not file.exists()
    if is_new:
        settings.demand_not_moved(LEDGER, "HRCR_LEDGER")
    if is_new and not may_be_new:
        raise SettingsError(f"There is no ledger under {settings.home} yet; `hrcr publish` makes one.")
    if not settings.signing_key and not key.exists():
        if not is_new:
            raise SettingsError("The ledger signs every event: set HRCR_SIGNING_KEY to its key (see `hrcr new-key`).")
        settings.home.mkdir(parents=True, exist_ok=True)
        new_key(key)
    return SqlLedger(
        settings.ledger or f"sqlite:///{file}",
        origin=origin_of(settings),
        signer=Ed25519Key(key),
        clock=now,
    )


def open_casework(settings: Settings, ledger: SqlLedger) -> Casework:
    """Put the cases of an installation on its open ledger; ties are looked for in the reference data and profiles."""
    return Casework(
        artefacts().process,
        ledger,
        artefacts().syntax,
        base=settings.base,
        clock=now,
        tied=tied_to,
    )


@cache
def tied_to(city: str) -> frozenset[str]:
    """Give the organisations that the artefacts tie to a city; these never change while a process runs."""
    files, slug = artefacts().files, city.rsplit("/", 1)[-1]
    known = merge([files.reference["publishers"], *([files.cities[slug]] if slug in files.cities else [])])
    return tied_organisations(known, city)


def take_due_steps(settings: Settings) -> tuple[str, ...]:
    """Take every step that time alone brings about, and give each as “<case>: <step>”; none when it was just done."""
    with closing(open_ledger(settings)) as ledger:
        receipts = open_casework(settings, ledger).tick()
    return tuple(f"{receipt.event.envelope.case}: {receipt.event.envelope.kind}" for receipt in receipts)


def draw_spot_checks(settings: Settings) -> tuple[str, ...]:
    """Draw which cities are looked at again this year, and record it; give their names, none when it was done before.

    None either where no city held a level when the year began. The whole ledger is read once a year at most: when there
    is something to be drawn.
    """
    year, law = now().year, artefacts().process
    with closing(open_ledger(settings)) as ledger:
        if _is_drawn(ledger, year) or not _lots(ledger, law, _of_standings(settings, ledger), year):
            return ()
        drawn = _lots(ledger, law, ledger.read(), year)
        if drawn is None:
            return ()
        try:
            ledger.append(drawn.events(law))
        except LedgerConflict:  # another run was quicker
            return ()
    return drawn.drawn


def _is_drawn(ledger: SqlLedger, year: int) -> bool:
    """Say whether the draw of a year is recorded; it stands among the first events of the year, which halving finds."""
    numbers = range(1, ledger.checkpoint().size + 1)
    before = bisect_left(numbers, year, key=lambda number: ledger.receipt(number).event.envelope.recorded.year)
    return any(found[0] == year for event in ledger.read(before + 1) if (found := drawn_in(event)) is not None)


def _of_standings(settings: Settings, ledger: SqlLedger) -> list[RecordedEvent]:
    """Give the events of all standings in their order: enough to see whether a city held a level."""
    places = open_casework(settings, ledger).positions()
    found = [event for place in places if place.name.startswith(STANDING) for event in ledger.case(place.name)]
    return sorted(found, key=lambda event: event.envelope.sequence)


def _lots(ledger: SqlLedger, law: Process, events: Iterable[RecordedEvent], year: int) -> Draw | None:
    """Give what the lot gives of some events; None where that is no city, or not every standing can be read."""
    lots = Lots(law)
    for event in events:
        is_standing = event.envelope.case.startswith(STANDING)
        lots.take(event, ledger.payload(event.envelope.hashes[PAYLOAD]) if is_standing else None)
    given = lots.draw(year)
    return given if given is not None and given.drawn else None


def rotate_key(settings: Settings, file: Path) -> int:
    """Record that the ledger is signed with the key in a file from now on; give the number of that event.

    It is the last one signed with the key that is set. Raises SettingsError when the file holds no key.
    """
    successor = Ed25519Key(file)
    with closing(open_ledger(settings)) as ledger:
        changes = ledger.case(KEY_CASE)
        previous = changes[-1].hash if changes else None
        change = key_change(successor.public_key, former=ledger.public_key, previous=previous)
        (receipt,) = ledger.append([change])
    return receipt.event.envelope.sequence


def refold(settings: Settings) -> None:
    """Make the tables of where cases and cities stand again from the events alone."""
    with closing(open_ledger(settings)) as ledger:
        open_casework(settings, ledger).refold()


def export_ledger(settings: Settings, path: Path, *, case: str | None = None) -> int:
    """Write an export of the ledger, or of one closed case; give the number of its events.

    It is written where no file is yet, whole or not at all. Payloads of cases that are not closed, with reasons, are
    left out of the whole, while their envelopes stay; of one such case there is no export: UnknownCase.
    """
    try:
        file = path.open("xb")
    except OSError as fault:
        raise SettingsError(f"The export {path} cannot be written: {fault.strerror}.") from fault
    try:
        with file, closing(open_ledger(settings)) as ledger:
            cases = open_casework(settings, ledger)
            lines = cases.export_all() if case is None else cases.export(case)
            return sum(file.write(line) > 0 for line in lines) - 1
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def check_ledger(settings: Settings, *, keys: tuple[bytes, ...]) -> tuple[Check, ...]:
    """Check the ledger of an installation where it lies, against every checkpoint that it signed."""
    with closing(open_ledger(settings)) as ledger:
        return verify_ledger(ledger, keys=keys, is_signed=is_signed, law=artefacts().process)
