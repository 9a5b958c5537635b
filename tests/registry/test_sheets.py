"""Cells are named as spreadsheets name them."""

import pytest

from registry.sheets import CellPlace, Grid, by_cell, column_letters


@pytest.mark.parametrize(("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (703, "AAA")])
def test_columns_have_letters(column: int, letters: str) -> None:
    assert column_letters(column) == letters


def test_a_cell_is_named_by_sheet_column_and_row() -> None:
    assert str(CellPlace("Action plan", 7, 4)) == "Action plan!D7"


def test_a_grid_knows_where_something_stands() -> None:
    grid = Grid("City", {(3, 2): "x", (1, 5): "y"})
    assert (grid.rows(), grid.columns()) == ([1, 3], [2, 5])


def test_sentences_are_gathered_by_cell() -> None:
    first, second = CellPlace("City", 3, 1), CellPlace("City", 3, 2)
    assert by_cell([(first, "a"), (second, "b"), (first, "c")]) == {first: ["a", "c"], second: ["b"]}
