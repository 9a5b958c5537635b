"""An entry as the fields of an HTML form, and what its buttons do; pure.

Each value is a form field named by its path; beside it stand, by colon, ``…:language`` of a text, ``…:kind`` and
``…:key`` of a part that is written out there, ``…:link`` of a part that is described elsewhere (``#`` and its key),
``…:chosen`` for each ticked box of a list, and ``:city`` for the address of the city. A button is the field ``do`` with
a verb and a path.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from registry.entry import ADDRESS_OF_CITY, CITY, Entry, Link, Place, Record, Text, Value
from registry.entry_layout import Layout, lay_out
from registry.entry_plan import EntryPlan, Kind, PartPlan
from registry.errors import SubmissionTooLarge

Fields = Mapping[str, Sequence[str]]

MOST_FIELDS: Final = 20_000
"""The largest form that is read."""

_NAME: Final = re.compile(
    r"(?:(.+)\.)?([A-Za-z][\w-]*)(?:\[(\d{1,6})\])?(?::(key|kind|language|link|chosen))?", re.ASCII
)


def form_fields(entry: Entry, plan: EntryPlan) -> list[tuple[str, str]]:
    """Give the names and values that the form of an entry sends."""
    layout = lay_out(entry, plan)
    sent = [(ADDRESS_OF_CITY, entry.city)]
    for block in layout.blocks():
        if block.path:
            sent += [(f"{block.path}:kind", block.part.name), (f"{block.path}:key", block.key)]
        for slot in block.slots:
            for item in slot.items:
                if isinstance(item.value, Text):
                    sent.append((item.path, item.value.text))
                    if slot.field.kind is Kind.LANGUAGE_TEXT or item.value.language:
                        sent.append((f"{item.path}:language", item.value.language))
                elif item.block is None:
                    sent.append((f"{item.path}:link", f"#{item.value.key}"))
    return sent


def read_form(fields: Fields, plan: EntryPlan) -> Entry:
    """Read what a form sent into an entry; names that no form has are passed over. Raises SubmissionTooLarge."""
    if sum(map(len, fields.values())) > MOST_FIELDS:
        raise SubmissionTooLarge(f"The form has more than {MOST_FIELDS:,} fields; send the rest as a file.")
    blocks = _blocks(fields, plan)
    said: dict[str, dict[str, dict[int, Value]]] = {key: {} for key, _ in blocks.values()}
    for name in fields:
        _read_field(name, fields, blocks, said)
    records = {
        key: Record(
            part.name,
            {
                each.name: tuple(value for _, value in sorted(said[key][each.name].items()))
                for each in part.fields
                if said[key].get(each.name)
            },
        )
        for key, part in blocks.values()
    }
    return Entry(_first(fields, ADDRESS_OF_CITY), records)


def act(entry: Entry, command: str, plan: EntryPlan, fields: Fields) -> tuple[Entry, str]:
    """Do what a button says; give the entry and the path to look at next, which is empty where nothing changed.

    ``add PATH KIND`` describes one more part, ``more PATH`` opens one more empty value, ``use PATH`` links the part
    chosen in ``PATH:use``, ``remove PATH`` takes out a value with all that only it led to.
    """
    verb, _, rest = command.partition(" ")
    path, _, kind = rest.partition(" ")
    layout = lay_out(entry, plan)
    place = layout.places().get(path)
    if place is None:
        return entry, ""
    if verb == "remove":
        return _without(entry, place), path.rpartition("[")[0] or path
    if not place.field or place.field == ADDRESS_OF_CITY:
        return entry, ""
    record = entry.records[place.key]
    each = next(each for each in plan.parts[record.kind].fields if each.name == place.field)
    values = record.of(place.field)
    if verb == "more":
        language = next((value.language for value in values if isinstance(value, Text)), "")
        # an untouched field shows one empty value already, so that one more makes two
        more: tuple[Value, ...] = (Text("", language),) if values else (Text(""), Text(""))
        return _with(entry, place, (*values, *more), plan)
    values = tuple(value for value in values if isinstance(value, Link) or not value.is_blank)
    if verb == "use":
        chosen = _first(fields, f"{path}:use").removeprefix("#")
        known = chosen in entry.records and Link(chosen) not in values
        return _with(entry, place, (*values, Link(chosen)), plan) if known else (entry, path)
    if verb == "add" and kind in each.parts:
        key = new_key(kind, entry.records)
        grown = Entry(entry.city, {**entry.records, key: Record(kind)})
        return _with(grown, place, (*values, Link(key)), plan)
    return entry, ""


def new_key(kind: str, taken: Iterable[str]) -> str:
    """Give a key that no part has yet, from the name of its kind."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", kind).lower()
    used, number = set(taken), 1
    while f"{words}-{number}" in used:
        number += 1
    return f"{words}-{number}"


def _with(entry: Entry, place: Place, values: tuple[Value, ...], plan: EntryPlan) -> tuple[Entry, str]:
    changed = entry.with_values(place.key, place.field, values)
    return changed, lay_out(changed, plan).path_of(Place(place.key, place.field, len(values)), plan)


def _without(entry: Entry, place: Place) -> Entry:
    if not place.field:
        return _forget(entry, [place.key])
    values = entry.records[place.key].of(place.field)
    if not 1 <= place.number <= len(values):
        return entry
    gone = values[place.number - 1]
    kept = values[: place.number - 1] + values[place.number :]
    changed = entry.with_values(place.key, place.field, kept)
    return _forget(changed, [gone.key]) if isinstance(gone, Link) else changed


def _forget(entry: Entry, keys: list[str]) -> Entry:
    """Take out parts that nothing names any more, and what only they led to."""
    records = dict(entry.records)
    for key in keys:
        is_named = any(
            isinstance(value, Link) and value.key == key
            for other, record in records.items()
            if other != key
            for values in record.values.values()
            for value in values
        )
        if key == CITY or is_named or key not in records:
            continue
        gone = records.pop(key)
        keys.extend(value.key for values in gone.values.values() for value in values if isinstance(value, Link))
    return Entry(entry.city, records)


def _blocks(fields: Fields, plan: EntryPlan) -> dict[str, tuple[str, PartPlan]]:
    """Give key and plan of every block that the form holds, by path."""
    blocks: dict[str, tuple[str, PartPlan]] = {"": (CITY, plan.city)}
    taken = {CITY}
    for name in fields:
        path = name.removesuffix(":kind")
        part = plan.parts.get(_first(fields, name)) if path != name else None
        if part is None or path in blocks:
            continue
        key = _first(fields, f"{path}:key").strip()
        if not key or key in taken:
            key = new_key(part.name, taken)
        taken.add(key)
        blocks[path] = (key, part)
    return blocks


def _read_field(
    name: str,
    fields: Fields,
    blocks: Mapping[str, tuple[str, PartPlan]],
    said: Mapping[str, dict[str, dict[int, Value]]],
) -> None:
    match = _NAME.fullmatch(name)
    if match is None or (match[1] or "") not in blocks:
        return
    key, part = blocks[match[1] or ""]
    each, number, beside = part.field(match[2]), int(match[3] or 1), match[4]
    if each is None:
        return
    values = said[key].setdefault(each.name, {})
    if beside is None:
        text = _first(fields, name).replace("\r\n", "\n").replace("\r", "\n")
        text = each.value_of(text) if each.kind is Kind.CHOICE else text
        values[number] = Text(text, _first(fields, f"{name}:language").strip())
    elif beside == "kind" and name.removesuffix(":kind") in blocks:
        values[number] = Link(blocks[name.removesuffix(":kind")][0])
    elif beside == "link" and _first(fields, name):
        values[number] = Link(_first(fields, name).removeprefix("#"))
    elif beside == "chosen":
        for place, chosen in enumerate(fields[name]):
            values[number * 1_000_000 + place] = Text(chosen)


def _first(fields: Fields, name: str) -> str:
    return next(iter(fields.get(name, ())), "")


def faults_by_path(faults: Iterable[tuple[Place, str]], layout: Layout, plan: EntryPlan) -> Iterator[tuple[str, str]]:
    """Give each fault with the path of its place, in the order of the form."""
    order = {path: number for number, path in enumerate(layout.places())}
    listed = [(layout.path_of(place, plan), sentence) for place, sentence in faults]
    yield from sorted(dict.fromkeys(listed), key=lambda pair: order.get(pair[0], len(order)))
