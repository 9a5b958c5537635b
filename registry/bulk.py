"""Judging many cities at once: what is judged, what comes of it, which are judged twice, what is out of date; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Final

from registry import __version__
from registry.canonical_json import write
from registry.model import Report
from registry.namespaces import SKOS
from registry.report_verification import Stated
from registry.standard import text_of

SHARE: Final = 50
LEAST: Final = 5
"""How many are judged twice: one in so many, and at least so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One dossier that is to be judged: its name here, what the city said, and what is held about it.

    ``said`` and ``held`` are canonical N-Triples of what was read before; with ``is_raw`` ``said`` is a file as it was
    handed in, which is read under guard where it is judged, and ``city`` may be empty.
    """

    name: str
    city: str
    said: bytes
    held: bytes = b""
    is_desk_profile: bool = False
    is_raw: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """By what is judged: the SHA-256 of standard, shapes and reference data by name, the day, and the engine.

    ``base`` is that of minted IRIs, ``draft`` the directory of a draft of the standard, empty for the one in force.
    """

    hashes: tuple[tuple[str, str], ...]
    at: date
    base: str
    is_native: bool = False
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """One task as it is handed out: by which rules, whether both engines judge it, and whether the native one may."""

    task: Task
    rules: tuple[Rules, ...]
    key: str = ""
    is_checked: bool = False
    may_be_native: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of one requirement, as EARL names it, and what was found first.

    ``days`` are by how many days it is met (0 or more) or missed (less), where that was worked out and a date decides.
    """

    requirement: str
    outcome: str
    message: str
    days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of one task: an outcome for each requirement, the machine level, and the assertions as they are kept.

    ``note`` says why the native engine did not judge, where it should have; ``fault`` why there is no verdict at all.
    ``memory`` is the most that the process which judged had taken by then, in KiB.
    """

    name: str
    key: str = ""
    city: str = ""
    label: str = ""
    found: tuple[Found, ...] = ()
    level: str = ""
    engine: str = ""
    document: bytes = b""
    note: str = ""
    fault: str = ""
    memory: int = 0


class State(StrEnum):
    """Whether a verdict still says what judging would say on its day."""

    CURRENT = "current"
    OTHER_RULES = "outdated: the rules have changed"
    OTHER_DATA = "outdated: the data have changed"
    UNKNOWN = "outdated: the dossier is no longer here"


def verdict_of(report: Report, *, name: str, document: bytes = b"", note: str = "", memory: int = 0) -> Verdict:
    """Give what is kept and told of one report."""
    submission = next(part.graph for part in report.dossier.parts if part.name == "submission")
    return Verdict(
        name=name,
        city=str(report.dossier.city),
        label=text_of(submission, report.dossier.city, SKOS.prefLabel) or str(report.dossier.city),
        found=tuple(
            Found(str(each.requirement.iri), str(each.outcome), each.remarks[0].message if each.remarks else "")
            for each in report.outcomes
        ),
        level=report.machine_level.label if report.machine_level else "",
        engine=report.engine,
        document=document,
        note=note,
        memory=memory,
    )


def key_of(task: Task, rules: Rules) -> str:
    """Give a name for all that a verdict rests on: a verdict with this key need not be made again."""
    facts = {
        "at": rules.at.isoformat(),
        "base": rules.base,
        "desk": task.is_desk_profile,
        "held": sha256(task.held).hexdigest(),
        "native": rules.is_native,
        "rules": dict(rules.hashes),
        "said": sha256(task.said).hexdigest(),
        "software": __version__,
    }
    return sha256(write(facts)).hexdigest()[:32]


def drawn(names: Iterable[str], *, seed: str) -> frozenset[str]:
    """Draw those that both engines judge: one in fifty, at least five, by a lot that the seed alone decides."""
    known = sorted(names, key=lambda name: sha256(f"{seed}/{name}".encode()).hexdigest())
    return frozenset(known[: max(LEAST, len(known) // SHARE)])


def state_of(stated: Stated, *, rules: Mapping[str, str], parts: Mapping[str, str] | None) -> State:
    """Say whether a verdict is outdated: from what it states of itself, and the SHA-256 of today's rules and parts.

    ``parts`` are those of the dossier as it would be composed now, None where there is none of this name any more.
    """
    if any(stated.hashes.get(name) != digest for name, digest in rules.items()):
        return State.OTHER_RULES
    if parts is None:
        return State.UNKNOWN
    if any(stated.hashes.get(name) != digest for name, digest in parts.items()):
        return State.OTHER_DATA
    return State.CURRENT
