"""Judging what peers claim: each graph by the engine that decides, or many natively and a drawn sample by both."""

import os
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from secrets import token_hex
from typing import Final

from registry.adapters.child_process import ChildProcess
from registry.bulk import drawn
from registry.bulk_judging import Bench
from registry.errors import PortError, RegistryError, ValidatorError
from registry.harvest_reading import judgement
from registry.judgement import demand_agreement, judged
from registry.judging_errors import EnginesDiffer
from registry.loading import artefacts
from registry.model import Dossier, Report
from registry.ports import Validator
from registry.registry import Registry
from registry.settings import Settings
from registry.wiring import wire

_AT_ONCE: Final = 25
"""Graphs that one child judges natively: so many that preparing the engine weighs little, and within its deadline."""

Judged = Iterator[tuple[str, bytes | RegistryError]]


def by_deciding_engine(place: ChildProcess, settings: Settings, claims: Mapping[str, bytes], day: date) -> Judged:
    """Judge each graph by the engine on which decisions rest, in a child of its own; give the assertions by name.

    What could not be judged has the error in their place.
    """
    for name, lines in claims.items():
        try:
            yield name, place.call(_judged, settings, lines, day)
        except RegistryError as fault:
            yield name, fault


def by_native_engine(place: ChildProcess, settings: Settings, claims: Mapping[str, bytes], day: date) -> Judged:
    """Judge graphs by the native engine, as many at once as there are processors; else as ``by_deciding_engine``.

    A sample, by a lot that nobody knows before, is judged by both; EnginesDiffer is raised before anything is given
    when they do not say the same. Where the native engine, or the child, fails, the engine that decides judges.
    """
    names, sample = list(claims), drawn(claims, seed=token_hex(16))
    parts = [{name: claims[name] for name in names[at : at + _AT_ONCE]} for at in range(0, len(names), _AT_ONCE)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(partial(_together, place, settings, sample, day), parts))
    for part, known in zip(parts, found, strict=True):
        yield from known.items()
        yield from by_deciding_engine(place, settings, {name: part[name] for name in part if name not in known}, day)


def _together(
    place: ChildProcess, settings: Settings, sample: Collection[str], day: date, claims: Mapping[str, bytes]
) -> Mapping[str, bytes | RegistryError]:
    """Judge some graphs in one child; none where it died or was stopped over one of them."""
    try:
        return place.call(_judged_natively, settings, dict(claims), frozenset(sample), day)
    except PortError:
        return {}


def _judged(settings: Settings, lines: bytes, day: date) -> bytes:
    registry = wire(settings)
    return judgement(registry.artefacts, registry.judge, lines, base=settings.base, day=day)


def _judged_natively(
    settings: Settings, claims: dict[str, bytes], sample: frozenset[str], day: date
) -> dict[str, bytes | RegistryError]:
    registry, engine = wire(settings), Bench(artefacts()).native
    found: dict[str, bytes | RegistryError] = {}
    for name, lines in claims.items():
        judge = partial(_report, registry, engine, name in sample)
        try:
            found[name] = judgement(registry.artefacts, judge, lines, base=settings.base, day=day)
        except EnginesDiffer:
            raise
        except RegistryError as fault:
            found[name] = fault
    return found


def _report(registry: Registry, engine: Validator, is_checked: bool, dossier: Dossier) -> Report:
    try:
        report = judged(dossier, engine, registry.artefacts)
    except ValidatorError:
        return registry.judge(dossier)
    if is_checked:
        demand_agreement(report, registry.judge(dossier))
    return report
