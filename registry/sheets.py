"""A workbook as plain values: what is to be written, and what was read; no file format is known here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

CellValue = str | int | float | date | None

START: Final = "Start"
LISTS: Final = "Lists"
ERRORS: Final = "Errors"
OF_OUR_OWN: Final = frozenset({START.casefold(), LISTS.casefold(), ERRORS.casefold()})
"""Sheets that hold no statements."""


@dataclass(frozen=True, slots=True, order=True)
class CellPlace:
    """One cell: the title of its sheet, its row and its column counted from 1."""

    sheet: str
    row: int
    column: int

    def __str__(self) -> str:
        return f"{self.sheet}!{column_letters(self.column)}{self.row}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its header, its help, and what its cells take.

    ``listed`` names a list of the book, ``names_of`` a sheet whose first column is the list; ``is_date`` shows days.
    """

    header: str
    note: str
    width: int = 24
    listed: str | None = None
    names_of: str | None = None
    is_date: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its title, what it is for, its columns, and its rows below header and help."""

    title: str
    help: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[CellValue, ...], ...]


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook to be written: the lines of its first page, its sheets, and its lists by name."""

    cover: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet as it was read: the text of every cell that has one, by row and column counted from 1."""

    title: str
    cells: Mapping[tuple[int, int], str]

    def rows(self) -> list[int]:
        """Number every row in which something stands."""
        return sorted({row for row, _ in self.cells})

    def columns(self) -> list[int]:
        """Number every column in which something stands."""
        return sorted({column for _, column in self.cells})


def by_cell(sentences: Iterable[tuple[CellPlace, str]]) -> Mapping[CellPlace, list[str]]:
    """Gather sentences by the cell that they speak of."""
    found: dict[CellPlace, list[str]] = {}
    for cell, sentence in sentences:
        found.setdefault(cell, []).append(sentence)
    return found


def column_letters(column: int) -> str:
    """Give the letters of a column as spreadsheets write them: 1 is A, 27 is AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
