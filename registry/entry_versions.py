"""Entries as JSON, and two versions of one entry brought together so that neither's work is lost; pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from registry.entry import ADDRESS_OF_CITY, CITY, Entry, Link, Place, Record, Text, Value
from registry.entry_form import new_key
from registry.entry_plan import EntryPlan, Kind
from registry.errors import UnreadableSubmission


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that two people changed differently; ``mine`` or ``theirs`` is empty where it was taken out."""

    place: Place
    mine: tuple[Value, ...]
    theirs: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """Both versions in one entry, mine where they differ, and the fields in which they do."""

    entry: Entry
    conflicts: tuple[Conflict, ...]


def to_json(entry: Entry) -> str:
    """Write an entry as JSON, the same text for the same entry."""
    document = {
        "city": entry.city,
        "parts": {
            key: {
                "kind": record.kind,
                "values": {
                    name: [_written(value) for value in values] for name, values in sorted(record.values.items())
                },
            }
            for key, record in sorted(entry.records.items())
        },
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Entry:
    """Read what ``to_json`` wrote; raise UnreadableSubmission for anything else."""
    try:
        document = json.loads(text)
        return Entry(
            _text(document["city"]),
            {
                _text(key): Record(
                    _text(part["kind"]),
                    {
                        _text(name): tuple(_read(value) for value in values)
                        for name, values in part["values"].items()
                        if values
                    },
                )
                for key, part in document["parts"].items()
            },
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise UnreadableSubmission("The draft is not written as the registry writes drafts; open it anew.") from fault


def merge(ancestor: Entry, mine: Entry, theirs: Entry, plan: EntryPlan) -> Merged:
    """Bring two versions together that both began with one ancestor.

    A field that one side changed is taken from that side; one that both changed differently is kept as mine and listed.
    What each side added to a list of parts or choices is kept, and two parts that got the same key stay two. A part
    that one side took out stays when the other changed it.
    """
    mine = _apart(ancestor, mine, theirs)
    conflicts: list[Conflict] = []
    records: dict[str, Record] = {}
    for key in dict.fromkeys([*theirs.records, *mine.records]):
        old, left, right = (version.records.get(key) for version in (ancestor, mine, theirs))
        if left is None or right is None:
            kept = _one_sided(old, left, right)
            if kept is not None:
                records[key] = kept
            continue
        values: dict[str, tuple[Value, ...]] = {}
        for name in dict.fromkeys([*right.values, *left.values]):
            sides = (old.of(name) if old else (), left.of(name), right.of(name))
            if _is_list(plan, left.kind, name):
                values[name] = _union(*sides)
                continue
            values[name], is_conflict = _chosen(*sides)
            if is_conflict:
                conflicts.append(Conflict(Place(key, name), left.of(name), right.of(name)))
        records[key] = Record(left.kind, {name: found for name, found in values.items() if found})
    city, is_conflict = _chosen((Text(ancestor.city),), (Text(mine.city),), (Text(theirs.city),))
    if is_conflict:
        conflicts.append(Conflict(Place(CITY, ADDRESS_OF_CITY), (Text(mine.city),), (Text(theirs.city),)))
    return Merged(Entry("".join(value.text for value in city if isinstance(value, Text)), records), tuple(conflicts))


def resolve(merged: Merged, theirs: frozenset[Place]) -> Entry:
    """Give the merged entry with the other side's values at the places named, mine at the others."""
    entry = merged.entry
    for conflict in merged.conflicts:
        if conflict.place not in theirs:
            continue
        if conflict.place.field == ADDRESS_OF_CITY:
            entry = Entry("".join(value.text for value in conflict.theirs if isinstance(value, Text)), entry.records)
        else:
            entry = entry.with_values(conflict.place.key, conflict.place.field, conflict.theirs)
    return entry


def changed_places(earlier: Entry, later: Entry) -> Iterator[Place]:
    """Name every field in which two entries differ, blank values aside."""
    if earlier.city != later.city:
        yield Place(CITY, ADDRESS_OF_CITY)
    for key in dict.fromkeys([*earlier.records, *later.records]):
        old, new = earlier.records.get(key, Record("")), later.records.get(key, Record(""))
        for name in dict.fromkeys([*old.values, *new.values]):
            if told(old.of(name)) != told(new.of(name)):
                yield Place(key, name)


def renamed(entry: Entry, names: Mapping[str, str]) -> Entry:
    """Give an entry with other keys for some parts, by their old ones, wherever they are named."""

    def link(value: Value) -> Value:
        return Link(names.get(value.key, value.key)) if isinstance(value, Link) else value

    return Entry(
        entry.city,
        {
            names.get(key, key): Record(
                record.kind, {name: tuple(map(link, values)) for name, values in record.values.items()}
            )
            for key, record in entry.records.items()
        },
    )


def _apart(ancestor: Entry, mine: Entry, theirs: Entry) -> Entry:
    """Give my new parts other keys where the other side's new parts have the same and are different parts."""
    both = (mine.records.keys() & theirs.records.keys()) - ancestor.records.keys()
    taken = {*mine.records, *theirs.records}
    names: dict[str, str] = {}
    for key in sorted(both):
        if not _same(mine.records[key], theirs.records[key]):
            names[key] = new_key(mine.records[key].kind, taken)
            taken.add(names[key])
    return renamed(mine, names)


def _is_list(plan: EntryPlan, kind: str, name: str) -> bool:
    part = plan.parts.get(kind)
    field = part.field(name) if part else None
    return field is not None and not field.is_single and field.kind in (Kind.PART, Kind.CHOICE, Kind.ADDRESS)


def _union(before: tuple[Value, ...], mine: tuple[Value, ...], theirs: tuple[Value, ...]) -> tuple[Value, ...]:
    """Give what stands on both sides and what either added; what either took out is out."""
    before, mine, theirs = told(before), told(mine), told(theirs)
    kept = [value for value in theirs if value in mine or value not in before]
    return tuple(dict.fromkeys([*kept, *(value for value in mine if value not in before)]))


def _one_sided(old: Record | None, left: Record | None, right: Record | None) -> Record | None:
    """Give a part that stands on one side only: new there, or changed since the other took it out."""
    present = left or right
    if old is None or present is None:
        return present
    return None if _same(old, present) else present


def _same(one: Record, other: Record) -> bool:
    names = {*one.values, *other.values}
    return one.kind == other.kind and all(told(one.of(name)) == told(other.of(name)) for name in names)


def _chosen(
    before: tuple[Value, ...], mine: tuple[Value, ...], theirs: tuple[Value, ...]
) -> tuple[tuple[Value, ...], bool]:
    if told(mine) == told(theirs) or told(theirs) == told(before):
        return mine, False
    if told(mine) == told(before):
        return theirs, False
    return mine, True


def told(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Give the values of a field that say something."""
    return tuple(value for value in values if isinstance(value, Link) or not value.is_blank)


def _written(value: Value) -> dict[str, str]:
    if isinstance(value, Link):
        return {"part": value.key}
    return {"text": value.text, "language": value.language} if value.language else {"text": value.text}


def _read(value: Any) -> Value:
    if "part" in value:
        return Link(_text(value["part"]))
    return Text(_text(value["text"]), _text(value.get("language", "")))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
