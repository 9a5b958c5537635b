"""The description of the API is valid, whole, made from the routes and the profile, and true: a fuzzer finds no lie."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import CHECKS
from schemathesis.schemas import BaseSchema

from server.api_description import describe, operations
from server.problems import KINDS
from tests.server.conftest import Page
from tests.server.people import people_of
from tests.server.programs import entry, program
from tests.serving import serving

FILE = Path(__file__).parents[2] / "data" / "examples" / "declared.ttl"
CITY = "https://example.org/id/city/sandermere"
ROUTES = 15
BYTES = "application/octet-stream"
TRUE = {
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
}
"""What is asked of every answer to whatever a fuzzer sends."""
FUZZED = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_the_description_is_valid(client: FlaskClient) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.mimetype == "application/json"
    OpenAPIV31SpecValidator(json.loads(answer.data)).validate()


def test_every_route_of_the_api_is_described_and_nothing_else(app: Flask) -> None:
    routes = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == {(each["endpoint"], each["method"]) for each in operations()}
    assert len(routes) == ROUTES
    plan = app.extensions["library"].registry.entry_plan
    described = describe(app.url_map, plan, "https://w3id.org/hrcr/")
    assert sum(map(len, described["paths"].values())) == ROUTES
    assert all(code in KINDS for each in operations() for code in each.get("problems", ()))


def test_people_can_read_it(client: FlaskClient) -> None:
    page = Page(client.get("/api", headers={"Accept": "text/html"}).text)
    for operation in operations():
        assert operation["summary"] in page.text
    assert {"/api/v1/openapi.json", "/problem/precondition-failed"} <= set(page.addresses)
    assert "code" in page.tags
    assert "`" not in page.text
    anchors = {found["id"] for found in page.all("details") if "id" in found}
    assert {address[1:] for address in page.addresses if address.startswith("#schema-")} <= anchors


@dataclass(frozen=True)
class Running:
    """A real server with a token, and what it says of itself."""

    schema: BaseSchema
    base: str
    token: str

    def ask(self, method: str, path: str, status: int, body: object = None, *, rule: str = "", **headers: str) -> Any:
        """Send a request, and hold the answer to the description."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        fields = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", **fields}
        place = f"{self.base}/api/v1{path}"
        sent = {"data": body} if isinstance(body, bytes) else {"json": body}
        answer = requests.request(method, place, headers=fields, timeout=60, **sent)  # type: ignore[arg-type]  # either
        assert answer.status_code == status, answer.text
        self.schema[f"/api/v1{rule or path.partition('?')[0]}"][method].validate_response(answer)
        return answer.json() if "json" in answer.headers.get("Content-Type", "") else None


@pytest.fixture(scope="module")
def running(app: Flask) -> Iterator[Running]:
    home = app.extensions["settings"].home
    token = program(app, people_of(app), CITY).token
    with serving(home, HRCR_API_REQUESTS="100000") as served:
        base = f"http://127.0.0.1:{served.port}"
        yield Running(schemathesis.openapi.from_url(f"{base}/api/v1/openapi.json"), base, token)


@pytest.mark.slow
def test_every_route_answers_as_it_is_described(running: Running) -> None:
    ask, of_draft = running.ask, "/drafts/{identifier}"
    ask("GET", "/openapi.json", 200)
    made = ask("POST", "/drafts", 201, entry(CITY, termStart="next year"), Idempotency_Key="walk")
    assert made["errors"]
    place = f"/drafts/{made['id']}"
    ask("POST", "/drafts", 422, entry(), Idempotency_Key="walk")
    ask("POST", "/drafts", 422, {"city": 7})
    ask("POST", "/drafts", 415, b"x", Content_Type="image/png")
    ask("GET", "/drafts", 200)
    ask("GET", "/drafts", 401, Authorization="Bearer wrong")
    ask("GET", place, 200, rule=of_draft)
    ask("GET", place, 406, rule=of_draft, Accept="image/png")
    ask("POST", f"{place}/check", 200, rule=f"{of_draft}/check")
    ask("POST", f"{place}/submission", 422, rule=f"{of_draft}/submission", If_Match='"1"')
    ask("PUT", place, 428, entry(), rule=of_draft)
    ask("PUT", place, 412, entry(), rule=of_draft, If_Match='"9"')
    ask("PUT", place, 200, FILE.read_bytes(), rule=of_draft, If_Match='"1"', Content_Type="text/turtle")
    files = f"{place}/evidence"
    added = ask("POST", f"{files}?source=minutes", 201, b"Decided.", rule=f"{of_draft}/evidence", Content_Type=BYTES)
    ask("GET", files, 200, rule=f"{of_draft}/evidence")
    ask("GET", f"{files}/{added['sha256']}", 200, rule=f"{of_draft}/evidence/{{digest}}", Accept="*/*")
    ask("GET", f"{files}/none", 404, rule=f"{of_draft}/evidence/{{digest}}")
    told = b"Write to planted.person@oderau.example"
    ask("POST", f"{files}?source=minutes", 422, told, rule=f"{of_draft}/evidence", Content_Type=BYTES)
    ask("POST", f"{files}?source=none", 404, b"Decided.", rule=f"{of_draft}/evidence", Content_Type=BYTES)
    verdict = ask("POST", f"{place}/check?at=2026-06-30", 200, rule=f"{of_draft}/check")
    assert verdict["report"]["requirements"]
    ask("POST", "/check", 200, FILE.read_bytes(), Content_Type="text/turtle")
    ask("POST", "/check?address=http://127.0.0.1/", 422)
    case = ask("POST", f"{place}/submission", 201, rule=f"{of_draft}/submission", If_Match='"3"')
    ask("GET", "/cases", 200)
    ask("GET", f"/cases/{case['name']}", 200, rule="/cases/{name}")
    ask("GET", "/cases/none-1", 404, rule="/cases/{name}")
    ask("DELETE", place, 204, rule=of_draft, If_Match='"3"')
    ask("DELETE", place, 404, rule=of_draft, If_Match='"3"')


@pytest.mark.slow
@pytest.mark.parametrize("number", range(ROUTES - 1))  # all but the description itself
def test_a_fuzzer_finds_no_failure_and_no_answer_that_is_not_described(running: Running, number: int) -> None:
    operation = [found.ok() for found in running.schema.get_all_operations()][number]
    made = running.ask("POST", "/drafts", 201, entry(CITY))
    checks = [check for check in CHECKS.get_all() if check.__name__ in TRUE]
    assert len(checks) == len(TRUE)

    @FUZZED
    @given(case=operation.as_strategy(), is_known=st.booleans())
    def fuzz(case: schemathesis.Case, is_known: bool) -> None:
        if is_known and "identifier" in (case.path_parameters or {}):
            case.path_parameters["identifier"] = made["id"]
        (case.query or {}).pop("address", None)  # no test asks the network
        headers = {"Authorization": f"Bearer {running.token}"}
        case.validate_response(case.call(headers=headers, timeout=60), checks=checks, headers=headers)

    fuzz()
