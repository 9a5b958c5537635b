"""Erasing a text for ever, on record: when, by whose account, and which commitment it was; nothing of its content."""

from typing import Final

from registry.contributions import TEXT
from registry.errors import UnknownRecord
from registry.events import STEWARD
from registry.model import DraftedEvent
from registry.ports import Ledger, Texts

CASE: Final = "erased-text/"
KIND: Final = "text-erased"


def erase(ledger: Ledger, texts: Texts, digest: str, *, account: str | None) -> int:
    """Record that a text is erased, by the commitment to it, and erase it; give the number of the event.

    ``account`` is who had it erased, None for whoever operates the registry. It is recorded first: where erasing fails
    then, doing it again finds the event and erases. Raises UnknownRecord for a text that is not kept here, and what
    the ledger and the texts raise.
    """
    if texts.read(digest) is None:
        raise UnknownRecord(f"The text {digest} is not kept here; it was erased before, or lies elsewhere.")
    recorded = [*ledger.case(CASE + digest)] or [
        receipt.event for receipt in ledger.append([_erasure(digest, account)])
    ]
    texts.erase(digest)
    return recorded[-1].envelope.sequence


def _erasure(digest: str, account: str | None) -> DraftedEvent:
    return DraftedEvent(
        case=CASE + digest,
        kind=KIND,
        office=STEWARD,
        account=account,
        reason="The text with this commitment was erased with its salt, and cannot be found any more.",
        hashes={TEXT: digest},
    )
