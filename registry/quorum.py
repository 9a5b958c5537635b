"""Which of the witnesses that a reader knows have cosigned a head of a ledger, and whether they are enough; pure."""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from registry import checkpoint as checkpoints
from registry.cosignature import Cosignature, Cosigner, cosignatures_on
from registry.errors import MalformedRecord
from registry.ledger_verification import verify_receipt
from registry.model import Checkpoint, Receipt
from registry.ports import SignatureCheck
from registry.verification import Check, Kind

_SUMS: Final = "sums"


def quorum_checks(
    notes: Iterable[str], cosigners: Collection[Cosigner], *, needed: int, is_signed: SignatureCheck
) -> Iterator[Check]:
    """Say who cosigned which head among some notes: that which most did, of those the largest.

    ``needed`` is how many must have, 0 where nobody need; fewer are broken. Nothing is said where no witness is known
    and none is needed.
    """
    best: tuple[Checkpoint, tuple[Cosignature, ...]] | None = None
    for note in notes:
        try:
            head, found = checkpoints.read(note), cosignatures_on(checkpoints.read_note(note), cosigners, is_signed)
        except MalformedRecord:
            continue
        if best is None or (len(found), head.size) > (len(best[1]), best[0].size):
            best = head, found
    found = () if best is None else best[1]
    told = f"{len(found)} of {len(cosigners)} witnesses"
    if best is not None and found:
        who = ", ".join(f"{each.cosigner.name} on {each.at:%Y-%m-%d %H:%M} UTC" for each in found)
        yield Check(Kind.HOLDS, f"{told} cosigned the head of {best[0].origin} over {best[0].size:,} events: {who}.")
    elif cosigners:
        yield Check(
            Kind.NOT_CHECKED, f"Whether others see the same ledger: none of {len(cosigners)} witnesses cosigned."
        )
    if needed and len(found) >= needed:
        yield Check(Kind.HOLDS, f"The quorum of {needed} is reached.")
    elif needed:
        yield Check(
            Kind.BROKEN,
            f"The quorum is missed: {told} cosigned, and {needed} are needed. Others may be shown another ledger; ask "
            "for a newer head, or ask the witnesses.",
        )


def publication_checks(
    receipt: Receipt, sums: str, *, keys: Collection[bytes], is_signed: SignatureCheck
) -> Iterator[Check]:
    """Say whether a receipt shows that the ledger tells of a release, by the SHA-256 of its list of hashes."""
    yield from (check for check in verify_receipt(receipt, keys=keys, is_signed=is_signed) if check.kind is Kind.BROKEN)
    size = receipt.checkpoint.size
    if receipt.event.envelope.hashes.get(_SUMS) == sums:
        yield Check(
            Kind.HOLDS, f"The ledger tells of this release: its receipt stands under the head over {size:,} events."
        )
    else:
        yield Check(Kind.BROKEN, "The receipt beside the release is not for this release: it names another SHA256SUMS.")
