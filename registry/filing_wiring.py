"""Files of evidence of one installation put together: taken in, looked through in a killable child, released."""

from collections.abc import Collection
from functools import partial
from typing import Final

from registry.adapters.child_process import ChildProcess
from registry.adapters.file_inspection import inspect, stripped
from registry.adapters.personal_data import find_personal_data
from registry.adapters.sql_evidence import SqlEvidence
from registry.cases import Actor
from registry.confinement import READY
from registry.evidence_filing import CASE, EvidenceFiling, Looked, Source, release
from registry.evidence_model import EvidenceFile
from registry.evidence_wiring import evidence_files
from registry.loading import artefacts, now
from registry.model import Receipt
from registry.personal_data import personal_data
from registry.ports import Ledger
from registry.settings import Settings

RECORDS: Final = "evidence-files.sqlite"
"""The file in HRCR_HOME, where no database is named."""
_SECONDS: Final = 60
_MEMORY: Final = 2 * 1024**3


def open_filing(settings: Settings) -> EvidenceFiling:
    """Put the filing of an installation together; whose a file is, is kept beside the accounts."""
    child = ChildProcess(deadline_seconds=_SECONDS, memory_bytes=_MEMORY, preloaded=READY)
    return EvidenceFiling(
        store=evidence_files(settings),
        records=SqlEvidence(settings.private_database(RECORDS)),
        look=partial(child.call, _look),
        strip=partial(child.call, stripped),
        clock=now,
        most_bytes=settings.evidence_megabytes * 1024 * 1024,
        groups=frozenset(settings.evidence_kinds.split()),
    )


def record_release(
    ledger: Ledger, source: Source, file: EvidenceFile, public: EvidenceFile, *, actor: Actor, reason: str, base: str
) -> Receipt:
    """Record on an open ledger that a person releases a file; raise what ``release`` and the ledger raise."""
    event = release(
        source,
        file,
        public,
        actor=actor,
        reason=reason,
        at=now(),
        base=base,
        syntax=artefacts().syntax,
        events=tuple(ledger.case(CASE + file.sha256)),
    )
    return ledger.append([event])[0]


def _look(raw: bytes, media_type: str, countries: Collection[str]) -> Looked:
    found = inspect(raw, media_type)
    return Looked(personal_data(found, find_personal_data, countries), found.unread)
