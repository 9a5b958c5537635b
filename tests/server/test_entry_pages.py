"""The form on a page: made from the profile, judged at once, nothing typed is lost, nothing is kept."""

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from rdflib import Graph

from registry.entry_form import form_fields
from registry.guard import WORKBOOK
from registry.registry import Examination, Registry
from server.entry_pages import anchor, article
from tests.server.conftest import Page

EXAMPLES = Path(__file__).parents[2] / "data" / "examples"
HTML = {"Accept": "text/html"}


@pytest.fixture
def registry(client: FlaskClient) -> Registry:
    found: Registry = client.application.extensions["library"].registry
    return found


def answers(registry: Registry, name: str) -> dict[str, list[str]]:
    """Give the form of an example as a browser would send it."""
    raw = (EXAMPLES / f"{name}.ttl").read_bytes()
    entry, fields = registry.open_entry(Examination(raw=raw, name="x.ttl")), {}
    for key, value in form_fields(entry, registry.entry_plan):
        fields.setdefault(key, []).append(value)
    return fields


def shown(page: Page) -> dict[str, str]:
    """Give what a page's form would send: its fields with their values."""
    return {str(each["name"]): str(each.get("value") or "") for each in page.all("input") if "name" in each}


def test_the_empty_form_asks_every_field_of_the_city(client: FlaskClient, registry: Registry) -> None:
    response = client.get("/check/form", headers=HTML)
    page = Page(response.text)
    assert response.status_code == 200
    for section in registry.entry_plan.city.sections:
        assert section.label in page.text
        assert all(field.label in page.text and field.help in page.text for field in section.fields)
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]


def test_every_control_has_a_label_and_every_identifier_is_used_once(client: FlaskClient, registry: Registry) -> None:
    response = client.post("/check/form", data={**answers(registry, "committed"), "do": "more prefLabel"}, headers=HTML)
    page = Page(response.text)
    ids = [str(each["id"]) for _, each in page.elements if each.get("id")]
    assert len(ids) == len(set(ids))
    labelled = {str(each.get("for")) for each in page.all("label")}
    for tag in ("input", "select", "textarea"):
        for each in page.all(tag):
            if each.get("type") == "hidden":
                continue
            assert str(each.get("id")) in labelled, each
            assert set(str(each.get("aria-describedby") or "").split()) <= set(ids), each
    assert {address[1:] for address in page.addresses if address.startswith("#")} <= set(ids)


def test_all_answers_stand_in_the_page_that_answers_them(client: FlaskClient, registry: Registry) -> None:
    sent = answers(registry, "implementing")
    page = Page(client.post("/check/form", data={**sent, "do": "more prefLabel"}, headers=HTML).text)
    fields = shown(page)
    hidden = {name: values[0] for name, values in sent.items() if name.endswith((":key", ":kind", ":link"))}
    assert {name: fields.get(name) for name in hidden} == hidden
    dates = {name: values[0] for name, values in sent.items() if name.endswith(("Date", "issued"))}
    assert {name: fields.get(name) for name in dates} == dates


def test_a_part_is_added_where_the_button_stands(client: FlaskClient) -> None:
    page = Page(client.post("/check/form", data={":city": "oderau", "do": "add currentPlan ActionPlan"}).text)
    assert shown(page)["currentPlan:kind"] == "ActionPlan"
    assert shown(page)[":city"] == "oderau"
    opened = [each for each in page.all("details") if "open" in each]
    assert len(opened) == 1


@pytest.mark.slow
def test_faults_stand_at_their_fields_and_lead_there_and_what_was_typed_stays(client: FlaskClient) -> None:
    data = {":city": "oderau", "country": "Austria", "termStart": "31.12.2026", "do": "judge"}
    response = client.post("/check/form", data=data, headers=HTML)
    page = Page(response.text)
    assert response.status_code == 422
    assert "#f-termStart" in page.addresses
    assert "#f-prefLabel" in page.addresses
    assert "is not a date as wanted here" in page.text
    assert "No verdict yet" in page.text
    assert shown(page)["termStart"] == "31.12.2026"
    wrong = [each for each in page.all("input") if each.get("aria-invalid")]
    assert [each["id"] for each in wrong] == ["f-termStart"]


@pytest.mark.slow
def test_the_verdict_is_that_of_the_file(client: FlaskClient, registry: Registry) -> None:
    sent = {**answers(registry, "committed"), ":at": "2026-11-25", "do": "judge"}
    page = client.post("/check/form", data=sent, headers=HTML)
    file = {"file": (io.BytesIO((EXAMPLES / "committed.ttl").read_bytes()), "committed.ttl"), "at": "2026-11-25"}
    checked = client.post("/check", data=file, headers=HTML)
    assert page.status_code == checked.status_code == 200

    def rows(text: str) -> str:
        table = text.split('<table class="outcomes">', 1)[1].split("<details><summary>What this report", 1)[0]
        return re.sub(r'<a href="#f-[^"]*">([^<]*)</a>', r"\1", table)  # the form leads to its own fields

    assert rows(page.text) == rows(checked.text)
    panel = client.post("/check/form", data={**sent, "do": "verdict"}, headers=HTML)
    assert panel.text.strip().startswith("<section")
    assert rows(panel.text) == rows(page.text)


@pytest.mark.slow
def test_answers_leave_as_workbook_and_turtle_and_come_back(client: FlaskClient, registry: Registry) -> None:
    sent = answers(registry, "committed")
    wanted = Graph().parse(EXAMPLES / "committed.ttl")
    turtle = client.post("/check/form", data={**sent, "do": "turtle"})
    assert set(Graph().parse(data=turtle.data, format="turtle")) == set(wanted)
    assert "attachment" in turtle.headers["Content-Disposition"]
    workbook = client.post("/check/form", data={**sent, "do": "workbook"})
    assert workbook.mimetype == WORKBOOK
    opened = client.post(
        "/check/form", data={"do": "open", "file": (io.BytesIO(workbook.data), "a.xlsx")}, headers=HTML
    )
    again = Page(opened.text)
    assert opened.status_code == 200
    assert shown(again)[":city"] == sent[":city"][0]
    assert sum(name.endswith(":kind") for name in shown(again)) == sum(name.endswith(":kind") for name in sent)


@pytest.mark.slow
def test_a_file_that_cannot_be_opened_says_why(client: FlaskClient) -> None:
    data = {"do": "open", "file": (io.BytesIO(b"hello"), "a.ttl")}
    response = client.post("/check/form", data=data, headers=HTML)
    assert response.status_code == 422
    assert "The file could not be opened" in response.text
    assert client.post("/check/form", data={"do": "open"}, headers=HTML).status_code == 400


def test_the_empty_workbook_can_be_downloaded(client: FlaskClient) -> None:
    response = client.get("/check/workbook.xlsx")
    assert response.mimetype == WORKBOOK
    assert "City" in load_workbook(io.BytesIO(response.data)).sheetnames


def test_hostile_answers_come_back_as_text(client: FlaskClient) -> None:
    hostile = '"><script>alert(1)</script>'
    data = {":city": hostile, "prefLabel[1]": f"</textarea>{hostile}", "termStart": hostile, "do": "more prefLabel"}
    page = Page(client.post("/check/form", data=data).text)
    assert [each for each in page.all("script") if "src" not in each] == []
    assert shown(page)["termStart"] == hostile


def test_identifiers_and_articles() -> None:
    assert (
        anchor("currentPlan.commitment[2].budgetLine[1].amount") == "f-currentPlan--commitment-2--budgetLine-1--amount"
    )
    assert anchor(":unlinked[1]") == "f-unlinked-1"
    assert [article(words) for words in ("action plan", "unit", "unknown thing", "body")] == [
        "an action plan",
        "a unit",
        "an unknown thing",
        "a body",
    ]


@pytest.mark.slow
def test_answers_to_mend_are_told_with_what_mends_them_where_it_is_made(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    extensions = client.application.extensions
    monkeypatch.setitem(extensions, "settings", replace(extensions["settings"], repair_seconds=50))
    data = {":city": "oderau", "prefLabel": "Oderau", "prefLabel:language": "de", "country": "Austria"}
    response = client.post("/check/form", data={**data, "termStart": "31.12.2025", "do": "judge"}, headers=HTML)
    page = Page(response.text)
    assert response.status_code == 422
    assert "The smallest change that passes" in page.text
    assert re.search(r"Write “2025-12-31” at .*Start of the council", " ".join(page.text.split()))
    assert "#f-termStart" in page.addresses
