"""What a worker process does: one dossier judged by its rules, by the native engine where that is asked for."""

import gc
import resource
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from rdflib import Graph, URIRef

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.artefacts import Artefacts
from registry.bulk import Found, Order, Rules, Task, Verdict, verdict_of
from registry.draft_wiring import draft_artefacts
from registry.errors import PortError, SettingsError, SubmissionError, ValidatorError
from registry.guard import TURTLE
from registry.intake import read_submission
from registry.judgement import composed, demand_agreement, judged
from registry.loading import artefacts
from registry.model import Dossier, Report
from registry.ports import Validator
from registry.report import assertions
from registry.reserves import days_in_reserve

if TYPE_CHECKING:
    from registry.adapters.shifty_validator import ShiftyValidator

_MOST_TRIPLES: Final = 1_000_000
_ONE_AT_A_TIME: Final = Lock()  # a worker of a cluster may have threads; the engines are not made for several


@dataclass(frozen=True)
class Bench:
    """The artefacts that a process judges by, and its engines, each prepared when it is first needed."""

    artefacts: Artefacts

    @cached_property
    def deciding(self) -> Validator:
        """The engine on which decisions rest."""
        return PyShaclValidator(self.artefacts.judging_shapes)

    @cached_property
    def native(self) -> Validator:
        """The engine for many judgements; raise SettingsError when it is not installed."""
        return demand_native()(self.artefacts.judging_shapes, self.artefacts.reference.graph)


def demand_native() -> type["ShiftyValidator"]:
    """Give the native engine; raise SettingsError when it is not installed."""
    try:
        from registry.adapters.shifty_validator import ShiftyValidator
    except ImportError as fault:
        raise SettingsError(
            "The native engine is not installed: install the extra `native` (pip install 'hrcr[native]'), or judge "
            "without --native."
        ) from fault
    return ShiftyValidator


def prepare(rules: Iterable[Rules]) -> None:
    """Read and prepare all that judging by some rules needs, and keep it out of the garbage collector's rounds."""
    for each in rules:
        bench = _bench(each.draft, each.hashes)
        engine = bench.native if each.is_native else bench.deciding
        nothing = composed(
            bench.artefacts,
            Graph(),
            Graph(),
            city=URIRef(f"{each.base}id/city/nothing"),
            base=each.base,
            at=each.at,
            desk_profile=False,
        )
        judged(nothing, engine, bench.artefacts)
    gc.freeze()


def judge(order: Order) -> tuple[Verdict, ...]:
    """Judge one dossier by each of its rules; a dossier that cannot be read or judged gives a verdict with its fault.

    Raises EnginesDiffer where both engines judge and say not the same.
    """
    with _ONE_AT_A_TIME:
        made = [_judged(order, rules) for rules in order.rules]
        _settle(order.rules)
        return _with_reserves(made) if len(made) > 1 else tuple(each.verdict for each in made)


@cache
def _settle(_rules: tuple[Rules, ...]) -> None:
    """Keep out of the collector's rounds what the first judgement prepared where nobody did, as on a cluster."""
    gc.collect()
    gc.freeze()


def parts_of(task: Task, rules: Rules) -> dict[str, str]:
    """Give the SHA-256 of the parts of a dossier as it would be composed now; raise what reading it raises."""
    bench = _bench(rules.draft, rules.hashes)
    return {part.name: part.sha256 for part in _composed(task, rules, bench.artefacts).parts}


@dataclass(frozen=True)
class _Made:
    """A verdict with the report that it is of, None where there is none, and by what was judged."""

    verdict: Verdict
    report: Report | None
    bench: Bench


def _with_reserves(made: Sequence[_Made]) -> tuple[Verdict, ...]:
    """Say of each requirement that turns out otherwise by how many days it is met or missed by each of the rules."""
    outcomes = [{each.requirement: each.outcome for each in one.verdict.found} for one in made]
    turned = {name for known in outcomes for name in known if len({each.get(name) for each in outcomes}) > 1}
    return tuple(
        replace(
            one.verdict, found=tuple(_with_days(each, one) if each.requirement in turned else each for each in found)
        )
        for one in made
        for found in [one.verdict.found]
    )


def _with_days(found: Found, made: _Made) -> Found:
    if made.report is None:
        return found
    outcome = next(each for each in made.report.outcomes if str(each.requirement.iri) == found.requirement)
    return replace(found, days=days_in_reserve(outcome, made.report, made.bench.artefacts.judging_shapes))


def _judged(order: Order, rules: Rules) -> _Made:
    bench, note = _bench(rules.draft, rules.hashes), ""
    try:
        dossier = _composed(order.task, rules, bench.artefacts)
        is_native = rules.is_native and order.may_be_native
        if is_native:
            try:
                report = judged(dossier, bench.native, bench.artefacts)
            except ValidatorError as fault:
                is_native, note = False, str(fault)
        if not is_native:
            report = judged(dossier, bench.deciding, bench.artefacts)
        elif order.is_checked:
            demand_agreement(report, judged(dossier, bench.deciding, bench.artefacts))
    except (SubmissionError, ValidatorError) as fault:
        fault_told = Verdict(name=order.task.name, key=order.key, city=order.task.city, fault=str(fault))
        return _Made(fault_told, None, bench)
    return _Made(_kept(order, report, bench, note), report, bench)


def _kept(order: Order, report: Report, bench: Bench, note: str) -> Verdict:
    """Give the verdict; by a draft nothing is kept but the outcomes."""
    document = b"" if len(order.rules) > 1 else bench.artefacts.syntax.canonical(assertions(report))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    verdict = verdict_of(report, name=order.task.name, document=document, note=note, memory=memory)
    return replace(verdict, key=order.key)


def _composed(task: Task, rules: Rules, by: Artefacts) -> Dossier:
    syntax = by.syntax
    if task.is_raw:
        submission = read_submission(task.said, TURTLE, profile=by.profile, syntax=syntax)
        said, city = submission.graph, submission.city
    else:
        said, city = _read(by, task.said), URIRef(task.city)
    held = _read(by, task.held)
    return composed(by, said, held, city=city, base=rules.base, at=rules.at, desk_profile=task.is_desk_profile)


def _read(by: Artefacts, raw: bytes) -> Graph:
    return by.syntax.parse(raw, "application/n-triples", base="", most_triples=_MOST_TRIPLES)


@cache
def _bench(draft: str, hashes: tuple[tuple[str, str], ...]) -> Bench:
    """Read the artefacts of some rules, once in each process; raise PortError when they are others here.

    A draft that is changed is read anew by a worker that lives on: its rules have other hashes.
    """
    found = draft_artefacts(Path(draft)) if draft else artefacts()
    if tuple(sorted(found.grounds.items())) != hashes:
        place = draft or "the installed software"
        raise PortError(
            f"A worker finds another standard or other reference data in {place} than the run was started with; "
            "install the same version on every machine of the cluster, and put a draft where all of them read it."
        )
    return Bench(found)
