"""What was decided in the cases of a city, as its page shows it."""

from dataclasses import dataclass
from typing import Final

from rdflib import URIRef

from registry.model import Requirement
from server.library import Row, Shelf

WORDS: Final = {
    "passed": "demonstrated",
    "failed": "not demonstrated",
    "cantTell": "cannot be told",
    "inapplicable": "does not apply",
    "untested": "not tested",
}
"""What an outcome is called where a city has submitted."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What one reviewer found on a requirement, by the number of the seat, and why."""

    seat: int
    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What the panel came to on one requirement, and what each reviewer found."""

    requirement: Requirement
    outcome: str
    words: str
    voices: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision: in which case, by which step of the law, when, why, and what it gave."""

    case: str
    rule: str
    day: str
    reason: str
    level: str
    until: str
    standing: str
    judged: tuple[Judged, ...]


def decisions(held: Shelf, city: URIRef) -> list[Decided]:
    """Give the decisions on a city, the latest first; the findings of a case stand with its latest decision."""
    levels = {str(level.iri): level.label for level in held.standard.levels}
    rows = held.rows("findings-of-city", city=city)
    found: list[Decided] = []
    for row in held.rows("decisions-of-city", city=city):
        name = str(row["name"])
        is_latest = name not in {decided.case for decided in found}
        found.append(
            Decided(
                case=name,
                rule=str(row["rule"]),
                day=str(row["day"]),
                reason=str(row["reason"]),
                level=levels.get(str(row["level"]), ""),
                until=_text(row, "until"),
                standing=_text(row, "standing"),
                judged=_judged(held, [each for each in rows if str(each["name"]) == name]) if is_latest else (),
            )
        )
    return found


def _judged(held: Shelf, rows: list[Row]) -> tuple[Judged, ...]:
    outcomes = {str(row["requirement"]): _local(row, "outcome") for row in rows}
    return tuple(
        Judged(
            requirement,
            outcomes[str(requirement.iri)],
            WORDS[outcomes[str(requirement.iri)]],
            tuple(
                Voice(int(str(row["seat"])), WORDS[_local(row, "found")], str(row["reason"]))
                for row in rows
                if str(row["requirement"]) == str(requirement.iri) and row["seat"] is not None
            ),
        )
        for requirement in held.standard.requirements
        if str(requirement.iri) in outcomes
    )


def _local(row: Row, name: str) -> str:
    return str(row[name]).rsplit("#", 1)[-1]


def _text(row: Row, name: str) -> str:
    return "" if row[name] is None else str(row[name])
