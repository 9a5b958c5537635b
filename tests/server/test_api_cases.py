"""A draft is handed in by program once, with the reviewers' verdict, and its case is seen by its city alone."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask
from rdflib import Graph

from registry.entry_form import form_fields
from registry.entry_versions import from_json
from registry.handing_in import REPORT
from registry.namespaces import EARL
from registry.people import Role, Scope
from registry.receipt import is_receipt
from tests.people import Place
from tests.registry import playing
from tests.registry.playing import FIRST, SECOND, judged, order
from tests.server import cases
from tests.server.cases import REQUIREMENTS, Desk, desk_of
from tests.server.people import people_of, signed_in, somebody
from tests.server.programs import Program, entry, program

pytestmark = pytest.mark.slow

FILE = Path(__file__).parents[2] / "data" / "examples" / "declared.ttl"
CITY = "https://example.org/id/city/sandermere"


@pytest.fixture(scope="module")
def here(app: Flask) -> Place:
    return people_of(app)


@pytest.fixture(autouse=True)
def desk(app: Flask, tmp_path: Path) -> Iterator[Desk]:
    """A ledger of one test alone."""
    with desk_of(app, tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def officer(app: Flask, here: Place) -> Program:
    return program(app, here, CITY)


@pytest.fixture
def place(officer: Program) -> str:
    made = officer.send("POST", "/drafts", FILE.read_bytes(), Content_Type="text/turtle")
    assert made.json is not None, made.text
    return str(made.json["address"]).removeprefix("/api/v1")


def test_what_is_to_be_mended_is_told_and_nothing_is_handed_in(officer: Program) -> None:
    made = officer.begin(entry(CITY, termStart="next year")).json
    assert made is not None
    refused = officer.send("POST", f"/drafts/{made['id']}/submission", If_Match='"1"')
    assert refused.status_code == 422
    assert refused.json is not None
    assert [each["pointer"] for each in refused.json["errors"]] == ["/parts//values/termStart/0"]
    bare = officer.begin(entry(CITY)).json
    assert bare is not None
    refused = officer.send("POST", f"/drafts/{bare['id']}/submission", If_Match='"1"')
    assert refused.status_code == 422
    assert refused.json is not None
    assert refused.json["errors"]
    assert officer.send("GET", "/cases").json == {"cases": []}


def test_a_draft_becomes_a_case_once_and_the_reviewers_get_the_verdict_that_the_officer_saw(
    app: Flask, here: Place, officer: Program, place: str
) -> None:
    assert officer.send("POST", f"{place}/submission").status_code == 428
    seen = officer.send("POST", f"{place}/check").json
    given = officer.send("POST", f"{place}/submission", If_Match='"1"', Idempotency_Key="hand in")
    assert given.status_code == 201, given.text
    assert given.json is not None
    assert seen is not None
    again = officer.send("POST", f"{place}/submission", If_Match='"1"', Idempotency_Key="hand in")
    assert again.data == given.data
    assert given.json["state"] == "submitted"
    assert all(is_receipt(receipt.encode()) for receipt in given.json["receipts"])
    case = app.extensions["casework"]().case(f"case/{given.json['name']}")
    graph = Graph().parse(data=app.extensions["documents"]().read(case.acts[-1].hashes[REPORT]), format="nt")
    kept = {
        str(graph.value(node, EARL.test)): str(graph.value(result, EARL.outcome)).rpartition("#")[2]
        for node, result in graph.subject_objects(EARL.result)
    }
    assert kept == {each["requirement"]: each["outcome"] for each in seen["report"]["requirements"]}
    listed = officer.send("GET", "/cases").json
    assert listed is not None
    assert [each["name"] for each in listed["cases"]] == [given.json["name"]]
    read = officer.send("GET", f"/cases/{given.json['name']}").json
    assert read is not None
    assert [stay["state"] for stay in read["stays"]] == ["draft", "submitted"]
    assert given.json["lastDay"] == listed["cases"][0]["lastDay"] == read["lastDay"]
    assert date.fromisoformat(read["lastDay"]) > datetime.fromisoformat(read["since"]).date()
    for other in (program(app, here, "lund"), program(app, here, "graz", Scope.READ)):
        assert other.send("GET", f"/cases/{given.json['name']}").status_code == 404
        assert other.send("GET", "/cases").json == {"cases": []}
    assert officer.send("GET", "/cases/guessed-9").status_code == 404


def test_the_form_without_scripts_shows_the_verdict_that_the_reviewers_get(
    app: Flask, here: Place, officer: Program, place: str
) -> None:
    """Every requirement with its outcome, in the rows of the page that “Save and judge” gives."""
    seen = officer.send("POST", f"{place}/check").json
    assert seen is not None
    read = officer.send("GET", place)
    plan = app.extensions["library"].registry.entry_plan
    form: dict[str, list[str]] = {}
    for name, value in form_fields(from_json(read.text), plan):
        form.setdefault(name, []).append(value)
    browser = signed_in(app, here, somebody(here, Role.OFFICER, city=CITY))
    version = read.headers["ETag"].strip('"')
    page = browser.post(place, {**form, ":version": version, "do": "judge"})
    assert page.status_code == 200
    assert "Why, and how to mend it" in page.text
    rows = re.findall(r'<tr class="outcome-(\w+)">\s*<th scope="row"><a href="[^"]*/standard/([^"]+)"', page.text)
    told = {f"https://w3id.org/hrcr/standard/{requirement}": outcome for outcome, requirement in rows}
    assert told == {each["requirement"]: each["outcome"] for each in seen["report"]["requirements"]}


def test_nobody_hands_in_for_another_city(app: Flask, here: Place) -> None:
    lund = program(app, here, "lund")
    made = lund.send("POST", "/drafts", FILE.read_bytes(), Content_Type="text/turtle").json
    assert made is not None
    refused = lund.send("POST", f"/drafts/{made['id']}/submission", If_Match='"1"')
    assert (refused.status_code, lund.send("GET", "/cases").json) == (403, {"cases": []})


def test_a_token_for_reading_hands_nothing_in(app: Flask, here: Place, place: str) -> None:
    reader = program(app, here, CITY, Scope.READ)
    assert reader.send("POST", f"{place}/submission", If_Match='"1"').status_code == 403
    assert reader.send("GET", "/cases").status_code == 200


def test_a_case_says_what_waits_for_its_officer_and_no_other_case_is_looked_at(
    app: Flask, here: Place, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.work.open(order("open", city=playing.CITY), playing.OFFICER)
    desk.called().wait(31)
    for reviewer in (FIRST, SECOND):
        desk.do("file-findings", reviewer, judgements=judged(REQUIREMENTS))
    looked_at: list[str] = []
    ties = desk.work.ties
    monkeypatch.setattr(desk.work, "ties", lambda case: looked_at.append(case.name) or ties(case))
    read = program(app, here, cases.CITY).send("GET", f"/cases/{desk.slug}").json
    assert read is not None
    assert [step["name"] for step in read["steps"]] == ["reply"]
    assert looked_at == [desk.name]
