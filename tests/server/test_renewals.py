"""A renewal starts from the last decided case of a city, else from its profile, and asks first what has run out."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from registry.cases import ANYBODY
from registry.people import Role
from tests.people import Place
from tests.registry.playing import DECIDER, SECOND_DECIDER, STEWARD, order
from tests.server.cases import CITY, CLAIM, OFFICER, Desk, desk_of
from tests.server.conftest import Page
from tests.server.people import Browser, people_of, signed_in, somebody
from tests.server.programs import program

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def here(app: Flask) -> Place:
    return people_of(app)


@pytest.fixture
def desk(app: Flask, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(app, tmp_path) as made:
        yield made


def officer(app: Flask, here: Place, city: str) -> Browser:
    return signed_in(app, here, somebody(here, Role.OFFICER, city=city))


def test_it_starts_from_the_last_decided_case_with_what_ran_out_first(app: Flask, here: Place, desk: Desk) -> None:
    desk.called().heard().accredited()
    browser = officer(app, here, CITY)
    begun = browser.post("/drafts/renewal", {":at": "2031-01-01"})
    assert begun.status_code == 303
    place = begun.headers["Location"]
    page = Page(browser.get(place).text)
    assert "Since then this is not shown any more" in page.text
    assert "An adopted plan that is running: The plan is not over" in page.text
    assert f"/cases/{desk.slug}" in page.addresses
    headings = re.findall(r'<h2 id="section-\d+">(.+?)</h2>', browser.get(place).text)
    marked = ["to look at again" in heading for heading in headings]
    assert marked == sorted(marked, reverse=True)
    assert {heading.partition(" <")[0] for heading in headings[: sum(marked)]} >= {
        "Action plan",
        "Exchange and request",
    }
    assert not all(marked)
    assert "unchanged" in page.text
    sent = {each["name"]: each.get("value") for each in page.all("input") if "name" in each}
    assert sent[":city"] == CITY
    assert [name for name in sent if str(name).startswith("reliesOn")]


def test_what_is_folded_is_sent_all_the_same_and_what_is_changed_is_open(app: Flask, here: Place, desk: Desk) -> None:
    desk.called().heard().accredited()
    of = program(app, here, CITY)
    made = of.send("POST", "/renewals?at=2031-01-01", Idempotency_Key="renew").json
    assert made is not None
    assert made == of.send("POST", "/renewals?at=2031-01-01", Idempotency_Key="renew").json
    assert (made["source"], made["version"]) == (desk.name, 1)
    assert made["runOut"]
    place = f"/drafts/{made['id']}"
    entry = of.send("GET", place).json
    assert entry is not None
    browser = officer(app, here, CITY)
    folded = browser.get(place).text.count(">unchanged<")
    entry["parts"][""]["values"]["termStart"] = [{"text": "2030-01-01"}]
    assert of.send("PUT", place, entry, If_Match='"1"').status_code == 200
    assert browser.get(place).text.count(">unchanged<") == folded - 1
    entry["parts"][""]["values"]["termStart"] = [{"text": "wrong"}]
    assert of.send("PUT", place, entry, If_Match='"2"').status_code == 200
    assert of.send("DELETE", place, If_Match='"3"').status_code == 204
    assert app.extensions["drafts"]().origin(made["id"]) == ""


def test_a_refused_case_counts_as_decided_and_one_under_way_does_not(app: Flask, here: Place, desk: Desk) -> None:
    of = program(app, here, CITY)
    desk.called().heard()
    assert of.send("POST", "/renewals").status_code == 404
    desk.do("refuse", DECIDER, reason="The plan has no budget.")
    assert of.send("POST", "/renewals").status_code == 201


def test_a_serious_concern_that_was_decided_later_is_nothing_to_renew(app: Flask, here: Place, desk: Desk) -> None:
    desk.called().heard().accredited()
    first = desk.name
    raised = order("raise", city=CITY, claim=CLAIM, organisation="https://example.org/id/organisation/ngo")
    desk.name = desk.work.open(raised, ANYBODY)[-1].event.envelope.case
    desk.do("admit", STEWARD)
    desk.do("answer", OFFICER, hashes={"text": desk.documents.keep(b"It is not so.")})
    desk.do("assign-decider", STEWARD, candidate=SECOND_DECIDER)
    desk.do("dismiss", SECOND_DECIDER)
    made = program(app, here, CITY).send("POST", "/renewals").json
    assert made is not None
    assert made["source"] == first


@pytest.mark.usefixtures("desk")
def test_without_a_case_it_starts_from_the_published_profile(app: Flask, here: Place) -> None:
    browser = officer(app, here, "graz")
    page = Page(browser.get(browser.post("/drafts/renewal").headers["Location"]).text)
    assert "the profile that the registry compiled from public sources" in page.text
    assert "Graz" in page.text
    sent = {each["name"]: each.get("value") for each in page.all("input") if "name" in each}
    assert sent[":city"] == "https://w3id.org/hrcr/id/city/graz"


@pytest.mark.usefixtures("desk")
def test_a_city_of_which_nothing_is_known_begins_anew(app: Flask, here: Place) -> None:
    refused = officer(app, here, "nowhere-at-all").post("/drafts/renewal")
    assert refused.status_code == 404
    assert "begin a new submission" in refused.text
