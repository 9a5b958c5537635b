"""Which of the witnesses that a reader knows have cosigned a head of a ledger, and whether they are enough; pure."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from registry import checkpoint as checkpoints
from registry.cosignature import Cosignature, Cosigner, cosignatures_on
from registry.errors import MalformedRecord
from registry.ledger_verification import verify_receipt
from registry.model import Checkpoint, Receipt
from registry.ports import SignatureCheck
from registry.verification import Check, Kind

AGE: Final = timedelta(days=7)
"""How old a quorum may be while there are events after the head that it cosigned."""
_SUMS: Final = "sums"


@dataclass(frozen=True, slots=True)
class _Cosigned:
    """A head, and who cosigned it."""

    head: Checkpoint
    found: tuple[Cosignature, ...]

    def day(self, needed: int) -> datetime:
        """Give when the last of so many witnesses cosigned it; at most as many as have."""
        return sorted((each.at for each in self.found), reverse=True)[min(max(needed, 1), len(self.found)) - 1]


def quorum_checks(
    notes: Iterable[str], cosigners: Collection[Cosigner], *, needed: int, is_signed: SignatureCheck, now: datetime
) -> Iterator[Check]:
    """Say who cosigned the newest of some heads, or else which one before it, and what came after that.

    ``needed`` is how many must have, 0 where nobody need; fewer are broken. A head that enough have cosigned counts for
    those after it for as long as AGE, as of ``now``. Nothing is said where no witness is known and none is needed.
    """
    heads = tuple(_read(notes, cosigners, is_signed))
    best = _best(heads, needed)
    found = () if best is None else best.found
    told = f"{len(found)} of {len(cosigners)} witnesses"
    if best is not None and found:
        who = ", ".join(f"{each.cosigner.name} on {each.at:%Y-%m-%d %H:%M} UTC" for each in found)
        yield Check(
            Kind.HOLDS, f"{told} cosigned the head of {best.head.origin} over {best.head.size:,} events: {who}."
        )
    elif cosigners:
        yield Check(
            Kind.NOT_CHECKED, f"Whether others see the same ledger: none of {len(cosigners)} witnesses cosigned."
        )
    later = _later(heads, best, needed) if best is not None and found else ""
    if best is not None and later and needed and len(found) >= needed and now - best.day(needed) > AGE:
        yield Check(
            Kind.BROKEN,
            f"The quorum of {needed} was reached for {best.head.size:,} events, last on {best.day(needed):%Y-%m-%d}, "
            f"more than {AGE.days} days ago: {later}. Witnesses may refuse, or may be shown another ledger; have the "
            "newest head cosigned (`hrcr witness`), or ask them.",
        )
        return
    if best is not None and later:
        yield Check(
            Kind.NOT_CHECKED, f"Whether others see the rest: {later} yet; the last did on {best.day(needed):%Y-%m-%d}."
        )
    if needed and len(found) >= needed:
        yield Check(Kind.HOLDS, f"The quorum of {needed} is reached.")
    elif needed:
        yield Check(
            Kind.BROKEN,
            f"The quorum is missed: {told} cosigned, and {needed} are needed. Others may be shown another ledger; ask "
            "for a newer head, or ask the witnesses.",
        )


def _read(notes: Iterable[str], cosigners: Collection[Cosigner], is_signed: SignatureCheck) -> Iterator[_Cosigned]:
    for note in notes:
        with suppress(MalformedRecord):
            found = cosignatures_on(checkpoints.read_note(note), cosigners, is_signed)
            yield _Cosigned(checkpoints.read(note), found)


def _best(heads: Collection[_Cosigned], needed: int) -> _Cosigned | None:
    """Give the newest head that enough have cosigned; else that which most have, of those the newest."""
    enough = [each for each in heads if len(each.found) >= max(needed, 1)]
    if enough:
        return max(enough, key=lambda each: (each.head.size, len(each.found)))
    return max(heads, key=lambda each: (len(each.found), each.head.size), default=None)


def _later(heads: Collection[_Cosigned], best: _Cosigned, needed: int) -> str:
    """Say how many events stand after a head under a newer one that too few have cosigned; nothing where none do."""
    newer = [each for each in heads if each.head.size > best.head.size]
    if not newer:
        return ""
    count = max(each.head.size for each in newer) - best.head.size
    who = f"fewer than {needed} witnesses have" if any(each.found for each in newer) else "nobody has"
    return f"{count:,} event{'s' if count > 1 else ''} after it {who} cosigned"


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
