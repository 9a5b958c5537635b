"""Which key signed which part of a ledger: its changes are followed from the keys that a reader trusts; pure.

The key before a change signs it, so whoever trusts that one can trust the next. Whoever trusts the key that signed the
head trusts what stands under it, and with it what each change says of the key before. Nothing else leads back: anybody
can write that a key of others was changed to one that is known.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from registry import checkpoint as checkpoints
from registry.canonical_json import from_base64
from registry.canonical_json import read as read_json
from registry.envelope import hash_of
from registry.errors import MalformedRecord
from registry.ledger_export import ExportedEvent, read_event
from registry.model import Checkpoint, RecordedEvent
from registry.ports import SignatureCheck
from registry.sealing import FORMER, KEY, KEY_CASE, KEY_CHANGED, PAYLOAD
from registry.verification import Check, Kind

_KEY_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class KeyChange:
    """The last event that one key signed, and both keys; None for each that is not enclosed with it."""

    event: RecordedEvent
    former: bytes | None = None
    following: bytes | None = None

    @property
    def number(self) -> int:
        """The number of the event."""
        return self.event.envelope.sequence


def changes_in(lines: Iterable[bytes]) -> tuple[KeyChange, ...]:
    """Give the changes of the key in the lines of an export; lines that are no events are passed over."""
    found = []
    for number, line in enumerate(lines, start=1):
        if KEY_CASE.encode() in line:
            with suppress(MalformedRecord):
                found.append(read_event(line, number=number))
    return changes_among(found)


def changes_among(events: Iterable[ExportedEvent]) -> tuple[KeyChange, ...]:
    """Give those of some events by which the key of the ledger changed, in their order."""
    changes = [found for found in events if _is_change(found)]
    return tuple(sorted(map(_change, changes), key=lambda change: change.number))


class KeyChain:
    """The keys of one ledger, as far as they can be known from those that a reader trusts."""

    def __init__(
        self, keys: Collection[bytes], changes: Sequence[KeyChange], head: Checkpoint, is_signed: SignatureCheck
    ) -> None:
        """Follow the changes; ``head`` is the checkpoint that they stand under, which the check of the tree shows."""
        self._keys = tuple(keys)
        self._changes = tuple(changes)
        self._is_signed = is_signed
        self._known: list[bytes | None] = [None] * (len(changes) + 1)
        self._forward()
        if self._signs(head):
            self._back_from(self._place(head.size))

    def at(self, number: int) -> Collection[bytes]:
        """Give the keys that may have signed an event by its number, or a head over so many events.

        Where a key is known, it is that one alone; else any that was given.
        """
        known = self._known[self._place(number)]
        return self._keys if known is None else (known,)

    @property
    def words(self) -> str:
        """Name the keys that are taken: those given, and where there are any, those that they lead to."""
        led = [key for key in self._known if key is not None and key not in self._keys]
        return "a key given, or one that it leads to" if led else "a key given"

    def checks(self) -> Iterator[Check]:
        """Say of each change of the key whether it could be followed; nothing without keys."""
        for place, change in enumerate(self._changes if self._keys else ()):
            if None not in self._known[place : place + 2]:
                yield Check(
                    Kind.HOLDS,
                    f"The key changed with event {change.number}: the key before has signed that, and from then on the "
                    "one that it names signs.",
                )
            else:
                yield Check(
                    Kind.NOT_CHECKED,
                    f"Which key signs before or after event {change.number}, with which it changed: the keys given "
                    "do not lead there; give both (--keys).",
                )

    def _place(self, number: int) -> int:
        return sum(change.number < number for change in self._changes)

    def _signs(self, head: Checkpoint) -> bool:
        known = self._known[self._place(head.size)]
        note = checkpoints.read_note(head.note)
        return known is not None and checkpoints.is_signed_by(note, head.origin, (known,), self._is_signed)

    def _has_signed(self, key: bytes | None, change: KeyChange) -> bool:
        return key is not None and self._is_signed(key, change.event.signature, change.event.raw)

    def _given(self, place: int) -> bytes | None:
        """Give the key that was given for what lies between two changes, as these tell it."""
        for key in self._keys if self._changes else ():
            is_named = place > 0 and self._changes[place - 1].event.envelope.hashes.get(KEY) == hash_of(key)
            if is_named or (place < len(self._changes) and self._has_signed(key, self._changes[place])):
                return key
        return None

    def _forward(self) -> None:
        for place in range(len(self._known)):
            before = self._changes[place - 1] if place else None
            if before is not None and self._has_signed(self._known[place - 1], before):
                self._known[place] = before.following
            if self._known[place] is None:
                self._known[place] = self._given(place)

    def _back_from(self, place: int) -> None:
        """Take what each change before says of both keys for true; from the first that does not fit on, nothing."""
        for before in range(place - 1, -1, -1):
            change, after = self._changes[before], self._known[before + 1]
            if after is None or change.event.envelope.hashes[KEY] != hash_of(after):
                return
            if self._known[before] is None and self._has_signed(change.former, change):
                self._known[before] = change.former


def _is_change(found: ExportedEvent) -> bool:
    envelope = found.event.envelope
    return (envelope.case, envelope.kind) == (KEY_CASE, KEY_CHANGED) and KEY in envelope.hashes


def _change(found: ExportedEvent) -> KeyChange:
    stated = found.event.envelope.hashes
    if found.payload is None or stated.get(PAYLOAD) != hash_of(found.payload):
        return KeyChange(found.event)
    try:
        fields = read_json(found.payload, what="The change of the key")
        former, following = (from_base64(fields.get(name), what=f"The key “{name}”") for name in (FORMER, KEY))
    except MalformedRecord:
        return KeyChange(found.event)
    if hash_of(following) != stated[KEY] or {len(former), len(following)} != {_KEY_SIZE}:
        return KeyChange(found.event)
    return KeyChange(found.event, former, following)
