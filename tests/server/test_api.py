"""The API for programs: drafts of one's city in JSON and as files, upon the version read, judged as on the form."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from rdflib import Graph

from registry.entry_versions import from_json
from registry.guard import WORKBOOK
from registry.people import Role, Scope
from tests.people import Place
from tests.server.conftest import Page
from tests.server.people import people_of, signed_in, somebody
from tests.server.programs import Program, entry, program

EXAMPLES = Path(__file__).parents[2] / "data" / "examples"


@pytest.fixture(scope="module")
def here(app: Flask) -> Place:
    return people_of(app)


@pytest.fixture
def oderau(app: Flask, here: Place) -> Program:
    return program(app, here, "oderau")


def begun(of: Program, **values: str) -> str:
    """Begin a draft; give its address below the API."""
    return str(of.begin(entry(**values)).json["address"]).removeprefix("/api/v1")  # type: ignore[index]  # JSON it is


def test_a_draft_is_begun_read_listed_and_forgotten(oderau: Program) -> None:
    made = oderau.begin(entry(termStart="2023-10-01"))
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    assert made.json is not None
    assert made.headers["Location"] == made.json["address"]
    assert made.headers["Cache-Control"] == "no-store, private"
    place = made.json["address"].removeprefix("/api/v1")
    assert oderau.send("GET", place).json == entry(termStart="2023-10-01")
    listed = oderau.send("GET", "/drafts").json
    assert listed is not None
    assert made.json["id"] in [each["id"] for each in listed["drafts"]]
    assert oderau.send("DELETE", place, If_Match='"1"').status_code == 204
    assert oderau.send("GET", place).status_code == 404


def test_what_is_typed_wrongly_is_kept_and_told_with_its_pointer(oderau: Program) -> None:
    made = oderau.begin(entry(termStart="next year"))
    assert made.status_code == 201
    assert made.json is not None
    assert [each["pointer"] for each in made.json["errors"]] == ["/parts//values/termStart/0"]


def test_what_has_not_the_form_of_an_entry_is_refused_at_each_place(oderau: Program) -> None:
    refused = oderau.begin({"city": 7, "parts": {"": {"kind": "City", "values": {"score": []}}}})
    assert (refused.status_code, refused.mimetype) == (422, "application/problem+json")
    assert refused.json is not None
    assert refused.json["type"].endswith("/entry-malformed")
    assert {each["pointer"] for each in refused.json["errors"]} == {"/city", "/parts//values/score"}


def test_a_draft_is_replaced_upon_the_version_that_was_read_alone(oderau: Program) -> None:
    place = begun(oderau)
    assert oderau.send("PUT", place, entry(termStart="2023-10-01")).status_code == 428
    assert oderau.send("DELETE", place).status_code == 428
    saved = oderau.send("PUT", place, entry(termStart="2023-10-02"), If_Match='"1"')
    assert (saved.status_code, saved.headers["ETag"]) == (200, '"2"')
    late = oderau.send("PUT", place, entry(termStart="2023-10-03"), If_Match='"1"')
    assert late.json is not None
    assert (late.status_code, late.json["version"]) == (412, 2)
    assert oderau.send("DELETE", place, If_Match='"1"').status_code == 412
    assert oderau.send("PUT", place, entry(), If_Match='W/"2"').status_code == 412
    assert oderau.send("GET", place).json == entry(termStart="2023-10-02")
    assert oderau.send("PUT", place, entry(), If_Match="*").status_code == 200


def test_a_program_and_a_person_at_one_draft_both_keep_their_work(app: Flask, here: Place, oderau: Program) -> None:
    place = begun(oderau, termStart="2023-10-01")
    browser = signed_in(app, here, somebody(here, Role.OFFICER, city="oderau"))
    form = {":city": "oderau", ":version": "1", "do": "save", "termStart": "2023-10-01", "departmentCount": "4"}
    assert browser.post(place, form).status_code == 200
    assert oderau.send("PUT", place, entry(termStart="2023-10-02"), If_Match='"1"').status_code == 412
    read = oderau.send("GET", place)
    document = json.loads(read.data)
    document["parts"][""]["values"]["termStart"] = [{"text": "2023-10-02"}]
    assert oderau.send("PUT", place, document, If_Match=read.headers["ETag"]).status_code == 200
    late = Page(browser.post(place, {**form, ":version": "2", "departmentCount": "5"}).text)
    assert "Somebody else saved while you wrote" in late.text
    kept = from_json(oderau.send("GET", place).text).records[""]
    assert [value.text for name in ("termStart", "departmentCount") for value in kept.of(name)] == ["2023-10-02", "5"]  # type: ignore[union-attr]  # texts they are


def test_another_city_and_another_scope_find_nothing(app: Flask, here: Place, oderau: Program) -> None:
    place = begun(oderau)
    other, reader = program(app, here, "elsewhere"), program(app, here, "oderau", Scope.READ)
    for method, path, body in (
        ("GET", place, None),
        ("PUT", place, entry()),
        ("DELETE", place, None),
        ("POST", f"{place}/check", None),
        ("POST", f"{place}/submission", None),
    ):
        assert other.send(method, path, body, If_Match='"1"').status_code == 404, (method, path)
        assert reader.send(method, path, body, If_Match='"1"').status_code == 403, (method, path)
        assert other.send(method, path.replace(place, "/drafts/guessed"), body, If_Match='"1"').status_code == 404
    listed = other.send("GET", "/drafts").json
    assert listed == {"drafts": []}
    assert oderau.send("GET", place, Authorization="Bearer wrong").status_code == 401
    assert oderau.client.get(f"/api/v1{place}", headers={"Accept": "application/json"}).status_code == 401


def test_no_other_site_may_write_with_what_a_browser_holds(app: Flask, here: Place, oderau: Program) -> None:
    place = begun(oderau)
    browser = signed_in(app, here, somebody(here, Role.OFFICER, city="oderau"))
    foreign = {"Origin": "https://evil.example", "If-Match": '"1"', "Content-Type": "application/json"}
    sent = browser.client.put(f"/api/v1{place}", data=json.dumps(entry()), headers=foreign)
    assert sent.status_code == 403
    asked = browser.client.options(f"/api/v1{place}", headers={**foreign, "Access-Control-Request-Method": "PUT"})
    assert "Access-Control-Allow-Origin" not in asked.headers
    assert "Access-Control-Allow-Origin" not in oderau.send("GET", place).headers


@pytest.mark.slow
def test_a_draft_goes_out_and_comes_in_as_turtle_json_ld_and_workbook(oderau: Program) -> None:
    raw = (EXAMPLES / "committed.ttl").read_bytes()
    made = oderau.send("POST", "/drafts", raw, Content_Type="text/turtle")
    assert made.status_code == 201
    assert made.json is not None
    assert made.json["errors"] == []
    place = made.json["address"].removeprefix("/api/v1")
    document = oderau.send("GET", place).json
    said = Graph().parse(data=oderau.send("GET", place, Accept="text/turtle").data, format="turtle")
    forms = {
        "text/turtle": oderau.send("GET", place, Accept="text/turtle").data,
        "application/ld+json": said.serialize(format="json-ld").encode(),
        WORKBOOK: oderau.send("GET", place, Accept=WORKBOOK).data,
    }
    for number, (form, body) in enumerate(forms.items(), start=1):
        saved = oderau.send("PUT", place, body, Content_Type=form, If_Match=f'"{number}"')
        assert saved.status_code == 200, saved.text
        graph = Graph().parse(data=oderau.send("GET", place, Accept="text/turtle").data, format="turtle")
        assert set(graph) == set(said), form
    assert oderau.send("PUT", place, document, If_Match='"4"').status_code == 200
    assert oderau.send("GET", place).json == document


@pytest.mark.slow
def test_a_file_that_cannot_be_taken_is_refused_as_everywhere(oderau: Program) -> None:
    place = begun(oderau)
    wrong = oderau.send("PUT", place, b"<a> <b> .", Content_Type="text/turtle", If_Match='"1"')
    assert wrong.json is not None
    assert (wrong.status_code, wrong.json["line"]) == (422, 1)
    other = oderau.send("PUT", place, b"<rdf/>", Content_Type="application/rdf+xml", If_Match='"1"')
    assert (other.status_code, other.headers["Content-Type"]) == (415, "application/problem+json")
    book = load_workbook(io.BytesIO(oderau.send("GET", place, Accept=WORKBOOK).data))
    book.worksheets[1].cell(book.worksheets[1].max_row, 2).value = "=1+1"
    changed = io.BytesIO()
    book.save(changed)
    assert oderau.send("PUT", place, changed.getvalue(), Content_Type=WORKBOOK, If_Match='"1"').status_code == 422
    assert oderau.send("GET", place).headers["ETag"] == '"1"'


@pytest.mark.slow
def test_a_draft_is_judged_as_its_file_would_be(oderau: Program) -> None:
    raw = (EXAMPLES / "committed.ttl").read_bytes()
    made = oderau.send("POST", "/drafts", raw, Content_Type="text/turtle")
    assert made.json is not None
    place = made.json["address"].removeprefix("/api/v1")
    judged = oderau.send("POST", f"{place}/check?at=2026-06-30").json
    checked = oderau.send("POST", "/check?at=2026-06-30", raw, Content_Type="text/turtle").json
    in_json = oderau.send("POST", "/check?at=2026-06-30", oderau.send("GET", place).json).json
    assert judged is not None
    assert judged["errors"] == []
    assert len(judged["report"]["requirements"]) > 40
    verdicts = [[each["outcome"] for each in found["report"]["requirements"]] for found in (judged, checked, in_json)]  # type: ignore[index]  # JSON it is
    assert verdicts[0] == verdicts[1] == verdicts[2]


@pytest.mark.slow
def test_a_draft_with_answers_to_mend_has_no_verdict_but_their_places(oderau: Program) -> None:
    judged = oderau.send("POST", f"{begun(oderau, termStart='next year')}/check").json
    assert judged is not None
    assert judged["report"] is None
    assert "/parts//values/termStart/0" in {each["pointer"] for each in judged["errors"]}


def test_a_day_that_is_none_and_a_form_that_is_not_given_are_refused(oderau: Program) -> None:
    place = begun(oderau)
    assert oderau.send("POST", f"{place}/check?at=today").status_code == 400
    assert oderau.send("GET", place, Accept="image/png").status_code == 406
    assert oderau.send("POST", "/check", b"x", Content_Type="image/png").status_code == 415


@pytest.mark.slow
def test_cells_of_a_workbook_that_are_not_understood_are_told(oderau: Program) -> None:
    place = begun(oderau)
    book = load_workbook(io.BytesIO(oderau.send("GET", place, Accept=WORKBOOK).data))
    book.create_sheet("Wishes").cell(1, 1).value = "Peace"
    changed = io.BytesIO()
    book.save(changed)
    saved = oderau.send("PUT", place, changed.getvalue(), Content_Type=WORKBOOK, If_Match='"1"').json
    made = oderau.send("POST", "/drafts", changed.getvalue(), Content_Type=WORKBOOK).json
    for told in (saved, made):
        assert told is not None
        (cell,) = told["notUnderstood"]
        assert cell["cell"] == "Wishes!A1"
        assert "none of the template's" in cell["detail"]


@pytest.mark.slow
def test_what_mends_a_draft_stands_beside_the_places(
    app: Flask, oderau: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], repair_seconds=50))
    judged = oderau.send("POST", f"{begun(oderau, termStart='1.10.2023')}/check").json
    assert judged is not None
    assert "2023-10-01" in [statement["object"].get("value") for statement in judged["repair"]["add"]]
