"""The plan and an entry as a workbook: a sheet for each kind of part, a row for each, a column for each field; pure.

Rows are linked by their names. A field of several choices or texts has several columns of one header, numbered; several
addresses or names of parts stand in one cell, each on its line.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader
from jinja2.environment import TemplateModule

from registry.entry import CITY, Entry, Link, Record, Text, Value
from registry.entry_plan import EntryPlan, Field, Kind, PartPlan
from registry.sheets import LISTS, OF_OUR_OWN, Book, CellValue, Column, Sheet

HELP: Final = "How to fill in:"
"""How the first cell of the row of help begins, in every sheet."""
LANGUAGE: Final = ": language"
"""How the header of a column of language tags ends."""
TRUTH: Final = ("yes", "no")

_NUMBERED: Final = re.compile(r" \((\d+)\)$")
_NOT_IN_TITLES: Final = re.compile(r"[\[\]:*?/\\']")
_LONGEST_TITLE: Final = 31
_EXACT_DIGITS: Final = 15
_FIRST_YEAR: Final = 1901
_CHOICES: Final = 3
_WIDE: Final = frozenset({Kind.LANGUAGE_TEXT, Kind.ADDRESS})


def titles(plan: EntryPlan) -> dict[str, str]:
    """Give the title of each part's sheet by the part's name: its label, short, and no two alike."""
    found: dict[str, str] = {}
    taken = set(OF_OUR_OWN)
    for part in plan.parts.values():
        stem = _NOT_IN_TITLES.sub(" ", part.label).strip()[:_LONGEST_TITLE] or part.name[:_LONGEST_TITLE]
        title, number = stem, 2
        while title.casefold() in taken:
            title = f"{stem[: _LONGEST_TITLE - 4]} ({number})"
            number += 1
        taken.add(title.casefold())
        found[part.name] = title
    return found


def headers(part: PartPlan) -> dict[str, str]:
    """Give the header of each field by its name: its label, with the name where two labels are alike."""
    labels = [each.label.casefold() for each in part.fields]
    return {
        each.name: each.label if labels.count(each.label.casefold()) == 1 else f"{each.label} – {each.name}"
        for each in part.fields
    }


def name_header(part: PartPlan) -> str:
    """Give the header of the first column."""
    return _say("name_of_city" if part.is_city else "name_of_part")


def book_of(entry: Entry, plan: EntryPlan) -> Book:
    """Write an entry as a workbook; an entry in which nothing is said gives the empty one."""
    sheets, lists = titles(plan), _lists(plan)
    return Book(
        cover=tuple(str(getattr(_template(), "cover")()).strip().splitlines()),  # noqa: B009  # no declared name
        sheets=tuple(
            Sheet(
                title=sheets[part.name],
                help=part.help,
                columns=tuple(_columns(part, entry, sheets, lists)),
                rows=tuple(_rows(part, entry)),
            )
            for part in plan.parts.values()
        ),
        lists={name: values for values, name in lists.items()},
    )


def spread(each: Field, entry: Entry, kind: str) -> int:
    """Say how many columns a field has: one, or as many as its fullest row needs."""
    if each.parts or each.kind in (Kind.ADDRESS, Kind.PART):
        return 1
    most = max((len(record.of(each.name)) for record in entry.records.values() if record.kind == kind), default=0)
    least = _CHOICES if each.kind is Kind.CHOICE and not each.is_single else 1
    return max(most, least)


def is_gathered(each: Field) -> bool:
    """Say whether several values of the field stand in one cell, each on its line."""
    return bool(each.parts) or each.kind in (Kind.ADDRESS, Kind.PART)


def numbered(header: str, number: int) -> str:
    """Give the header of one of several columns of a field."""
    return header if number == 1 else f"{header} ({number})"


def without_number(header: str) -> str:
    """Give the header that the columns of a field have in common."""
    return _NUMBERED.sub("", header)


def link_text(key: str) -> str:
    """Give the name of a part as it stands in a cell that may hold addresses too."""
    return f"#{key}" if key.startswith(("http://", "https://", "#")) or not key else key


def _columns(
    part: PartPlan, entry: Entry, sheets: Mapping[str, str], lists: Mapping[tuple[str, ...], str]
) -> Iterator[Column]:
    head = headers(part)
    help_of_name = _say("help_of_city" if part.is_city else "help_of_name")
    yield Column(header=name_header(part), note=f"{HELP} {help_of_name}", width=26)
    for each in part.fields:
        note = _say("note", each, [sheets[name] for name in each.parts])
        for number in range(1, spread(each, entry, part.name) + 1):
            yield Column(
                header=numbered(head[each.name], number),
                note=note if number == 1 else _say("one_more"),
                width=44 if each.kind in _WIDE else 24,
                listed=lists.get(_choices(each)),
                names_of=sheets[each.parts[0]] if each.kind is Kind.PART and each.is_single and each.parts else None,
                is_date=each.kind is Kind.DATE,
            )
            if each.kind is Kind.LANGUAGE_TEXT:
                header = numbered(head[each.name], number) + LANGUAGE
                yield Column(header=header, note=_say("help_of_language"), width=12)


def _rows(part: PartPlan, entry: Entry) -> Iterator[tuple[CellValue, ...]]:
    for key, record in entry.records.items():
        if record.kind == part.name:
            yield (entry.city if key == CITY else key, *_cells(part, entry, record))


def _cells(part: PartPlan, entry: Entry, record: Record) -> Iterator[CellValue]:
    for each in part.fields:
        values = record.of(each.name)
        if is_gathered(each):
            yield "\n".join(link_text(value.key) if isinstance(value, Link) else value.text for value in values)
            continue
        for number in range(spread(each, entry, part.name)):
            value = values[number] if number < len(values) else None
            yield _cell(value, each)
            if each.kind is Kind.LANGUAGE_TEXT:
                yield value.language if isinstance(value, Text) else None


def _cell(value: Value | None, each: Field) -> CellValue:
    """Give a value as a spreadsheet holds it: as day or number where none of it is lost, else as text."""
    if value is None:
        return None
    if isinstance(value, Link):
        return link_text(value.key)
    text = value.text
    if each.kind is Kind.DATE:
        return _day(text)
    if each.kind in (Kind.INTEGER, Kind.DECIMAL):
        return _number(text)
    if each.kind is Kind.BOOLEAN:
        return {"true": TRUTH[0], "false": TRUTH[1]}.get(text, text)
    return each.label_of(text) if each.kind is Kind.CHOICE else text


def _day(text: str) -> CellValue:
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return text
    return day if day is not None and day.year >= _FIRST_YEAR else text


def _number(text: str) -> CellValue:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite() or len(number.as_tuple().digits) > _EXACT_DIGITS or abs(number) >= 10**_EXACT_DIGITS:
        return text
    cell = int(number) if re.fullmatch(r"-?\d+", text) else float(number)
    return cell if plain_number(cell) == text else text


def plain_number(number: int | float) -> str:
    """Write a number without exponent."""
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    return str(number) if isinstance(number, int) else f"{Decimal(repr(number)):f}"


def _choices(each: Field) -> tuple[str, ...]:
    if each.kind is Kind.BOOLEAN:
        return TRUTH
    return tuple(option.label for option in each.options)


def _lists(plan: EntryPlan) -> dict[tuple[str, ...], str]:
    """Name each list of values that a column takes."""
    found: dict[tuple[str, ...], str] = {}
    for part in plan.parts.values():
        for each in part.fields:
            values = _choices(each)
            if values and values not in found:
                found[values] = each.label if each.label not in found.values() else f"{LISTS} {len(found) + 1}"
    return found


@cache
def _template() -> TemplateModule:
    environment = Environment(
        loader=PackageLoader("registry"),
        autoescape=False,  # noqa: S701  # cells are no markup
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("workbook.txt").module


def _say(name: str, *arguments: object) -> str:
    """Give the words of the workbook's template."""
    return " ".join(str(getattr(_template(), name)(*arguments)).split())
