"""A judgement as linked data (EARL, with the SHACL report verbatim) and as a view for people."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.assessment import waiting
from registry.mending import Explanation
from registry.model import Level, Outcome, Remark, Report, Requirement, RequirementOutcome
from registry.namespaces import DCT, EARL, HRC, PROV, RDF, ROOT, SH, STANDARD
from registry.standard import Standard

REGISTRY: Final = URIRef(ROOT + "id/organisation/registry")
_STEPS: Final = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, the requirements that it would clear, the level that it opens where it does, and how."""

    remark: Remark
    requirement: Requirement
    clears: tuple[Requirement, ...]
    opens: Level | None = None
    explanation: Explanation | None = None

    @property
    def is_proven(self) -> bool:
        """Say whether a repair was judged to do it."""
        return self.explanation is not None and self.explanation.repair is not None


@dataclass(frozen=True, slots=True)
class LevelView:
    """One level with the outcomes of its requirements."""

    level: Level
    outcomes: tuple[RequirementOutcome, ...]


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report as people read it: level by level, what to do next, what waits for a person."""

    report: Report
    levels: tuple[LevelView, ...]
    steps: tuple[Step, ...]
    waiting: tuple[RequirementOutcome, ...]
    explanations: Mapping[URIRef, Explanation]


def view(report: Report, standard: Standard) -> ReportView:
    """Arrange a report for people."""
    return ReportView(
        report=report,
        levels=tuple(
            LevelView(level, tuple(found for found in report.outcomes if found.requirement.level == level))
            for level in standard.levels
        ),
        steps=tuple(_apart(_steps(report, standard)))[:_STEPS],
        waiting=waiting(report.outcomes),
        explanations={each.requirement: each for each in report.explanations},
    )


def assertions(report: Report) -> Graph:
    """Give the assessment and one EARL assertion per requirement (EARL 1.0 Schema 2.2-2.7)."""
    dossier, graph = report.dossier, Graph()
    node = dossier.assessment
    for predicate, value in (
        (RDF.type, HRC.Assessment),
        (RDF.type, PROV.Activity),
        (HRC.assesses, dossier.city),
        (HRC.referenceDate, Literal(dossier.reference_date)),
        (HRC.deskProfile, Literal(dossier.is_desk_profile)),
        (PROV.hadPlan, STANDARD[report.standard_version]),
        (HRC.engine, Literal(report.engine)),
    ):
        graph.add((node, predicate, value))
    if report.level is not None:
        graph.add((node, HRC.level, report.level.iri))
    if report.machine_level is not None:
        graph.add((node, HRC.machineLevel, report.machine_level.iri))
    for statement in hashed_parts(node, report.hashes, prefix=f"{node}#"):
        graph.add(statement)
    for found in report.outcomes:
        _assert(graph, report, found)
    return graph


def hashed_parts(node: URIRef, hashes: Mapping[str, str], *, prefix: str) -> Iterator[tuple[URIRef, URIRef, Node]]:
    """Say of what something was made, with the SHA-256 of each part; a part is called by the prefix and its name."""
    for name, digest in sorted(hashes.items()):
        part = URIRef(prefix + name)
        yield node, HRC.partHash, part
        yield part, DCT.title, Literal(name)
        yield part, HRC.sha256, Literal(digest)


def report_graph(report: Report) -> Graph:
    """Give the assertions with the SHACL validation report verbatim, linked by prov:wasDerivedFrom.

    A desk profile goes without: nobody submitted it, so no result stands against it.
    """
    graph = assertions(report)
    if report.dossier.is_desk_profile:
        return graph
    graph += report.validation.graph
    for node in report.validation.graph.subjects(RDF.type, SH.ValidationReport):
        graph.add((report.dossier.assessment, PROV.wasDerivedFrom, node))
    return graph


def _assert(graph: Graph, report: Report, found: RequirementOutcome) -> None:
    node = report.dossier.assessment
    slug = str(found.requirement.iri).removeprefix(str(STANDARD)).replace("/", "-")
    assertion, result = URIRef(f"{node}#{slug}"), URIRef(f"{node}#{slug}-result")
    for subject, predicate, value in (
        (assertion, RDF.type, EARL.Assertion),
        (assertion, HRC.partOfAssessment, node),
        (assertion, EARL.assertedBy, REGISTRY),
        (assertion, EARL.subject, report.dossier.city),
        (assertion, EARL.test, found.requirement.iri),
        (assertion, EARL.mode, EARL.semiAuto if found.requirement.judged else EARL.automatic),
        (assertion, EARL.result, result),
        (result, RDF.type, EARL.TestResult),
        (result, EARL.outcome, EARL[found.outcome]),
    ):
        graph.add((subject, predicate, value))
    for remark in found.remarks:
        graph.add((result, EARL.info, Literal(remark.message, lang="en")))
        graph.add((result, EARL.pointer, remark.shape))


def _steps(report: Report, standard: Standard) -> list[Step]:
    """Order what can be mended by how many requirements it clears, and whether it opens a level; low levels first.

    With a proven repair a step clears and opens what the repair does; without one it clears what waits for the thing
    that is missing, and no level is promised.
    """
    blocked = _blocked(report, standard)
    known_requirements = {found.requirement.iri: found.requirement for found in report.outcomes}
    levels = {level.iri: level for level in standard.levels}
    explained = {each.requirement: each for each in report.explanations}
    steps: dict[URIRef, Step] = {}
    for found in report.outcomes:
        if found.outcome not in (Outcome.FAILED, Outcome.CANNOT_TELL) or not found.requirement.is_must:
            continue
        requirement = found.requirement
        for remark in found.remarks[:1]:
            explanation = explained.get(requirement.iri)
            if explanation is not None and explanation.repair is not None:
                proven = (requirement, *(known_requirements[iri] for iri in explanation.clears))
                opens = levels.get(explanation.opens) if explanation.opens else None
                step = Step(remark, requirement, tuple(dict.fromkeys(proven)), opens, explanation)
            else:
                clears = (requirement, *blocked.get(requirement.iri, ()))
                step = Step(remark, requirement, tuple(dict.fromkeys(clears)), None, explanation)
            steps[remark.shape] = _merged(steps.get(remark.shape), step)
    return sorted(
        steps.values(),
        key=lambda step: (-len(step.clears), step.opens is None, step.requirement.level.order),
    )


def _merged(known: Step | None, step: Step) -> Step:
    """Bring together two steps about one shape: the one that is proven, else what both would clear."""
    if known is None or known.is_proven or step.is_proven:
        return known if known is not None and known.is_proven else step
    return replace(known, clears=tuple(dict.fromkeys((*known.clears, *step.clears))))


def _apart(steps: list[Step]) -> Iterator[Step]:
    """Leave out the steps that clear nothing which those before them do not clear."""
    cleared: set[Requirement] = set()
    for step in steps:
        if not cleared.issuperset(step.clears):
            cleared.update(step.clears)
            yield step


def _blocked(report: Report, standard: Standard) -> dict[URIRef, tuple[Requirement, ...]]:
    """Map each requirement that owns a missing matter to the requirements that cannot be tested without it."""
    untested = {found.requirement.iri: found.requirement for found in report.outcomes if _waits_for_matter(found)}
    return {
        requirement.iri: tuple(
            untested[blocked]
            for blocked in _speaking_of(standard.graph, standard.graph.objects(requirement.iri, HRC.ownsMatter))
            if blocked in untested
        )
        for requirement in standard.requirements
    }


def _waits_for_matter(found: RequirementOutcome) -> bool:
    return found.outcome is Outcome.UNTESTED and bool(found.remarks) and not found.remarks[0].rests_on_held


def _speaking_of(graph: Graph, matters: Iterable[Node]) -> Iterator[URIRef]:
    for matter in matters:
        yield from sorted(URIRef(str(found)) for found in graph.subjects(HRC.speaksOf, matter))
