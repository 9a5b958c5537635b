"""Every requirement that is not met, explained: what was found, what is required, why, where, and how to mend it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from rdflib import Graph, URIRef
from rdflib.term import Node

from registry.artefacts import Artefacts
from registry.assessment import machine_level
from registry.entry_plan import EntryPlan
from registry.errors import ProfileFault
from registry.mending import Change, Explanation, Fact, Repair
from registry.model import Level, Remark, Report, RequirementOutcome
from registry.namespaces import DCT, FOAF, HRC, RDF, SH, SKOS
from registry.ports import Validator
from registry.profile import demand_profile
from registry.repair_edits import NOTHING
from registry.repair_lines import lines, value_words
from registry.repair_trial import Rules, Trial, Verdict, is_cleared, said_after
from registry.repairs import Repairs
from registry.spots import Spots
from registry.standard import Standard, text_of

_SHOWN: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Explainer:
    """Explains reports of one installation.

    ``seconds`` bound the search for repairs in one report, by ``timer``; what comes too late has no repair.
    ``is_well_formed`` says whether a submission fits the data-entry profile.
    """

    rules: Rules
    shapes: Graph
    plan: EntryPlan
    validator: Validator
    is_well_formed: Callable[[Graph], bool]
    timer: Callable[[], float]
    seconds: float

    def explain(self, report: Report) -> Report:
        """Give a report with an explanation of every requirement that the city has still to meet.

        The must requirements of the lowest levels are looked at first. A desk profile is left as it is: nobody
        submitted it, so there is nobody to mend it.
        """
        if report.dossier.is_desk_profile:
            return report
        end = self.timer() + self.seconds
        repairs = Repairs.of(
            Trial(report, self.rules, self.validator),
            plan=self.plan,
            shapes=self.shapes,
            is_well_formed=self.is_well_formed,
            goes_on=lambda: self.timer() < end,
        )
        unmet = [found for found in report.outcomes if not is_cleared(found)]
        unmet.sort(key=lambda found: (found.requirement.level.order, not found.requirement.is_must))
        spots = Spots.of(repairs.mender.view.said, report.dossier.city, self.plan)
        explained = {found.requirement.iri: self._explanation(found, report, repairs, spots) for found in unmet}
        listed = [found.requirement.iri for found in report.outcomes if found.requirement.iri in explained]
        return replace(report, explanations=tuple(explained[iri] for iri in listed))

    def _explanation(self, found: RequirementOutcome, report: Report, repairs: Repairs, spots: Spots) -> Explanation:
        mended = repairs.of_requirement(found)
        repair, verdict = mended if mended is not None else (None, None)
        standard, requirement = self.rules.standard, found.requirement
        return Explanation(
            requirement=requirement.iri,
            facts=tuple(self._fact(remark, repairs, spots) for remark in found.remarks),
            why=text_of(standard.graph, requirement.criterion, HRC.rationale),
            sources=_sources(standard.graph, requirement.criterion),
            thresholds=_thresholds(standard.graph, requirement.iri),
            example=_example(found, standard),
            repair=repair,
            changes=self._changes(repair, report, spots) if repair is not None else (),
            clears=_cleared(report, verdict) if verdict is not None else (),
            opens=_opened(report, verdict, standard) if verdict is not None else None,
        )

    def _fact(self, remark: Remark, repairs: Repairs, spots: Spots) -> Fact:
        """Say what one shape found: the value that it names, else what stands at the end of its path."""
        nodes, last, values = self._end_of_path(remark, repairs)
        shown = [value_words(value, spots, last) for value in values[:_SHOWN]]
        places = [spots.spot(node, last) for node in nodes[:_SHOWN]]
        if remark.value is not None and remark.value.startswith(f"{spots.city}#"):
            places, shown = [spots.spot(URIRef(remark.value))], [spots.title(URIRef(remark.value)) or remark.value]
        elif remark.value is not None and not shown:
            shown = [remark.value]
        places = [each for each in dict.fromkeys(places) if each.words]
        return Fact(remark.name, remark.message, ", ".join(shown), tuple(places))

    def _end_of_path(self, remark: Remark, repairs: Repairs) -> tuple[list[Node], Node | None, list[Node]]:
        """Follow the path of a shape as far as the city has filled it in: things, the next field, its values."""
        view = repairs.mender.view
        path = self.shapes.value(remark.shape, SH.path)
        nodes: list[Node] = [view.assessment]
        for step in view.steps(path) if path is not None else ():
            further = view.reached_from(nodes, step, NOTHING)
            inside = [each for each in further if view.part(each, NOTHING) is not None]
            if not inside:
                return nodes, step, further
            nodes = inside
        return nodes, None, []

    def _changes(self, repair: Repair, report: Report, spots: Spots) -> tuple[Change, ...]:
        """Tell a repair line by line."""
        after = Spots.of(said_after(report.dossier, repair), report.dossier.city, self.plan, spots.titles)
        return tuple(lines(repair, spots, after))


def explainer_of(
    artefacts: Artefacts,
    plan: EntryPlan,
    judge: Validator,
    clerk: Validator,
    timer: Callable[[], float],
    seconds: float,
) -> Explainer:
    """Give the explainer of an installation; the judge has its judging shapes, the clerk those of its profile."""

    def is_well_formed(submission: Graph) -> bool:
        try:
            demand_profile(submission, artefacts.code_lists, clerk)
        except ProfileFault:
            return False
        return True

    return Explainer(
        rules=artefacts.rules,
        shapes=artefacts.mending_shapes,
        plan=plan,
        validator=judge,
        is_well_formed=is_well_formed,
        timer=timer,
        seconds=seconds,
    )


def _sources(graph: Graph, criterion: URIRef) -> tuple[tuple[str, str], ...]:
    """Give the texts that a criterion rests on, each with its address."""
    found = sorted(graph.objects(criterion, DCT.source), key=str)
    return tuple(
        (text_of(graph, each, DCT.title), str(min(graph.objects(each, FOAF.page), key=str, default=each)))
        for each in found
    )


def _thresholds(graph: Graph, requirement: URIRef) -> tuple[tuple[str, str], ...]:
    found = sorted(graph.objects(requirement, HRC.threshold), key=str)
    return tuple((text_of(graph, each, SKOS.prefLabel), text_of(graph, each, RDF.value)) for each in found)


def _example(found: RequirementOutcome, standard: Standard) -> str:
    """Name the fictional city that meets a requirement: that of its level; for what is no must, that of the highest."""
    level: Level = found.requirement.level if found.requirement.is_must else standard.levels[-1]
    return str(level.iri).rsplit("/", 1)[-1]


def _cleared(report: Report, verdict: Verdict) -> tuple[URIRef, ...]:
    return tuple(
        now.requirement.iri
        for was, now in zip(report.outcomes, verdict.outcomes, strict=True)
        if is_cleared(now) and not is_cleared(was)
    )


def _opened(report: Report, verdict: Verdict, standard: Standard) -> URIRef | None:
    now, was = machine_level(verdict.outcomes, standard), report.machine_level
    return now.iri if now is not None and (was is None or now.order > was.order) else None
