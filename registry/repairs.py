"""For a requirement that is not met: the smallest change that would clear it, and that makes no other outcome worse."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rdflib import Graph, URIRef
from rdflib.term import Node

from registry.entry_plan import EntryPlan
from registry.mending import Repair
from registry.model import Report, RequirementOutcome
from registry.namespaces import EARL, HRC, SH
from registry.repair_edits import NOTHING
from registry.repair_search import Mender
from registry.repair_trial import Trial, Verdict, is_cleared, said_after
from registry.repair_view import View

_ROUNDS: Final = 6
_TRIED: Final = 3
"""Alternatives that are judged in each round, the smallest first."""


@dataclass(slots=True)
class Repairs:
    """Looks for repairs of one dossier; ``goes_on`` says whether there is time for one more judgement."""

    trial: Trial
    mender: Mender
    is_well_formed: Callable[[Graph], bool]
    goes_on: Callable[[], bool]

    @classmethod
    def of(
        cls,
        trial: Trial,
        *,
        plan: EntryPlan,
        shapes: Graph,
        is_well_formed: Callable[[Graph], bool],
        goes_on: Callable[[], bool],
    ) -> "Repairs":
        """Put it together; ``shapes`` are the judging shapes with the shapes that say how to mend."""
        dossier = trial.report.dossier
        said = next(part.graph for part in dossier.parts if part.name == "submission")
        view = View(
            graph=dossier.graph,
            said=said,
            city=dossier.city,
            assessment=dossier.assessment,
            plan=plan,
            table=trial.rules.table,
            at=dossier.reference_date,
            shapes=shapes,
        )
        return cls(trial, Mender.of(view, goes_on), is_well_formed, goes_on)

    def of_requirement(self, found: RequirementOutcome) -> tuple[Repair, Verdict] | None:
        """Give the smallest repair that was found to clear a requirement, and the verdict after it; None without one.

        What leaves standing the links and codes that are stated is looked for first.
        """
        requirement = found.requirement.iri
        return self._found(requirement, may_rewrite=False) or self._found(requirement, may_rewrite=True)

    def _found(self, requirement: URIRef, *, may_rewrite: bool) -> tuple[Repair, Verdict] | None:
        """Judge the smallest alternatives; where none is enough, go on from the nearest."""
        repair, verdict = NOTHING, self.trial.before
        for _ in range(_ROUNDS if self.goes_on() else 0):
            tried: list[tuple[Repair, Verdict]] = []
            alternatives = self._alternatives(requirement, repair, verdict)
            for one in [each for each in alternatives if may_rewrite or not each.rewrites][:_TRIED]:
                if one == repair or not self.goes_on():
                    continue
                judged = self.trial.after(one)
                tried.append((one, judged))
                if self._is_enough(requirement, judged) and self.is_well_formed(said_after(self.report.dossier, one)):
                    return one, judged
            if not tried:
                break
            repair, verdict = min(tried, key=lambda pair: self._distance(requirement, *pair))
        return None

    def _is_enough(self, requirement: URIRef, judged: Verdict) -> bool:
        return is_cleared(judged.of(requirement)) and not judged.worse_than(self.trial.before)

    def _distance(self, requirement: URIRef, repair: Repair, judged: Verdict) -> tuple[int, int, int]:
        left = len(self._against(judged.of(requirement), judged))
        return len(judged.worse_than(self.trial.before)) + (left > 0), left, repair.size

    @property
    def report(self) -> Report:
        """What was judged."""
        return self.trial.report

    def _alternatives(self, requirement: URIRef, repair: Repair, verdict: Verdict) -> list[Repair]:
        """Mend what stands against a requirement, and whatever the repair so far has made worse."""
        wanted = [verdict.of(requirement), *verdict.worse_than(self.trial.before)]
        found = [repair]
        for each in wanted:
            if is_cleared(each) and each.requirement.iri == requirement:
                continue
            for steps in self._matters(each.requirement.iri):
                found = [one for grown in found for one in self.mender.growth.provided(steps, grown)][:_TRIED]
            for shape, value in self._against(each, verdict):
                found = self._mended(found, shape, value)
        return [self.mender.growth.completed(one) for one in found]

    def _mended(self, found: list[Repair], shape: Node, value: Node | None) -> list[Repair]:
        shapes = self.mender.shapes
        of_value = shapes.value(shape, HRC.valueMendedBy)
        node = self.report.dossier.assessment if of_value is None or value is None else value
        mended = [one for repair in found for one in self.mender.mend(node, of_value or shape, repair)]
        return sorted(mended, key=lambda one: one.size)[: 2 * _TRIED]

    def _matters(self, requirement: URIRef) -> list[list[Node]]:
        standard = self.trial.rules.standard.graph
        steps = (
            [standard.value(matter, HRC.firstStep), standard.value(matter, HRC.secondStep)]
            for matter in sorted(standard.objects(requirement, HRC.speaksOf), key=str)
        )
        return [[step for step in each if step is not None] for each in steps]

    def _against(self, found: RequirementOutcome, verdict: Verdict) -> list[tuple[Node, Node | None]]:
        """Give the shapes that report against a requirement and can be mended by the city, with the value found."""
        shapes = self.mender.shapes
        pairs = {
            (result.source_shape, result.value if (result.source_shape, SH.sparql, None) in shapes else None)
            for result in verdict.results
            if result.focus_node == self.report.dossier.assessment
            and (result.source_shape, HRC.decides, found.requirement.iri) in shapes
            and not self._waits(result.source_shape)
        }
        return sorted(pairs, key=str)

    def _waits(self, shape: Node) -> bool:
        """Say whether only a person can do something about a result of a shape."""
        shapes = self.mender.shapes
        is_failure = shapes.value(shape, HRC.outcomeOnResult) in (None, EARL.failed)
        return (shape, HRC.restsOnHeld, None) in shapes and not is_failure
