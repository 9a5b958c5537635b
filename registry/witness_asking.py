"""Asking others: witnesses to cosign a head of ours, and a ledger for a head that goes on from what was seen of it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from registry import checkpoint as checkpoints
from registry import witness_request as requests
from registry.cosignature import Cosignature, Cosigner, cosignatures_on, read_lines
from registry.errors import MalformedRecord
from registry.fetch_errors import BrokenAnswer
from registry.fetch_ports import Answered, Exchange, Fetch, Fetched
from registry.model import Checkpoint
from registry.peer_errors import AskedToWait
from registry.ports import Clock, SignatureCheck
from registry.retry_after import BUSY, asked_wait
from registry.witness_errors import CosignatureRefused, HeadMoved, HeadNotSigned
from registry.witnessing import Watch

HEAD: Final = "ledger/checkpoint"
"""Where below its address a registry gives the newest head of its ledger, and with ``?old=N`` a proof from there."""
ADD: Final = "add-checkpoint"
TOLERANCE: Final = timedelta(minutes=5)
"""How far the time of a witness may lie ahead."""
_TRIES: Final = 4
_FIELDS: Final = {"Content-Type": "text/plain; charset=utf-8", "Accept": "text/plain, text/x.tlog.size"}
_CONFLICT, _NO_PROOF = 409, 422
_WITHOUT_PROOF: Final = frozenset({404, _CONFLICT})
"""The statuses with which a ledger says that it has no proof from there: it gives none, or has fewer events."""
_LONGEST_SIZE: Final = 17
_LONGEST_ANSWER: Final = 16_384


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks witnesses to cosign heads of a ledger, whose proofs ``prove`` gives between two sizes."""

    exchange: Exchange
    prove: Callable[[int, int], tuple[bytes, ...]]
    clock: Clock
    is_signed: SignatureCheck

    def cosigned(self, head: Checkpoint, witness: Cosigner, address: str, *, old: int) -> Cosignature:
        """Have a witness cosign a head; ``old`` is the size of the one that it cosigned last, as far as is known.

        Raises FetchError when it cannot be asked, and CosignatureRefused, which says why, when it does not.
        """
        told = False
        for _ in range(_TRIES):
            proof = self.prove(old, head.size) if old else ()
            answer = self.exchange.post(f"{address}/{ADD}", requests.write(old, proof, head.note), _FIELDS)
            if answer.status == 200:
                return self._read(answer, head, witness)
            known = _size(answer)
            if known is None or known == old:
                raise CosignatureRefused(_why(answer, witness, head, old, is_told=told))
            if known > head.size:
                raise CosignatureRefused(
                    f"{witness.name} has seen a head of {head.origin} over {known:,} events, larger than ours over "
                    f"{head.size:,}: this ledger was put back to an older state, or somebody else signs with its key. "
                    "Record nothing more until it is known which."
                )
            old, told = known, True
        raise CosignatureRefused(f"{witness.name} names another size each time; it was asked {_TRIES} times.")

    def _read(self, answer: Answered, head: Checkpoint, witness: Cosigner) -> Cosignature:
        text = checkpoints.read_note(head.note).text
        try:
            note = read_lines(text, answer.body[:_LONGEST_ANSWER].decode("utf-8"))
        except (MalformedRecord, UnicodeDecodeError) as fault:
            raise CosignatureRefused(f"{witness.name} answers with something else than signatures: {fault}") from fault
        found = cosignatures_on(note, [witness], self.is_signed)
        if not found:
            raise CosignatureRefused(f"{witness.name} answers without a good cosignature of the key that is listed.")
        if found[0].at > self.clock() + TOLERANCE:
            raise CosignatureRefused(f"{witness.name} cosigns for {found[0].at.isoformat()}, which is still to come.")
        return found[0]


def _size(answer: Answered) -> int | None:
    """Give the size that a witness has seen last, where it answers with that."""
    body = answer.body[:_LONGEST_SIZE].decode("ascii", errors="replace").removesuffix("\n")
    return int(body) if answer.status == _CONFLICT and body.isdecimal() and len(answer.body) < _LONGEST_SIZE else None


def _why(answer: Answered, witness: Cosigner, head: Checkpoint, old: int, *, is_told: bool) -> str:
    if answer.status == _NO_PROOF or (answer.status == _CONFLICT and (is_told or old == head.size)):
        return (
            f"{witness.name} has seen another history of {head.origin}: the head over {head.size:,} events does not go "
            f"on from the one that it knows, over {old:,}. Ask its keepers for the head that they kept, and compare."
        )
    known = {403: "does not know the key of this ledger", 404: f"does not witness {head.origin}"}
    why = known.get(answer.status, f"answers with status {answer.status}")
    return f"{witness.name} {why}; nothing was cosigned."


def look(fetch: Fetch, watch: Watch, place: str, origin: str, keys: Collection[bytes]) -> Checkpoint:
    """Ask a registry for the newest head of its ledger, hold it against what was seen of it, and give it.

    Raises FetchError, AskedToWait where the registry asks for that, MalformedRecord for what is no head, and what
    ``Watch.given`` raises.
    """
    for _ in range(_TRIES):
        old = watch.size(origin)
        found = fetch(f"{place.rstrip('/')}/{HEAD}?old={old}")
        try:
            if found.status in _WITHOUT_PROOF:
                return _bare(fetch, watch, place, origin, keys, old=old)
            _demand_ok(found, origin)
            request = requests.read(found.body)
            _demand(request.head, origin)
            if request.old == old:
                watch.given(request, keys)
            else:
                watch.without_proof(request.head, keys, old=old)
            return request.head
        except HeadMoved:
            continue
    raise HeadMoved(f"The head of {origin} is looked at by others at this moment; try again.")


def _bare(fetch: Fetch, watch: Watch, place: str, origin: str, keys: Collection[bytes], *, old: int) -> Checkpoint:
    """Ask for the head alone, where there is no proof from the head over ``old`` events."""
    found = fetch(f"{place.rstrip('/')}/{HEAD}")
    _demand_ok(found, origin)
    head = checkpoints.read(found.body[: checkpoints.LARGEST * 4].decode("utf-8", errors="replace"))
    _demand(head, origin)
    watch.without_proof(head, keys, old=old)
    return head


def _demand_ok(found: Fetched, origin: str) -> None:
    """Raise AskedToWait or BrokenAnswer for a status of failure, which may pass and shows nothing of a ledger."""
    if found.is_ok:
        return
    told = f"{found.address} gives no head of the ledger {origin}: status {found.status}"
    wait = asked_wait(found.retry_after, found.at) if found.status in BUSY else None
    if wait is not None:
        raise AskedToWait(f"{told}, and asks to wait until {found.at + wait:%Y-%m-%d %H:%M} UTC.", wait)
    raise BrokenAnswer(f"{told}.")


def _demand(head: Checkpoint, origin: str) -> None:
    if head.origin != origin:
        raise HeadNotSigned(f"The head is one of the ledger “{head.origin[:200]}”, not of {origin}.")
