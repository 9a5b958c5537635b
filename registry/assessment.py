"""From validation results to one outcome per requirement, and from outcomes to levels."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.errors import ValidatorError
from registry.model import Dossier, Level, Outcome, Remark, Requirement, RequirementOutcome, Result, ValidationReport
from registry.namespaces import EARL, HRC, SH
from registry.standard import Standard, text_of

_SEVERITIES: Final = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}


@dataclass(frozen=True, slots=True)
class Decision:
    """What one result means for one requirement."""

    requirement: URIRef
    outcome: Outcome
    rank: int
    remark: Remark


def fold(
    dossier: Dossier, validation: ValidationReport, *, shapes: Graph, standard: Standard
) -> tuple[RequirementOutcome, ...]:
    """Fold validation results into one outcome per requirement; raise ValidatorError when the run is void.

    The deciding shape says which requirement a result belongs to and what it means; the lowest rank wins. A
    requirement is passed only if, in the same run, its shapes did report on the control city.
    """
    decisions: dict[URIRef, list[Decision]] = defaultdict(list)
    for decision in _decisions(_of(dossier.assessment, validation), shapes, standard):
        decisions[decision.requirement].append(decision)
    proven = _Proof.read(_of(dossier.control, validation), shapes)
    outcomes = []
    for requirement in standard.requirements:
        proven.demand(requirement)
        found = sorted(decisions[requirement.iri], key=lambda decision: decision.rank)
        outcome = found[0].outcome if found else Outcome.PASSED
        if dossier.is_desk_profile and outcome is Outcome.FAILED:
            outcome = Outcome.CANNOT_TELL
        outcomes.append(RequirementOutcome(requirement, outcome, tuple(decision.remark for decision in found)))
    return tuple(outcomes)


def level_reached(outcomes: Iterable[RequirementOutcome], standard: Standard) -> Level | None:
    """Give the highest level up to which every must is passed or inapplicable (at most so many inapplicable)."""
    return _highest(outcomes, standard, lambda found: found in (Outcome.PASSED, Outcome.INAPPLICABLE))


def machine_level(outcomes: Iterable[RequirementOutcome], standard: Standard) -> Level | None:
    """Give the highest level up to which no must failed; what is untested or undecided waits for a person."""
    return _highest(outcomes, standard, lambda found: found is not Outcome.FAILED)


def advice(dossier: Dossier, validation: ValidationReport, *, shapes: Graph) -> tuple[Remark, ...]:
    """Give the remarks of shapes that decide nothing."""
    deciding = {*shapes.subjects(HRC.decides, None), *shapes.subjects(HRC.decidesRequirement, None)}
    return tuple(
        _remark(result, shapes, Outcome.CANNOT_TELL)
        for result in _of(dossier.assessment, validation)
        if result.source_shape not in deciding
    )


def waiting(outcomes: Iterable[RequirementOutcome]) -> tuple[RequirementOutcome, ...]:
    """Give the requirements that wait for a person: undecided, or resting on something not yet held."""
    return tuple(
        found for found in outcomes if found.outcome in (Outcome.UNTESTED, Outcome.CANNOT_TELL) and _is_held(found)
    )


def _is_held(found: RequirementOutcome) -> bool:
    return bool(found.remarks) and found.remarks[0].rests_on_held


def _highest(outcomes: Iterable[RequirementOutcome], standard: Standard, holds: Callable[[Outcome], bool]) -> Level | None:
    musts = [found for found in outcomes if found.requirement.is_must]
    reached: Level | None = None
    for level in standard.levels:
        due = [found for found in musts if found.requirement.level.order <= level.order]
        waived = {found.requirement.criterion for found in due if found.outcome is Outcome.INAPPLICABLE}
        if not due or len(waived) > standard.most_inapplicable or not all(holds(found.outcome) for found in due):
            break
        reached = level
    return reached


def _of(assessment: URIRef, validation: ValidationReport) -> list[Result]:
    return [result for result in validation.results if result.focus_node == assessment]


def _decisions(results: Iterable[Result], shapes: Graph, standard: Standard) -> Iterator[Decision]:
    for result in results:
        outcome = _outcome(shapes, result.source_shape)
        rank = shapes.value(result.source_shape, HRC["rank"])
        for requirement in _requirements(shapes, result):
            yield Decision(
                requirement=requirement,
                outcome=outcome,
                rank=int(str(rank)) if rank is not None else standard.ranks[outcome],
                remark=_remark(result, shapes, outcome),
            )


def _requirements(shapes: Graph, result: Result) -> Iterator[URIRef]:
    yield from (URIRef(str(requirement)) for requirement in shapes.objects(result.source_shape, HRC.decides))
    if shapes.value(result.source_shape, HRC.decidesRequirement) == SH.value and result.value is not None:
        yield URIRef(str(result.value))


def _outcome(shapes: Graph, shape: Node) -> Outcome:
    stated = shapes.value(shape, HRC.outcomeOnResult)
    return Outcome(str(stated).removeprefix(str(EARL))) if stated is not None else Outcome.FAILED


def _remark(result: Result, shapes: Graph, outcome: Outcome) -> Remark:
    shape = result.source_shape
    severity = shapes.value(shape, SH.severity, default=SH.Violation)
    value = result.value if shapes.value(shape, HRC.decidesRequirement) is None else None
    return Remark(
        shape=URIRef(str(shape)),
        outcome=outcome,
        name=text_of(shapes, shape, SH.name),
        message=text_of(shapes, shape, SH.message),
        value=str(value) if value is not None else None,
        severity=_SEVERITIES.get(severity, "violation"),
        rests_on_held=shapes.value(shape, HRC.restsOnHeld) == Literal(True),
    )


@dataclass(frozen=True, slots=True)
class _Proof:
    """Which requirements have shapes, and which of them reported on the control city."""

    by_machine: frozenset[URIRef]
    by_people: frozenset[URIRef]
    has_machine_shape: frozenset[URIRef]

    @classmethod
    def read(cls, control: Iterable[Result], shapes: Graph) -> "_Proof":
        by_machine, by_people = set(), set()
        for result in control:
            by_machine.update(URIRef(str(found)) for found in shapes.objects(result.source_shape, HRC.decides))
            if shapes.value(result.source_shape, HRC.judgedByPeople) == Literal(True) and result.value is not None:
                by_people.add(URIRef(str(result.value)))
        stated = frozenset(URIRef(str(requirement)) for requirement in shapes.objects(None, HRC.decides))
        return cls(frozenset(by_machine), frozenset(by_people), stated)

    def demand(self, requirement: Requirement) -> None:
        """Raise ValidatorError unless the shapes of a requirement did report on the control city."""
        machine = requirement.iri in self.by_machine or requirement.iri not in self.has_machine_shape
        people = requirement.iri in self.by_people or not requirement.judged
        covered = requirement.iri in self.has_machine_shape or requirement.judged
        if not (machine and people and covered):
            raise ValidatorError(
                f"This run is void: nothing was reported on the control city for <{requirement.iri}>, "
                "so no result would not mean passed; check that shapes, standard and vocabularies are complete."
            )
