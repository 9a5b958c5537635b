"""Judging everything again, and by a draft: dossiers, rules, workers and kept verdicts of an installation together."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from os import cpu_count
from pathlib import Path
from typing import Final

from registry.adapters.local_workers import LocalWorkers
from registry.adapters.verdict_files import VerdictFiles
from registry.artefacts import Artefacts
from registry.bulk import Rules, Verdict
from registry.bulk_judging import judge, prepare
from registry.confinement import READY
from registry.draft_wiring import demand_judgeable, draft_artefacts
from registry.errors import SettingsError
from registry.impact import Impact, impact_of
from registry.judging_ports import Workers
from registry.known_dossiers import known_dossiers
from registry.loading import artefacts, now
from registry.rejudging import Run, due, verdicts
from registry.settings import Settings

VERDICTS: Final = "verdicts"
"""The directory in HRCR_HOME of verdicts that were made again; nothing of a release lies in it."""
_PRELOADED: Final = (*READY, "registry.bulk_judging")

Started = Callable[[int], Callable[[int], object]]
"""From how many dossiers are to be judged to what is told of each that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """How a run goes: for which day, by which engine, on how many processes or on which cluster, by which lot.

    ``files`` is a directory with further submissions, ``only`` are patterns of names. Without a seed one is drawn that
    nobody knows before.
    """

    at: date | None = None
    is_native: bool = False
    processes: int = 0
    dask: str = ""
    seed: str = ""
    files: Path | None = None
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What came of a run: how many dossiers there are, were judged, and had a sentence to be told.

    Of those ``drawn`` for both engines, ``checked`` are those that both did judge.
    ``notes`` and ``faults`` are sentences by name: why the native engine did not judge, why there is no verdict.
    ``memory`` is the most that one process took, in KiB.
    """

    known: int
    judged: int
    drawn: int
    checked: int
    seed: str
    notes: Mapping[str, str]
    faults: Mapping[str, str]
    memory: int


def assess_all(
    settings: Settings, choices: Choices, *, again: bool = False, started: Started = lambda _count: lambda _done: None
) -> Summary:
    """Judge every known dossier whose kept verdict rests on something else now, or with ``again`` all; keep them.

    Raises EnginesDiffer, and then nothing of the run is kept; what ``known_dossiers`` raises; PortError when the
    workers are gone.
    """
    dossiers, at = known_dossiers(settings, choices.files, choices.only), choices.at or now().date()
    kept, seed = VerdictFiles(settings.home / VERDICTS), choices.seed or secrets.token_hex(8)
    rules = rules_in_force(settings, at=at, is_native=choices.is_native)
    run = due(dossiers, (rules,), is_kept=(lambda _name, _key: False) if again else kept.has, seed=seed)
    told: list[Verdict] = []
    advance = started(len(run.names))
    for (verdict,) in _judged(run, choices):
        if not verdict.fault:
            kept.put(verdict.name, verdict.key, verdict.document)
        told.append(replace(verdict, document=b"", found=()))
        advance(1)
    return _summary(len(dossiers), run, seed, told)


def try_standard(
    settings: Settings,
    directory: Path,
    choices: Choices,
    *,
    started: Started = lambda _count: lambda _done: None,
) -> tuple[Impact, Summary]:
    """Judge every known dossier by the standard in force and by a draft of it, and say what differs; keep nothing.

    Raises BrokenDraft when the draft cannot be read or judged by, and what ``assess_all`` raises.
    """
    place, at = directory.resolve(), choices.at or now().date()
    draft = draft_artefacts(place)
    demand_judgeable(draft, directory, at=at, base=settings.base)
    in_force = rules_in_force(settings, at=at, is_native=choices.is_native)
    drafted = _rules(settings.base, draft, at, is_native=choices.is_native, draft=str(place))
    dossiers, seed = known_dossiers(settings, choices.files, choices.only), choices.seed or secrets.token_hex(8)
    run = due(dossiers, (in_force, drafted), seed=seed)
    pairs: list[tuple[Verdict, Verdict]] = []
    advance = started(len(run.names))
    for before, after in _judged(run, choices):
        pairs.append((before, after))
        advance(1)
    pairs.sort(key=lambda pair: pair[0].name)
    impact = impact_of(pairs, before=artefacts().standard, after=draft.standard, rules=run.rules)
    return impact, _summary(len(dossiers), run, seed, [verdict for pair in pairs for verdict in pair])


def rules_in_force(settings: Settings, *, at: date, is_native: bool) -> Rules:
    """Give the rules of the standard in force, for a day and an engine."""
    return _rules(settings.base, artefacts(), at, is_native=is_native)


def _rules(base: str, by: Artefacts, at: date, *, is_native: bool, draft: str = "") -> Rules:
    return Rules(hashes=tuple(sorted(by.grounds.items())), at=at, base=base, is_native=is_native, draft=draft)


def _judged(run: Run, choices: Choices) -> Iterator[tuple[Verdict, ...]]:
    if not run.names:
        return
    prepare(run.rules)  # what is missing or broken is told here, and not by a process that dies of it
    with closing(_workers(run, choices)) as workers:
        yield from verdicts(run, workers, judge)


def _workers(run: Run, choices: Choices) -> Workers:
    if not choices.dask:
        count = min(choices.processes or cpu_count() or 1, len(run.names))
        return LocalWorkers(count, partial(prepare, run.rules), preloaded=_PRELOADED)
    try:
        from registry.adapters.dask_workers import DaskWorkers  # heavy, and an extra
    except ImportError as fault:
        raise SettingsError(
            "Dask is not installed: install the extra `cluster` (pip install 'hrcr[cluster]'), or leave --dask out."
        ) from fault
    return DaskWorkers(choices.dask)


def _summary(known: int, run: Run, seed: str, told: Iterable[Verdict]) -> Summary:
    notes: dict[str, str] = {}
    faults: dict[str, str] = {}
    memory = 0
    for verdict in told:
        memory = max(memory, verdict.memory)
        if verdict.note:
            notes[verdict.name] = verdict.note
        if verdict.fault:
            faults[verdict.name] = verdict.fault
    return Summary(
        known=known,
        judged=len(run.names),
        drawn=len(run.sample),
        checked=len(run.sample - notes.keys() - faults.keys()),
        seed=seed,
        notes=notes,
        faults=faults,
        memory=memory,
    )
