"""The page of a city says what was decided on it: level, term, reasons, and who found what; before that nothing."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import Graph, URIRef

from registry.artefacts import Artefacts
from registry.cases import Actor
from registry.casework import Casework
from registry.decisions import with_decisions
from registry.namespaces import HRC, ROOT
from tests.registry.playing import DECIDER, FIRST, SECOND, STEWARD, judged, law, order, person
from tests.registry.test_casework import Desk
from tests.server.conftest import Page, Publish, turtle

CITY = f"{ROOT}id/city/aldermoor"
OFFICER = person("mayor", "officer", city=CITY)
COMMITTED = f"{ROOT}vocab/levels/committed"


def accredited(desk: Desk, requirements: tuple[str, ...]) -> None:
    """Play a case of Aldermoor to its decision."""
    name = ""

    def do(step: str, actor: Actor, **more: object) -> None:
        desk.work.act(name, order(step, **more), actor)

    desk.work.open(order("open", city=CITY), OFFICER)
    (case,) = desk.work.cases()
    name = case.name
    do("submit", OFFICER)
    do("find-eligible", STEWARD, requirements=requirements)
    do("assign-reviewer", STEWARD, candidate=FIRST)
    do("assign-reviewer", STEWARD, candidate=SECOND)
    do("open-call", STEWARD)
    desk.wait(31)
    do("file-findings", FIRST, judgements=judged(requirements))
    do("file-findings", SECOND, judgements=judged(requirements))
    do("reply", OFFICER)
    do("assign-decider", STEWARD, candidate=DECIDER)
    do("accredit", DECIDER, level=COMMITTED, reason="The plan <b>is</b> good.")


@pytest.fixture(scope="module")
def client(publish: Publish, artefacts: Artefacts, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """The application over a release with a decided case of Aldermoor."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.work = Casework(law(), desk.ledger, artefacts.syntax, base=ROOT, clock=desk.clock)
    accredited(desk, tuple(str(found.iri) for found in artefacts.standard.requirements[:2]))
    profile = turtle("aldermoor.ttl")
    profile.remove((URIRef(CITY), HRC.standing, None))
    events = with_decisions(
        [], list(desk.ledger.read()), desk.ledger.payload, process=law(), syntax=artefacts.syntax, base=ROOT
    )
    graphs = {event.case: Graph().parse(data=event.payload.decode(), format="nt") for event in events}
    desk.ledger.close()
    process = {f"process/{slug}": graph for slug, graph in artefacts.files.process.items()}
    return publish({**process, "profile/aldermoor": profile, **graphs}).test_client()


@pytest.fixture(scope="module")
def page(client: FlaskClient) -> Page:
    return Page(client.get("/doc/city/aldermoor", headers={"Accept": "text/html"}).text)


def words(page: Page) -> str:
    return re.sub(r"\s+", " ", page.text)


def test_the_page_of_a_city_says_what_was_decided(page: Page) -> None:
    text = words(page)
    assert "Standing: Accredited as Committed" in text
    assert "Accredit · 2027-02-04" in text
    assert "Level Committed" in text
    assert "2027-02-04 to 2030-02-04, as long as a report comes each year" in text
    assert "Reasons The plan <b>is</b> good." in text
    assert "Case aldermoor-1" in text
    assert text.count("Reviewer 1, demonstrated: It is there.") == 2
    assert text.count("Reviewer 2, demonstrated: It is there.") == 2
    assert "nobody has decided on a level" not in text


def test_its_place_on_the_page_is_linked_and_there(page: Page) -> None:
    assert "#on-decisions" in page.addresses
    assert {"on-decisions", "judged-aldermoor-1"} <= page_ids(page)


def test_a_city_without_a_decision_shows_none(app: Flask) -> None:
    source = app.test_client().get("/doc/city/aldermoor", headers={"Accept": "text/html"}).text
    assert "What was decided" not in source
    assert "nobody has decided on a level" in source


def test_the_decision_is_a_document_of_its_own_as_page_and_rdf(client: FlaskClient) -> None:
    page = client.get("/doc/case/aldermoor-1", headers={"Accept": "text/html"})
    assert page.status_code == 200
    data = client.get("/doc/case/aldermoor-1", headers={"Accept": "text/turtle"})
    found = Graph().parse(data=data.text, format="turtle")
    assert (URIRef(f"{ROOT}id/case/aldermoor-1"), HRC.concerns, URIRef(CITY)) in found


def page_ids(page: Page) -> set[str]:
    return {str(attributes["id"]) for _, attributes in page.elements if "id" in attributes}
