"""An entry as it is filled in: parts nested under the first thing that names them, each value at its path; pure.

A path names fields and counts from 1: ``currentPlan.commitment[2].budgetLine[1].amount``. A field that holds one value
is not counted. A part that several things name is written out where it is named nearest to the city; elsewhere a link
says which it is. Parts that nothing names stand at the end, under ``:unlinked[1]`` and so on, so that none is hidden.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from registry.entry import ADDRESS_OF_CITY, CITY, Entry, Link, Place, Text, Value
from registry.entry_plan import EntryPlan, Field, Kind, PartPlan

UNLINKED: Final = ":unlinked"
"""The path, with a number, of a part that nothing names."""
_DEEPEST: Final = 12


@dataclass(frozen=True, slots=True)
class Item:
    """One value at its path; a part that is written out here comes with its block."""

    path: str
    value: Value
    block: "Block | None" = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One field at its path, with its values."""

    path: str
    field: Field
    items: tuple[Item, ...]

    @property
    def texts(self) -> tuple[Item, ...]:
        """The values that were typed or chosen."""
        return tuple(item for item in self.items if isinstance(item.value, Text))

    @property
    def links(self) -> tuple[Item, ...]:
        """The parts, written out here or elsewhere."""
        return tuple(item for item in self.items if isinstance(item.value, Link))

    def next_path(self) -> str:
        """Give the path that one more value would have."""
        return item_path(self.path, self.field, len(self.items) + 1)

    def values(self) -> frozenset[str]:
        """Give what was chosen, for a list of boxes."""
        return frozenset(item.value.text for item in self.texts if isinstance(item.value, Text))


@dataclass(frozen=True, slots=True)
class Block:
    """The city or one part, written out: its sections with their fields."""

    path: str
    key: str
    part: PartPlan
    title: str
    sections: tuple[tuple[str, tuple[Slot, ...]], ...]

    @property
    def slots(self) -> Iterator[Slot]:
        """Every field in order."""
        return (slot for _, slots in self.sections for slot in slots)


@dataclass(frozen=True, slots=True)
class Layout:
    """The city, the parts that nothing names, the path of every part, and every part's title and kind by key."""

    city: Block
    unlinked: tuple[Block, ...]
    paths: Mapping[str, str]
    titles: Mapping[str, str]
    kinds: Mapping[str, str]

    def path_of(self, place: Place, plan: EntryPlan) -> str:
        """Give the path of a place; the path of its part where the field is not one of the plan."""
        if place.field == ADDRESS_OF_CITY:
            return ADDRESS_OF_CITY
        block = self.paths.get(place.key, "")
        part = plan.parts.get(self.kinds.get(place.key, ""))
        field = part.field(place.field) if part else None
        if field is None:
            return block
        slot = join(block, field.name)
        return item_path(slot, field, place.number) if place.number else slot

    def blocks(self) -> Iterator[Block]:
        """Give every block, outer ones first."""
        waiting = deque([self.city, *self.unlinked])
        while waiting:
            block = waiting.popleft()
            yield block
            waiting.extend(item.block for slot in block.slots for item in slot.items if item.block is not None)

    def places(self) -> dict[str, Place]:
        """Give the place of every path: fields and values."""
        found = {ADDRESS_OF_CITY: Place(CITY, ADDRESS_OF_CITY)}
        for block in self.blocks():
            found.setdefault(block.path, Place(block.key))
            for slot in block.slots:
                found[slot.path] = Place(block.key, slot.field.name)
                for number, item in enumerate(slot.items, start=1):
                    found[item.path] = Place(block.key, slot.field.name, number)
        return found


def lay_out(entry: Entry, plan: EntryPlan) -> Layout:
    """Nest the parts of an entry; each part that the plan knows is written out exactly once."""
    paths, owned = _owners(entry, plan)
    titles = {key: title_of(entry, key, plan) for key in entry.records}
    blocks = _Blocks(entry, plan, paths, owned, titles)
    roots = [key for key, path in paths.items() if path.startswith(UNLINKED) and "." not in path]
    return Layout(
        city=blocks.block(CITY),
        unlinked=tuple(blocks.block(key) for key in roots),
        paths=paths,
        titles=titles,
        kinds={key: record.kind for key, record in entry.records.items()},
    )


def entry_title(entry: Entry, plan: EntryPlan) -> str:
    """Give what an entry is called: as its city is called in it, else by the city's address."""
    return title_of(entry, CITY, plan) or entry.city


def title_of(entry: Entry, key: str, plan: EntryPlan) -> str:
    """Give what a part is called: its first words, else its first value, else what kind of thing it is."""
    record = entry.records[key]
    part = plan.parts.get(record.kind)
    if part is None:
        return key
    typed = [
        (each, value.text)
        for each in part.fields
        for value in record.of(each.name)
        if isinstance(value, Text) and not value.is_blank
    ]
    worded = [text for each, text in typed if each.kind is Kind.LANGUAGE_TEXT]
    values = [each.label_of(text) for each, text in typed if each.kind is not Kind.ADDRESS]
    found = next(iter([*worded[:1], *values[:1]]), "")
    return " ".join(found.split())[:80]


def join(block: str, name: str) -> str:
    """Give the path of a field of a block."""
    return f"{block}.{name}" if block else name


def item_path(slot: str, field: Field, number: int) -> str:
    """Give the path of one value of a field."""
    return slot if field.is_single and number == 1 else f"{slot}[{number}]"


def _owners(entry: Entry, plan: EntryPlan) -> tuple[dict[str, str], set[tuple[str, str, int]]]:
    """Decide where each part is written out: nearest to the city, then by the order of fields."""
    paths: dict[str, str] = {CITY: ""}
    owned: set[tuple[str, str, int]] = set()
    _spread(entry, plan, CITY, paths, owned)
    linked = {
        value.key for record in entry.records.values() for values in record.values.values() for value in _links(values)
    }
    rest = [key for key in entry.records if key not in paths and entry.records[key].kind in plan.parts]
    number = 0
    for key in sorted(rest, key=lambda key: key in linked):
        if key not in paths:
            number += 1
            paths[key] = f"{UNLINKED}[{number}]"
            _spread(entry, plan, key, paths, owned)
    return paths, owned


def _spread(entry: Entry, plan: EntryPlan, start: str, paths: dict[str, str], owned: set[tuple[str, str, int]]) -> None:
    waiting = deque([(start, 0)])
    while waiting:
        key, depth = waiting.popleft()
        record = entry.records[key]
        if depth >= _DEEPEST:
            continue
        for each in plan.parts[record.kind].fields:
            for number, value in enumerate(record.of(each.name), start=1):
                if not isinstance(value, Link) or value.key in paths or value.key not in entry.records:
                    continue
                if entry.records[value.key].kind in each.parts:
                    paths[value.key] = item_path(join(paths[key], each.name), each, number)
                    owned.add((key, each.name, number))
                    waiting.append((value.key, depth + 1))


def _links(values: tuple[Value, ...]) -> Iterator[Link]:
    return (value for value in values if isinstance(value, Link))


@dataclass(frozen=True, slots=True)
class _Blocks:
    """Builds the blocks once it is known where each part is written out."""

    entry: Entry
    plan: EntryPlan
    paths: Mapping[str, str]
    owned: set[tuple[str, str, int]]
    titles: Mapping[str, str]

    def block(self, key: str) -> Block:
        """Write out one part and all that is written out within it."""
        part = self.plan.parts[self.entry.records[key].kind]
        return Block(
            path=self.paths[key],
            key=key,
            part=part,
            title=self.titles[key],
            sections=tuple(
                (section.label, tuple(self._slot(key, each) for each in section.fields)) for section in part.sections
            ),
        )

    def _slot(self, key: str, each: Field) -> Slot:
        path = join(self.paths[key], each.name)
        items = tuple(
            Item(
                item_path(path, each, number),
                value,
                self.block(value.key) if isinstance(value, Link) and (key, each.name, number) in self.owned else None,
            )
            for number, value in enumerate(self.entry.records[key].of(each.name), start=1)
        )
        return Slot(path, each, items)
