"""Where each city stands today: since when, by which decision, until when, and what would happen next."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, Response, render_template

from registry.cases import Act, Case
from registry.errors import RegistryError, UnknownCase
from registry.model import RecordedEvent
from registry.namespaces import SKOS, VOCAB
from registry.positions import CASE, STANDING
from registry.process import CLOCK, Transition
from registry.public_dossier import is_decided
from registry.queues import Deadline
from registry.spot_checks import HEAD, NOTED, SHARE
from registry.standard import text_of
from registry.standings import Standing
from registry.visibility import is_public as may_be_known
from server.library import shelf
from server.problems import Problem
from server.public_cases import casework, installation, name_of, process, settings, standard
from server.response_headers import fresh

blueprint = Blueprint("standings", __name__, url_prefix="/standings")
spots = Blueprint("spots", __name__, url_prefix="/spot-checks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of a standing: when, by which step of the law, in which case, and why."""

    act: Act
    step: Transition
    reason: str
    case: str
    is_decided: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A city in the list of those on which something was recorded."""

    slug: str
    city: str
    label: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A city that was drawn to be looked at again: the event that says so, the lot, and when it was looked at."""

    slug: str
    city: str
    day: date
    number: int
    head: str
    reason: str
    looked: date | None


@blueprint.get("")
def index() -> Response:
    """List every city on which something was recorded, with where it stands."""
    found = [
        Listed(place.name.removeprefix(STANDING), name_of(place.city), label_of(place.state), place.since.date())
        for place in casework().positions()
        if place.name.startswith(STANDING)
    ]
    page = render_template("standings.html", cities=sorted(found, key=lambda each: each.city.casefold()))
    return fresh(Response(page, mimetype="text/html"))


@blueprint.get("/<slug>")
def show(slug: str) -> Response:
    """Say where one city stands; of a known city on which nothing was recorded, just that."""
    recorded = casework().standing_named(STANDING + slug)
    city = recorded.city if recorded else f"{settings().base}id/city/{slug}"
    if recorded is None and not _is_known(city):
        raise Problem("not-found", "There is no city of this name here.", lists=["/cities", "/standings"])
    standing = recorded or casework().standing(city)
    page = render_template(
        "standing.html",
        slug=slug,
        city=name_of(city),
        address=city,
        standing=standing,
        label=label_of(standing.state) if standing.state else "",
        definition=_definition(standing.state) if standing.state else "",
        level={str(level.iri): level.label for level in standard().levels}.get(standing.level, ""),
        until=process().limits["term"].after(standing.granted.date()) if standing.granted else None,
        changes=[_change(act) for act in reversed(standing.acts)],
        deadlines=[(each, process().limits[each.what].label) for each in _deadlines(standing)],
        by_itself=_by_itself(standing),
        cases=_cases(city),
    )
    return fresh(Response(page, mimetype="text/html"))


@spots.get("")
def spot_checks() -> Response:
    """List which cities were drawn to be looked at again, year by year, and say how anybody draws the same."""
    years = [(year, list(map(_drawn, events))) for year, events in casework().spot_checks().items()]
    percent = process().thresholds[SHARE]
    return fresh(
        Response(render_template("spot_checks.html", years=years[::-1], percent=percent), mimetype="text/html")
    )


def _drawn(event: RecordedEvent) -> Drawn:
    slug = event.envelope.case.rpartition("/")[2]
    standing = casework().standing_named(STANDING + slug)
    acts = standing.acts if standing else ()
    return Drawn(
        slug=slug,
        city=name_of(standing.city) if standing else slug,
        day=event.envelope.recorded.date(),
        number=event.envelope.sequence,
        head=event.envelope.hashes.get(HEAD, ""),
        reason=event.envelope.reason,
        looked=next((act.at.date() for act in acts if act.kind == NOTED and act.at >= event.envelope.recorded), None),
    )


def label_of(state: str) -> str:
    """Give the name of a standing."""
    return process().standings.get(state, state)


def _definition(state: str) -> str:
    graph = installation().artefacts.files.vocabularies["standings"]
    return text_of(graph, VOCAB[f"standings/{state}"], SKOS.definition)


def _is_known(city: str) -> bool:
    try:
        return city in shelf().documents
    except RegistryError:
        return False


def _change(act: Act) -> Change:
    step = process().standing_steps[act.rule]
    name = act.particulars.follows.partition("#")[0]
    try:
        case = casework().case(name)
    except UnknownCase:
        case = None
    return Change(
        act=act,
        step=step,
        reason="" if act.reason == step.definition else act.reason,
        case=name.removeprefix(CASE),
        is_decided=case is not None and is_decided(case),
    )


def _deadlines(standing: Standing) -> tuple[Deadline, ...]:
    return tuple(each for each in casework().deadlines() if each.name == standing.name)


def _by_itself(standing: Standing) -> tuple[Transition, ...]:
    """Give the steps that time alone would bring about from where a city stands."""
    steps = process().standing_steps.values()
    return tuple(step for step in steps if step.roles == (CLOCK,) and standing.state in step.sources)


def _cases(city: str) -> tuple[tuple[str, str, datetime, bool], ...]:
    """Give each case that everybody may know of: name, state, since when, and whether it is decided; latest first."""
    known: list[Case] = [case for case in casework().cases() if case.city == city and may_be_known(process(), case)]
    return tuple(
        (case.name.removeprefix(CASE), process().states[case.state].label, case.stays[-1].since, is_decided(case))
        for case in reversed(known)
    )
