"""A workbook says what its entry said; what cannot be understood is told at its cell, and nothing is passed over."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.entering import all_faults, marks
from registry.entry import ADDRESS_OF_CITY, CITY, Entry, Link, Place, Record, Text, entry_of, write
from registry.intake import read_submission
from registry.registry import Registry
from registry.sheets import Book, CellPlace, CellValue, Grid
from registry.workbook import LANGUAGE, book_of, plain_number
from registry.workbook_reading import ReadBook, name_of, read_book
from tests.entries import CITY_IRI, EACH_EXAMPLE, entries


def shown(cell: CellValue) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    return cell if isinstance(cell, str) else plain_number(cell) if cell is not None else ""


def grids(book: Book) -> list[Grid]:
    """Give a book as it would be read back, without a file."""
    found = []
    for sheet in book.sheets:
        rows = [[column.header for column in sheet.columns], [column.note for column in sheet.columns], *sheet.rows]
        cells = {
            (row, column): text
            for row, values in enumerate(rows, start=1)
            for column, value in enumerate(values, start=1)
            if (text := shown(value))
        }
        found.append(Grid(sheet.title, cells))
    return found


@pytest.mark.parametrize("path", EACH_EXAMPLE)
def test_an_example_is_the_same_graph_after_a_workbook(registry: Registry, path: object) -> None:
    plan, syntax = registry.entry_plan, registry.artefacts.syntax
    raw = path.read_bytes()  # type: ignore[attr-defined]  # a path
    found = read_submission(raw, "text/turtle", profile=registry.profile, syntax=syntax)
    book = read_book(grids(book_of(entry_of(found.graph, found.city, plan), plan)), plan)
    written = write(book.entry, plan)
    assert (book.marks, written.faults) == ((), ())
    assert set(written.graph) == set(found.graph)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_any_graph_is_the_same_after_a_workbook(registry: Registry, data: st.DataObject) -> None:
    plan = registry.entry_plan
    graph = write(data.draw(entries(plan)), plan)
    book = read_book(grids(book_of(entry_of(graph.graph, graph.city, plan), plan)), plan)
    written = write(book.entry, plan)
    assert (book.marks, written.faults) == ((), ())
    assert set(written.graph) == set(graph.graph)


HEADERS = {"Action plan": ["Name of the row", "Title", f"Title{LANGUAGE}", "First day", "Commitments", "Evidence"]}
CITY_ROW = ("City", ["Address of the city", "Name of the city", f"Name of the city{LANGUAGE}", "Latest action plan"])


def typed(registry: Registry, *sheets: tuple[str, list[list[str]]]) -> ReadBook:
    """Read sheets as somebody may have typed them."""
    found = [
        Grid(
            title,
            {
                (row, column): text
                for row, values in enumerate(rows, start=1)
                for column, text in enumerate(values, start=1)
                if text
            },
        )
        for title, rows in sheets
    ]
    return read_book(found, registry.entry_plan)


def test_rows_are_linked_by_name_as_people_write_them(registry: Registry) -> None:
    book = typed(
        registry,
        ("City", [CITY_ROW[1], ["oderau", "Oderau", "de", "Plan 2026"]]),
        ("Action plan", [HEADERS["Action plan"], ["Plan 2026", "Der Plan", "de", "2026-01-01", "a; Second one", ""]]),
        ("Commitment", [["Name of the row"], ["a"], ["Second one"]]),
    )
    assert book.marks == ()
    assert book.entry.city == "oderau"
    assert book.entry.records[CITY].of("currentPlan") == (Link("Plan-2026"),)
    assert book.entry.records["Plan-2026"].of("commitment") == (Link("a"), Link("Second-one"))
    assert book.cells[Place("Plan-2026", "startDate", 1)] == CellPlace("Action plan", 2, 4)
    assert book.cells[Place(CITY, ADDRESS_OF_CITY)] == CellPlace("City", 2, 1)


def test_copied_columns_and_other_capitals_are_understood(registry: Registry) -> None:
    header = ["Name of the row", "serves the RIGHT", "Serves the right", "Serves the right (9)"]
    rows = [header, ["c", "Right to housing", "right to health", "https://w3id.org/hrcr/vocab/rights/education"]]
    book = typed(registry, ("City", [CITY_ROW[1], ["x", "X", "en"]]), ("commitment", rows))
    assert book.marks == ()
    assert len(book.entry.records["c"].of("servesRight")) == 3


WRONG = [
    ([("Notes", [["hello"]])], "Notes!A1", "none of the template's"),
    ([("Action plan", [["Name of the row", "Colour"], ["p", "red"]])], "Action plan!B1", "called “Colour”"),
    ([("Action plan", [["Name of the row", ""], ["p", "red"]])], "Action plan!B1", "no header"),
    ([("Action plan", [["Title", ""], ["p", ""]])], "Action plan!A1", "first column"),
    ([("Action plan", [["Name of the row"], ["p"], ["p"]])], "Action plan!A3", "stands in Action plan!A2 too"),
    ([("Meeting", [["Name of the row", f"Date{LANGUAGE}"], ["m", "de"]])], "Meeting!B2", "No text stands"),
    (
        [("Action plan", [["Name of the row", "Title", f"Title{LANGUAGE}"], ["p", "", "de"]])],
        "Action plan!C2",
        "without",
    ),
]


@pytest.mark.parametrize(("sheets", "cell", "words"), WRONG)
def test_what_is_not_understood_is_told_at_its_cell(
    registry: Registry, sheets: list[tuple[str, list[list[str]]]], cell: str, words: str
) -> None:
    book = typed(registry, ("City", [CITY_ROW[1], ["oderau", "Oderau", "de"]]), *sheets)
    assert [str(mark.cell) for mark in book.marks] == [cell]
    assert words in book.marks[0].sentence


def test_a_workbook_without_a_city_or_with_two_is_told_so(registry: Registry) -> None:
    empty = typed(registry, ("City", [CITY_ROW[1]]))
    told = marks(empty, all_faults(write(empty.entry, registry.entry_plan), None, registry.entry_plan))
    assert [(str(cell), sentence[:36]) for cell, sentence in told] == [
        ("City!A3", "The address of the city is missing: ")
    ]
    two = typed(registry, ("City", [CITY_ROW[1], ["a", "A", "en"], ["b", "B", "en"]]))
    assert [str(mark.cell) for mark in two.marks] == ["City!A3"]


def test_faults_of_the_entry_find_their_cells(registry: Registry) -> None:
    plan = registry.entry_plan
    row = ["p", "Plan", "", "31.12.2026", "nowhere", ""]
    book = typed(
        registry, ("City", [CITY_ROW[1], [CITY_IRI, "X", "en", "p"]]), ("Action plan", [HEADERS["Action plan"], row])
    )
    found = marks(book, all_faults(write(book.entry, plan), None, plan))
    assert [str(cell) for cell, _ in found] == ["Action plan!B2", "Action plan!D2", "Action plan!E2"]
    assert "language is missing" in found[0][1]
    assert "no part called “nowhere”" in found[2][1]


def test_names_become_parts_of_addresses() -> None:
    assert name_of("  Plan   2026 ") == "Plan-2026"
    assert name_of("Straße/1") == "Straße/1"
    assert name_of('a<b>"c#') == "abc"


def test_an_entry_with_odd_keys_keeps_its_links(registry: Registry) -> None:
    plan = registry.entry_plan
    links = tuple(map(Link, ("a;b", "c,", "https://x", "http")))
    records = {CITY: Record("City", {"act": links}), **{link.key: Record("Declaration") for link in links}}
    entry = Entry(CITY_IRI, {**records, "t": Record("Text", {"title": (Text("=1", "en"),)})})
    book = read_book(grids(book_of(entry, plan)), plan)
    assert book.entry.records[CITY].of("act") == links
