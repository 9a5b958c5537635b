"""A spreadsheet executes nothing of what a cell says, and strict CSV stays as it was."""

import csv
import io

import pytest
from flask.testing import FlaskClient

from server.spreadsheet import for_spreadsheets

LEADS = [
    "=1+1",
    "+cmd",
    "-cmd",
    "@SUM(1)",
    "\tx",
    "\rx",
    "\nx",
    "|x",
    "%x",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    " =1",
    "=cmd|'/c'!A0",
]
NUMBERS = ["-5", "+5", "-5.25", "1e-3", "007"]
WORDS = ["Graz", "a=b", "https://example.org/?a=b", "", 'Ünï, "quoted"', "two\nlines"]


def read(raw: bytes) -> list[list[str]]:
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def strict(*cells: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["name"], *([cell] for cell in cells)])
    return text.getvalue().encode()


@pytest.mark.parametrize("lead", LEADS)
def test_a_cell_that_a_spreadsheet_could_execute_stands_behind_an_apostrophe(lead: str) -> None:
    assert read(for_spreadsheets(strict(lead)))[1] == ["'" + lead]


@pytest.mark.parametrize("cell", [*NUMBERS, *WORDS])
def test_numbers_and_plain_words_are_unchanged(cell: str) -> None:
    rows = read(for_spreadsheets(strict(cell, "end")))
    assert rows[1] in ([cell], [])
    assert rows[2] == ["end"]


def test_leads_of_every_known_kind_are_tried() -> None:
    assert len(LEADS) >= 12


@pytest.mark.slow
def test_the_endpoint_gives_both_and_the_strict_one_is_strict(client: FlaskClient) -> None:
    query = 'SELECT ?x { VALUES ?x { "=1+1" -5 "Graz" } }'
    plain = client.get("/sparql", query_string={"query": query, "format": "csv"})
    assert plain.text.split("\r\n") == ["x", "=1+1", "-5", "Graz", ""]
    safe = client.get("/sparql", query_string={"query": query, "format": "spreadsheet"})
    assert read(safe.data) == [["x"], ["'=1+1"], ["-5"], ["Graz"]]
    assert safe.headers["Content-Disposition"] == 'attachment; filename="answer.csv"'
    graph = client.get(
        "/sparql", query_string={"query": "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", "format": "spreadsheet"}
    )
    assert graph.status_code == 406
