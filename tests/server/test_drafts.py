"""Drafts on pages: saved upon the version they were made from; two who write at once both keep their work."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.release_directories import ReleaseDirectories
from registry.adapters.spreadsheet import OpenXmlSheets
from registry.adapters.sql_drafts import SqlDrafts
from registry.artefacts import Artefacts
from registry.entry import CITY, Text
from registry.entry_versions import from_json, to_json
from registry.model import Draft
from registry.people import Role
from registry.registry import Registry
from registry.settings import Settings
from server.app import create_app
from server.drafts import Member
from tests.server.conftest import Page
from tests.server.people import people_of, signed_in, somebody

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
HTML = {"Accept": "text/html"}


@dataclass
class Asker:
    """Who asks at the moment."""

    member: Member


@dataclass
class Desk:
    """The application with drafts, and who asks."""

    app: Flask
    client: FlaskClient
    asker: Asker
    drafts: SqlDrafts

    def begin(self) -> str:
        """Begin a draft; give its address."""
        return str(self.client.post("/drafts", data={}).headers["Location"])

    def send(self, address: str, version: int, do: str = "save", **fields: str) -> Page:
        """Send a form made from a version, and read the page that answers."""
        data = {":city": "oderau", ":version": str(version), "do": do}
        data |= {name.replace("__", ":"): value for name, value in fields.items()}
        response = self.client.post(address, data=data, headers=HTML)
        page = Page(response.text)
        page.status = response.status_code  # type: ignore[attr-defined]  # kept with the page
        return page

    def text(self, address: str, name: str) -> tuple[object, ...]:
        """Give what the latest version says in one field of the city."""
        return from_json(self.drafts.read(address.rsplit("/", 1)[1]).text).records[CITY].of(name)


@pytest.fixture
def desk(artefacts: Artefacts, tmp_path: Path) -> Iterator[Desk]:
    registry = Registry(
        artefacts,
        validator=PyShaclValidator,
        releases=ReleaseDirectories(tmp_path),
        clock=lambda: NOON,
        sheets=OpenXmlSheets(),
    )
    app = create_app(registry, Settings.load({}, home=tmp_path))
    drafts = SqlDrafts(f"sqlite:///{tmp_path}/drafts.sqlite", clock=lambda: NOON)
    asker = Asker(Member("account-1", "oderau"))
    app.extensions.update(drafts=lambda: drafts, member=lambda: asker.member)
    here = people_of(app)
    browser = signed_in(app, here, somebody(here, Role.OFFICER, city="oderau"))
    browser.client.environ_base["HTTP_HRCR_FORM_TOKEN"] = browser.form_token
    yield Desk(app, browser.client, asker, drafts)
    drafts.close()
    app.extensions["query_pool"].close()


def test_a_draft_is_begun_left_and_taken_up_by_a_colleague(desk: Desk) -> None:
    address = desk.begin()
    desk.send(address, 1, termStart="2023-10-01")
    desk.asker.member = Member("account-2", "oderau")
    listed = Page(desk.client.get("/drafts").text)
    assert address in listed.addresses
    response = desk.client.get(address, headers=HTML)
    assert 'value="2023-10-01"' in response.text
    assert (response.headers["ETag"], response.headers["Cache-Control"]) == ('"2"', "no-store, private")


def test_another_office_finds_no_such_draft(desk: Desk) -> None:
    address = desk.begin()
    desk.asker.member = Member("account-3", "york")
    assert desk.client.get(address).status_code == 404
    assert desk.client.post(address, data={":version": "1"}).status_code == 404
    assert desk.client.get("/drafts/guessed").status_code == 404
    assert address not in Page(desk.client.get("/drafts").text).addresses


def test_what_is_wrong_is_saved_too(desk: Desk) -> None:
    address = desk.begin()
    desk.send(address, 1, termStart="nonsense")
    assert desk.text(address, "termStart") == (Text("nonsense"),)


def test_changes_of_different_fields_are_brought_together(desk: Desk) -> None:
    address = desk.begin()
    desk.send(address, 1, termStart="2023-10-01", departmentCount="3")
    desk.send(address, 2, termStart="2023-10-02", departmentCount="3")
    page = desk.send(address, 2, termStart="2023-10-01", departmentCount="4")
    assert page.status == 200  # type: ignore[attr-defined]  # kept with the page
    assert "Somebody else saved while you wrote" in page.text
    assert "Start of the council's term" in page.text
    assert desk.text(address, "termStart") == (Text("2023-10-02"),)
    assert desk.text(address, "departmentCount") == (Text("4"),)


@pytest.mark.parametrize(("choice", "stands"), [("mine", "2023-10-03"), ("theirs", "2023-10-02")])
def test_changes_of_one_field_are_both_shown_and_one_is_chosen(desk: Desk, choice: str, stands: str) -> None:
    address = desk.begin()
    desk.send(address, 1, termStart="2023-10-01")
    desk.send(address, 2, termStart="2023-10-02")
    page = desk.send(address, 2, termStart="2023-10-03", departmentCount="9")
    assert page.status == 409  # type: ignore[attr-defined]  # kept with the page
    assert "Yours: 2023-10-03" in " ".join(page.text.split())
    assert "Theirs: 2023-10-02" in " ".join(page.text.split())
    assert desk.text(address, "termStart") == (Text("2023-10-02"),)
    hidden = {str(each["name"]): str(each["value"]) for each in page.all("input") if each.get("type") == "hidden"}
    response = desk.client.post(address, data={**hidden, "choice-1": choice, "do": "resolve"}, headers=HTML)
    assert response.status_code == 200
    assert desk.text(address, "termStart") == (Text(stands),)
    assert desk.text(address, "departmentCount") == (Text("9"),)


def test_who_chose_is_asked_again_when_somebody_saved_in_between(desk: Desk) -> None:
    address = desk.begin()
    desk.send(address, 1, termStart="2023-10-01")
    desk.send(address, 2, termStart="2023-10-02")
    page = desk.send(address, 2, termStart="2023-10-03")
    hidden = {str(each["name"]): str(each["value"]) for each in page.all("input") if each.get("type") == "hidden"}
    desk.send(address, 3, termStart="2023-10-04")
    response = desk.client.post(address, data={**hidden, "choice-1": "mine", "do": "resolve"}, headers=HTML)
    assert response.status_code == 409
    assert "2023-10-04" in response.text
    assert desk.text(address, "termStart") == (Text("2023-10-04"),)


def between(desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    """Let somebody change one field in the moment after both versions were brought together."""
    save, waiting = desk.drafts.save, [True]

    def saving(identifier: str, body: str, *, title: str, account: str, based_on: int) -> Draft:
        standing = desk.drafts.read(identifier)
        if standing.version == based_on and waiting and waiting.pop():
            theirs = from_json(standing.text).with_values(CITY, name, (Text(text),))
            save(identifier, to_json(theirs), title=title, account="account-3", based_on=based_on)
        return save(identifier, body, title=title, account=account, based_on=based_on)

    monkeypatch.setattr(desk.drafts, "save", saving)


def test_a_third_who_saves_in_the_same_moment_loses_nothing_and_takes_nothing_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = desk.begin()
    desk.send(address, 1, termStart="2023-10-01", departmentCount="3")
    desk.send(address, 2, termStart="2023-10-02", departmentCount="3")
    between(desk, monkeypatch, "contactPage", "https://oderau.example/contact")
    page = desk.send(address, 2, termStart="2023-10-01", departmentCount="4")
    assert page.status == 200  # type: ignore[attr-defined]  # kept with the page
    assert "Start of the council's term" in page.text
    said = {"termStart": "2023-10-02", "departmentCount": "4", "contactPage": "https://oderau.example/contact"}
    assert {name: desk.text(address, name) for name in said} == {name: (Text(text),) for name, text in said.items()}


def test_a_third_who_saves_the_same_field_in_the_same_moment_is_shown(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = desk.begin()
    desk.send(address, 1, termStart="2023-10-01", departmentCount="3")
    desk.send(address, 2, termStart="2023-10-02", departmentCount="3")
    between(desk, monkeypatch, "departmentCount", "5")
    page = desk.send(address, 2, termStart="2023-10-01", departmentCount="4")
    assert page.status == 409  # type: ignore[attr-defined]  # kept with the page
    assert "Yours: 4" in " ".join(page.text.split())
    assert "Theirs: 5" in " ".join(page.text.split())
    assert desk.text(address, "departmentCount") == (Text("5"),)


def test_a_page_sent_twice_is_no_conflict(desk: Desk) -> None:
    address = desk.begin()
    for _ in range(2):
        page = desk.send(address, 1, termStart="2023-10-01")
        assert page.status == 200  # type: ignore[attr-defined]  # kept with the page


def test_a_form_without_its_version_is_refused_and_changes_nothing(desk: Desk) -> None:
    address = desk.begin()
    for version in ("", "x", "99"):
        response = desk.client.post(address, data={":version": version, "termStart": "2023-10-01", "do": "save"})
        assert response.status_code in (400, 409), version
    assert desk.text(address, "termStart") == ()


@pytest.mark.slow
def test_a_draft_is_judged_and_saved_at_once(desk: Desk) -> None:
    address = desk.begin()
    page = desk.send(address, 1, do="judge", termStart="31.12.2026")
    assert page.status == 422  # type: ignore[attr-defined]  # kept with the page
    assert "is not a date as wanted here" in page.text
    assert desk.text(address, "termStart") == (Text("31.12.2026"),)


def test_each_office_has_its_own_drafts_whoever_of_it_writes(desk: Desk, tmp_path: Path) -> None:
    """With real accounts: an officer opens what colleagues of the same city began, and nothing else."""
    registry = desk.app.extensions["library"].registry
    app = create_app(registry, Settings.load({}, home=tmp_path / "other"))
    here = people_of(app)
    first, colleague, stranger = (
        signed_in(app, here, somebody(here, Role.OFFICER, city=city)) for city in ("oderau", "oderau", "york")
    )
    address = str(first.post("/drafts").headers["Location"])
    assert [browser.get(address).status_code for browser in (first, colleague, stranger)] == [200, 200, 404]
    form = {":city": "oderau", ":version": "1", "do": "save", "termStart": "2023-10-01"}
    assert stranger.post(address, form).status_code == 404
    assert first.client.post(address, data=form).status_code == 403
    assert colleague.post(address, form).status_code == 200
    page = first.get(address)
    assert 'value="2023-10-01"' in page.text
    assert first.form_token in page.text
    app.extensions["drafts"]().close()
    app.extensions["query_pool"].close()


def send_file(desk: Desk, address: str, version: int, raw: bytes, name: str) -> TestResponse:
    """Send a file into a draft, from the page of a version."""
    data = {"file": (io.BytesIO(raw), name), ":version": str(version), "do": "take-over"}
    return desk.client.post(address, data=data, headers=HTML, content_type="multipart/form-data")


@pytest.mark.slow
def test_a_file_is_taken_over_into_a_draft_and_what_a_colleague_saved_meanwhile_is_kept(desk: Desk) -> None:
    address = desk.begin()
    desk.send(address, 1, departmentCount="3")
    book = desk.client.post(address, data={":city": "oderau", ":version": "2", "do": "workbook"}).data
    form = {":city": "oderau", ":version": "2", "do": "turtle", "termStart": "2023-10-01", "departmentCount": "3"}
    turtle = desk.client.post(address, data=form).data
    desk.send(address, 2, departmentCount="4")
    page = send_file(desk, address, 2, turtle, "city.ttl")
    assert page.status_code == 200
    assert "Somebody else saved while you wrote" in page.text
    assert desk.text(address, "termStart") == (Text("2023-10-01"),)
    assert desk.text(address, "departmentCount") == (Text("4"),)
    assert send_file(desk, address, 4, book, "city.xlsx").status_code == 200
    assert desk.text(address, "termStart") == ()


@pytest.mark.slow
def test_a_file_that_cannot_be_taken_changes_nothing_and_says_why(
    desk: Desk,
) -> None:
    address = desk.begin()
    desk.send(address, 1, termStart="2023-10-01")
    refused = send_file(desk, address, 2, b"<a> <b> .", "city.ttl")
    assert refused.status_code == 422
    assert "line 1" in Page(refused.text).text
    assert 'value="2023-10-01"' in refused.text
    assert send_file(desk, address, 2, b"", "").status_code == 400
    book = load_workbook(io.BytesIO(desk.client.post(address, data={":version": "2", "do": "workbook"}).data))
    city = next(sheet for sheet in book if "City" in sheet.title or sheet.title == "The city")
    city.cell(city.max_row, 2).value = "=1+1"
    changed = io.BytesIO()
    book.save(changed)
    assert send_file(desk, address, 2, changed.getvalue(), "city.xlsx").status_code == 422
    assert desk.text(address, "termStart") == (Text("2023-10-01"),)


def spoiled(desk: Desk, address: str) -> bytes:
    """Give the draft as a workbook in which one day is none, and something stands under a header that nobody knows."""
    book = load_workbook(io.BytesIO(desk.client.post(address, data={":city": "oderau", "do": "workbook"}).data))
    city = book["City"]
    headers = {str(cell.value): cell.column for cell in city[1]}
    city.cell(3, 1).value = "oderau"
    city.cell(3, headers["Start of the council's term"]).value = "last autumn"
    city.cell(1, city.max_column + 1).value = "Mayor's wishes"
    city.cell(3, city.max_column).value = "Peace"
    changed = io.BytesIO()
    book.save(changed)
    return changed.getvalue()


@pytest.mark.slow
def test_what_is_wrong_with_cells_of_a_workbook_is_shown_when_it_is_taken_over(desk: Desk) -> None:
    address = desk.begin()
    raw = spoiled(desk, address)
    taken = send_file(desk, address, 1, raw, "city.xlsx")
    begun = desk.client.post("/drafts", data={"file": (io.BytesIO(raw), "city.xlsx")}, headers=HTML)
    form = {"do": "open", "file": (io.BytesIO(raw), "city.xlsx")}
    opened = desk.client.post("/check/form", data=form, headers=HTML)
    for answer in (taken, begun, opened):
        page = Page(answer.text)
        text = " ".join(page.text.split())
        assert "1 cell of the workbook not understood" in text
        assert "No question of this sheet is called “Mayor's wishes”" in text
        assert 'value="last autumn"' in answer.text
    for answer in (taken, begun):
        assert "is not a date as wanted here" in answer.text
        assert "#f-termStart-1" in Page(answer.text).addresses or "#f-termStart" in Page(answer.text).addresses
    assert desk.text(address, "termStart") == (Text("last autumn"),)
    assert "not understood" not in desk.client.get(address, headers=HTML).text


@pytest.mark.slow
def test_what_is_wrong_with_cells_is_shown_beside_the_choice_of_who_is_right(desk: Desk) -> None:
    address = desk.begin()
    raw = spoiled(desk, address)
    desk.send(address, 1, termStart="2023-10-02")
    answer = send_file(desk, address, 1, raw, "city.xlsx")
    assert answer.status_code == 409
    assert "Mayor's wishes" in Page(answer.text).text
