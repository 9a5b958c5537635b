"""What an officer has entered on its way to the judges: every refusal at the place to mend; pure."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from rdflib import Graph

from registry.entry import ADDRESS_OF_CITY, CITY, Entry, Fault, Place, Written, rough, write
from registry.entry_plan import EntryPlan
from registry.errors import ProfileFault, SheetFault, SubmissionError
from registry.intake import Submission
from registry.mending import Mending
from registry.model import ProfileResult
from registry.rendering import change_sentence
from registry.sheets import CellPlace
from registry.workbook_reading import ReadBook

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def addressed(entry: Entry, base: str) -> Entry:
    """Give the entry with the whole IRI of its city where only its short name was entered."""
    name = entry.city.strip()
    return replace(entry, city=f"{base}id/city/{name}" if _SLUG.fullmatch(name) else name)


def all_faults(written: Written, refusal: SubmissionError | None, plan: EntryPlan) -> tuple[Fault, ...]:
    """Give the faults of single values and what intake or the profile refused, each at its place and once.

    Where a value is at fault already, what the profile says of its field is left out: it did not see the value.
    """
    said = {(fault.place.key, fault.place.field) for fault in written.faults}
    found = list(written.faults)
    if isinstance(refusal, ProfileFault) and refusal.results:
        for result in refusal.results:
            place = written.place_of(result.focus, result.path, result.value, plan)
            if (place.key, place.field) not in said:
                found.append(Fault(place, _sentence(result, place, plan)))
    elif refusal is not None and not (isinstance(refusal, ProfileFault) and (CITY, ADDRESS_OF_CITY) in said):
        place = Place(CITY, ADDRESS_OF_CITY) if isinstance(refusal, ProfileFault) else Place(CITY)
        found.append(Fault(place, str(refusal)))
    return tuple(dict.fromkeys(found))


def take_book(book: ReadBook, base: str, plan: EntryPlan, take: Callable[[Graph], Submission]) -> Submission:
    """Give what a workbook says as ``take`` gives it; raise SheetFault with every cell to mend."""
    written = write(addressed(book.entry, base), plan)
    refusal, submission = None, None
    try:
        submission = take(written.graph)
    except SubmissionError as error:
        refusal = error
    found = marks(book, all_faults(written, refusal, plan))
    if found or submission is None:
        raise SheetFault("The workbook has cells to mend:", found)
    return submission


def changes_at(mending: Mending, entered: Written) -> tuple[Fault, ...]:
    """Give each change that mends an entry as a sentence at the place where it is made.

    ``entered`` is the entry as ``rough`` writes it. What is replaced at its place is not told to be taken out as well.
    """
    old: dict[tuple[str, str], list[Place]] = {}
    for statement in sorted(mending.repair.gone, key=str):
        if (place := entered.places.get(statement)) is not None:
            old.setdefault((place.key, place.field), []).append(place)
    new = {(change.spot.key, change.spot.field) for change in mending.changes if change.act != "take"}
    found = []
    for change in mending.changes:
        here = (change.spot.key, change.spot.field)
        places = old.get(here, [])
        if change.act != "take" or here not in new:
            place = places[0] if len(places) == 1 else Place(*here)
            found.append(Fault(place, change_sentence(change, mending)))
    return tuple(dict.fromkeys(found))


def changes_in_cells(book: ReadBook, mending: Mending, base: str, plan: EntryPlan) -> tuple[tuple[CellPlace, str], ...]:
    """Give each change that mends a workbook as a sentence in the cell where it is made."""
    found = map(book.mark, changes_at(mending, rough(addressed(book.entry, base), plan)))
    return tuple((mark.cell, mark.sentence) for mark in found)


def marks(book: ReadBook, faults: tuple[Fault, ...]) -> tuple[tuple[CellPlace, str], ...]:
    """Give every cell to mend with its sentence, in the order of the workbook's cells."""
    found = [*book.marks, *map(book.mark, faults)]
    return tuple(sorted(dict.fromkeys((mark.cell, mark.sentence) for mark in found)))


def _sentence(result: ProfileResult, place: Place, plan: EntryPlan) -> str:
    """Give the profile's sentence without the name of the field, which stands at the place already."""
    words = result.message or "A condition of the data-entry profile is not met."
    head, between, rest = words.partition("): ")
    labels = (field.label for part in plan.parts.values() for field in part.fields if field.name == place.field)
    is_named = between and any(head.startswith(f"{label} (") for label in labels)
    return f"{rest[:1].upper()}{rest[1:]}" if is_named else words
