"""Calendars of last days in iCalendar (RFC 5545), for any calendar program."""

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Calendar, Event

from registry.model import CalendarDay


def calendar(name: str, days: Iterable[CalendarDay]) -> bytes:
    """Give a calendar with each last day as an event of the whole day that keeps nobody busy."""
    found = Calendar()
    found.add("prodid", "-//Human Rights Cities Registry//hrcr//EN")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", name)
    for each in days:
        event = Event()
        event.add("uid", each.uid)
        event.add("dtstamp", each.stamp)
        event.add("dtstart", each.day)
        event.add("dtend", each.day + timedelta(days=1))
        event.add("summary", each.title)
        event.add("description", each.text)
        event.add("url", each.address)
        event.add("transp", "TRANSPARENT")
        found.add_component(event)
    return bytes(found.to_ical())
