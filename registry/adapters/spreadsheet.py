"""The Sheets port over openpyxl: Office Open XML workbooks (ECMA-376, .xlsx), written plainly, read with distrust.

Run reading confined: what the archive says of its sizes is checked before anything is unpacked, but a parser follows.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from registry.errors import RegistryError, SubmissionTooLarge, UnreadableSubmission, UnsupportedFormat
from registry.sheets import ERRORS, LISTS, START, Book, CellPlace, CellValue, Column, Grid, Sheet, column_letters

MOST_ROWS: Final = 2_000
MOST_COLUMNS: Final = 400
MOST_SHEETS: Final = 120
MOST_PARTS: Final = 500
MOST_UNPACKED: Final = 40_000_000
MOST_CELLS: Final = 200_000
LONGEST_CELL: Final = 32_767

_FIRST_ROW: Final = 3
_LAST_ROW: Final = 1_000
_EPOCH: Final = datetime(2026, 1, 1)
_FORBIDDEN_PARTS: Final = (
    (re.compile(r"vbaproject|\.bin$|xl/macrosheets|activex", re.IGNORECASE), "macros or binary parts"),
    (re.compile(r"externallinks|xl/connections|querytables|customxml/.*connection", re.IGNORECASE), "external links"),
    (re.compile(r"embeddings|oleobject", re.IGNORECASE), "embedded documents"),
)
_EXTERNAL: Final = re.compile(rb"<Relationship\b[^>]*\bTargetMode\s*=\s*[\"']External[\"'][^>]*>")
_DECLARES: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LOOKS_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""How a cell writes a character by its number (ECMA-376 part 1, 22.9.2.19)."""
_HEAD: Final = PatternFill("solid", fgColor="17486B")
_QUIET: Final = PatternFill("solid", fgColor="EAF0F4")
_WRONG: Final = PatternFill("solid", fgColor="FBE3DF")
_TOP: Final = Alignment(vertical="top", wrap_text=True)
_AUTHOR: Final = "Human Rights Cities Registry"


class OpenXmlSheets:
    """Writes, reads and annotates workbooks."""

    def write(self, book: Book) -> bytes:
        """Give a workbook with headers, help, drop-down lists and rows; no cell is a formula."""
        workbook = Workbook()
        start = workbook.active
        start.title = START
        start.column_dimensions["A"].width = 100
        for row, line in enumerate(book.cover, start=1):
            _put(start, row, 1, line).font = Font(bold=row == 1, size=14 if row == 1 else 11)
        for row, sheet in enumerate(book.sheets, start=len(book.cover) + 2):
            cell = _put(start, row, 1, f"{sheet.title}: {sheet.help}")
            cell.hyperlink = f"#{quote_sheetname(sheet.title)}!A1"
        ranges = _write_lists(workbook, book.lists)
        for sheet in book.sheets:
            _write_sheet(workbook.create_sheet(sheet.title), sheet, ranges)
        workbook.move_sheet(LISTS, offset=len(book.sheets))
        return _saved(workbook)

    def read(self, raw: bytes) -> Sequence[Grid]:
        """Give the text of every cell, sheet by sheet.

        Raises UnsupportedFormat (macros, external links, formulas, other formats), SubmissionTooLarge and
        UnreadableSubmission; each names the cell or the part where it can.
        """
        workbook = _loaded(raw)
        grids = [Grid(sheet.title, dict(_texts(sheet))) for sheet in workbook.worksheets]
        if sum(len(grid.cells) for grid in grids) > MOST_CELLS:
            raise SubmissionTooLarge(f"The workbook has more than {MOST_CELLS:,} filled cells; send less at once.")
        return grids

    def annotate(self, raw: bytes, notes: Mapping[CellPlace, Sequence[str]]) -> bytes:
        """Give the workbook with a comment in each cell named, the cell coloured, and all of them on a first sheet."""
        workbook = _loaded(raw)
        if ERRORS in workbook.sheetnames:
            del workbook[ERRORS]
        errors = workbook.create_sheet(ERRORS, 0)
        for column, width in (("A", 28), ("B", 110)):
            errors.column_dimensions[column].width = width
        titles = {sheet.title.casefold(): sheet for sheet in workbook.worksheets}
        for row, (place, sentences) in enumerate(sorted(notes.items()), start=1):
            _put(errors, row, 2, "\n".join(sentences))
            name, sheet = _put(errors, row, 1, str(place)), titles.get(place.sheet.casefold())
            if sheet is None:
                continue
            name.hyperlink = f"#{quote_sheetname(sheet.title)}!{column_letters(place.column)}{place.row}"
            cell = sheet.cell(place.row, place.column)
            cell.comment = Comment("\n".join(sentences), _AUTHOR, width=420, height=60 + 40 * len(sentences))
            cell.fill = _WRONG
        workbook.active = 0
        for sheet in workbook.worksheets:  # several selected sheets would be edited all at once
            sheet.sheet_view.tabSelected = sheet is errors
        return _saved(workbook)


def _write_sheet(target: Any, sheet: Sheet, ranges: Mapping[str, str]) -> None:
    for number, column in enumerate(sheet.columns, start=1):
        letters = column_letters(number)
        head = _put(target, 1, number, column.header)
        head.font, head.fill, head.alignment = Font(bold=True, color="FFFFFF"), _HEAD, _TOP
        note = _put(target, 2, number, column.note)
        note.font, note.fill, note.alignment = Font(size=9, color="44515C"), _QUIET, _TOP
        target.column_dimensions[letters].width = column.width
        _offer(target, column, f"{letters}{_FIRST_ROW}:{letters}{_LAST_ROW}", ranges)
    target.row_dimensions[2].height = 110
    target.freeze_panes = "B3"
    for row, values in enumerate(sheet.rows, start=_FIRST_ROW):
        for number, value in enumerate(values, start=1):
            if value is not None and value != "":
                cell = _put(target, row, number, value)
                cell.alignment = _TOP
    for number, column in enumerate(sheet.columns, start=1):
        if column.is_date:
            for row in range(_FIRST_ROW, _FIRST_ROW + max(len(sheet.rows), 20)):
                target.cell(row, number).number_format = "yyyy-mm-dd"


def _offer(target: Any, column: Column, cells: str, ranges: Mapping[str, str]) -> None:
    """Give the cells of a column their drop-down list."""
    source = ranges.get(column.listed or "")
    if column.names_of is not None:
        source = f"{quote_sheetname(column.names_of)}!$A${_FIRST_ROW}:$A${_LAST_ROW}"
    if source is None:
        return
    offered = DataValidation(type="list", formula1=source, allow_blank=True, errorStyle="warning")
    offered.showErrorMessage = True
    offered.error, offered.errorTitle = "This is not on the list.", column.header[:32]
    offered.add(cells)
    target.add_data_validation(offered)


def _write_lists(workbook: Any, lists: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Write each list as a column of one sheet; give the range of each."""
    target, ranges = workbook.create_sheet(LISTS), {}
    for number, (name, values) in enumerate(lists.items(), start=1):
        letters = column_letters(number)
        _put(target, 1, number, name).font = Font(bold=True)
        target.column_dimensions[letters].width = 40
        for row, value in enumerate(values, start=2):
            _put(target, row, number, value)
        ranges[name] = f"{LISTS}!${letters}$2:${letters}${len(values) + 1}"
    return ranges


def _put(target: Any, row: int, column: int, value: CellValue) -> Any:
    """Write one cell; a text stays a text, whatever it begins with."""
    cell = target.cell(row, column)
    if isinstance(value, str):
        if len(value) > LONGEST_CELL:
            place = CellPlace(target.title, row, column)
            raise SubmissionTooLarge(
                f"{place} would hold {len(value):,} characters, and a cell holds {LONGEST_CELL:,}; use Turtle instead."
            )
        cell.value = "text"  # openpyxl would take what begins with = for a formula
        cell._value, cell.data_type = _LOOKS_ESCAPED.sub("_x005F_", value), "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
        cell.number_format = "@"
    else:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
    return cell


def _saved(workbook: Any) -> bytes:
    workbook.properties.creator = _AUTHOR
    workbook.properties.created = workbook.properties.modified = _EPOCH
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def _loaded(raw: bytes) -> Any:
    """Open a workbook that was found harmless; the one place where what openpyxl raises is explained."""
    _check_archive(raw)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = load_workbook(io.BytesIO(raw), keep_links=False, data_only=False)
    except (RegistryError, MemoryError):
        raise
    except Exception as fault:
        raise UnreadableSubmission(
            "The workbook cannot be read; open it in a spreadsheet program, save it as .xlsx, and send it again."
        ) from fault
    if len(workbook.sheetnames) > MOST_SHEETS:
        raise SubmissionTooLarge(f"The workbook has more than {MOST_SHEETS} sheets; keep those of the template.")
    return workbook


def _check_archive(raw: bytes) -> None:
    """Look at the archive before it is unpacked: what is in it, how large it says to be, and what it declares."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise SubmissionTooLarge(
                    f"The workbook unpacks to more than {MOST_UNPACKED // 1_000_000} MB or {MOST_PARTS} parts; "
                    "send a smaller one."
                )
            for part in parts:
                _check_part(part, archive)
            if "[Content_Types].xml" not in archive.namelist():
                raise UnsupportedFormat("The file is a zip archive and no workbook; save the workbook as .xlsx.")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, ValueError) as fault:
        raise _no_workbook() from fault
    except zipfile.zlib.error as fault:  # type: ignore[attr-defined]  # zipfile lets the errors of zlib through
        raise _no_workbook() from fault


def _check_part(part: zipfile.ZipInfo, archive: zipfile.ZipFile) -> None:
    if part.flag_bits & 0x1:
        raise UnsupportedFormat("The workbook is protected by a password; save it without one.")
    for forbidden, what in _FORBIDDEN_PARTS:
        if forbidden.search(part.filename) and not part.filename.lower().startswith("xl/printersettings/"):
            raise UnsupportedFormat(f"The workbook contains {what}; save it as a plain .xlsx without them.")
    if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
        return
    text = archive.read(part)
    if text[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in text[:64] or _DECLARES.search(text):
        raise UnsupportedFormat("The workbook declares entities or an encoding of its own; save it anew as .xlsx.")
    if part.filename.lower().endswith(".rels"):
        if any(b"/hyperlink" not in link for link in _EXTERNAL.findall(text)):
            raise UnsupportedFormat("The workbook contains external links; save it as a plain .xlsx without them.")
    elif b"macroEnabled" in text[:100_000] and part.filename == "[Content_Types].xml":
        raise UnsupportedFormat("The workbook contains macros or binary parts; save it as a plain .xlsx without them.")


def _no_workbook() -> UnreadableSubmission:
    return UnreadableSubmission("The file is no workbook, or a damaged one; save it as .xlsx and send it again.")


def _texts(sheet: Any) -> Iterator[tuple[tuple[int, int], str]]:
    for (row, column), cell in sorted(sheet._cells.items()):
        if cell.value is None or cell.value == "":
            continue
        place = CellPlace(sheet.title, row, column)
        if row > MOST_ROWS or column > MOST_COLUMNS:
            raise SubmissionTooLarge(
                f"{place} lies beyond row {MOST_ROWS:,} or column {MOST_COLUMNS}; keep a sheet within them."
            )
        if cell.data_type == "f":
            raise UnsupportedFormat(f"{place} holds a formula; put its value in its place (paste as value).")
        text = _text(cell.value)
        if len(text) > LONGEST_CELL:
            raise SubmissionTooLarge(
                f"{place} holds {len(text):,} characters and may hold {LONGEST_CELL:,}; shorten it."
            )
        yield (row, column), text


def _text(value: object) -> str:
    """Give what a cell holds as text: days as YYYY-MM-DD, numbers without exponent."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), str(value)).replace("\r\n", "\n")
