"""What can be followed: public acts (Atom, RFC 4287) and public last days (iCalendar, RFC 5545)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Blueprint, Response, render_template, url_for

from registry.case_record import case_iri
from registry.case_wiring import calendar
from registry.cases import Act, Case
from registry.contributions import was_called
from registry.model import CalendarDay
from registry.public_dossier import is_decided
from registry.visibility import is_public as may_be_known
from server.public_cases import casework, city_name, name_of, process, settings, slug_of, standard
from server.response_headers import fresh

_MOST: Final = 100
_TOLD: Final = frozenset({"call-opened", "concern-released"})

blueprint = Blueprint("case_feed", __name__, url_prefix="/cases")


@dataclass(frozen=True, slots=True)
class Entry:
    """One public act: its IRI, what happened, when, and where to read more."""

    iri: str
    title: str
    summary: str
    at: datetime
    address: str


@blueprint.get("/feed.atom")
def feed() -> Response:
    """Give the latest public acts, the newest first; never what was said."""
    entries = sorted(_entries(), key=lambda entry: entry.at, reverse=True)[:_MOST]
    page = render_template("feed_of_cases.xml", entries=entries, base=settings().base)
    response = Response(page, content_type="application/atom+xml; charset=utf-8")
    return fresh(response)


@blueprint.get("/calendar.ics")
def last_days() -> Response:
    """Give the last days of cases that everybody may know of, and of the levels that cities hold."""
    body = calendar("Human Rights Cities Registry: last days", _days())
    response = Response(body, content_type="text/calendar; charset=utf-8")
    return fresh(response)


def _days() -> Iterator[CalendarDay]:
    cases = {case.name: case for case in casework().cases()}
    for found in casework().deadlines():
        case = cases.get(found.name)
        if case is not None and not may_be_known(process(), case):
            continue
        limit = process().limits[found.what]
        stamp = case.acts[-1].at if case else casework().standing(found.city).acts[-1].at
        slug = found.name.partition("/")[2]
        yield CalendarDay(
            uid=f"{found.name.replace('/', '-')}-{found.what}-{found.last_day}@{settings().base.split('/')[2]}",
            day=found.last_day,
            title=f"{city_name(case) if case else name_of(found.city)}: {limit.label.lower()} ends",
            text=process().states[case.state].definition if case else limit.label,
            address=_address(case) if case else url_for("standings.show", slug=slug, _external=True),
            stamp=stamp,
        )


def _address(case: Case) -> str:
    if was_called(process(), case) and not is_decided(case):
        return url_for("calls.show", case=slug_of(case), _external=True)
    if is_decided(case):
        return url_for("dossiers.show", name=slug_of(case), _external=True)
    return url_for("cases.show", name=slug_of(case), _external=True)


def _entries() -> Iterator[Entry]:
    for case in casework().cases():
        if was_called(process(), case) or is_decided(case):
            yield from (_entry(case, act) for act in case.acts if act in case.rulings or act.kind in _TOLD)


def _entry(case: Case, act: Act) -> Entry:
    slug, step = slug_of(case), process().case_steps[act.rule]
    levels = {str(level.iri): level.label for level in standard().levels}
    level = levels.get(act.particulars.level, "")
    address = url_for("calls.show", case=slug, _external=True)
    if act in case.rulings:
        address = url_for("dossiers.show", name=slug, _external=True)
    elif act.particulars.concern:
        address += f"#contribution-{act.particulars.concern}"
    return Entry(
        iri=f"{case_iri(settings().base, case.name)}#act-{act.number}",
        title=f"{city_name(case)}: {act.kind.replace('-', ' ')}{f', {level}' if level else ''}",
        summary=step.definition,
        at=act.at,
        address=address,
    )
