"""Problems: every error of the registry has a kind, every kind a page, and details of the house stay in the log."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry import errors
from registry.errors import NotAdmitted, ProfileFault, QueryError, RegistryError, SettingsError, StoreError
from registry.mending import Mending, Repair
from server.problems import KINDS, install, problem_of
from tests.server.conftest import Page

STATUSES = {400, 401, 403, 404, 405, 406, 408, 409, 410, 412, 413, 415, 416, 422, 428, 429, 500, 502, 503, 504, 507}


def every_error(root: type[RegistryError] = RegistryError) -> list[type[RegistryError]]:
    """Every class of the registry's tree below an error; what the server makes of one for a page is none of it."""
    children = [child for child in root.__subclasses__() if child.__module__.startswith("registry.")]
    return [found for child in children for found in (child, *every_error(child))]


@pytest.mark.parametrize("error", every_error(), ids=lambda error: error.code)
def test_every_error_becomes_a_problem_of_its_own_kind(app: Flask, error: type[RegistryError]) -> None:
    with app.test_request_context("/"):
        problem = problem_of(error("It went wrong."))
    assert problem.code == ("internal-error" if error is SettingsError else error.code)


def test_every_error_stands_in_the_one_tree() -> None:
    modules = {f"registry.{path.stem}" for path in Path(errors.__file__).parent.glob("*errors.py")}
    assert {error.__module__ for error in every_error()} == modules
    assert len(every_error()) > 15


def test_each_kind_has_a_code_a_status_a_title_and_advice() -> None:
    for code, kind in KINDS.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
        assert (kind.code, kind.iri) == (code, f"https://w3id.org/hrcr/problem/{code}")
        assert kind.status in STATUSES
        assert kind.title
        assert kind.advice.endswith(".")


def test_each_kind_is_explained_at_its_own_address(client: FlaskClient) -> None:
    for code, kind in KINDS.items():
        text = Page(client.get(f"/problem/{code}").text).text
        assert kind.title in text
        assert kind.advice in text


def test_a_problem_is_json_for_programs_and_a_page_for_readers(client: FlaskClient) -> None:
    for accept in ("*/*", "application/json", "application/problem+json", "text/turtle", ""):
        response = client.get("/nothing", headers={"Accept": accept})
        assert response.content_type == "application/problem+json"
        document = json.loads(response.data)
        assert (document["status"], document["type"]) == (404, "https://w3id.org/hrcr/problem/not-found")
    page = client.get("/nothing", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (page.status_code, page.mimetype) == (404, "text/html")


def test_a_place_and_faults_are_members_of_the_document(app: Flask) -> None:
    with app.test_request_context("/"):
        assert problem_of(QueryError("Wrong.", line=2, column=7)).members == {"line": 2, "column": 7}
        found = problem_of(ProfileFault("Two faults:\n- one\n- two", ("one", "two")))
        assert (str(found), found.members) == ("Two faults:", {"faults": ["one", "two"]})


def test_details_of_the_house_are_for_the_log(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.test_request_context("/"):
        response = problem_of(StoreError("/srv/secret/path is broken")).response()
    assert response.status_code == 503
    assert "secret" not in response.get_data(as_text=True)
    assert "/srv/secret/path is broken" in caplog.text
    assert int(response.headers["Retry-After"]) > 0


def test_a_failure_of_the_application_is_told_without_its_details(app: Flask) -> None:
    broken = Flask("broken", template_folder=app.template_folder)
    install(broken)
    broken.add_url_rule("/", view_func=lambda: 1 / 0)
    response = broken.test_client().get("/")
    assert (response.status_code, response.content_type) == (500, "application/problem+json")
    assert "ZeroDivisionError" not in response.text


def test_a_query_past_a_limit_is_told_which(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": "ASK {" + "OPTIONAL{}" * 65 + "}"})
    facts = json.loads(answer.data)
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert (facts["limit"], facts["most"], facts["line"], facts["column"]) == ("optionals", 64, 1, 646)


def test_what_mends_a_refused_file_is_a_member_too(app: Flask) -> None:
    refusal = NotAdmitted("No.")
    refusal.mending = Mending(Repair(), (), is_whole=True)
    with app.test_request_context("/"):
        found = problem_of(refusal)
    assert found.members == {"repair": {"remove": [], "add": [], "ask": {}, "changes": [], "whole": True}}
