"""Defects of many kinds are mended by a program that sees only the faulty file and the repair shown.

What a defect does is judged by the registry; its first requirement that was met before is the one to be mended. For
each kind the figures are printed: what was refused at the door, judged and mended.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final

import pytest
from rdflib import Graph

from registry.errors import SubmissionError
from registry.explaining import Explainer
from registry.model import Report
from registry.registry import Examination, Registry
from registry.repair_json import repair_json
from registry.repair_trial import Trial, Verdict, is_cleared
from registry.repairs import Repairs
from tests.repairs.applying import apply
from tests.repairs.defects import KINDS, Defect, Ground, sow

EXAMPLES: Final = Path(__file__).parents[2] / "data" / "examples"
AT: Final = date(2026, 11, 28)
SEED: Final = 20261128


@dataclass(frozen=True)
class Tried:
    """What became of one defect: ``harmless``, ``refused``, ``unmended``, ``worse`` or ``mended``."""

    defect: Defect
    outcome: str


@pytest.fixture(scope="session")
def grounds(registry: Registry) -> dict[str, Ground]:
    return {
        name: Ground(
            registry.read(Examination(raw=(EXAMPLES / f"{name}.ttl").read_bytes(), name=f"{name}.ttl")).graph, plan
        )
        for name in ("declared", "committed")
        for plan in [registry.entry_plan]
    }


def judged(registry: Registry, graph: Graph) -> Report:
    raw = graph.serialize(format="nt", encoding="utf-8")
    return registry.judge(registry.dossier(Examination(raw=raw, name="faulty.nt", at=AT)))


def attempt(registry: Registry, defect: Defect, before: Report) -> Tried:
    """Judge a faulty file, apply the repair that is shown for it, and judge what comes out."""
    try:
        faulty = judged(registry, defect.graph)
    except SubmissionError:
        return Tried(defect, "refused")
    was = Verdict(faulty.outcomes, ())
    lost = [
        now
        for then, now in zip(before.outcomes, faulty.outcomes, strict=True)
        if is_cleared(then) and not is_cleared(now)
    ]
    if not lost:
        return Tried(defect, "harmless")
    explainer: Explainer = registry._explainer
    repairs = Repairs.of(
        Trial(faulty, explainer.rules, explainer.validator),
        plan=explainer.plan,
        shapes=explainer.shapes,
        is_well_formed=explainer.is_well_formed,
        goes_on=lambda: True,
    )
    mended = repairs.of_requirement(lost[0])
    if mended is None:
        return Tried(defect, "unmended")
    after = judged(registry, apply(repair_json(mended[0]), defect.graph))
    now = Verdict(after.outcomes, ())
    is_met = is_cleared(now.of(lost[0].requirement.iri))
    return Tried(defect, "mended" if is_met and not now.worse_than(was) else "worse")


def tried(registry: Registry, grounds: dict[str, Ground], number: int) -> Iterator[Tried]:
    """Try defects until so many had an effect that was judged."""
    before = {name: judged(registry, ground.graph) for name, ground in grounds.items()}
    done = 0
    for defect in sow(grounds, seed=SEED):
        found = attempt(registry, defect, before[defect.example])
        yield found
        done += found.outcome not in ("harmless", "refused")
        if done == number:
            return


def rate(found: list[Tried]) -> float:
    effective = [each for each in found if each.outcome not in ("harmless", "refused")]
    for kind in KINDS:
        print(kind, dict(Counter(each.outcome for each in found if each.defect.kind == kind)))  # noqa: T201  # figures
    for each in effective:
        if each.outcome != "mended":
            print(each.outcome, each.defect.example, each.defect.kind, each.defect.words)  # noqa: T201  # figures
    return sum(each.outcome == "mended" for each in effective) / len(effective)


@pytest.mark.slow
def test_the_generator_knows_many_kinds_and_repeats_itself(grounds: dict[str, Ground]) -> None:
    drawn = list(islice(sow(grounds, seed=SEED), 330))
    again = list(islice(sow(grounds, seed=SEED), 330))
    assert [(each.kind, each.words) for each in drawn] == [(each.kind, each.words) for each in again]
    kinds = Counter(each.kind for each in drawn)
    assert len(kinds) == len(KINDS) >= 20
    assert max(kinds.values()) <= 0.15 * len(drawn)


@pytest.mark.slow
def test_defects_that_are_judged_are_mended(registry: Registry, grounds: dict[str, Ground]) -> None:
    assert rate(list(tried(registry, grounds, 4))) >= 0.75
