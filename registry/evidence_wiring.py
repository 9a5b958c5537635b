"""The evidence of one installation put together: its files, and the check of its links."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from rdflib import Graph

from registry.accepted_submissions import superseded
from registry.adapters.backups import EVIDENCE
from registry.adapters.child_process import ChildProcess
from registry.adapters.evidence_files import EvidenceFiles
from registry.adapters.file_hashes import hashes_below
from registry.adapters.sql_link_visits import SqlLinkVisits
from registry.errors import SettingsError
from registry.evidence_check import EvidenceCheck, Recorded, held_of_links
from registry.evidence_model import Link, LinkState
from registry.evidence_verification import verify_evidence
from registry.fetch_ports import Fetch, FetchLimits
from registry.fetch_wiring import open_fetch
from registry.ledger_wiring import open_casework, open_ledger
from registry.link_visits import Pace
from registry.loading import artefacts, now
from registry.ports import EvidenceStore
from registry.release_wiring import open_releases
from registry.settings import Settings
from registry.verification import Check

VISITS: Final = "link-visits.sqlite"
"""The file in HRCR_HOME of what is known of addresses."""
_FETCH_SECONDS: Final = 30
_TEXT_SECONDS: Final = 10
_TEXT_MEMORY: Final = 1024**3


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a check: how many addresses there are and were visited, how they stand, and what was recorded."""

    links: int
    visited: int
    states: Mapping[str, int]
    recorded: tuple[Recorded, ...]


def evidence_files(settings: Settings) -> EvidenceStore:
    """Give the files of evidence of an installation: a directory in its home, or an S3-compatible store.

    Raises SettingsError for a store that cannot be used.
    """
    if not settings.evidence_store:
        return EvidenceFiles(settings.home / EVIDENCE)
    return _bucket(settings.evidence_store)


@lru_cache(maxsize=4)
def _bucket(url: str) -> EvidenceStore:
    try:
        from registry.adapters.evidence_bucket import EvidenceBucket  # what it needs is an extra
    except ModuleNotFoundError as fault:
        raise SettingsError("HRCR_EVIDENCE_STORE needs more packages: install hrcr[s3].") from fault
    return EvidenceBucket(url)


def beside(export: Path, directory: Path | None) -> tuple[Check, ...]:
    """Check the files in a directory against the events of an export; nothing without a directory."""
    if directory is None or not export.is_file():
        return ()
    with export.open("rb") as lines:
        return verify_evidence(lines, hashes_below(directory))


def check_evidence(
    settings: Settings,
    *,
    all_again: bool = False,
    fetch: Fetch | None = None,
    more: Callable[[], Sequence[Link]] = tuple,
    started: Callable[[int], Callable[[int], object]] = lambda _count: lambda _done: None,
) -> Checked:
    """Look at every address of the current release that is due, and record what is new.

    Of what a city said when it was granted a level, only what it said last is looked at; what was found of earlier ones
    stays as it was recorded.
    ``more`` gives links that are looked at as well, of which nothing is recorded. ``started`` is told how many
    addresses there are, and gives what is told of each that is done.
    """
    reader = open_releases(settings).current().reader
    others = more()
    limits = FetchLimits(seconds=_FETCH_SECONDS, most_bytes=settings.evidence_megabytes * 1024 * 1024)
    with closing(SqlLinkVisits(settings.home / VISITS)) as visits, closing(open_ledger(settings)) as ledger:
        check = EvidenceCheck(
            fetch=fetch or open_fetch(settings, limits),
            store=evidence_files(settings),
            visits=visits,
            confinement=ChildProcess(deadline_seconds=_TEXT_SECONDS, memory_bytes=_TEXT_MEMORY),
            syntax=artefacts().syntax,
            clock=now,
            pause=time.sleep,
            pace=Pace(again=timedelta(days=settings.evidence_days)),
            base=settings.base,
        )
        links = check.links(reader, but=superseded(open_casework(settings, ledger).cases()))
        looked_at = [*links, *others]
        addresses = {link.address for link in looked_at}
        visited = check.look(looked_at, all_again=all_again, advance=started(len(addresses)))
        recorded = check.record(links, ledger)
        known = visits.known()
    states = [known[each].state for each in addresses if each in known]
    counted = {str(state): states.count(state) for state in LinkState if state in states}
    if (waiting := states.count(None) + len(addresses) - len(states)) > 0:
        counted["to be tried again"] = waiting
    return Checked(len(addresses), visited, counted, tuple(recorded))


def held_links(settings: Settings, groups: tuple[str, ...]) -> Mapping[str, Graph]:
    """Give what the ledger holds of the links of some groups, where it holds something; nothing without a ledger."""
    syntax = artefacts().syntax
    with closing(open_ledger(settings, may_be_new=True)) as ledger:
        found = {group: held_of_links(group, ledger, syntax) for group in groups}
    return {group: graph for group, graph in found.items() if len(graph)}
