"""The seams of evidence: what is remembered of addresses, and the time between two questions to one server."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from registry.evidence_model import EvidenceFile, Visit

Pause = Callable[[float], None]
"""Wait for some seconds."""


class LinkVisits(Protocol):
    """What is known of each address after its last visit; losing it costs a second visit and nothing else."""

    def known(self) -> Mapping[str, Visit]:
        """Give what is known, by address."""

    def keep(self, visit: Visit) -> None:
        """Keep what is known of one address, durably, in place of what was."""

    def alone(self) -> AbstractContextManager[None]:
        """Hold the only check of links for the length of a block; raise CheckRunning when another holds it."""


class EvidenceRecords(Protocol):
    """Whose each file of evidence is; private, since names of files tell of people."""

    def note(self, file: EvidenceFile) -> None:
        """Note a file of a city; one that is noted already stays as it is."""

    def of_city(self, city: str) -> Mapping[str, EvidenceFile]:
        """Give the files of a city by SHA-256."""
