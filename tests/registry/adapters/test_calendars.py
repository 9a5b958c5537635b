"""A calendar of last days is read back by a program as it was meant."""

from datetime import UTC, date, datetime

from icalendar import Calendar

from registry.adapters.calendars import calendar
from registry.model import CalendarDay

DAY = CalendarDay(
    uid="case/oderau-1 2027-03-01",
    day=date(2027, 3, 1),
    title="Oderau: in review; ends, so to say",
    text="File findings\nAsk the city",
    address="https://registry.example/cases/oderau-1",
    stamp=datetime(2027, 1, 4, 9, tzinfo=UTC),
)


def test_each_last_day_is_one_whole_day_that_keeps_nobody_busy() -> None:
    raw = calendar("What waits for you", [DAY])
    read = Calendar.from_ical(raw)
    (event,) = read.walk("VEVENT")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2027, 3, 1), date(2027, 3, 2))
    assert (str(event["SUMMARY"]), str(event["DESCRIPTION"])) == (DAY.title, DAY.text)
    assert (str(event["UID"]), str(event["URL"]), str(event["TRANSP"])) == (DAY.uid, DAY.address, "TRANSPARENT")
    assert str(read["X-WR-CALNAME"]) == "What waits for you"
    assert b"\r\n" in raw


def test_without_any_there_is_an_empty_calendar_and_the_same_bytes_each_time() -> None:
    assert calendar("Nothing", []) == calendar("Nothing", [])
    assert Calendar.from_ical(calendar("Nothing", [])).walk("VEVENT") == []
