"""Checking one case from its export alone: signatures, proofs, order, payloads and the law; pure, no store.

Where the key of the ledger has changed, its changes are enclosed, and followed from whichever key the reader trusts.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from registry.case_checks import CaseChecks
from registry.case_export import ProvenEvent, read_header, read_proven
from registry.errors import MalformedRecord
from registry.key_chain import KeyChain, changes_among
from registry.ledger_export import ExportedEvent
from registry.ledger_verification import head_checks, payload_faults, signature_faults, time_faults
from registry.merkle import leaf_hash, verify_inclusion
from registry.model import Checkpoint, RecordedEvent
from registry.ports import SignatureCheck
from registry.process import Process
from registry.sealing import PAYLOAD
from registry.verification import Check, Kind

_HELD: Final = {
    "form": "{count} events are in the one form of their version, all of {case}.",
    "signature": "{count} events are signed with {keys}.",
    "inclusion": "{count} events stand under the checkpoint: each proof leads to its root (RFC 9162).",
    "order": "Each event names the one before it, from the first on; no time goes back, none lies ahead.",
    "payload": "{payloads} payloads have the SHA-256 that their events state.",
}


def verify_case_export(
    lines: Iterable[bytes], *, keys: Collection[bytes], is_signed: SignatureCheck, law: Process | None = None
) -> tuple[Check, ...]:
    """Check the lines of the export of one case, each with its line feed; every sentence not “holds” matters.

    ``keys`` are the public keys that the reader trusts, none when none were given; ``law`` is the law of cases.
    """
    rest = iter(lines)
    try:
        name, head, changes = read_header(next(rest, b""))
    except MalformedRecord as fault:
        return (Check(Kind.BROKEN, str(fault)),)
    chain = KeyChain(keys, changes_among(change.found for change in changes), head, is_signed)
    seen = _Seen(name, head, chain, is_signed)
    cases = CaseChecks(law) if law is not None else None
    for number, line in enumerate(rest, start=2):
        found = seen.take(number, line)
        if found is not None and cases is not None:
            cases.take(found.found)
    return (
        *head_checks(head, chain.at(head.size), is_signed, words=chain.words),
        *(Check(Kind.BROKEN, fault) for change in changes for fault in inclusion_faults(change, head)),
        *chain.checks(),
        *seen.checks(),
        *(cases.checks() if cases is not None else ()),
        *_beyond(seen, law),
    )


class _Seen:
    """What the events of one case have shown so far."""

    def __init__(self, name: str, head: Checkpoint, chain: KeyChain, is_signed: SignatureCheck) -> None:
        self._name = name
        self._head = head
        self._chain = chain
        self._is_signed = is_signed
        self._count = 0
        self._payloads = 0
        self._faults: dict[str, list[str]] = {name: [] for name in _HELD}
        self.last: RecordedEvent | None = None
        self.elsewhere: set[str] = set()

    def take(self, number: int, line: bytes) -> ProvenEvent | None:
        """Look at one line of an event, and give it when it can be read and belongs to the case."""
        self._count += 1
        try:
            found = read_proven(line, number=number)
        except MalformedRecord as fault:
            self._faults["form"].append(str(fault))
            return None
        event = found.found.event
        if event.envelope.case != self._name:
            self._faults["form"].append(f"Event {event.envelope.sequence} belongs to {event.envelope.case}.")
            return None
        for kind, faults in (
            ("signature", signature_faults(event, self._chain.at(event.envelope.sequence), self._is_signed)),
            ("inclusion", inclusion_faults(found, self._head)),
            ("order", self._order(event)),
            ("payload", self._payload(found.found)),
        ):
            self._faults[kind].extend(faults)
        self.elsewhere.update(role for role in event.envelope.hashes if role != PAYLOAD)
        self.last = event
        return found

    def checks(self) -> Iterator[Check]:
        """Give what was found of each kind."""
        if not self._count:
            yield Check(Kind.BROKEN, f"No event of {self._name} is enclosed.")
            return
        for kind, faults in self._faults.items():
            yield from (Check(Kind.BROKEN, fault) for fault in faults)
            if not faults and (self._chain.at(self._head.size) or kind != "signature"):
                told = _HELD[kind].format(
                    count=f"{self._count:,}", case=self._name, payloads=f"{self._payloads:,}", keys=self._chain.words
                )
                yield Check(Kind.HOLDS, told)

    def _order(self, event: RecordedEvent) -> Iterator[str]:
        envelope, before = event.envelope, self.last
        if envelope.previous != (before.hash if before else None):
            yield f"Event {envelope.sequence} does not name the event before it in the case."
        if before is not None and envelope.sequence <= before.envelope.sequence:
            yield f"Event {envelope.sequence} stands after event {before.envelope.sequence}."
        yield from time_faults(envelope, before.envelope if before else None)

    def _payload(self, found: ExportedEvent) -> Sequence[str]:
        envelope, faults = found.event.envelope, list(payload_faults(found))
        if found.payload is None and PAYLOAD in envelope.hashes:
            faults.append(f"The payload of event {envelope.sequence} is missing: of a closed case each is enclosed.")
        self._payloads += found.payload is not None and not faults
        return faults


def inclusion_faults(found: ProvenEvent, head: Checkpoint) -> Iterator[str]:
    """Say it when the proof of an event does not lead to the root of a checkpoint (RFC 9162, 2.1.3.2)."""
    event = found.found.event
    if not verify_inclusion(leaf_hash(event.raw), event.envelope.sequence - 1, head.size, found.proof, head.root):
        yield f"The proof does not lead from event {event.envelope.sequence} to the root of the checkpoint."


def _beyond(seen: _Seen, law: Process | None) -> Iterator[Check]:
    """Say what the export of one case cannot show."""
    if seen.elsewhere:
        told = ", ".join(sorted(seen.elsewhere))
        yield Check(Kind.NOT_CHECKED, f"What lies outside and is bound by its hash alone: {told}.")
    if law is None:
        yield Check(Kind.NOT_CHECKED, "Whether each step was allowed, and by whom: the law of cases was not at hand.")
    last = seen.last.envelope.sequence if seen.last else 0
    yield Check(
        Kind.NOT_CHECKED,
        f"Whether the case has events after event {last}: an export of the whole ledger shows it (hrcr export).",
    )
    yield Check(
        Kind.NOT_CHECKED,
        "Other cases: whether somebody acted for the same city before, and what the decision did to its standing.",
    )
