"""Checking a ledger from its export alone: signatures, tree, order, cases, times and payloads; pure, no store."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import chain
from typing import Final

from registry import checkpoint as checkpoints
from registry import envelope as envelopes
from registry import receipt as receipts
from registry.case_checks import CaseChecks
from registry.errors import LedgerError, MalformedRecord, UnknownRecord
from registry.key_chain import KeyChain, KeyChange, changes_among
from registry.ledger_export import ExportedEvent, export_lines, read_event, read_header
from registry.merkle import Tree, leaf_hash, verify_inclusion
from registry.model import Checkpoint, Envelope, Receipt, RecordedEvent
from registry.ports import Ledger, SignatureCheck
from registry.process import Process
from registry.sealing import KEY_CASE, PAYLOAD
from registry.spot_checks import Lots
from registry.verification import Check, Kind

_MOST_FAULTS: Final = 20
"""How many faults of one kind are told one by one."""
_MOST_NUMBERS: Final = 8


def verify_export(
    lines: Iterable[bytes],
    *,
    keys: Collection[bytes],
    is_signed: SignatureCheck,
    known: Iterable[str] = (),
    law: Process | None = None,
    changes: Sequence[KeyChange] = (),
) -> tuple[Check, ...]:
    """Check the lines of an export, each with its line feed; every sentence that is not “holds” matters.

    ``keys`` are the public keys that the reader trusts, none when none were given. ``known`` are checkpoints that the
    reader has from elsewhere, such as from receipts: the tree must begin with each of them. ``law`` is the law of
    cases, under which each step in them is looked at again. ``changes`` are the changes of the key in these lines.
    """
    rest = iter(lines)
    try:
        head = read_header(next(rest, b""))
    except MalformedRecord as fault:
        return (Check(Kind.BROKEN, str(fault)),)
    chain = KeyChain(keys, changes, head, is_signed)
    seen = _Seen(keys, chain, is_signed, CaseChecks(law) if law is not None else None)
    seen.lots = Lots(law) if law is not None else None
    for number, line in enumerate(rest, start=2):
        seen.take(number, line)
    return (
        *_head(head, seen, chain, is_signed),
        *seen.checks(),
        *chain.checks(),
        *_known(known, head, seen, chain, is_signed),
        *_beyond(seen),
    )


def verify_ledger(
    ledger: Ledger, *, keys: Collection[bytes], is_signed: SignatureCheck, law: Process | None = None
) -> tuple[Check, ...]:
    """Check a ledger where it lies, as its export would be, against every checkpoint that it ever signed."""
    try:
        known = [head.note for head in ledger.checkpoints() if head.size]
        changes = changes_among(
            ExportedEvent(
                event, ledger.payload(event.envelope.hashes[PAYLOAD]) if PAYLOAD in event.envelope.hashes else None
            )
            for event in ledger.case(KEY_CASE)
        )
        lines = export_lines(ledger)
        return verify_export(lines, keys=keys, is_signed=is_signed, known=known, law=law, changes=changes)
    except (LedgerError, UnknownRecord) as fault:
        return (Check(Kind.BROKEN, str(fault)),)


def verify_receipt_file(raw: bytes, *, keys: Collection[bytes], is_signed: SignatureCheck) -> tuple[Check, ...]:
    """Check the bytes of a receipt; those that cannot be read are broken."""
    try:
        return verify_receipt(receipts.read(raw), keys=keys, is_signed=is_signed)
    except MalformedRecord as fault:
        return (Check(Kind.BROKEN, str(fault)),)


def verify_receipt(receipt: Receipt, *, keys: Collection[bytes], is_signed: SignatureCheck) -> tuple[Check, ...]:
    """Check one receipt: its two signatures, and that its event stands under its checkpoint (RFC 9162, 2.1.3.2)."""
    head, event, number = receipt.checkpoint, receipt.event, receipt.event.envelope.sequence
    proven = receipt.index == number - 1 and verify_inclusion(
        leaf_hash(event.raw), receipt.index, head.size, receipt.proof, head.root
    )
    return (
        *head_checks(head, keys, is_signed),
        *_event_signature(event, keys, is_signed),
        Check(Kind.HOLDS, f"Event {number} stands under the checkpoint: the proof leads from it to the root.")
        if proven
        else Check(Kind.BROKEN, f"The proof does not lead from event {number} to the root of the checkpoint."),
        Check(
            Kind.NOT_CHECKED,
            "The payload, the events before it and the events after it: check an export with this receipt (--receipt).",
        ),
    )


def _event_signature(event: RecordedEvent, keys: Collection[bytes], is_signed: SignatureCheck) -> Iterator[Check]:
    faults = [Check(Kind.BROKEN, fault) for fault in signature_faults(event, keys, is_signed)]
    if keys and not faults:
        yield Check(Kind.HOLDS, f"Event {event.envelope.sequence} is signed with a key given.")
    yield from faults


class _Seen:
    """What was seen of the events of an export so far, and what is wrong with them, by kind."""

    def __init__(
        self, keys: Collection[bytes], chain: KeyChain, is_signed: SignatureCheck, cases: CaseChecks | None
    ) -> None:
        self._keys = keys
        self._chain = chain
        self._is_signed = is_signed
        self._last: Envelope | None = None
        self._latest: dict[str, str] = {}
        self._lines = 0
        self._payloads = 0
        self._faults: dict[str, list[str]] = {
            name: [] for name in ("form", "signature", "order", "case", "time", "payload")
        }
        self.tree = Tree()
        self.enclosed_elsewhere: Counter[str] = Counter()
        self.withheld: list[int] = []
        self.cases = cases
        self.lots: Lots | None = None

    def take(self, number: int, line: bytes) -> None:
        """Look at one line of an event."""
        self._lines += 1
        try:
            found = read_event(line, number=number)
        except MalformedRecord as fault:
            self._faults["form"].append(str(fault))
            return
        event = found.event
        self.tree.append(leaf_hash(event.raw))
        for name, faults in (
            ("signature", signature_faults(event, self._chain.at(event.envelope.sequence), self._is_signed)),
            ("order", self._order(event.envelope)),
            ("case", self._case(event)),
            ("time", time_faults(event.envelope, self._last)),
            ("payload", self._payload(found)),
        ):
            self._faults[name].extend(faults)
        self.enclosed_elsewhere.update(role for role in event.envelope.hashes if role != PAYLOAD)
        self._last = event.envelope
        if self.cases is not None:
            self.cases.take(found)
        if self.lots is not None:
            self.lots.take(event, found.payload)

    def checks(self) -> Iterator[Check]:
        """Give what was found of each kind."""
        count = f"{self._lines:,} events"
        held = {
            "form": f"{count} are in the one form of their version.",
            "signature": f"{count} are signed with {self._chain.words}." if self._keys else "",
            "order": f"{count} stand in their order, each number once.",
            "case": f"Each event names the one before it in its case; there are {len(self._latest):,} cases.",
            "time": "No event is back-dated: the recorded time never goes back, and no claimed time lies after it.",
            "payload": f"{self._payloads:,} payloads have the SHA-256 that their events state.",
        }
        for name, faults in self._faults.items():
            for fault in faults[:_MOST_FAULTS]:
                yield Check(Kind.BROKEN, fault)
            if len(faults) > _MOST_FAULTS:
                yield Check(Kind.BROKEN, f"… and {len(faults) - _MOST_FAULTS:,} more of this kind.")
            if not faults and held[name]:
                yield Check(Kind.HOLDS, held[name])
        if self.cases is not None:
            yield from self.cases.checks()
        if self.lots is not None:
            yield from self.lots.checks()

    def _order(self, envelope: Envelope) -> Iterator[str]:
        wanted = len(self.tree)
        if envelope.sequence != wanted:
            yield f"Event {envelope.sequence} stands where event {wanted} should be."

    def _case(self, event: RecordedEvent) -> Iterator[str]:
        envelope = event.envelope
        if envelope.previous != self._latest.get(envelope.case):
            yield f"Event {envelope.sequence} does not name the event before it in the case {envelope.case}."
        self._latest[envelope.case] = event.hash

    def _payload(self, found: ExportedEvent) -> Sequence[str]:
        envelope, faults = found.event.envelope, tuple(payload_faults(found))
        if found.payload is None and PAYLOAD in envelope.hashes:
            self.withheld.append(envelope.sequence)
        self._payloads += found.payload is not None and not faults
        return faults


def signature_faults(event: RecordedEvent, keys: Collection[bytes], is_signed: SignatureCheck) -> Iterator[str]:
    """Say it when an event is not signed with one of the keys given; nothing without keys."""
    if keys and not envelopes.is_signed_by(event, keys, is_signed):
        yield f"Event {event.envelope.sequence} is not signed with a key given."


def time_faults(envelope: Envelope, before: Envelope | None) -> Iterator[str]:
    """Say it when an event is back-dated: against itself, or against the one before it."""
    if envelope.claimed > envelope.recorded:
        yield f"Event {envelope.sequence} claims a time after the one at which it was recorded."
    if before is not None and envelope.recorded < before.recorded:
        yield f"Event {envelope.sequence} is recorded at an earlier time than the event before it."


def payload_faults(found: ExportedEvent) -> Iterator[str]:
    """Say it when an enclosed payload is not that which its event states."""
    stated, number = found.event.envelope.hashes.get(PAYLOAD), found.event.envelope.sequence
    if found.payload is not None and stated is None:
        yield f"Event {number} states no payload, but one is enclosed."
    elif found.payload is not None and sha256(found.payload).hexdigest() != stated:
        yield f"The payload of event {number} is not what was recorded: its SHA-256 is another one."


def _head(head: Checkpoint, seen: _Seen, chain: KeyChain, is_signed: SignatureCheck) -> Iterator[Check]:
    yield from head_checks(head, chain.at(head.size), is_signed, words=chain.words)
    what = _named(head)
    if len(seen.tree) != head.size:
        yield Check(Kind.BROKEN, f"{what} does not fit: {len(seen.tree):,} events can be read here.")
    elif seen.tree.root() != head.root:
        yield Check(Kind.BROKEN, f"{what} states another root than these events have.")
    else:
        yield Check(Kind.HOLDS, f"{what} states the root that these events have (RFC 9162).")


def head_checks(
    head: Checkpoint, keys: Collection[bytes], is_signed: SignatureCheck, *, words: str = "a key given"
) -> Iterator[Check]:
    """Say whether a checkpoint is signed with one of some keys, which ``words`` name, or that none was given."""
    what = _named(head)
    if not keys:
        yield Check(Kind.NOT_CHECKED, "Who recorded it: no key was given; get the registry's key another way (--keys).")
    elif _signed(head, keys, is_signed):
        yield Check(Kind.HOLDS, f"{what} is signed with {words}.")
    else:
        yield Check(Kind.BROKEN, f"{what} is not signed with a key given.")


def _named(head: Checkpoint) -> str:
    return f"The checkpoint of {head.origin} over {head.size:,} events"


def _known(
    notes: Iterable[str], head: Checkpoint, seen: _Seen, chain: KeyChain, is_signed: SignatureCheck
) -> Iterator[Check]:
    agreeing = 0
    for note in notes:
        faults = tuple(_disagreements(note, head, seen, chain, is_signed))
        agreeing += not faults
        yield from (Check(Kind.BROKEN, fault) for fault in faults)
    if agreeing:
        yield Check(
            Kind.HOLDS, f"{agreeing:,} checkpoints from elsewhere agree: nothing before them was changed or cut."
        )


def _disagreements(
    note: str, head: Checkpoint, seen: _Seen, chain: KeyChain, is_signed: SignatureCheck
) -> Iterator[str]:
    try:
        other = checkpoints.read(note)
    except MalformedRecord as fault:
        yield f"A checkpoint from elsewhere cannot be read: {fault}"
        return
    what = f"A checkpoint from elsewhere, of {other.origin} over {other.size:,} events,"
    if other.origin != head.origin:
        yield f"{what} is that of another ledger than {head.origin}."
    elif (keys := chain.at(other.size)) and not _signed(other, keys, is_signed):
        yield f"{what} is not signed with a key given."
    elif other.size > len(seen.tree):
        yield f"{what} is newer: of {len(seen.tree):,} events here the end was cut off, or the export is older."
    elif seen.tree.root(other.size) != other.root:
        yield f"{what} states another root than these events have: what was recorded has been rewritten."


def _signed(head: Checkpoint, keys: Collection[bytes], is_signed: SignatureCheck) -> bool:
    return checkpoints.is_signed_by(checkpoints.read_note(head.note), head.origin, keys, is_signed)


def _beyond(seen: _Seen) -> Iterator[Check]:
    """Say what an export cannot show."""
    sentences = chain(
        [f"The payloads of {_listed(seen.withheld)}: they are not enclosed."] if seen.withheld else [],
        [f"What lies outside and is bound by its hash alone: {_counted(seen.enclosed_elsewhere)}."]
        if seen.enclosed_elsewhere
        else [],
        [
            f"Whether anything was recorded after event {len(seen.tree):,}: only a newer checkpoint, from a receipt "
            "or a witness, can tell (--receipt).",
        ],
        ["Whether each step was allowed, and by whom: the law of cases was not at hand."] if seen.cases is None else [],
    )
    yield from (Check(Kind.NOT_CHECKED, sentence) for sentence in sentences)


def _listed(numbers: Sequence[int]) -> str:
    told = ", ".join(map(str, numbers[:_MOST_NUMBERS]))
    more = len(numbers) - _MOST_NUMBERS
    return f"events {told}" + (f" and {more:,} more" if more > 0 else "")


def _counted(roles: Counter[str]) -> str:
    return ", ".join(f"{role} ({count:,})" for role, count in sorted(roles.items()))
