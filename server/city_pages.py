"""The page of a city: everything known, each fact with who says so, and what is demonstrated from public sources."""

from dataclasses import dataclass
from typing import Final

from flask import render_template
from rdflib import Graph, URIRef

from registry.model import Level, Requirement
from registry.namespaces import HRC
from server.decided_cases import WORDS, decisions
from server.library import Row, Shelf
from server.things import Section, ThingReader
from server.words import Shown, Words

DESK_WORDS: Final = {
    "passed": "demonstrated from public sources",
    "cantTell": "not demonstrated from public sources",
    "failed": "not demonstrated from public sources",
    "untested": "not tested",
    "inapplicable": "does not apply",
}
"""What an outcome is called where nobody submitted anything: the unfavourable word is never used."""


_OF_THE_RECORD: Final = frozenset({str(HRC.standing), str(HRC.criticism)})
"""What the page shows in places of its own."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one requirement, in words."""

    requirement: Requirement
    notation: str
    outcome: str
    words: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LevelFindings:
    """The outcomes at one level, in the order of criteria."""

    level: Level
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """When and from what the profile was compiled; ``is_desk`` when the city did not submit it."""

    compiled_on: str | None
    compiled_from: str | None
    is_desk: bool


def city(held: Shelf, iri: URIRef, described: Graph) -> str:
    """Give the page of a city."""
    reader = ThingReader(described, held.words(described), held.profile, iri)
    thing = reader.thing(iri)
    against = reader.contradictions()
    rows = held.rows("outcomes-of-city", city=iri)
    return render_template(
        "city.html",
        thing=thing,
        sections=[found for found in (_without(section) for section in thing.sections) if found.fields],
        against=against,
        sources=reader.sources(),
        decisions=decisions(held, iri),
        standing=_standing(described, iri),
        country=_country(described, iri),
        record=record(held, iri),
        levels=findings(held, rows),
        judged_on=next((str(row["day"]) for row in rows), None),
    )


def record(held: Shelf, iri: URIRef) -> Record | None:
    """Give the record of a city; None where only its name is known."""
    for row in held.rows("record-of-city", city=iri):
        submitted = row["submitted"]
        return Record(
            compiled_on=str(row["compiledOn"]) if row["compiledOn"] is not None else None,
            compiled_from=str(row["compiledFrom"]) if row["compiledFrom"] is not None else None,
            is_desk=str(submitted) in ("false", "0", "None"),
        )
    return None


def findings(held: Shelf, rows: list[Row]) -> list[LevelFindings]:
    """Arrange the outcomes of one city level by level."""
    notations = {criterion.iri: criterion.notation for criterion in held.standard.criteria}
    outcomes: dict[str, str] = {}
    notes: dict[str, list[str]] = {}
    is_desk = any(str(row["desk"]) == "true" for row in rows)
    for row in rows:
        requirement = str(row["requirement"])
        outcomes[requirement] = str(row["outcome"]).rsplit("#", 1)[-1]
        if row["info"] is not None:
            notes.setdefault(requirement, []).append(str(row["info"]))
    words = DESK_WORDS if is_desk else WORDS
    levels = []
    for level in held.standard.levels:
        found = [
            Finding(
                requirement,
                notations[requirement.criterion],
                outcomes[str(requirement.iri)],
                words[outcomes[str(requirement.iri)]],
                tuple(sorted(set(notes.get(str(requirement.iri), [])))),
            )
            for requirement in held.standard.requirements
            if requirement.level == level and str(requirement.iri) in outcomes
        ]
        levels.append(LevelFindings(level, tuple(found)))
    return [level for level in levels if level.findings]


def _without(section: Section) -> Section:
    return Section(section.label, tuple(field for field in section.fields if field.iri not in _OF_THE_RECORD))


def _standing(described: Graph, iri: URIRef) -> Shown | None:
    found = described.value(iri, HRC.standing)
    return Words(described).show(found) if found is not None else None


def _country(described: Graph, iri: URIRef) -> Shown | None:
    found = described.value(iri, HRC.country)
    return Words(described).show(found) if found is not None else None
