"""The fictional examples, what their first lines say of them, and one installation that judges them."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from registry.loading import artefacts
from registry.model import Outcome, Report
from registry.registry import Examination, Registry
from registry.rendering import slug_of
from registry.settings import Settings
from registry.wiring import warm, wire

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "data" / "examples"
AT = date(2026, 12, 1)

_LEVELS = re.compile(r"# expect: alone machine (\w+), level (\w+); with held machine (\w+), level (\w+)")
_FAILED = re.compile(r"# expect: (\S+(?:, \S+)*) failed")


@dataclass(frozen=True)
class Levels:
    """The machine level and the level of one example, alone and with what is held; "none" where there is none."""

    machine: str
    reached: str


@cache
def registry() -> Registry:
    """One installation on the real artefacts, kept for the whole run."""
    warm()
    return wire(Settings())


def near_misses() -> list[str]:
    return sorted(path.stem for path in (EXAMPLES / "near-miss").glob("*.ttl"))


def held(name: str) -> Path | None:
    path = EXAMPLES / "held" / f"{name}.ttl"
    return path if path.exists() else None


def expected_levels(name: str) -> tuple[Levels, Levels]:
    """What the first line says the example reaches alone, and with what is held."""
    found = _LEVELS.fullmatch(_first_line(name))
    assert found, f"{name}: the first line must state the levels"
    return Levels(found[1], found[2]), Levels(found[3], found[4])


def expected_failures(name: str) -> set[str]:
    """The whole set of requirements that the first line says are failed."""
    found = _FAILED.fullmatch(_first_line(name))
    assert found, f"{name}: the first line must state what is failed"
    return set(found[1].split(", "))


@cache
def examine(name: str, *, with_held: bool = False, at: date = AT) -> Report:
    """Judge one example, once in a process; nobody changes the report."""
    raw = (EXAMPLES / f"{name}.ttl").read_bytes()
    kept = held(name) if with_held else None
    return registry().examine(Examination(raw=raw, name=f"{name}.ttl", held=kept.read_bytes() if kept else None, at=at))


def levels(report: Report) -> Levels:
    machine, reached = report.machine_level, report.level
    return Levels(machine.label if machine else "none", reached.label if reached else "none")


def outcomes(report: Report) -> dict[str, Outcome]:
    """The outcome of each requirement by its slug."""
    return {slug_of(found.requirement): found.outcome for found in report.outcomes}


def those(report: Report, *wanted: Outcome) -> set[str]:
    """The requirements with one of the wanted outcomes."""
    return {slug for slug, outcome in outcomes(report).items() if outcome in wanted}


def musts(level: str) -> set[str]:
    """The must requirements of one level."""
    return {
        slug_of(requirement)
        for requirement in artefacts().standard.requirements
        if requirement.is_must and requirement.level.label == level
    }


def _first_line(name: str) -> str:
    return (EXAMPLES / f"{name}.ttl").read_text(encoding="utf-8").partition("\n")[0]
