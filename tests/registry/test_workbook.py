"""The workbook asks all that the plan asks, in words that can be read, and says what an entry says."""

from datetime import date

import pytest

from registry.entry import CITY, Entry, Link, Record, Text, empty_entry
from registry.registry import Registry
from registry.sheets import OF_OUR_OWN
from registry.workbook import HELP, LANGUAGE, book_of, headers, link_text, plain_number, titles, without_number
from tests.entries import CITY_IRI


def test_every_part_has_a_sheet_and_every_field_a_column(registry: Registry) -> None:
    plan = registry.entry_plan
    book = book_of(empty_entry(plan), plan)
    assert [sheet.title for sheet in book.sheets] == list(titles(plan).values())
    for sheet, part in zip(book.sheets, plan.parts.values(), strict=True):
        found = {without_number(column.header) for column in sheet.columns[1:] if not column.header.endswith(LANGUAGE)}
        assert found == set(headers(part).values()), part.name
        assert len({column.header for column in sheet.columns}) == len(sheet.columns)
        assert sheet.columns[0].note.startswith(HELP)


def test_titles_fit_spreadsheets_and_are_unlike(registry: Registry) -> None:
    found = [title.casefold() for title in titles(registry.entry_plan).values()]
    assert len(found) == len(set(found))
    assert all(0 < len(title) <= 31 for title in found)
    assert not OF_OUR_OWN & set(found)


def test_every_field_is_explained(registry: Registry) -> None:
    plan = registry.entry_plan
    notes = {column.note for sheet in book_of(empty_entry(plan), plan).sheets for column in sheet.columns}
    helps = {field.help for part in plan.parts.values() for field in part.fields}
    assert [help_ for help_ in helps if not any(" ".join(help_.split()) in note for note in notes)] == []


def test_choices_offer_the_names_of_their_lists(registry: Registry) -> None:
    plan = registry.entry_plan
    book = book_of(empty_entry(plan), plan)
    columns = {column.header: column for column in book.sheets[0].columns}
    assert "Austria" in book.lists[columns["Country"].listed or ""]
    assert columns["Latest action plan"].names_of == "Action plan"
    seats = next(sheet for sheet in book.sheets if sheet.title == "Seat")
    truth = next(column for column in seats.columns if column.header.startswith("Appointed by mayor"))
    assert book.lists[truth.listed or ""] == ("yes", "no")


def row(registry: Registry, kind: str, **values: tuple[Text | Link, ...]) -> dict[str, object]:
    plan = registry.entry_plan
    book = book_of(Entry(CITY_IRI, {CITY: Record("City"), "x": Record(kind, values)}), plan)
    sheet = next(sheet for sheet in book.sheets if sheet.title == titles(plan)[kind])
    return dict(zip((column.header for column in sheet.columns), sheet.rows[0], strict=True))


def test_values_are_days_numbers_and_names_where_nothing_is_lost(registry: Registry) -> None:
    seat = row(
        registry,
        "Seat",
        sector=(Text("https://w3id.org/hrcr/vocab/member-sectors/residents"),),
        votes=(Text("3"),),
        startDate=(Text("2026-01-02"),),
        appointedByMunicipality=(Text("false"),),
        supportedBy=(Link("a"), Link("http-b"), Link("http://c")),
    )
    assert (seat["Name of the row"], seat["Sector"], seat["Votes"]) == ("x", "Residents", 3)
    assert (seat["First day"], seat["Appointed by mayor or council alone"]) == (date(2026, 1, 2), "no")
    assert seat["Evidence"] == "a\nhttp-b\n#http://c"


@pytest.mark.parametrize(
    ("text", "cell"),
    [("12", 12), ("0.5", 0.5), ("-3", -3), ("1234567890123456", "1234567890123456"), ("0.1234567890123456", None)],
)
def test_numbers_that_a_spreadsheet_would_round_stay_texts(registry: Registry, text: str, cell: object) -> None:
    found = row(registry, "Observation", value=(Text(text),))["Value"]
    assert found == (text if cell is None else cell)


@pytest.mark.parametrize("text", ["1899-12-31", "1900-02-28", "nonsense", "2026-02-30"])
def test_days_that_a_spreadsheet_cannot_hold_stay_texts(registry: Registry, text: str) -> None:
    assert row(registry, "Seat", startDate=(Text(text),))["First day"] == text


def test_a_fuller_row_makes_more_columns(registry: Registry) -> None:
    titles_ = tuple(Text(str(number), "en") for number in range(4))
    found = row(registry, "Seat", appointedBy=titles_[:1])
    assert "Appointed by (2)" not in found
    plan_row = row(registry, "ActionPlan", title=titles_)
    assert [plan_row[name] for name in ("Title", "Title (2)", "Title (4)")] == ["0", "1", "3"]
    assert plan_row[f"Title (4){LANGUAGE}"] == "en"


def test_numbers_are_written_without_exponent() -> None:
    assert [plain_number(number) for number in (3, 3.0, 0.00001, 12.5)] == ["3", "3", "0.00001", "12.5"]
    assert [link_text(key) for key in ("plan", "http://x", "")] == ["plan", "#http://x", "#"]
