"""CSV that is safe to open in a spreadsheet: nothing a cell says is taken for a formula; pure."""

import csv
import io
import re
from typing import Final

_MARK: Final = "\ufeff"
_LEADS: Final = tuple("=+-@\t\r\n|%＝＋－＠")
"""What makes spreadsheet programs read a cell as a formula or a command, when a cell begins with it."""

_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def for_spreadsheets(strict: bytes) -> bytes:
    """Give SPARQL CSV with each cell that a program could execute behind an apostrophe, and with a byte order mark.

    Numbers stay numbers. ``strict`` is UTF-8 (SPARQL 1.1 Query Results CSV); what it says besides is unchanged.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for row in csv.reader(io.StringIO(strict.decode("utf-8"), newline="")):
        writer.writerow(_harmless(cell) for cell in row)
    return (_MARK + text.getvalue()).encode("utf-8")


def _harmless(cell: str) -> str:
    is_harmless = not cell.lstrip(" ").startswith(_LEADS) or _NUMBER.fullmatch(cell)
    return cell if is_harmless else "'" + cell
