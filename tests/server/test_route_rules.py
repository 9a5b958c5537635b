"""Access matrix: every route of the application for everybody who may come, with the status that they get."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from secrets import token_hex
from typing import Final

import pytest
from flask import Flask

from registry.accounts import actor_of
from registry.cases import Command, Particulars
from registry.people import Account, Role, Scope, Stage
from server.access import FORM_HEADER
from server.route_rules import PUBLIC, RULES, rules_of
from tests.people import Place, place
from tests.server.people import Browser, nobody, now, people_of, signed_in, somebody, with_token

pytestmark = pytest.mark.slow

ANY: Final = {"Accept": "*/*"}
WHO: Final = (
    "nobody",
    "officer",
    "officer of another city",
    "reviewer",
    "decider",
    "steward",
    "disabled account",
    "expired token",
    "valid token",
    "token to submit",
    "steward without the code",
    "steward of an hour ago",
)

PRIVATE: Final[Mapping[str, tuple[str, str, str]]] = {
    # endpoint:              method, path,                    status for each of WHO
    "sign_in.form": ("GET", "/account/sign-in", "200 303 303 303 303 303 200 401 303 303 200 303"),
    "sign_in.begin": ("POST", "/account/sign-in", "403 403 403 403 403 403 403 401 403 403 403 403"),
    "sign_in.recovery": ("GET", "/account/recover", "200 200 200 200 200 200 200 401 200 200 200 200"),
    "sign_in.recover": ("POST", "/account/recover", "422 422 422 422 422 422 422 401 422 422 422 422"),
    "sign_in.code_form": ("GET", "/account/code", "303 303 303 303 303 303 303 401 403 403 200 303"),
    "sign_in.code": ("POST", "/account/code", "401 303 303 303 303 303 401 401 403 403 403 303"),
    "sign_in.enrolment": ("GET", "/account/second-factor", "303 200 200 200 200 200 303 401 403 403 303 303"),
    "sign_in.enrol": ("POST", "/account/second-factor", "401 422 422 422 422 422 401 401 403 403 303 303"),
    "sign_in.confirmation": ("GET", "/account/confirm", "303 200 200 200 200 200 303 401 403 403 303 200"),
    "sign_in.confirm": ("POST", "/account/confirm", "401 403 403 403 403 403 401 401 403 403 303 403"),
    "sign_in.prove": ("POST", "/account/code/passkey", "401 303 303 303 303 303 401 401 403 403 404 303"),
    "sign_in.register": ("POST", "/account/passkeys", "401 404 404 404 404 404 401 401 403 403 303 303"),
    "sign_in.confirm_by_passkey": (
        "POST",
        "/account/confirm/passkey",
        "401 404 404 404 404 404 401 401 403 403 303 404",
    ),
    "sign_in.end": ("POST", "/account/sign-out", "401 303 303 303 303 303 401 401 403 403 303 303"),
    "provider.begin": ("POST", "/account/provider", "404 404 404 404 404 404 404 401 404 404 404 404"),
    "provider.finish": ("GET", "/account/provider/return", "404 404 404 404 404 404 404 401 404 404 404 404"),
    "provider.confirm": ("POST", "/account/provider/confirm", "401 404 404 404 404 404 401 401 403 403 303 404"),
    "provider.link": ("POST", "/account/provider/link", "401 404 404 404 404 404 401 401 403 403 303 303"),
    "provider.unlink": ("POST", "/account/provider/unlink", "401 404 404 404 404 404 401 401 403 403 303 303"),
    "account.own": ("GET", "/account", "303 200 200 200 200 200 303 401 200 403 303 200"),
    "account.password": ("POST", "/account/password", "401 422 422 422 422 422 401 401 403 403 303 422"),
    "account.declare": ("POST", "/account/conflicts", "401 422 422 422 422 422 401 401 403 403 303 422"),
    "account.withdraw": ("POST", "/account/conflicts/0/withdraw", "401 303 303 303 303 303 401 401 403 403 303 303"),
    "account.issue": ("POST", "/account/tokens", "401 422 422 422 422 422 401 401 403 403 303 303"),
    "account.revoke": ("POST", "/account/tokens/0/end", "401 303 303 303 303 303 401 401 403 403 303 303"),
    "account.remove_passkey": ("POST", "/account/passkeys/0/end", "401 404 404 404 404 404 401 401 403 403 303 303"),
    "drafts.index": ("GET", "/drafts", "303 200 200 403 403 403 303 401 403 200 303 403"),
    "drafts.begin": ("POST", "/drafts", "401 303 303 403 403 403 401 401 403 303 303 403"),
    "drafts.show": ("GET", "/drafts/DRAFT", "303 200 404 403 403 403 303 401 403 200 303 403"),
    "drafts.change": ("POST", "/drafts/DRAFT", "401 400 404 403 403 403 401 401 403 400 303 403"),
    "contributions.index": ("GET", "/contributions", "303 403 403 403 403 200 303 401 403 403 303 200"),
    "contributions.settle": ("POST", "/contributions/nowhere-1/1", "401 403 403 403 403 404 401 401 403 403 303 404"),
    "contributions.answer_form": (
        "GET",
        "/contributions/nowhere-1/1/answer",
        "303 404 404 403 403 403 303 401 403 403 303 403",
    ),
    "contributions.answer": (
        "POST",
        "/contributions/nowhere-1/1/answer",
        "401 404 404 403 403 403 401 401 403 403 303 403",
    ),
    "handing_in.form": ("GET", "/drafts/DRAFT/hand-in", "303 422 404 403 403 403 303 401 403 403 303 403"),
    "handing_in.hand_in": ("POST", "/drafts/DRAFT/hand-in", "401 409 404 403 403 403 401 401 403 403 303 403"),
    "cases.index": ("GET", "/cases", "200 200 200 200 200 200 200 401 200 200 200 200"),
    "cases.show": ("GET", "/cases/CASE", "404 200 404 404 404 200 404 401 200 404 404 200"),
    "cases.handed_in": ("GET", "/cases/CASE/submission.ttl", "404 404 404 404 404 404 404 401 404 404 404 404"),
    "case_changes.show": ("GET", "/cases/CASE/changes", "404 404 404 404 404 404 404 401 404 404 404 404"),
    "cases.receipt": ("GET", "/cases/CASE/receipts/1", "303 200 404 404 404 404 303 401 200 403 303 404"),
    "case_steps.form": ("GET", "/cases/CASE/steps/withdraw", "303 200 404 404 404 409 303 401 403 403 303 409"),
    "case_steps.act": ("POST", "/cases/CASE/steps/withdraw", "401 422 404 404 404 409 401 401 403 403 303 409"),
    "standing_steps.form": (
        "GET",
        "/desk/standings/nowhere/file-report",
        "303 404 404 404 404 404 303 401 403 403 303 404",
    ),
    "standing_steps.act": (
        "POST",
        "/desk/standings/nowhere/file-report",
        "401 404 404 404 404 404 401 401 403 403 303 404",
    ),
    "desk.index": ("GET", "/desk", "303 200 200 200 200 200 303 401 403 403 303 200"),
    "desk.make_feed": ("POST", "/desk/feeds", "401 201 201 201 201 201 401 401 403 403 303 201"),
    "desk.feed": ("GET", "/desk/feeds/hrcr_nothing.ics", "404 404 404 404 404 404 404 401 404 404 404 404"),
    "renewals.begin": ("POST", "/drafts/renewal", "401 303 404 403 403 403 401 401 403 303 303 403"),
    "api.renew": ("POST", "/api/v1/renewals", "401 201 404 403 403 403 401 401 403 201 303 403"),
    "api.drafts": ("GET", "/api/v1/drafts", "303 200 200 403 403 403 303 401 403 200 303 403"),
    "api.begin": ("POST", "/api/v1/drafts", "401 415 415 403 403 403 401 401 403 415 303 403"),
    "api.draft": ("GET", "/api/v1/drafts/DRAFT", "303 406 404 403 403 403 303 401 403 406 303 403"),
    "api.replace": ("PUT", "/api/v1/drafts/DRAFT", "401 428 404 403 403 403 401 401 403 428 303 403"),
    "api.discard": ("DELETE", "/api/v1/drafts/DRAFT", "401 428 404 403 403 403 401 401 403 428 303 403"),
    "api.judge": ("POST", "/api/v1/drafts/DRAFT/check", "401 200 404 403 403 403 401 401 403 200 303 403"),
    "api_cases.hand_in": ("POST", "/api/v1/drafts/DRAFT/submission", "401 428 404 403 403 403 401 401 403 428 303 403"),
    "api_cases.cases": ("GET", "/api/v1/cases", "303 200 200 200 200 200 303 401 200 403 303 200"),
    "api_cases.case": ("GET", "/api/v1/cases/guessed-1", "303 404 404 404 404 404 303 401 404 403 303 404"),
    "api_evidence.sources": ("GET", "/api/v1/drafts/DRAFT/evidence", "303 200 404 403 403 403 303 401 403 200 303 403"),
    "api_evidence.add_file": (
        "POST",
        "/api/v1/drafts/DRAFT/evidence",
        "401 404 404 403 403 403 401 401 403 404 303 403",
    ),
    "api_evidence.file": (
        "GET",
        "/api/v1/drafts/DRAFT/evidence/NONE",
        "303 404 404 403 403 403 303 401 403 404 303 403",
    ),
    "draft_evidence.index": ("GET", "/drafts/DRAFT/evidence", "303 200 404 403 403 403 303 401 403 200 303 403"),
    "draft_evidence.add": ("POST", "/drafts/DRAFT/evidence", "401 404 404 403 403 403 401 401 403 404 303 403"),
    "draft_evidence.file": ("GET", "/drafts/DRAFT/evidence/NONE", "303 404 404 403 403 403 303 401 403 404 303 403"),
    "case_evidence.index": ("GET", "/cases/CASE/evidence", "303 200 404 404 404 200 303 401 200 403 303 200"),
    "case_evidence.file": ("GET", "/cases/CASE/evidence/NONE", "303 404 404 404 404 404 303 401 404 403 303 404"),
    "case_evidence.form": (
        "GET",
        "/cases/CASE/evidence/NONE/release",
        "303 404 404 404 404 404 303 401 403 403 303 404",
    ),
    "case_evidence.release": (
        "POST",
        "/cases/CASE/evidence/NONE/release",
        "401 404 404 404 404 404 401 401 403 403 303 404",
    ),
    "people.index": ("GET", "/account/people", "303 403 403 403 403 200 303 401 403 403 303 200"),
    "people.add": ("POST", "/account/people", "401 403 403 403 403 422 401 401 403 403 303 303"),
    "people.recover": ("POST", "/account/people/ID/code", "401 403 403 403 403 201 401 401 403 403 303 303"),
    "people.link": ("POST", "/account/people/ID/link", "401 403 403 403 403 404 401 401 403 403 303 303"),
    "people.close": ("POST", "/account/people/ID/close", "401 403 403 403 403 303 401 401 403 403 303 303"),
    "people.reopen": ("POST", "/account/people/ID/reopen", "401 403 403 403 403 303 401 401 403 403 303 303"),
}
"""ID stands for the account of an officer of another city; DRAFT and CASE for a draft and a case of the officer's."""

SHOWN: Final[Mapping[str, tuple[str, str, int]]] = {
    "static": ("GET", "/static/registry.css", 200),
    "pages.home": ("GET", "/", 200),
    "pages.cities": ("GET", "/cities", 200),
    "pages.instruments": ("GET", "/instruments", 200),
    "pages.rights": ("GET", "/rights", 200),
    "pages.sdgs": ("GET", "/sdgs", 200),
    "pages.sdg": ("GET", "/sdg/11", 200),
    "pages.networks": ("GET", "/networks", 200),
    "evidence.links": ("GET", "/evidence", 200),
    "mappings.index": ("GET", "/mappings", 200),
    "mappings.query": ("GET", "/mappings/nothing.rq", 404),
    "mappings.table": ("GET", "/mappings/nothing.sssom.tsv", 404),
    "trust.index": ("GET", "/trust", 200),
    "trust.peer": ("GET", "/trust/nobody", 404),
    "witness.add": ("POST", "/witness/add-checkpoint", 404),
    "witness.head": ("GET", "/ledger/checkpoint", 200),
    "evidence.released": ("GET", "/evidence/files/NONE", 404),
    "pages.example": ("GET", "/examples/nothing.ttl", 404),
    "case_exports.export": ("GET", "/cases/nowhere-1/export", 404),
    "pages.problem": ("GET", "/problem/not-found", 200),
    "pages.problems": ("GET", "/problem", 200),
    "pages.about": ("GET", "/about", 200),
    "pages.data": ("GET", "/data", 200),
    "pages.accessibility": ("GET", "/accessibility", 200),
    "linked_data.identifier": ("GET", "/id/city/aldermoor", 303),
    "linked_data.document": ("GET", "/doc/city/aldermoor", 200),
    "linked_data.vocabulary": ("GET", "/vocab/levels", 200),
    "linked_data.vocabularies": ("GET", "/vocab", 200),
    "linked_data.standard_item": ("GET", "/standard/formal-act", 200),
    "linked_data.standard": ("GET", "/standard", 200),
    "linked_data.ontology": ("GET", "/def", 200),
    "linked_data.ontology_version": ("GET", "/def/0", 404),
    "linked_data.alignments": ("GET", "/alignments", 200),
    "linked_data.alignments_version": ("GET", "/alignments/0", 404),
    "linked_data.shapes": ("GET", "/shapes", 200),
    "linked_data.shape_file": ("GET", "/shapes/formal-act", 200),
    "linked_data.profile": ("GET", "/profile", 200),
    "linked_data.profile_version": ("GET", "/profile/0", 404),
    "linked_data.unnamed": ("GET", "/.well-known/genid/0", 404),
    "linked_data.graphs": ("GET", "/graph", 200),
    "linked_data.graph": ("GET", "/graph/profile/aldermoor", 200),
    "linked_data.context": ("GET", "/context.jsonld", 200),
    "releases.index": ("GET", "/releases", 200),
    "releases.identifier": ("GET", "/release/2026-06-30-1", 303),
    "releases.document": ("GET", "/releases/2026-06-30-1", 200),
    "releases.file": ("GET", "/releases/2026-06-30-1/SHA256SUMS", 200),
    "catalogue.index": ("GET", "/catalogue", 200),
    "catalogue.void": ("GET", "/.well-known/void", 200),
    "catalogue.examples": ("GET", "/.well-known/sparql-examples", 200),
    "feed.view": ("GET", "/feed", 200),
    "feed.page": ("GET", "/feed/1", 200),
    "feed.newest": ("GET", "/feed.atom", 200),
    "feed.archive": ("GET", "/feed/1.atom", 200),
    "descriptor.show": ("GET", "/federation", 200),
    "well_known.robots": ("GET", "/robots.txt", 200),
    "well_known.sitemap": ("GET", "/sitemap.xml", 200),
    "well_known.security": ("GET", "/.well-known/security.txt", 404),
    "well_known.health": ("GET", "/health", 200),
    "sparql.endpoint": ("GET", "/sparql?query=ASK{}", 200),
    "sparql.of_release": ("GET", "/releases/2026-06-30-1/sparql?query=ASK{}", 200),
    "sparql.completions": ("GET", "/sparql/completions.json", 200),
    "kept_queries.keep": ("POST", "/q", 303),
    "kept_queries.follow": ("GET", "/q/0123456789abcdef", 404),
    "graph_store.store": ("GET", "/store?default", 200),
    "graph_store.of_release": ("GET", "/releases/2026-06-30-1/store?default", 200),
    "limits.limits": ("GET", "/limits", 200),
    "submissions.form": ("GET", "/check", 200),
    "submissions.check": ("POST", "/check", 400),
    "api.description": ("GET", "/api/v1/openapi.json", 200),
    "api.check": ("POST", "/api/v1/check", 415),
    "api_pages.documentation": ("GET", "/api", 200),
    "entry_pages.form": ("GET", "/check/form", 200),
    "entry_pages.empty_workbook": ("GET", "/check/workbook.xlsx", 200),
    "entry_pages.schema": ("GET", "/check/form/schema.json", 200),
    "entry_pages.fill": ("POST", "/check/form", 422),
    "agreement.page": ("GET", "/agreement", 200),
    "agreement.table": ("GET", "/agreement.csv", 200),
    "case_feed.feed": ("GET", "/cases/feed.atom", 200),
    "case_feed.last_days": ("GET", "/cases/calendar.ics", 200),
    "spots.spot_checks": ("GET", "/spot-checks", 200),
    "concerns.form": ("GET", "/standings/nowhere/concern", 404),
    "concerns.send": ("POST", "/standings/nowhere/concern", 404),
    "concerns.follow": ("GET", "/standings/nowhere/concern/0123456789abcdef", 404),
    "standings.index": ("GET", "/standings", 200),
    "standings.show": ("GET", "/standings/nowhere", 404),
    "dossiers.show": ("GET", "/cases/nowhere-1/dossier", 404),
    "dossiers.document": ("GET", f"/cases/nowhere-1/documents/{'0' * 64}", 404),
    "calls.index": ("GET", "/calls", 200),
    "calls.show": ("GET", "/calls/nowhere-1", 404),
    "calls.form": ("GET", "/calls/nowhere-1/contribute", 404),
    "calls.contribute": ("POST", "/calls/nowhere-1/contribute", 404),
    "calls.follow": ("GET", "/calls/nowhere-1/0123456789abcdef", 404),
    "identity.index": ("GET", "/identity", 200),
    "identity.table": ("GET", "/identity.csv", 200),
    "reconciliation.service": ("GET", "/reconcile", 200),
    "reconciliation.suggest": ("GET", "/reconcile/suggest/type?prefix=c", 200),
    "reconciliation.proposed": ("GET", "/reconcile/properties?type=City", 200),
    "reconciliation.preview": ("GET", "/reconcile/preview?id=id/city/aldermoor", 200),
}
"""Each public route, with one address and its status."""


DATED: Final = frozenset({"entry_pages.empty_workbook"})
"""What says in itself when it was made."""


@pytest.fixture(scope="module")
def here(app: Flask) -> Place:
    return people_of(app)


@pytest.fixture(scope="module")
def target(here: Place) -> Account:
    return somebody(here, Role.OFFICER, city="lund")


@pytest.fixture(scope="module")
def draft(come: Mapping[str, Callable[[], Browser]]) -> str:
    """A draft of the officer's city."""
    return str(come["officer"]().post("/drafts").headers["Location"]).rsplit("/", 1)[1]


@pytest.fixture(scope="module")
def case(app: Flask, come: Mapping[str, Callable[[], Browser]]) -> Iterator[str]:
    """A case that the officer has opened, taken back in the end."""
    account = come["officer"]().here.accounts.find(come["officer"]().owner)
    assert account is not None
    work, officer = app.extensions["casework"](), actor_of(account)
    (receipt,) = work.open(Command(name="open", particulars=Particulars(city=officer.city)), officer)
    name: str = receipt.event.envelope.case
    yield name.removeprefix("case/")
    work.act(name, Command(name="withdraw", reason="It was for a test."), officer)


@pytest.fixture(scope="module")
def come(app: Flask, here: Place) -> Mapping[str, Callable[[], Browser]]:
    """By name, what gives a new browser of each who may come."""
    officer, other = somebody(here, Role.OFFICER, city="graz"), somebody(here, Role.OFFICER, city="lund")
    reviewer, decider = somebody(here, Role.REVIEWER), somebody(here, Role.DECIDER)
    steward, closed = somebody(here, Role.STEWARD), somebody(here, Role.STEWARD)
    here.registrar.close(closed)
    past = place(app.extensions["settings"].home, now=now() - timedelta(days=31))
    over = past.registrar.issue(officer, "over", [Scope.READ], days=30)
    valid = here.registrar.issue(officer, "valid", [Scope.READ], days=30)
    submitting = here.registrar.issue(officer, "submitting", [Scope.SUBMIT], days=30)
    return {
        "nobody": lambda: nobody(app, here),
        "officer": lambda: signed_in(app, here, officer),
        "officer of another city": lambda: signed_in(app, here, other),
        "reviewer": lambda: signed_in(app, here, reviewer),
        "decider": lambda: signed_in(app, here, decider),
        "steward": lambda: signed_in(app, here, steward),
        "disabled account": lambda: _as_nobody(app, here, signed_in(app, here, closed)),
        "expired token": lambda: with_token(app, here, over.text),
        "valid token": lambda: with_token(app, here, valid.text),
        "token to submit": lambda: with_token(app, here, submitting.text),
        "steward without the code": lambda: signed_in(app, here, steward, stage=Stage.CODE),
        "steward of an hour ago": lambda: signed_in(app, here, steward, ago=timedelta(hours=1)),
    }


def _as_nobody(app: Flask, here: Place, browser: Browser) -> Browser:
    """Give a browser with a session that does not count, and the cookie of a form."""
    plain = nobody(app, here)
    cookie = browser.client.get_cookie("hrcr")
    assert cookie is not None
    plain.client.set_cookie("hrcr", cookie.value)
    return plain


def ask(browser: Browser, method: str, path: str) -> int:
    address = {"email": f"{token_hex(8)}@city.example"}  # so that no wait for an address is met
    if method in ("PUT", "DELETE"):
        proof = {FORM_HEADER: browser.form_token, "Origin": "http://localhost"}
        return browser.client.open(path, method=method, headers={**browser.headers, **proof}).status_code
    response = browser.get(path) if method == "GET" else browser.post(path, address)
    return response.status_code


def test_every_route_has_one_rule_and_one_row_here(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints == set(RULES)
    assert {endpoint for endpoint, rule in RULES.items() if rule in (PUBLIC, replace(PUBLIC, judges=True))} == set(
        SHOWN
    )
    assert {endpoint for endpoint, rule in RULES.items() if not rule.is_public} == set(PRIVATE)
    assert {len(row.split()) for _, _, row in PRIVATE.values()} == {len(WHO)}


def test_each_row_asks_the_route_that_it_names(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    rows = {**PRIVATE, **SHOWN}
    found = {endpoint: adapter.match(path.partition("?")[0], method)[0] for endpoint, (method, path, _) in rows.items()}
    assert {endpoint for endpoint, matched in found.items() if endpoint != matched} == set()


@pytest.mark.parametrize(
    ("method", "path", "judges", "takes_file"),
    [
        ("POST", "/check", True, False),
        ("GET", "/check", False, False),
        ("PUT", "/api/v1/drafts/a", True, False),
        ("GET", "/drafts/a/hand-in", True, False),
        ("GET", "/cases/lund-1/steps/withdraw", True, False),
        ("POST", "/account/sign-in", False, False),
        ("POST", "/calls/lund-1/contribute", False, False),
        ("POST", "/desk/feeds", False, False),
        ("POST", "/q", False, False),
        ("POST", "/drafts/a/evidence", False, True),
        ("POST", "/api/v1/drafts/a/evidence", False, True),
        ("GET", "/drafts/a/evidence", False, False),
        ("POST", f"/cases/lund-1/evidence/{'0' * 64}/release", False, True),
    ],
)
def test_the_rule_of_a_request_says_whether_it_judges_and_takes_a_file(
    app: Flask, method: str, path: str, judges: bool, takes_file: bool
) -> None:
    rule = rules_of(app.url_map)(path, method)
    assert rule is not None
    assert (rule.judges, rule.takes_file) == (judges, takes_file)


@pytest.mark.parametrize("path", ["/nowhere", "/check/", "/\xff", "", "*"])
def test_what_is_no_route_has_no_rule(app: Flask, path: str) -> None:
    assert rules_of(app.url_map)(path, "POST") is None


@pytest.mark.parametrize("endpoint", PRIVATE)
def test_each_who_comes_gets_what_the_table_says(
    come: Mapping[str, Callable[[], Browser]], target: Account, draft: str, case: str, endpoint: str
) -> None:
    method, path, row = PRIVATE[endpoint]
    path = path.replace("ID", target.id).replace("DRAFT", draft).replace("CASE", case)
    got = {who: ask(come[who](), method, path) for who in WHO}
    assert got == dict(zip(WHO, map(int, row.split()), strict=True))


@pytest.mark.parametrize("endpoint", SHOWN)
def test_a_public_route_is_the_same_for_everybody(
    app: Flask, come: Mapping[str, Callable[[], Browser]], endpoint: str
) -> None:
    method, path, status = SHOWN[endpoint]
    data = {"query": "ASK {}"} if method == "POST" else None
    with app.test_client().open(path, method=method, headers=ANY, data=data) as plain:
        assert plain.status_code == status
        for who in WHO:
            browser = come[who]()
            with browser.client.open(path, method=method, headers={**browser.headers, **ANY}, data=data) as response:
                assert (who, response.status_code, response.mimetype) == (who, status, plain.mimetype)
                assert endpoint in DATED or response.data == plain.data, who
                assert "Set-Cookie" not in response.headers


def test_a_guessed_identifier_is_told_to_a_steward_alone(come: Mapping[str, Callable[[], Browser]]) -> None:
    for who in WHO:
        expected = {"steward": 404, "steward of an hour ago": 303, "steward without the code": 303}.get(who)
        known = ask(come[who](), "POST", f"/account/people/{'0' * 32}/code")
        assert known == (expected or int(PRIVATE["people.close"][2].split()[WHO.index(who)])), who


def test_a_guessed_case_is_the_same_as_one_that_is_not_there(
    come: Mapping[str, Callable[[], Browser]], case: str
) -> None:
    for who in set(WHO) - {"officer", "valid token", "steward", "steward of an hour ago"}:
        browser = come[who]()
        for path in ("", "/steps/withdraw", "/receipts/1", "/submission.ttl"):
            hidden, guessed = (browser.get(f"/cases/{name}{path}") for name in (case, "nowhere-1"))
            assert guessed.status_code == hidden.status_code, (who, path)
            assert guessed.text.replace("nowhere-1", case) == hidden.text.replace("nowhere-1", case), (who, path)


def test_a_route_without_a_rule_is_shut(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.access.RULES", {name: rule for name, rule in RULES.items() if name != "pages.about"})
    response = app.test_client().get("/about", headers={"If-Range": "x"})  # which no cache answers
    assert response.status_code == 403
    assert "has no rule in server/route_rules.py" in response.text
