"""The feed tells of public acts, in the form that readers of feeds expect, and of nothing before it is public."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from flask import Flask
from icalendar import Calendar, Event

from tests.registry.playing import STEWARD
from tests.server.cases import Desk, desk_of

pytestmark = pytest.mark.slow

ATOM = "{http://www.w3.org/2005/Atom}"
HELD, RELEASED = "What nobody shall read.", "A <reason> & more."


@pytest.fixture
def desk(app: Flask, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(app, tmp_path) as made:
        yield made


def read(desk: Desk) -> tuple[Element, list[str]]:
    response = desk.client.get("/cases/feed.atom")
    assert (response.mimetype, response.headers["Cache-Control"]) == ("application/atom+xml", "no-cache")
    assert HELD not in response.text
    feed = fromstring(response.data)
    return feed, [str(title.text) for title in feed.iterfind(f"{ATOM}entry/{ATOM}title")]


def test_before_a_call_it_tells_of_nothing(desk: Desk) -> None:
    desk.eligible()
    feed, titles = read(desk)
    assert titles == []
    assert feed.tag == f"{ATOM}feed"


def test_each_public_act_is_an_entry_the_newest_first(desk: Desk) -> None:
    desk.called()
    for reason in (RELEASED, HELD):
        desk.say(reason)
    assert read(desk)[1] == ["Municipality of Karthold: call opened"]
    desk.do("release-concern", STEWARD, concern=1, hashes={})
    desk.do("set-aside-concern", STEWARD, concern=2, reason="Abuse", hashes={})
    desk.heard()
    assert len(read(desk)[1]) == 2
    desk.accredited()
    feed, titles = read(desk)
    assert titles == [
        "Municipality of Karthold: accreditation decided, Committed",
        "Municipality of Karthold: concern released",
        "Municipality of Karthold: call opened",
    ]
    for name in ("id", "title", "updated", "author"):
        assert feed.find(f"{ATOM}{name}") is not None, name
    entries = feed.findall(f"{ATOM}entry")
    for entry in entries:
        assert {child.tag for child in entry} >= {f"{ATOM}{name}" for name in ("id", "title", "updated", "link")}
    links = [
        str(link.get("href")).removeprefix("http://localhost") for link in feed.iterfind(f"{ATOM}entry/{ATOM}link")
    ]
    assert links == ["/cases/karthold-1/dossier", "/calls/karthold-1#contribution-1", "/calls/karthold-1"]
    assert all(desk.client.get(link).status_code == 200 for link in links)
    ids = [str(found.text) for found in feed.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))


def events(desk: Desk) -> list[Event]:
    response = desk.client.get("/cases/calendar.ics")
    assert (response.mimetype, response.headers["Cache-Control"]) == ("text/calendar", "no-cache")
    return list(Calendar.from_ical(response.data).walk("VEVENT"))


def test_last_days_are_in_a_calendar_once_everybody_may_know_of_the_case(desk: Desk) -> None:
    desk.eligible()
    assert events(desk) == []
    desk.do("open-call", STEWARD)
    (event,) = events(desk)
    assert event["SUMMARY"] == "Municipality of Karthold: length of the public call ends"
    assert event["DTSTART"].dt.isoformat() == "2027-02-03"
    assert str(event["URL"]).endswith("/calls/karthold-1")


def test_after_the_decision_the_calendar_holds_what_the_city_owes(desk: Desk) -> None:
    desk.called().heard().accredited()
    told = {str(event["SUMMARY"]).partition(": ")[2]: event["DTSTART"].dt.isoformat() for event in events(desk)}
    assert told == {
        "time to appeal ends": "2027-03-06",
        "time between progress reports ends": "2028-02-04",
        "time to make good a missing report ends": "2028-05-04",
        "life of a level ends": "2030-02-04",
    }
    uids = [str(event["UID"]) for event in events(desk)]
    assert len(set(uids)) == len(uids) == 4
