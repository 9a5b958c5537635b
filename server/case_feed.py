"""The feed of public acts (Atom, RFC 4287): calls opened, contributions released, decisions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Blueprint, Response, render_template, url_for

from registry.case_record import case_iri
from registry.cases import Act, Case
from registry.contributions import was_called
from registry.public_dossier import is_public
from server.public_cases import casework, city_name, process, settings, slug_of, standard

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
    response.headers["Cache-Control"] = "no-cache"
    return response


def _entries() -> Iterator[Entry]:
    for case in casework().cases():
        if was_called(process(), case) or is_public(case):
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
