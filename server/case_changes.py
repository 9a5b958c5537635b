"""What differs between two versions of a submission, criterion by criterion, to whoever may read both."""

import logging
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request
from rdflib import Graph

from registry.cases import Case
from registry.errors import PortError, UnknownRecord
from registry.handing_in import REPORT, SUBMISSION
from registry.rendering import OUTCOME_WORDS
from registry.review_table import MachineOutcome, machine_outcomes
from registry.submission_changes import by_criterion, changed_claims
from registry.visibility import has_part, submission_shown
from server.case_access import actor, number, seen
from server.problems import Problem
from server.public_cases import casework, city_name, documents, entry_of, installation, process, slug_of, standard

blueprint = Blueprint("case_changes", __name__, url_prefix="/cases")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a submission: in which case and by which act it was handed in, and when, with its report."""

    slug: str
    act: int
    day: date
    digest: str
    report: str


@blueprint.get("/<name>/changes")
def show(name: str) -> str:
    """Show what differs between two versions: the last two, or those that are asked for by their numbers."""
    case = seen(name)
    found = versions(case)
    if len(found) < 2:
        raise Problem("not-found", "There are no two versions of this submission that you may read.", lists=["/cases"])
    one = _chosen(request.args.get("from", ""), len(found), len(found) - 1)
    two = _chosen(request.args.get("to", ""), len(found), len(found))
    earlier, later = entry_of(found[one - 1].digest), entry_of(found[two - 1].digest)
    is_whole = earlier is not None and later is not None
    claims = changed_claims(earlier, later, installation().entry_plan) if earlier and later else ()
    before, after = _machine(found[one - 1]), _machine(found[two - 1])
    said = (before, after) if before is not None and after is not None else None
    return render_template(
        "case_changes.html",
        slug=name,
        city=city_name(case),
        versions=found,
        one=one,
        two=two,
        is_whole=is_whole,
        is_judged=said is not None,
        changes=by_criterion(claims, standard(), *(said or ({}, {}))),
        outcome_words=OUTCOME_WORDS,
    )


def versions(case: Case) -> tuple[Version, ...]:
    """Give the versions that whoever asks may read, the oldest first.

    The first is the submission that was decided on last before, when there is one. A version that was given back is
    read by those who have a part in the case alone.
    """
    own = _handed_in(case)
    if not has_part(case, actor()):
        own = own[-1:] if submission_shown(process(), case, actor()) else ()
    begun = case.acts[0].at
    decided = [
        version
        for other in casework().cases()
        if other.city == case.city and other.rulings and other.acts[0].at < begun
        for version in _handed_in(other)[-1:]
    ]
    return (*decided[-1:], *own)


def _handed_in(case: Case) -> tuple[Version, ...]:
    return tuple(
        Version(slug_of(case), act.number, act.at.date(), act.hashes[SUBMISSION], act.hashes.get(REPORT, ""))
        for act in case.acts
        if SUBMISSION in act.hashes
    )


def _chosen(text: str, most: int, usual: int) -> int:
    """Give the version that is asked for by its number, or the usual one where there is none of that number."""
    return found if 0 < (found := number(text)) <= most else usual


def _machine(version: Version) -> dict[str, MachineOutcome] | None:
    """Give what the machine said of a version, by requirement; None when that cannot be read now."""
    try:
        raw = documents().read(version.report) if version.report else b""
    except (UnknownRecord, PortError) as fault:
        logging.getLogger(__name__).warning("the report %s cannot be read: %s", version.report, fault)
        return None
    return machine_outcomes(Graph().parse(data=raw, format="nt"))
