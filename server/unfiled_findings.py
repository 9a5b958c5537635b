"""Findings that are begun and not filed, on pages: kept for who writes them, and never lost between two windows."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from registry.cases import Case
from registry.errors import DraftChanged, PortError, UnknownCase
from registry.model import Draft
from registry.step_fields import Field, fields_of
from registry.unfiled_findings import (
    OFFICE,
    PARTS,
    Cell,
    Joined,
    Sheet,
    begun,
    forget_what_is_over,
    from_text,
    join,
    may_be_kept,
    name_of,
    to_text,
)
from server import access
from server.case_access import number
from server.drafts import kept_drafts
from server.public_cases import casework, process
from server.step_forms import key_of

KEEP: Final = "keep"
"""What the button says that keeps and does not file."""
VERSION: Final = "kept"
"""The field that holds the version that a form was made from; none, or 0, before anything was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfiled:
    """What somebody has begun, by name of field.

    ``theirs`` is what stands in another window's version where both changed a field; ``is_newer`` says that something
    was brought in from there, which whoever writes has not seen yet.
    """

    typed: Mapping[str, str]
    version: int
    saved: str
    command: str
    theirs: Mapping[str, str] = field(default_factory=dict)
    is_newer: bool = False


def kept(case: Case) -> Unfiled | None:
    """Give what whoever asks has begun in a case; None when there is none, and when nothing can be filed any more."""
    standing = _standing(case) if _may_write(case) else None
    return _unfiled(case, standing, from_text(standing.text)) if standing else None


def keep(case: Case, typed: Mapping[str, str]) -> Unfiled | None:
    """Keep what was typed upon the version that its form was made from, with what was kept elsewhere since.

    Where another window changed one field differently nothing is kept, and both are given to choose from. Gives None
    when everything is kept. Raises DraftChanged when nothing can be filed in the case any more.
    """
    if not _may_write(case):
        raise DraftChanged("There is nothing of yours to be filed in this case any more.")
    mine, account, drafts = _sheet(case, typed), access.identity().account.id, kept_drafts()
    while True:  # each round ends it, or somebody else has kept something
        standing = _standing(case)
        joined = _joined(case, typed, mine, standing)
        if standing is not None and joined.theirs:
            return _unfiled(case, standing, joined.sheet, theirs=joined.theirs, is_newer=True)
        said = {"title": case.name, "account": account}
        with suppress(DraftChanged):
            if standing is None:
                drafts.begin(to_text(mine), office=OFFICE, identifier=name_of(case.name, account), **said)
            elif to_text(joined.sheet) != standing.text:
                drafts.save(standing.id, to_text(joined.sheet), based_on=standing.version, **said)
            return None


def newer(case: Case, typed: Mapping[str, str]) -> Unfiled | None:
    """Give what is to be looked at before filing: what another window kept since, brought together with what was typed.

    None where nothing was, or where it says the same.
    """
    standing = _standing(case)
    if standing is None or standing.version == number(typed.get(VERSION, "")):
        return None
    mine = _sheet(case, typed)
    joined = _joined(case, typed, mine, standing)
    if joined.sheet == mine and not joined.theirs:
        return None
    return _unfiled(case, standing, joined.sheet, theirs=joined.theirs, is_newer=True)


def forget() -> None:
    """Erase what was filed, and what cannot be filed any more; what fails now is done by the next tick."""
    try:
        forget_what_is_over(kept_drafts(), process(), _case_of)
    except PortError as fault:
        logging.getLogger(__name__).warning("findings that are over could not be erased: %s", fault)


def _may_write(case: Case) -> bool:
    found = access.identity_or_none()
    return found is not None and may_be_kept(process(), case, found.account.id)


def _standing(case: Case) -> Draft | None:
    return begun(kept_drafts(), case.name, access.identity().account.id)


def _joined(case: Case, typed: Mapping[str, str], mine: Sheet, standing: Draft | None) -> Joined:
    if standing is None:
        return Joined(mine, {})
    based = number(typed.get(VERSION, ""))
    ancestor = begun(kept_drafts(), case.name, access.identity().account.id, based) if based else None
    return join(from_text(ancestor.text) if ancestor else {}, mine, from_text(standing.text))


def _unfiled(
    case: Case, standing: Draft, sheet: Sheet, *, theirs: Sheet | None = None, is_newer: bool = False
) -> Unfiled:
    steps = process().case_steps.values()
    return Unfiled(
        typed=_fields(case, sheet),
        version=standing.version,
        saved=standing.changed_at,
        command=next(step.command for step in steps if case.kind in step.kinds and Field.FINDINGS in fields_of(step)),
        theirs=_fields(case, theirs or {}),
        is_newer=is_newer,
    )


def _sheet(case: Case, typed: Mapping[str, str]) -> Sheet:
    """Read what a form says of each requirement, with the line ends of Unix."""
    cells: dict[Cell, str] = {}
    for requirement in case.requirements:
        for part in PARTS:
            text = typed.get(f"{part}-{key_of(case, requirement)}", "").replace("\r\n", "\n")
            if text.strip():
                cells[requirement, part] = text
    return cells


def _fields(case: Case, sheet: Sheet) -> dict[str, str]:
    known = set(case.requirements)
    return {f"{part}-{key_of(case, iri)}": text for (iri, part), text in sheet.items() if iri in known}


def _case_of(name: str) -> Case | None:
    try:
        return casework().case(name)
    except UnknownCase:
        return None
