"""Findings that a reviewer has begun and not filed: kept for their writer alone, and brought together; pure.

They lie among the drafts, each under a name made of its case and its account, and are never an event. What two windows
wrote is brought together field by field, by what both began with.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from registry.cases import Case
from registry.errors import UnknownDraft, UnreadableSubmission
from registry.model import Draft
from registry.ports import Drafts
from registry.process import Process
from registry.visibility import is_review_closed

PARTS: Final = ("outcome", "reason", "evidence", "law")
"""What is written on one requirement."""
OFFICE: Final = "findings that are not filed"
"""The office under which they lie among the drafts; no city has this address."""

Cell = tuple[str, str]
"""A requirement, by its IRI, and one of the parts."""
Sheet = Mapping[Cell, str]
"""What is written so far; nothing stands in it that is blank."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Two versions in one, mine where both changed a cell; ``theirs`` is what the other says in those cells."""

    sheet: Sheet
    theirs: Sheet


def name_of(case: str, account: str) -> str:
    """Name what somebody has begun in a case."""
    return sha256(f"{case}\n{account}".encode()).hexdigest()


def may_be_kept(process: Process, case: Case, account: str | None) -> bool:
    """Say whether somebody still has findings to file in a case: a seat, nothing filed, and the review not closed."""
    seat = case.seat_of(account) if account else None
    if seat is None or seat.judgements is not None:
        return False
    return not (is_review_closed(process, case) or process.states[case.state].is_final)


def join(ancestor: Sheet, mine: Sheet, theirs: Sheet) -> Joined:
    """Bring two versions together that began with one: a cell that one side changed is taken from that side."""
    kept: dict[Cell, str] = {}
    differing: dict[Cell, str] = {}
    for cell in dict.fromkeys([*theirs, *mine, *ancestor]):
        before, left, right = (sheet.get(cell, "") for sheet in (ancestor, mine, theirs))
        kept[cell] = right if left == before else left
        if left != right and before not in (left, right):
            differing[cell] = right
    return Joined({cell: text for cell, text in kept.items() if text}, differing)


def to_text(sheet: Sheet) -> str:
    """Write a sheet as JSON, the same text for the same sheet."""
    rows = [[requirement, part, text] for (requirement, part), text in sorted(sheet.items()) if text]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> Sheet:
    """Read what ``to_text`` wrote; raise UnreadableSubmission for anything else."""
    try:
        return {(str(requirement), str(part)): str(words) for requirement, part, words in json.loads(text)}
    except (ValueError, TypeError) as fault:
        raise UnreadableSubmission("What was begun is not written as the registry writes it; begin anew.") from fault


def begun(drafts: Drafts, case: str, account: str, version: int | None = None) -> Draft | None:
    """Give what somebody has begun in a case, or one version of it; None when there is none."""
    try:
        return drafts.read(name_of(case, account), version)
    except UnknownDraft:
        return None


def forget_what_is_over(drafts: Drafts, process: Process, case_of: Callable[[str], Case | None]) -> int:
    """Erase what was begun and cannot be filed any more, or was; give how many. ``case_of`` gives a case by name."""
    count = 0
    for draft in drafts.of_office(OFFICE):
        case = case_of(draft.title)
        if case is not None and may_be_kept(process, case, draft.changed_by):
            continue
        try:
            drafts.discard(draft.id)
        except UnknownDraft:  # somebody else was quicker
            continue
        count += 1
    return count
