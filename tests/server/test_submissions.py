"""The check: the report of ``hrcr validate`` for a pasted or uploaded file, in four forms; nothing is kept."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from rdflib import Graph
from rdflib.namespace import RDF
from werkzeug.test import TestResponse

from registry.entry import Entry, Record, Text
from registry.guard import WORKBOOK
from registry.namespaces import EARL
from server.submissions import MOST_BYTES
from tests.server.conftest import Page

CITY = """
@prefix hrc: <https://w3id.org/hrcr/def#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://example.org/id/city/tarnow-mill> a hrc:City ;
    skos:prefLabel "Tarnow Mill"@en ;
    hrc:country <https://w3id.org/hrcr/vocab/countries/AT> .
"""


def check(client: FlaskClient, text: str, accept: str, **fields: str) -> TestResponse:
    """Paste a text."""
    data = {"text": text, "at": "2026-06-30", **fields}
    return client.post("/check", data=data, headers={"Accept": accept})


@pytest.mark.slow
def test_a_file_that_can_be_judged_gets_its_report_in_every_form(app: Flask, client: FlaskClient) -> None:
    requirements = app.extensions["library"].registry.standard.requirements
    page = check(client, CITY, "text/html")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "below Declared" in page.text
    assert [found.label for found in requirements if found.label not in Page(page.text).text] == []
    document = json.loads(check(client, CITY, "application/json").data)
    assert (document["city"], document["level"]) == ("https://example.org/id/city/tarnow-mill", None)
    assert {found["requirement"] for found in document["requirements"]} == {str(found.iri) for found in requirements}
    graph = Graph().parse(data=check(client, CITY, "text/turtle").data, format="turtle")
    assert len(set(graph.subjects(RDF.type, EARL.Assertion))) == len(requirements)
    text = check(client, CITY, "text/plain")
    assert (text.mimetype, "Tarnow" in text.text or "tarnow-mill" in text.text) == ("text/plain", True)


@pytest.mark.slow
def test_an_upload_a_body_and_a_paste_are_judged_alike(client: FlaskClient) -> None:
    pasted = check(client, CITY, "application/json")
    sent = {"file": (io.BytesIO(CITY.encode()), "submission.ttl"), "at": "2026-06-30"}
    uploaded = client.post("/check", data=sent, headers={"Accept": "application/json"})
    body = client.post(
        "/check?at=2026-06-30",
        data=CITY.encode(),
        content_type="text/turtle",
        headers={"Accept": "application/json"},
    )
    assert pasted.data == uploaded.data == body.data


BAD = (
    ("hello", "unreadable-submission", 1),
    ("@prefix hrc: <https://w3id.org/hrcr/def#> .\n<a b> a hrc:City .", "unreadable-submission", 2),
    ("", "bad-request", None),
)


@pytest.mark.slow
@pytest.mark.parametrize(("text", "code", "line"), BAD[:2])
def test_a_file_that_cannot_be_judged_gets_one_sentence_with_its_place(
    client: FlaskClient, text: str, code: str, line: int
) -> None:
    response = check(client, text, "application/json")
    document = json.loads(response.data)
    assert (response.status_code, response.mimetype) == (422, "application/problem+json")
    assert (document["type"], document["line"]) == (f"https://w3id.org/hrcr/problem/{code}", line)
    page = check(client, text, "text/html")
    assert (page.status_code, page.mimetype) == (422, "text/html")
    assert f"Line {line}," in page.text


def test_nothing_sent_is_a_bad_request(client: FlaskClient) -> None:
    assert check(client, "  ", "*/*").status_code == 400


@pytest.mark.parametrize("at", ["30.06.2026", "2026-13-01", "tomorrow"])
def test_a_day_that_is_no_date_is_a_bad_request(client: FlaskClient, at: str) -> None:
    assert check(client, CITY, "*/*", at=at).status_code == 400


def test_a_report_is_given_as_one_of_four_types(client: FlaskClient) -> None:
    response = check(client, CITY, "application/rdf+xml")
    assert response.status_code == 406
    assert json.loads(response.data)["available"] == ["text/html", "text/turtle", "application/json", "text/plain"]


@pytest.mark.parametrize("content_type", ["application/pdf", "application/rdf+xml", None])
def test_a_body_of_another_kind_is_refused(client: FlaskClient, content_type: str | None) -> None:
    assert client.post("/check", data=b"x", content_type=content_type).status_code == 415


@pytest.mark.parametrize("way", ["body", "form", "upload"])
def test_too_much_is_refused(client: FlaskClient, way: str) -> None:
    large = b"x" * (MOST_BYTES + 1)
    if way == "body":
        response = client.post("/check", data=large, content_type="text/turtle")
    elif way == "form":
        response = client.post("/check", data={"text": large.decode()})
    else:
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.ttl"\r\n\r\n'
        body = head + large + b"\r\n--b--\r\n"
        response = client.post("/check", data=body, content_type="multipart/form-data; boundary=b")
    assert (response.status_code, response.mimetype) == (413, "application/problem+json")


@pytest.mark.slow
def test_nothing_is_kept(app: Flask, client: FlaskClient) -> None:
    home = Path(app.extensions["settings"].home)
    before = sorted(path.relative_to(home) for path in home.rglob("*"))
    check(client, CITY, "application/json")
    assert sorted(path.relative_to(home) for path in home.rglob("*")) == before
    asked = client.get("/sparql?query=ASK{GRAPH ?g{<https://example.org/id/city/tarnow-mill> ?p ?o}}&format=csv")
    assert asked.text == "false"


def workbook(app: Flask) -> bytes:
    """Give the workbook of a city with a day that is none."""
    registry = app.extensions["library"].registry
    values = {"prefLabel": (Text("Tarnow Mill", "en"),), "termStart": (Text("31.12.2026"),)}
    raw: bytes = registry.workbook(Entry("https://example.org/id/city/tarnow-mill", {"": Record("City", values)}))
    return raw


@pytest.mark.slow
def test_a_workbook_is_checked_and_its_cells_are_named(app: Flask, client: FlaskClient) -> None:
    sent = {"file": (io.BytesIO(workbook(app)), "mill.xlsx")}
    response = client.post("/check", data=sent, headers={"Accept": "application/json"})
    document = json.loads(response.data)
    assert (response.status_code, document["type"]) == (422, "https://w3id.org/hrcr/problem/sheet-fault")
    assert any("is not a date as wanted here" in fault and fault.startswith("City!") for fault in document["faults"])
    assert any(fault.startswith("City!") and "A country by" in fault for fault in document["faults"])


@pytest.mark.slow
def test_a_workbook_comes_back_with_its_faults_in_the_cells(app: Flask, client: FlaskClient) -> None:
    sent = {"file": (io.BytesIO(workbook(app)), "mill.xlsx"), "do": "annotate"}
    response = client.post("/check", data=sent, headers={"Accept": "text/html"})
    assert response.mimetype == WORKBOOK
    assert 'filename="mill-to-mend.xlsx"' in response.headers["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(response.data))["City"]
    comments = [cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment]
    assert any("is not a date as wanted here" in text for text in comments)
    body = client.post("/check", data=workbook(app), content_type=WORKBOOK, headers={"Accept": WORKBOOK})
    assert body.mimetype == WORKBOOK


@pytest.fixture
def mending(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the installation time to look for what mends a file."""
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], repair_seconds=50))


@pytest.mark.slow
@pytest.mark.usefixtures("mending")
def test_a_refused_file_is_told_with_what_mends_it(client: FlaskClient) -> None:
    text = CITY.replace("a hrc:City", 'a hrc:City ; hrc:termStart "1.10.2023"')
    assert text != CITY
    page = client.post("/check", data={"text": text, "kind": "submission.ttl"}, headers={"Accept": "text/html"})
    assert page.status_code == 422
    assert "The smallest change that passes" in page.text
    assert "Write “2023-10-01” at" in page.text
    document = json.loads(check(client, text, "application/json").data)
    assert document["repair"]["whole"]
    assert [statement["object"]["value"] for statement in document["repair"]["add"]] == ["2023-10-01"]


@pytest.mark.slow
@pytest.mark.usefixtures("mending")
def test_a_workbook_comes_back_with_what_mends_a_cell_beside_its_fault(app: Flask, client: FlaskClient) -> None:
    response = client.post("/check", data=workbook(app), content_type=WORKBOOK, headers={"Accept": WORKBOOK})
    sheet = load_workbook(io.BytesIO(response.data))["City"]
    comments = [cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment]
    (day,) = [text for text in comments if "is not a date as wanted here" in text]
    assert "To mend it, write “2026-12-31”." in day
    assert any("To mend it, state one of" in text for text in comments)
