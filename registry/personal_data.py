"""What a file tells of people, for whoever releases it: its properties, and what a search finds in its texts; pure."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from registry.evidence_model import Inspected
from registry.ports import PersonalDataSearch

MOST_FOUND: Final = 200
PROPERTY: Final = "property of the file"


@dataclass(frozen=True, slots=True)
class PersonalDatum:
    """One finding: what kind, where, and the words found; these are for whoever releases and are never recorded."""

    kind: str
    place: str
    words: str


def personal_data(
    found: Inspected, search: PersonalDataSearch, countries: Collection[str] = ()
) -> tuple[PersonalDatum, ...]:
    """Give what may be personal in a file, properties first, then its texts in order; at most ``MOST_FOUND``.

    A text without a place of its own is told by line and sign. ``countries`` are those (ISO 3166-1, two letters) in
    which a number without the code of a country is dialled.
    """
    data = [PersonalDatum(PROPERTY, each.place, each.text) for each in found.properties]
    for passage in found.texts:
        if len(data) >= MOST_FOUND:
            break
        for mark in search(passage.text, countries)[: MOST_FOUND - len(data)]:
            data.append(PersonalDatum(mark.kind, passage.place or _line(passage.text, mark.start), mark.signs))
    return tuple(data[:MOST_FOUND])


def _line(text: str, start: int) -> str:
    line = text.count("\n", 0, start) + 1
    return f"line {line}, sign {start - text.rfind(chr(10), 0, start)}"
