"""Defects tried out: each faulty file is judged, the repair that is shown for it applied, and what comes out judged.

``python -m tests.repairs.corpus --number 300`` (``make repairs``) prints what became of each defect, and then the
figures by kind. A search has as long as an installation allows it by default, in processor time, so that a busy machine
finds what a quiet one does.
"""

import argparse
import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from tempfile import gettempdir
from time import process_time
from typing import Final

from rdflib import Graph

from registry.adapters.artefact_files import bundled_contexts, load_artefacts
from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.adapters.release_directories import ReleaseDirectories
from registry.artefacts import Artefacts
from registry.errors import SubmissionError
from registry.explaining import Explainer
from registry.model import Report
from registry.registry import Examination, Registry
from registry.repair_json import mending_json, repair_json
from registry.repair_trial import Trial, Verdict, is_cleared
from registry.repairs import Repairs
from registry.settings import Settings
from tests.repairs.applying import apply
from tests.repairs.defects import KINDS, Defect, Ground, sow

EXAMPLES: Final = Path(__file__).parents[2] / "data" / "examples"
NAMES: Final = ("declared", "committed", "implementing", "informal")
AT: Final = date(2026, 11, 28)
SEED: Final = 20261128
WITHOUT_EFFECT: Final = "harmless"
OUTCOMES: Final = (WITHOUT_EFFECT, "mended", "unmended", "short", "worse")


@dataclass(frozen=True)
class Tried:
    """What became of one defect, whether the file was refused, and the seconds of processor time of the search.

    ``harmless``: it changes no outcome that was met. ``mended``: a file that was judged meets the requirement that was
    lost, and no outcome stands lower than before the repair; one that was refused is taken, and no outcome stands lower
    than in the undamaged file. ``short``: it is taken, and something stands lower than in the undamaged file.
    ``worse``: the repair does what it must not. ``unmended``: no repair is shown, or the file is refused after it.
    """

    defect: Defect
    outcome: str
    is_refused: bool = False
    seconds: float = 0.0


def installation(home: Path) -> Registry:
    """Give an installation on the real artefacts that reads, judges and mends."""
    syntax = OxigraphSyntax(bundled_contexts())
    return Registry(
        Artefacts(load_artefacts(syntax), syntax),
        validator=PyShaclValidator,
        releases=ReleaseDirectories(home),
        clock=lambda: datetime(2026, 11, 28, 12, tzinfo=UTC),
        timer=process_time,
        repair_seconds=Settings().repair_seconds,
    )


def grounds_of(registry: Registry, names: Iterable[str] = NAMES) -> dict[str, Ground]:
    """Give the examples as they may be spoilt."""
    return {
        name: Ground(
            registry.read(Examination(raw=(EXAMPLES / f"{name}.ttl").read_bytes(), name=f"{name}.ttl")).graph,
            registry.entry_plan,
        )
        for name in names
    }


def judged(registry: Registry, graph: Graph) -> Report:
    """Judge what a file says; raise SubmissionError where it is refused."""
    return registry.judge(registry.dossier(_examination(graph)))


def attempt(registry: Registry, defect: Defect, before: Report, undamaged: Graph) -> Tried:
    """Judge a faulty file, apply the repair that is shown for it, and judge what comes out."""
    try:
        faulty = judged(registry, defect.graph)
    except SubmissionError:
        return _refused(registry, defect, before, undamaged)
    return _judged(registry, defect, before, faulty, undamaged)


def _refused(registry: Registry, defect: Defect, before: Report, undamaged: Graph) -> Tried:
    start = process_time()
    mending = registry.mending(_examination(defect.graph))
    seconds = process_time() - start
    if mending is None:
        return Tried(defect, "unmended", is_refused=True, seconds=seconds)
    try:
        after = judged(registry, apply(mending_json(mending), defect.graph, undamaged))
    except SubmissionError:
        return Tried(defect, "unmended", is_refused=True, seconds=seconds)
    lower = Verdict(after.outcomes, ()).worse_than(Verdict(before.outcomes, ()))
    return Tried(defect, "short" if lower else "mended", is_refused=True, seconds=seconds)


def _judged(registry: Registry, defect: Defect, before: Report, faulty: Report, undamaged: Graph) -> Tried:
    lost = [
        now
        for then, now in zip(before.outcomes, faulty.outcomes, strict=True)
        if is_cleared(then) and not is_cleared(now)
    ]
    if not lost:
        return Tried(defect, WITHOUT_EFFECT)
    explainer: Explainer = registry._explainer
    end = process_time() + Settings().repair_seconds
    repairs = Repairs.of(
        Trial(faulty, explainer.rules, explainer.validator),
        plan=explainer.plan,
        shapes=explainer.shapes,
        is_well_formed=explainer.is_well_formed,
        goes_on=lambda: process_time() < end,
    )
    start = process_time()
    mended = repairs.of_requirement(lost[0])
    seconds = process_time() - start
    if mended is None:
        return Tried(defect, "unmended", seconds=seconds)
    try:
        after = judged(registry, apply(repair_json(mended[0]), defect.graph, undamaged))
    except SubmissionError:
        return Tried(defect, "worse", seconds=seconds)
    now = Verdict(after.outcomes, ())
    is_met = is_cleared(now.of(lost[0].requirement.iri))
    is_good = is_met and not now.worse_than(Verdict(faulty.outcomes, ()))
    return Tried(defect, "mended" if is_good else "worse", seconds=seconds)


def tried(registry: Registry, grounds: dict[str, Ground], defects: Iterable[Defect]) -> Iterator[Tried]:
    """Try defects one after the other."""
    before = {name: judged(registry, ground.graph) for name, ground in grounds.items()}
    for defect in defects:
        yield attempt(registry, defect, before[defect.example], grounds[defect.example].graph)


def effective(found: Iterable[Tried]) -> list[Tried]:
    """Give what had an effect: a refusal, or an outcome that was met and is not any more."""
    return [each for each in found if each.outcome != WITHOUT_EFFECT]


def rate(found: Iterable[Tried]) -> float:
    """Give the share of the defects with an effect that was mended."""
    had_effect = effective(found)
    return sum(each.outcome == "mended" for each in had_effect) / max(len(had_effect), 1)


def figures(found: list[Tried]) -> Iterator[str]:
    """Give the figures by kind as the rows of a table in Markdown."""
    yield "| kind | drawn | with effect | refused | mended | rate |"
    yield "|---|---|---|---|---|---|"
    for kind in (*KINDS, "all"):
        of_kind = [each for each in found if kind in (each.defect.kind, "all")]
        had_effect = effective(of_kind)
        counted = Counter(each.outcome for each in had_effect)
        refused = sum(each.is_refused for each in had_effect)
        share = f"{rate(of_kind):.0%}" if had_effect else "–"
        yield f"| {kind} | {len(of_kind)} | {len(had_effect)} | {refused} | {counted['mended']} | {share} |"


def _examination(graph: Graph) -> Examination:
    return Examination(raw=graph.serialize(format="nt", encoding="utf-8"), name="faulty.nt", at=AT)


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=300, help="how many defects are drawn")
    parser.add_argument("--part", default="1/1", help="which of how many equal parts is tried, such as 1/2")
    options = parser.parse_args()
    part, parts = map(int, options.part.split("/"))
    logging.disable(logging.WARNING)  # rdflib tells of every day in another form, as they are sown here
    registry = installation(Path(gettempdir()))
    grounds = grounds_of(registry)
    drawn = islice(sow(grounds, seed=SEED), part - 1, options.number, parts)
    found: list[Tried] = []
    for each in tried(registry, grounds, drawn):
        found.append(each)
        door = "refused" if each.is_refused else "judged"
        words = (each.outcome, door, f"{each.seconds:.1f}", each.defect.example, each.defect.kind, each.defect.words)
        print("\t".join(words), flush=True)  # noqa: T201  # what it is for
    seconds = sorted(each.seconds for each in effective(found))
    print("\n".join(figures(found)))  # noqa: T201  # what it is for
    print(f"Half of the repairs were found within {seconds[len(seconds) // 2]:.1f} s of processor time.")  # noqa: T201  # what it is for


if __name__ == "__main__":
    _main()
