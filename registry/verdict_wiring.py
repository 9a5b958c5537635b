"""Verdicts that were made again: whether each is outdated, and made once more, byte for byte."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from registry.adapters.verdict_files import VerdictFiles
from registry.bulk import Order, Rules, State, Task, state_of
from registry.bulk_judging import judge, parts_of
from registry.bulk_wiring import VERDICTS, rules_in_force
from registry.errors import SubmissionError
from registry.known_dossiers import Dossiers, known_dossiers
from registry.loading import artefacts
from registry.report_verification import Stated, stated_by
from registry.settings import Settings
from registry.verification import Check, Kind

_RESTS_ON = ("submission", "held", "reference")


@dataclass(frozen=True, slots=True)
class KeptVerdict:
    """A kept verdict by its name: what it states of itself, and whether it is outdated."""

    name: str
    stated: Stated
    state: State


def kept_verdicts(settings: Settings, files: Path | None = None) -> Iterator[KeptVerdict]:
    """Give every kept verdict in the order of the names; ``files`` is a directory with further submissions.

    Raises what ``known_dossiers`` raises.
    """
    dossiers = known_dossiers(settings, files)
    for name, _, raw in VerdictFiles(settings.home / VERDICTS):
        stated = stated_by(raw)
        if stated is not None:
            yield KeptVerdict(name, stated, _state(dossiers, name, stated))


def is_verdict(path: Path) -> bool:
    """Say whether a file is a report on one city in N-Triples, as ``hrcr assess`` and cases keep it."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(1) == b"<" and stated_by(path.read_bytes()) is not None


def verify_verdict(settings: Settings, raw: bytes, files: Path | None = None) -> tuple[Check, ...]:
    """Make a report again from the dossier that it judged, and say whether the same bytes come out.

    ``files`` is a directory with submissions that this installation does not keep. Where rules or data have changed
    since, it cannot be made again here, and the check says so.
    """
    stated = stated_by(raw)
    if stated is None:
        return (Check(Kind.BROKEN, "It says not how it was made: it is no report."),)
    dossiers = known_dossiers(settings, files)
    rules, named = _rules(stated), [*dossiers.of(stated.city)]
    with_and_without = [each for task in named for each in (task, replace(task, held=b""))]
    found = [task for task in with_and_without if _is_of(stated, _parts(task, rules))]
    if found:
        return (_again(raw, stated, found[0], rules),)
    words = f"{State.OTHER_DATA}, or its submission is elsewhere (--documents)" if named else str(State.UNKNOWN)
    return (Check(Kind.NOT_CHECKED, f"What it judged is not here: {words}."),)


def _is_of(stated: Stated, parts: Mapping[str, str] | None) -> bool:
    """Say whether a report is about these very statements of a city, and what was held about them."""
    return parts is not None and all(stated.hashes.get(name) == parts[name] for name in ("submission", "held"))


def _again(raw: bytes, stated: Stated, task: Task, rules: Rules) -> Check:
    state = state_of(stated, rules=artefacts().hashes, parts=_parts(task, rules))
    if state is not State.CURRENT:
        return Check(Kind.NOT_CHECKED, f"{task.name} is {state}; check it with software and data of that time.")
    (verdict,) = judge(Order(task, (rules,)))
    if verdict.engine != stated.engine:
        here = verdict.engine or verdict.fault
        return Check(Kind.NOT_CHECKED, f"It was made with {stated.engine}; here is {here}.")
    if verdict.document != raw:
        return Check(Kind.BROKEN, f"Judging {task.name} again gives another report.")
    return Check(Kind.HOLDS, f"It was made again from {task.name}, byte for byte, with {stated.engine}.")


def _state(dossiers: Dossiers, name: str, stated: Stated) -> State:
    parts = _parts(dossiers[name], _rules(stated)) if name in dossiers else None
    return state_of(stated, rules=artefacts().hashes, parts=parts)


def _rules(stated: Stated) -> Rules:
    is_native = not stated.engine.startswith("pySHACL")
    return rules_in_force(Settings(base=stated.base), at=stated.day, is_native=is_native)


def _parts(task: Task, rules: Rules) -> dict[str, str] | None:
    """Give the SHA-256 of what a dossier consists of now; None for a file that cannot be read any more."""
    try:
        found = parts_of(task, rules)
    except SubmissionError:
        return None
    return {name: found[name] for name in _RESTS_ON}
