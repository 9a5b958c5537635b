"""What pages show of a call: claims by their address, and what was released beside them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from registry.contributions import Form, Statement, to_text
from registry.entry import CITY as CITY_PART
from registry.entry import Entry, Record, Text
from registry.namespaces import VOCAB
from server.call_views import beside, call_of, called_case, chosen, marks_in, named
from server.problems import Problem
from server.public_cases import countries
from server.read_submissions import ReadSubmissions
from tests.registry.playing import STEWARD
from tests.server.cases import CITY, CLAIM, Desk, desk_of

pytestmark = pytest.mark.slow

SAID = Statement(Form.CONCERN, "Nobody came.", "")


@pytest.fixture
def desk(app: Flask, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(app, tmp_path) as made, app.test_request_context("/calls"):
        yield made.called()


def test_a_call_counts_what_came(desk: Desk) -> None:
    for _ in range(3):
        desk.speak(to_text(SAID))
    desk.do("release-concern", STEWARD, concern=2, hashes={})
    call = call_of(desk.case)
    assert (call.is_open, str(call.opened), str(call.last_day)) == (True, "2027-01-04", "2027-02-03")
    assert [call.count(fate) for fate in ("released", "waiting", "set-aside")] == [1, 2, 0]
    assert [(found.told.number, found.statement) for found in beside(desk.case)[CLAIM]] == [(2, SAID)]


def test_a_claim_is_a_part_or_a_criterion_and_nothing_else(desk: Desk) -> None:
    assert chosen(desk.case, CITY).title == "Municipality of Karthold"
    criterion = chosen(desk.case, "https://w3id.org/hrcr/standard/formal-act")
    assert (criterion.kind[:4], criterion.answers) == ("MCS-", ())
    for address in (f"{CITY}#none", "", "https://w3id.org/hrcr/standard/formal-act/declared"):
        with pytest.raises(Problem, match="no such claim"):
            chosen(desk.case, address)
        assert named(desk.case, address).iri == address


def test_numbers_are_looked_for_as_they_are_dialled_in_the_country_of_the_city(desk: Desk) -> None:
    said = "She is at home, 020 7946 0018, after six."
    assert (countries(desk.case), list(marks_in(said, desk.case))) == ({"XA"}, [])
    british = Entry(CITY, {CITY_PART: Record("City", {"country": (Text(str(VOCAB["countries/GB"])),)})})
    desk.app.extensions["submissions"] = ReadSubmissions(lambda _digest: british, lambda _entry: "")
    assert [(mark.kind, mark.signs) for mark in marks_in(said, desk.case)] == [("telephone number", "020 7946 0018")]


def test_only_a_case_that_was_called_is_there(desk: Desk) -> None:
    assert called_case(desk.slug) == desk.case
    with pytest.raises(Problem, match="no public case"):
        called_case("oderau-1")
