"""A workbook that comes back: its cells as an entry, each value with its cell, and what was not understood; pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from registry.entry import ADDRESS_OF_CITY, CITY, Entry, Fault, Link, Place, Record, Text, Value
from registry.entry_form import new_key
from registry.entry_plan import EntryPlan, Field, Kind, PartPlan
from registry.sheets import OF_OUR_OWN, CellPlace, Grid, column_letters
from registry.workbook import HELP, LANGUAGE, headers, is_gathered, name_header, titles, without_number

_NOT_IN_NAMES: Final = re.compile(r'[\s<>"{}|\\^`#]')
_HEADER_ROW: Final = 1


@dataclass(frozen=True, slots=True)
class Mark:
    """A sentence that belongs to one cell."""

    cell: CellPlace
    sentence: str


@dataclass(frozen=True, slots=True)
class ReadBook:
    """What a workbook says: the entry, the cell of each place, and what could not be understood."""

    entry: Entry
    cells: Mapping[Place, CellPlace]
    marks: tuple[Mark, ...]

    def mark(self, fault: Fault) -> Mark:
        """Give a fault of the entry the cell that it speaks of: the value's, else the field's, else the row's."""
        place = fault.place
        tried = (place, Place(place.key, place.field), Place(place.key), Place(CITY))
        cell = next((self.cells[each] for each in tried if each in self.cells), CellPlace("", 1, 1))
        return Mark(cell, fault.sentence)


@dataclass(frozen=True, slots=True)
class _ReadColumn:
    """What a column holds: the field, or the language of the field's text left of it."""

    field: Field
    is_language: bool


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    plan: EntryPlan
    city: str = ""
    records: dict[str, dict[str, tuple[Value, ...]]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    cells: dict[Place, CellPlace] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)


def read_book(grids: Iterable[Grid], plan: EntryPlan) -> ReadBook:
    """Read the sheets of a workbook into an entry; nothing that stands in a cell is passed over in silence."""
    by_title = {title.casefold(): plan.parts[name] for name, title in titles(plan).items()}
    reading = _Reading(plan)
    sheets: list[tuple[Grid, PartPlan]] = []
    for grid in grids:
        title = grid.title.strip().casefold()
        if title in by_title:
            sheets.append((grid, by_title[title]))
        elif title not in OF_OUR_OWN and grid.cells:
            sentence = (
                f"The sheet “{grid.title[:40]}” is none of the template's; give it the template's title or take it out."
            )
            reading.marks.append(Mark(CellPlace(grid.title, *min(grid.cells)), sentence))
    rows = {(part.name, row): key for grid, part in sheets for row, key in _names(grid, part, reading)}
    known = {key: key for key in rows.values()}
    known |= {_written(grid, row): rows[part.name, row] for grid, part in sheets for row in _data_rows(grid)}
    for grid, part in sheets:
        columns = dict(_columns(grid, part, reading))
        for row in _data_rows(grid):
            _read_row(grid, row, columns, rows[part.name, row], known, reading)
    records = {key: Record(reading.kinds[key], values) for key, values in reading.records.items()}
    if CITY not in records:
        records[CITY] = Record(plan.city.name)
        first = CellPlace(titles(plan)[plan.city.name], 3, 1)
        reading.cells |= {Place(CITY): first, Place(CITY, ADDRESS_OF_CITY): first}
    return ReadBook(Entry(reading.city, records), reading.cells, tuple(reading.marks))


def name_of(text: str) -> str:
    """Give the name that a row has in addresses: as written, with hyphens for spaces and without forbidden signs."""
    words = " ".join(text.split())
    return _NOT_IN_NAMES.sub("", words.replace(" ", "-"))


def _names(grid: Grid, part: PartPlan, reading: _Reading) -> Iterator[tuple[int, str]]:
    """Give the key of each row, and begin its record."""
    for row in _data_rows(grid):
        cell, written = CellPlace(grid.title, row, 1), grid.cells.get((row, 1), "").strip()
        if part.is_city:
            key = CITY if CITY not in reading.kinds else new_key(part.name, reading.kinds)
            if key:
                reading.marks.append(Mark(cell, "A workbook describes one city; take this row out."))
            reading.city = reading.city or written
            reading.cells.setdefault(Place(CITY, ADDRESS_OF_CITY), cell)
        else:
            key = name_of(written)
            if not key or key in reading.kinds:
                if key:
                    other = reading.cells[Place(key)]
                    reading.marks.append(
                        Mark(cell, f"The name “{written[:60]}” stands in {other} too; choose another.")
                    )
                key = new_key(part.name, reading.kinds)
        reading.kinds[key], reading.records[key] = part.name, {}
        reading.cells[Place(key)] = cell
        yield row, key


def _columns(grid: Grid, part: PartPlan, reading: _Reading) -> Iterator[tuple[int, _ReadColumn]]:
    """Say what each column holds; a header that no field has is noted when something stands below it."""
    by_header = {header.casefold(): part.field(name) for name, header in headers(part).items()}
    used = {column for row, column in grid.cells if row > _HEADER_ROW}
    for column in grid.columns():
        header = " ".join(grid.cells.get((_HEADER_ROW, column), "").split())
        is_language = header.casefold().endswith(LANGUAGE)
        stem = header[: -len(LANGUAGE)] if is_language else header
        found = by_header.get(stem.casefold()) or by_header.get(without_number(stem).casefold())
        if column == 1:
            if header.casefold() != name_header(part).casefold():
                sentence = f"The first column must be called “{name_header(part)}” and hold the names of the rows."
                reading.marks.append(Mark(CellPlace(grid.title, _HEADER_ROW, 1), sentence))
        elif found is not None:
            yield column, _ReadColumn(found, is_language)
        elif column in used or header:
            what = f"No question of this sheet is called “{header[:60]}”" if header else "This column has no header"
            sentence = f"{what}; write the template's header, or take the column out."
            reading.marks.append(Mark(CellPlace(grid.title, _HEADER_ROW, column), sentence))


def _data_rows(grid: Grid) -> list[int]:
    """Number the rows below header and help."""
    help_row = 2 if grid.cells.get((2, 1), "").startswith(HELP) else 0
    return [row for row in grid.rows() if row > _HEADER_ROW and row != help_row]


def _written(grid: Grid, row: int) -> str:
    return grid.cells.get((row, 1), "").strip()


def _read_row(
    grid: Grid,
    row: int,
    columns: Mapping[int, _ReadColumn],
    key: str,
    known: Mapping[str, str],
    reading: _Reading,
) -> None:
    said: dict[str, list[Value]] = {}
    for column, held in sorted(columns.items()):
        text, each, cell = grid.cells.get((row, column), ""), held.field, CellPlace(grid.title, row, column)
        reading.cells.setdefault(Place(key, each.name), cell)
        values = said.setdefault(each.name, [])
        if held.is_language:
            _say_language(values, text.strip(), cell, reading)
            continue
        if not text.strip():
            if each.kind is Kind.LANGUAGE_TEXT:
                values.append(Text(""))
            continue
        for value in _values(text, each, known):
            values.append(value)
            reading.cells[Place(key, each.name, len(values))] = cell
    reading.records[key] = {name: tuple(values) for name, values in said.items() if values}


def _say_language(values: list[Value], language: str, cell: CellPlace, reading: _Reading) -> None:
    """Give the text left of a column of languages its language."""
    last = values[-1] if values else None
    if isinstance(last, Text) and not last.language:
        values[-1] = Text(last.text, language)
        if language and last.is_blank:
            reading.marks.append(Mark(cell, "A language without a text; write the text beside it, or empty this cell."))
    elif language:
        left = column_letters(cell.column - 1)
        reading.marks.append(
            Mark(cell, f"No text stands in column {left} for this language; put it right of its text.")
        )


def _values(text: str, each: Field, known: Mapping[str, str]) -> Sequence[Value]:
    if is_gathered(each):
        return [_pointed(token, each, known) for token in _tokens(text, known)]
    if each.kind is Kind.CHOICE:
        return [Text(each.value_of(text.strip()))]
    if each.kind is Kind.BOOLEAN:
        return [Text({"yes": "true", "no": "false"}.get(text.strip().casefold(), text))]
    return [Text(text)]


def _tokens(text: str, known: Mapping[str, str]) -> Iterator[str]:
    """Part a cell by lines, and a line by semicolons unless it is the name of a row; an address may end in one."""
    for line in text.splitlines():
        stripped = line.strip()
        between = r";\s+" if stripped.startswith(("http://", "https://")) else r";\s+|;$"
        pieces = [stripped] if stripped in known else re.split(between, stripped)
        yield from (piece.strip() for piece in pieces if piece.strip())


def _pointed(token: str, each: Field, known: Mapping[str, str]) -> Value:
    """Take a word for the part of that name, or for an address."""
    if not each.parts:
        return Text(token)
    if token.startswith("#"):
        return Link(token[1:])
    if token.startswith(("http://", "https://")):
        return Text(token)
    return Link(known.get(token, name_of(token)))
