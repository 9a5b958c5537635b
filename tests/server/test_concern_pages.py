"""A serious concern: raised by an organisation without an account, seen by the parties, followed by its number."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from registry.cases import ANYBODY
from registry.commitment import commit
from registry.ledger_export import export_lines
from server.budget import Budget
from tests.registry.playing import STEWARD, law, order
from tests.server.cases import CITY, CLAIM, PAGE, Desk, desk_of
from tests.server.conftest import Page
from tests.server.played import played

pytestmark = pytest.mark.slow

WORDS = "On 3 May the council closed the office against its own plan; zqx."
NGO = "https://tenants.example/"
DECLARED = "https://w3id.org/hrcr/vocab/levels/declared"
EVIDENCE = "https://news.example/office"


@pytest.fixture
def desk(app: Flask, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(app, tmp_path) as made:
        yield made


@pytest.fixture
def held(desk: Desk) -> Desk:
    """A city that holds a level."""
    return desk.called().heard().accredited()


def place(desk: Desk) -> str:
    return f"/standings/{desk.work.standing(CITY).name.removeprefix('standing/')}/concern"


def send(desk: Desk, **more: str) -> TestResponse:
    sent = {"organisation": NGO, "claim": CLAIM, "reason": WORDS, "evidence": EVIDENCE, "do": "send", **more}
    return desk.client.post(place(desk), data=sent, headers=PAGE)


def number_in(page: str) -> str:
    found = re.search(r'<p class="key">([0-9a-f]{32})</p>', page)
    assert found is not None
    return found[1]


def test_a_concern_begins_a_case_whose_words_lie_outside_the_ledger(held: Desk) -> None:
    standing = held.client.get(place(held).removesuffix("/concern"), headers=PAGE).text
    assert place(held) in Page(standing).addresses
    form = Page(held.client.get(place(held), headers=PAGE).text)
    assert "material, specific and evidenced" in form.text
    assert f"the city has {law().limits['serious-concern'].days} days to answer" in form.text
    assert [each["value"] for each in form.all("option")][:1] == [CITY]
    answer = send(held)
    assert answer.status_code == 201, answer.text
    case = held.work.cases()[-1]
    assert (case.kind, case.state, case.city) == ("serious-concern", "submitted", CITY)
    said = case.acts[0].particulars
    assert (said.organisation, said.claim, case.acts[0].account) == (NGO, CLAIM, None)
    salt = number_in(answer.text)
    kept = f"{WORDS}\n\nEvidence: {EVIDENCE}"
    assert case.acts[0].hashes["text"] == commit(salt, kept)
    assert b"own plan; zqx" not in b"".join(export_lines(held.ledger))
    assert "Set-Cookie" not in answer.headers


def test_only_its_parties_see_it_until_it_is_decided_and_its_number_shows_where_it_stands(held: Desk) -> None:
    salt = number_in(send(held).text)
    case = held.work.cases()[-1]
    assert held.client.get(f"/cases/{case.name.removeprefix('case/')}", headers=PAGE).status_code == 404
    follow = f"{place(held)}/{salt}"
    page = Page(held.client.get(follow, headers=PAGE).text)
    assert "Submitted" in page.text
    assert "own plan; zqx" not in page.text
    for wrong in (f"{place(held)}/{'0' * 32}", f"/standings/nowhere/concern/{salt}"):
        assert held.client.get(wrong, headers=PAGE).status_code == 404
    held.work.act(case.name, order("reject", reason="No date is evidenced.", hashes={}), STEWARD)
    page = Page(held.client.get(follow, headers=PAGE).text)
    assert "Why it ended: No date is evidenced." in page.text
    assert "own plan; zqx" not in held.client.get(f"/cases/{case.name.removeprefix('case/')}", headers=PAGE).text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("organisation", "Tenants"),
        ("organisation", "ftp://tenants.example/"),
        ("claim", "https://example.org/other"),
        ("reason", " "),
        ("evidence", "the paper"),
    ],
)
def test_what_is_missing_is_named_and_what_was_typed_is_kept(held: Desk, field: str, value: str) -> None:
    before = len(held.work.cases())
    answer = send(held, **{field: value})
    page = Page(answer.text)
    assert (answer.status_code, len(held.work.cases())) == (422, before)
    assert f"#{field}" in page.addresses
    assert (WORDS in page.text) is (field != "reason")


def test_personal_data_are_warned_of_before_anything_is_kept(held: Desk) -> None:
    before = len(held.work.cases())
    answer = send(held, reason=f"{WORDS} Write to clerk.zqx@karthold.example.")
    assert (answer.status_code, len(held.work.cases())) == (422, before)
    assert "Your text may tell of a person" in answer.text
    assert send(held, reason=f"{WORDS} Write to clerk.zqx@karthold.example.", do="insist").status_code == 201


def test_there_is_none_about_a_city_without_a_level(desk: Desk) -> None:
    desk.called()
    for slug in ("karthold", "graz", "nowhere"):
        assert desk.client.get(f"/standings/{slug}/concern", headers=PAGE).status_code == 404, slug
        assert desk.client.post(f"/standings/{slug}/concern", data={}, headers=PAGE).status_code == 404, slug


def test_a_client_and_a_day_have_their_share(held: Desk) -> None:
    held.app.extensions["call_budget"] = Budget(1)
    assert [send(held).status_code for _ in range(2)] == [201, 429]
    held.app.extensions["call_budget"] = Budget(1000)
    said = {"city": CITY, "claim": CITY, "organisation": NGO, "hashes": {"text": "0" * 64}}
    for _ in range(199):
        held.work.open(order("raise", **said), ANYBODY)
    refused = send(held)
    assert (refused.status_code, "Today 200 concerns were raised" in Page(refused.text).text) == (429, True)
    held.now += timedelta(days=1)
    assert send(held).status_code == 201


def test_the_steward_reads_the_concern_and_the_city_answers_it(tmp_path: Path) -> None:
    play = played(tmp_path)
    case = play.heard()
    play.done("decider", case, "accredit", {"level": DECLARED, "reason": "The act binds the city."})
    city = play.work.standing(play.work.case(f"case/{case}").city)
    sent = {"organisation": NGO, "claim": city.city, "reason": WORDS, "evidence": EVIDENCE, "do": "send"}
    path = f"/standings/{city.name.removeprefix('standing/')}/concern"
    answer = play.app.test_client().post(path, data=sent)
    assert answer.status_code == 201, answer.text
    name = play.work.cases()[-1].name.removeprefix("case/")
    page = play.page("steward", f"/cases/{name}")
    assert WORDS in page.text
    assert f"/cases/{name}/steps/admit" in play.page("steward", "/desk").addresses
    play.done("steward", name, "admit", {"reason": "A day and a page are named."})
    assert WORDS in play.page("officer", f"/cases/{name}").text
    play.done("officer", name, "answer", {"text": "We open it again."})
    assert play.work.case(f"case/{name}").state == "before-deciders"
    assert play.as_("stranger").get(f"/cases/{name}").status_code == 404
    play.close()
