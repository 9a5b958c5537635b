"""Holding each head of another ledger against what was seen of it before, and cosigning those that go on from there."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from registry import checkpoint as checkpoints
from registry import cosignature as cosignatures
from registry import witness_request as requests
from registry.errors import BackDated, MalformedRecord
from registry.merkle import EMPTY_ROOT
from registry.model import Checkpoint
from registry.ports import Clock, SignatureCheck, Signer
from registry.sealing import time_of_record
from registry.witness_errors import (
    AddCheckpointMalformed,
    HeadMoved,
    HeadNotSigned,
    ProofRefused,
    SplitView,
    UnknownOrigin,
    WentBack,
    WitnessUnavailable,
)
from registry.witness_ports import Alarm, AlarmKind, SeenHead, WitnessState
from registry.witness_request import AddCheckpoint


class Watch:
    """What was seen of the ledgers of others; every head is held against it, however it came."""

    def __init__(self, state: WitnessState, *, clock: Clock, is_signed: SignatureCheck) -> None:
        self._state = state
        self._clock = clock
        self._is_signed = is_signed

    def size(self, origin: str) -> int:
        """Give how many events the largest head has that was seen of a ledger; 0 where none was."""
        seen = self._state.latest(origin)
        return 0 if seen is None else seen.head.size

    def given(self, request: AddCheckpoint, keys: Collection[bytes]) -> None:
        """Take a head that a ledger itself gave when it was asked for one that goes on from what was seen.

        Raises HeadNotSigned; HeadMoved when another one was seen meanwhile; and SplitView or WentBack, after both heads
        were kept, when it does not go on from there.
        """
        self._take(request, keys, is_from_itself=True, is_cosigned=False)

    def sent(self, request: AddCheckpoint, keys: Collection[bytes]) -> datetime:
        """Take a head that anybody may have sent, to be cosigned, and give the time to cosign it at.

        Raises HeadNotSigned, HeadMoved, ProofRefused, SplitView, and WitnessUnavailable while the clock is wrong.
        """
        return self._take(request, keys, is_from_itself=False, is_cosigned=True)

    def without_proof(self, head: Checkpoint, keys: Collection[bytes], *, old: int) -> None:
        """Take it that a ledger gave a head and no proof; raises what ``given`` raises, unless no proof is needed.

        ``old`` is the size of the head that was seen last when the ledger was asked.
        """
        self.given(AddCheckpoint(old, (), head), keys)

    def _take(
        self, request: AddCheckpoint, keys: Collection[bytes], *, is_from_itself: bool, is_cosigned: bool
    ) -> datetime:
        head = request.head
        if not checkpoints.is_signed_by(checkpoints.read_note(head.note), head.origin, keys, self._is_signed):
            raise HeadNotSigned(f"The head of {head.origin} is not signed with a key that is known of that ledger.")
        self._demand_one_root(head)
        seen = self._state.latest(head.origin)
        size, root = (0, EMPTY_ROOT) if seen is None else (seen.head.size, seen.head.root)
        if request.old > head.size and not is_from_itself:
            raise AddCheckpointMalformed(f"The old size, {request.old:,}, is larger than the head, {head.size:,}.")
        if request.old != size:
            raise HeadMoved(f"The head of {head.origin} that was seen last has {size:,} events.", size=size)
        if seen is not None and head.size < size:
            self._went_back(seen, head)
        if not request.follows(size, root):
            self._refuse(seen, head, is_from_itself=is_from_itself)
        at = self._time(seen)
        self._state.advance(head, after=size, at=at, is_cosigned=is_cosigned)
        return at

    def _demand_one_root(self, head: Checkpoint) -> None:
        """Raise SplitView, and keep the proof, when a head of this size with another root was seen."""
        same = self._state.of_size(head.origin, head.size)
        if same is None or same.head.root == head.root:
            return
        message = (
            f"{head.origin} has signed two different heads over {head.size:,} events: it has two histories, and shows "
            "one to some and the other to others. Both heads are kept; they prove it to anybody."
        )
        self._blame(AlarmKind.SPLIT, same, head, message)
        raise SplitView(message)

    def _went_back(self, seen: SeenHead, head: Checkpoint) -> None:
        known = self._state.of_size(head.origin, head.size) is not None
        how = "and stood so before" if known else "which was not seen before"
        message = (
            f"{head.origin} went back: it gives a head over {head.size:,} events ({how}), and gave one over "
            f"{seen.head.size:,}. Was it put back to an older backup? What was recorded since is missing there."
        )
        self._blame(AlarmKind.WENT_BACK, seen, head, message)
        raise WentBack(message)

    def _refuse(self, seen: SeenHead | None, head: Checkpoint, *, is_from_itself: bool) -> None:
        if seen is None:
            raise ProofRefused(
                f"With the old size 0 there is no proof, and the empty tree has one root: {head.origin}."
            )
        between = f"from its head over {seen.head.size:,} events to that over {head.size:,}"
        if is_from_itself:
            message = (
                f"{head.origin} gives no proof that leads {between}, though it was asked: what was recorded has been "
                "rewritten, or it has two histories. Both heads are kept."
            )
            self._blame(AlarmKind.NO_PROOF, seen, head, message)
            raise SplitView(message)
        message = f"A head of {head.origin} came with a proof that does not lead {between}; it was not cosigned."
        self._blame(AlarmKind.UNPROVEN, seen, head, message)
        raise ProofRefused(message)

    def _blame(self, kind: AlarmKind, seen: SeenHead, head: Checkpoint, message: str) -> None:
        self._state.blame(Alarm(kind, self._clock(), seen.head, head, message))

    def _time(self, seen: SeenHead | None) -> datetime:
        try:
            return time_of_record(self._clock(), seen.cosigned if seen is not None else None).replace(microsecond=0)
        except BackDated as fault:
            raise WitnessUnavailable(f"Nothing is cosigned while the clock is wrong: {fault}") from fault


class Witness:
    """The witness of one installation (C2SP tlog-witness): it cosigns what goes on from what it saw, and nothing else.

    What it saw is durable before a signature is made, so that no crash and no other process leads to two.
    """

    def __init__(
        self,
        watch: Watch,
        ledgers: Callable[[], Mapping[str, Collection[bytes]]],
        *,
        name: str,
        signer: Signer,
    ) -> None:
        """``ledgers`` gives the keys by the origins of the ledgers that are witnessed."""
        self._watch = watch
        self._ledgers = ledgers
        self._name = name
        self._signer = signer

    @property
    def cosigner(self) -> cosignatures.Cosigner:
        """Give its name and key, as readers need them."""
        return cosignatures.Cosigner(self._name, self._signer.public_key)

    def add(self, body: bytes) -> str:
        """Answer a request to cosign a head with the line of a signature.

        Raises AddCheckpointMalformed, UnknownOrigin, and what ``Watch.sent`` raises.
        """
        try:
            request = requests.read(body)
        except MalformedRecord as fault:
            raise AddCheckpointMalformed(str(fault)) from fault
        keys = self._ledgers().get(request.head.origin, ())
        if not keys:
            raise UnknownOrigin(f"No ledger “{request.head.origin[:200]}” is witnessed here.")
        at = self._watch.sent(request, keys)
        text = checkpoints.read_note(request.head.note).text
        return cosignatures.cosign(text, name=self._name, signer=self._signer, at=at).line
