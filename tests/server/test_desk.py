"""The desk: what waits for each, most urgent first; what is late; and feeds that only their owner knows."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from icalendar import Calendar

from registry.people import Role
from registry.spot_checks import Draw
from tests.registry.playing import law
from tests.server.conftest import Page
from tests.server.people import somebody
from tests.server.played import CITY, Played, played

pytestmark = pytest.mark.slow

DECLARED = "https://w3id.org/hrcr/vocab/levels/declared"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Played]:
    made = played(tmp_path)
    yield made
    made.close()


def addresses(play: Played, name: str) -> list[str]:
    """Make the feeds of somebody and give their paths: calendar, news."""
    answer = play.as_(name).post("/desk/feeds")
    assert answer.status_code == 201
    return [
        part.partition("<")[0].removeprefix("http://localhost") for part in answer.text.split('<span class="key">')[1:]
    ]


def test_each_finds_what_waits_for_them_and_nothing_else(play: Played) -> None:
    case = play.handed_in()
    page = play.page("steward", "/desk")
    assert f"/cases/{case}/steps/find-eligible" in page.addresses
    for name in ("officer", "stranger", "first", "decider"):
        page = play.page(name, "/desk")
        assert "Nothing waits for you." in page.text, name
        assert "Who carries how much" not in page.text, name
        assert "Sandermere" not in page.text or name == "officer", name


def test_who_only_lives_in_a_city_is_told_of_none_of_its_last_days(play: Played) -> None:
    case = play.handed_in()
    assert f"/cases/{case}" in play.page("officer", "/desk").addresses
    play.people["neighbour"] = somebody(play.here, Role.REVIEWER, city=CITY)
    page = play.page("neighbour", "/desk")
    assert f"/cases/{case}" not in page.addresses
    assert "Last days" not in page.text


def test_a_steward_sees_who_carries_how_much_and_what_is_late(play: Played) -> None:
    case = play.reviewed()
    page = play.page("steward", "/desk")
    assert "Nothing is late." in page.text
    rows = page.text.partition("Of these late")[2]
    assert rows.index("Third") < rows.index("First")
    play.wait(70)
    page = play.page("steward", "/desk")
    assert "Nothing is late." not in page.text
    assert "waits for reviewer" in page.text
    task = play.page("first", "/desk")
    assert "overdue" in task.text
    assert f"/cases/{case}/steps/file-findings" in task.addresses


def test_a_feed_is_read_by_who_has_its_address_alone(play: Played) -> None:
    case = play.reviewed()
    ics, atom = addresses(play, "first")
    with_nothing = play.app.test_client()
    (event,) = Calendar.from_ical(with_nothing.get(ics).data).walk("VEVENT")
    assert "Sandermere" in str(event["SUMMARY"])
    assert str(event["URL"]).endswith(f"/cases/{case}")
    assert "File findings" in str(event["DESCRIPTION"])
    answer = with_nothing.get(atom)
    assert answer.headers["Cache-Control"] == "no-store, private"
    feed = ElementTree.fromstring(answer.data)  # noqa: S314  # our own
    assert [entry.findtext(f"{ATOM}summary") for entry in feed.iter(f"{ATOM}entry")] == ["File findings"]
    assert feed.findtext(f"{ATOM}updated")
    play.done("first", case, "file-findings", play.findings(case))
    assert Calendar.from_ical(with_nothing.get(ics).data).walk("VEVENT") == []


def test_a_feed_opens_nothing_else_and_other_tokens_open_no_feed(play: Played) -> None:
    ics, _ = addresses(play, "first")
    token = ics.rpartition("/")[2].partition(".")[0]
    client = play.app.test_client()
    for path in ("/account", "/desk", "/cases"):
        status = client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code
        assert status == (200 if path == "/cases" else 403), path
    hidden = play.handed_in()
    bearer = {"Authorization": f"Bearer {addresses(play, 'officer')[0].rpartition('/')[2].partition('.')[0]}"}
    assert client.get(f"/cases/{hidden}", headers=bearer).status_code == 404
    assert play.as_("officer").get(f"/cases/{hidden}").status_code == 200
    for wrong in (ics[:-1] + "x", ics.replace(token, token[:-1] + "x"), ics.replace(".ics", ".html")):
        assert client.get(wrong).status_code == 404
    play.here.registrar.close(play.people["first"])
    assert client.get(ics).status_code == 404


def test_the_desk_needs_neither_script_nor_mouse(play: Played) -> None:
    page: Page = play.page("steward", "/desk")
    assert "script" not in page.tags
    assert [each["type"] for each in page.all("button")] == ["submit"]


def test_the_last_day_of_a_level_leads_to_where_the_city_stands(play: Played) -> None:
    case = play.heard()
    play.done("decider", case, "accredit", {"level": DECLARED, "reason": "The act binds the city."})
    (standing,) = {found.name for found in play.work.deadlines() if found.name.startswith("standing/")}
    page = play.page("officer", "/desk")
    place = f"/standings/{standing.removeprefix('standing/')}"
    assert {place, f"/cases/{case}"} <= set(page.addresses)
    assert play.as_("officer").get(place).status_code == 200


def accredited(play: Played) -> str:
    """Give the name in addresses of the standing of a city that was given a level."""
    case = play.heard()
    play.done("decider", case, "accredit", {"level": DECLARED, "reason": "The act binds the city."})
    (standing,) = {found.name for found in play.work.deadlines() if found.name.startswith("standing/")}
    return standing.removeprefix("standing/")


def test_a_yearly_report_waits_at_the_desk_and_in_the_feeds_of_the_officers_of_its_city_alone(play: Played) -> None:
    slug = accredited(play)
    due = play.work.standing(CITY).due
    page, address = play.page("officer", "/desk"), f"/desk/standings/{slug}/file-report"
    assert address in page.addresses
    for name in ("stranger", "first", "decider", "steward"):
        assert address not in play.page(name, "/desk").addresses, name
    ics, atom = addresses(play, "officer")
    with_nothing = play.app.test_client()
    events = Calendar.from_ical(with_nothing.get(ics).data).walk("VEVENT")
    (event,) = [each for each in events if "report" in str(each["SUMMARY"])]
    assert (event["DTSTART"].dt, str(event["URL"])) == (due, f"http://localhost/standings/{slug}")
    feed = ElementTree.fromstring(with_nothing.get(atom).data)  # noqa: S314  # our own
    summaries = [entry.findtext(f"{ATOM}summary") for entry in feed.iter(f"{ATOM}entry")]
    assert summaries == ["File the progress report"]
    assert Calendar.from_ical(with_nothing.get(addresses(play, "stranger")[0]).data).walk("VEVENT") == []
    play.wait(370)
    assert "overdue" in play.page("officer", "/desk").text


def test_a_city_that_was_drawn_waits_at_the_desk_of_the_stewards(play: Played) -> None:
    slug = accredited(play)
    lot = Draw(play.clock().year, "0" * 64, 1, (slug,))
    play.ledger.append(lot.events(law()))
    address = f"/desk/standings/{slug}/note-spot-check"
    page = play.page("steward", "/desk")
    assert address in page.addresses
    assert "time for a spot check" in page.text
    assert address not in play.page("officer", "/desk").addresses
    ics, _ = addresses(play, "steward")
    events = Calendar.from_ical(play.app.test_client().get(ics).data).walk("VEVENT")
    assert "note a spot check" in " ".join(str(each["SUMMARY"]) for each in events)
    assert b"time for a spot check ends" in play.as_("").get("/cases/calendar.ics").data.replace(b"\r\n ", b"")
    read = play.work.version(f"standing/{slug}")
    sent = {"read": read, "reason": "The plan and two meetings were looked at."}
    assert play.as_("steward").post(address, sent).status_code == 303
    assert address not in play.page("steward", "/desk").addresses
