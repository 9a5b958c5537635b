"""The parts of an installation that cases need, put together: casework on its ledger, documents, handing in."""

from functools import partial
from typing import Final

from registry.adapters.calendars import calendar as calendar
from registry.adapters.sql_documents import SqlDocuments
from registry.casework import Casework
from registry.confinement import examine_confined
from registry.handing_in import HandingIn
from registry.ledger_wiring import open_casework, open_ledger
from registry.loading import artefacts
from registry.model import Report
from registry.ports import Documents
from registry.registry import Examination
from registry.settings import Settings

DOCUMENTS: Final = "documents.sqlite"


def open_cases(settings: Settings) -> Casework:
    """Open the cases of an installation on its ledger, made when missing; raises what ``open_ledger`` raises."""
    return open_casework(settings, open_ledger(settings, may_be_new=True))


def open_documents(settings: Settings) -> SqlDocuments:
    """Open what cases refer to by SHA-256, made when missing: beside the accounts, as not all of it is public."""
    url = settings.accounts or f"sqlite:///{settings.home}/{DOCUMENTS}"
    settings.home.mkdir(parents=True, exist_ok=True)
    return SqlDocuments(url)


def handing_in(settings: Settings, casework: Casework, documents: Documents) -> HandingIn:
    """Give what takes in a city's Turtle, judged in a killable child."""
    return HandingIn(casework, documents, artefacts().syntax, partial(_judged, settings))


def _judged(settings: Settings, raw: bytes) -> Report:
    return examine_confined(settings, Examination(raw=raw, name="submission.ttl"))
