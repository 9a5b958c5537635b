"""Releases as the ledger tells of them: what each held, folded again from the events that it was made of; pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from registry.artefacts import Artefacts
from registry.decisions import with_decisions
from registry.feed import Edition
from registry.fold import fold
from registry.model import Folded, RecordedEvent
from registry.recording import as_events, publications


@dataclass(frozen=True, slots=True)
class History:
    """What the ledger of an installation has recorded; ``payload`` gives a payload by its SHA-256."""

    recorded: Sequence[RecordedEvent]
    payload: Callable[[str], bytes]
    artefacts: Artefacts
    base: str

    def content(self, size: int | None = None) -> Folded:
        """Fold what the files said and what cases came to into what a release holds, from so many events or from all.

        Raises what a record raises that is no case.
        """
        recorded, syntax = self.recorded[:size], self.artefacts.syntax
        said = as_events(recorded, self.payload)
        process = self.artefacts.process
        return fold(
            with_decisions(said, recorded, self.payload, process=process, syntax=syntax, base=self.base), syntax
        )

    def editions(self) -> Iterator[Edition]:
        """Give every release that the ledger tells of, the oldest first, each folded when it is asked for."""
        for told in publications(self.recorded, self.payload, self.artefacts.syntax):
            yield Edition(told.identifier, told.day, self.content(told.size))
