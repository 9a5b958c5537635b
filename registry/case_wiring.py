"""The parts of an installation that cases need, put together: casework on its ledger, documents, handing in."""

from functools import partial
from threading import Lock

from registry.adapters.calendars import calendar as calendar
from registry.adapters.sql_ledger import SqlLedger
from registry.casework import Casework
from registry.confinement import examine_confined
from registry.handing_in import HandingIn
from registry.ledger_wiring import open_casework, open_ledger
from registry.loading import artefacts
from registry.model import Report
from registry.ports import Documents
from registry.registry import Examination
from registry.settings import Settings
from registry.wiring import open_documents as open_documents


class OpenCases:
    """The cases of an installation for as long as a server runs: opened when first asked for, by whichever thread.

    After a write has failed the ledger takes nothing more until it is opened anew, which recovers and checks it; that
    is done for whoever asks next.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._ledger: SqlLedger | None = None
        self._cases: Casework | None = None

    def __call__(self) -> Casework:
        """Give the cases; raises what ``open_ledger`` raises."""
        return self._opened()[1]

    def ledger(self) -> SqlLedger:
        """Give the ledger that they stand on; raises what ``open_ledger`` raises."""
        return self._opened()[0]

    def _opened(self) -> tuple[SqlLedger, Casework]:
        with self._lock:
            if self._ledger is not None and self._ledger.has_stopped:
                self._ledger.close()
                self._ledger = self._cases = None
            if self._ledger is None or self._cases is None:
                self._ledger = open_ledger(self._settings, may_be_new=True)
                self._cases = open_casework(self._settings, self._ledger)
            return self._ledger, self._cases


def handing_in(settings: Settings, casework: Casework, documents: Documents) -> HandingIn:
    """Give what takes in a city's Turtle, judged in a killable child."""
    return HandingIn(casework, documents, artefacts().syntax, partial(_judged, settings))


def _judged(settings: Settings, raw: bytes) -> Report:
    return examine_confined(settings, Examination(raw=raw, name="submission.ttl"))
