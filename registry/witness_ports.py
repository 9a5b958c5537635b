"""The seam to what is kept of heads: those seen of others, what they are blamed for, and who cosigned ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from registry.model import Checkpoint


class AlarmKind(StrEnum):
    """What two heads of one ledger show."""

    SPLIT = "two heads of one size"
    NO_PROOF = "no proof that one follows the other"
    WENT_BACK = "went back"
    UNPROVEN = "sent without a proof that fits"

    @property
    def is_proof(self) -> bool:
        """Say whether the two heads, by their signatures alone, prove that the ledger has two histories."""
        return self is AlarmKind.SPLIT

    @property
    def is_alarm(self) -> bool:
        """Say whether somebody has to look: anybody may send a head that was published, with any proof."""
        return self is not AlarmKind.UNPROVEN


@dataclass(frozen=True, slots=True)
class SeenHead:
    """A head of another ledger as it was seen; ``cosigned`` is when a head of that ledger was cosigned last."""

    head: Checkpoint
    at: datetime
    cosigned: datetime | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """Two signed heads that do not fit, both kept as they came, with what is told of them."""

    kind: AlarmKind
    at: datetime
    held: Checkpoint
    given: Checkpoint
    message: str


@dataclass(frozen=True, slots=True)
class KeptCosignature:
    """The line by which a witness cosigned a head of ours; ``key`` are the 32 bytes of its public key."""

    witness: str
    key: bytes
    origin: str
    size: int
    root: bytes
    at: datetime
    line: str


@dataclass(frozen=True, slots=True)
class Asking:
    """How it ended when a peer was last asked to cosign: ``cosigned``, ``refused`` or ``not reached``, and why."""

    peer: str
    at: datetime
    outcome: str
    message: str

    @property
    def is_cosigned(self) -> bool:
        """Say whether the head was cosigned."""
        return self.outcome == "cosigned"


class WitnessState(Protocol):
    """What is kept of heads; what is told is durable, and processes may share it."""

    def latest(self, origin: str) -> SeenHead | None:
        """Give the largest head seen of a ledger; None when none was."""

    def of_size(self, origin: str, size: int) -> SeenHead | None:
        """Give the head of a size that was seen of a ledger; None when none was, or it was long ago."""

    def advance(self, head: Checkpoint, *, after: int, at: datetime, is_cosigned: bool) -> None:
        """Take a head for the largest one of its ledger, durably, with the look at the one before in one transaction.

        ``after`` is the size of the head that it was held against, 0 where none was seen. Raises HeadMoved when
        another one is there by now, and for another head of a size that was seen.
        """

    def blame(self, alarm: Alarm) -> bool:
        """Keep what was found, durably, once for each pair of heads; say whether it is new."""

    def alarms(self, origin: str) -> Sequence[Alarm]:
        """Give what was found of a ledger, the newest first."""

    def keep(self, cosignature: KeptCosignature) -> None:
        """Keep by which line a head of ours was cosigned; a newer one of the same key on the same head replaces it."""

    def cosignatures(
        self, origin: str, size: int | None = None, *, most: int | None = None
    ) -> Sequence[KeptCosignature]:
        """Give who cosigned heads of a ledger of ours, the newest head first; or the head of a size alone.

        ``most`` is how many are given at most.
        """

    def note(self, asking: Asking) -> None:
        """Keep how it ended that a peer was asked, in the place of the last time."""

    def askings(self) -> Sequence[Asking]:
        """Give how it ended with each peer that was asked, by name."""
