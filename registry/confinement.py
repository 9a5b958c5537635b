"""What is done with untrusted bytes and questions: in a child that is killed at its deadline or past its memory."""

import logging
from collections.abc import Mapping
from datetime import date
from typing import Final

from registry.adapters.child_process import PRELOADED, ChildProcess
from registry.adapters.query_once import ask
from registry.adapters.store_address import EMBEDDED
from registry.entry import Entry
from registry.errors import PortError, QueryError, SheetFault, SubmissionError
from registry.loading import artefacts
from registry.mending import Mending
from registry.model import Dossier, Report
from registry.namespaces import PREFIXES
from registry.queries import QueryForm, examine_query
from registry.registry import Examination
from registry.release_wiring import open_releases
from registry.report import assertions
from registry.settings import Settings
from registry.wiring import wire
from registry.workbook_reading import ReadBook

READY: Final = (*PRELOADED, "registry.confinement", "registry.preloading")
"""What children find imported; one list for a whole process, since the last one set counts for all that follow."""
_QUERY_MEMORY: Final = 4 * 1024**3
_SEARCHES: Final = 2
"""So many times as long as a search may go on its child may live: it looks at the clock between two steps."""


def examine_confined(settings: Settings, examination: Examination) -> Report:
    """Read and judge untrusted bytes in a killable child with a deadline and a memory limit.

    A SubmissionError comes with what mends the file, where that is asked for.
    """
    try:
        return _confinement(settings).call(_examine, settings, examination)
    except SubmissionError as refusal:
        if examination.is_explained:
            refusal.mending = mending_confined(settings, examination)
        raise


def report_confined(submission: bytes, day: date, base: str) -> bytes:
    """Judge a submission once more for a day, in a killable child, and give the report on it as it is kept."""
    report = examine_confined(Settings(base=base), Examination(raw=submission, name="submission.ttl", at=day))
    return artefacts().syntax.canonical(assertions(report))


def dossier_confined(settings: Settings, examination: Examination) -> Dossier:
    """Read untrusted bytes and compose their dossier in a killable child."""
    return _confinement(settings).call(_dossier, settings, examination)


def entry_confined(settings: Settings, examination: Examination) -> Entry:
    """Read untrusted bytes into an entry to go on with, in a killable child."""
    return opened_confined(settings, examination).entry


def opened_confined(settings: Settings, examination: Examination) -> ReadBook:
    """Do the same, and give what was not understood of the cells of a workbook beside it."""
    return _confinement(settings).call(_open, settings, examination)


def mending_confined(settings: Settings, examination: Examination) -> Mending | None:
    """Look for what mends untrusted bytes that were refused, in a killable child of its own.

    None where nothing was found, and where the search failed or had to be stopped: the refusal stands all the same.
    """
    seconds = min(settings.judge_seconds, _SEARCHES * settings.repair_seconds)
    try:
        return _confinement(settings, seconds).call(_mending, settings, examination) if seconds else None
    except SubmissionError:
        return None
    except PortError as fault:
        logging.getLogger(__name__).warning("the search for what mends a refused file failed: %s", fault)
        return None


def annotate_confined(settings: Settings, raw: bytes, fault: SheetFault) -> bytes:
    """Write the sentences of a fault into the cells of an untrusted workbook, in a killable child."""
    return _confinement(settings).call(_annotate, settings, raw, fault)


def query_confined(settings: Settings, text: str, media_types: Mapping[bool, str]) -> tuple[bytes, str]:
    """Ask the current release in a killable child; give the answer and its media type.

    ``media_types`` says which media type is wanted for solutions (False) and which for triples (True).
    """
    form = examine_query(text, settings.query_limits)
    if form is QueryForm.UPDATE:
        raise QueryError("An update is refused: releases are read-only; ask with SELECT, ASK, CONSTRUCT or DESCRIBE.")
    media_type = media_types[form.gives_triples]
    store = open_releases(settings).current().release.directory / EMBEDDED
    confinement = ChildProcess(deadline_seconds=settings.query_seconds, memory_bytes=_QUERY_MEMORY)
    prefixes = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}
    return confinement.call(ask, store, text, media_type, prefixes), media_type


def _confinement(settings: Settings, seconds: float | None = None) -> ChildProcess:
    return ChildProcess(
        deadline_seconds=settings.judge_seconds if seconds is None else seconds,
        memory_bytes=settings.judge_megabytes * 1024 * 1024,
        preloaded=READY,
    )


def _examine(settings: Settings, examination: Examination) -> Report:
    return wire(settings).examine(examination)


def _open(settings: Settings, examination: Examination) -> ReadBook:
    return wire(settings).open_file(examination)


def _mending(settings: Settings, examination: Examination) -> Mending | None:
    return wire(settings).mending(examination)


def _annotate(settings: Settings, raw: bytes, fault: SheetFault) -> bytes:
    return wire(settings).annotated(raw, fault)


def _dossier(settings: Settings, examination: Examination) -> Dossier:
    return wire(settings).dossier(examination)
