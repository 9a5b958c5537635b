"""From validation results to one outcome per requirement, and from outcomes to levels."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from registry.errors import ValidatorError
from registry.model import Dossier, Level, Outcome, Remark, Requirement, RequirementOutcome, Result, ValidationReport
from registry.namespaces import EARL, HRC, RDF, SH
from registry.standard import Standard, text_of

_SEVERITIES: Final = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}


@dataclass(frozen=True, slots=True)
class Decision:
    """What one result means for one requirement."""

    requirement: URIRef
    outcome: Outcome
    rank: int
    path: tuple[Node, ...]
    says_missing: bool
    remark: Remark

    def hides(self, other: "Decision") -> bool:
        """Say whether this result says that the very thing is missing of which the other speaks."""
        longer = len(other.path) > len(self.path) > 0
        return self.says_missing and longer and other.path[: len(self.path)] == self.path


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
        found = sorted(decisions[requirement.iri], key=lambda decision: (decision.rank, len(decision.path)))
        outcomes.append(_outcome_of(requirement, found, standard))
    return tuple(_as_desk_profile(found) for found in outcomes) if dossier.is_desk_profile else tuple(outcomes)


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
        found for found in outcomes if found.outcome in (Outcome.UNTESTED, Outcome.CANNOT_TELL) and is_held(found)
    )


def is_held(found: RequirementOutcome) -> bool:
    """Say whether what is not yet held decides the outcome: it waits for a person, not for the city."""
    return bool(found.remarks) and found.remarks[0].rests_on_held


def _highest(
    outcomes: Iterable[RequirementOutcome], standard: Standard, holds: Callable[[Outcome], bool]
) -> Level | None:
    musts = [found for found in outcomes if found.requirement.is_must]
    reached: Level | None = None
    for level in standard.levels:
        due = [found for found in musts if found.requirement.level.order <= level.order]
        waived = {found.requirement.criterion for found in due if found.outcome is Outcome.INAPPLICABLE}
        if not due or len(waived) > standard.most_inapplicable or not all(holds(found.outcome) for found in due):
            break
        reached = level
    return reached


def _outcome_of(requirement: Requirement, decisions: list[Decision], standard: Standard) -> RequirementOutcome:
    """Take the outcome of the lowest rank, and the remarks that are not mere consequences of a missing thing."""
    outcome = decisions[0].outcome if decisions else Outcome.PASSED
    stands_alone = bool(decisions) and decisions[0].rank < standard.ranks[outcome]
    shown = [
        found
        for found in decisions
        if not any(other.hides(found) for other in decisions) and not (stands_alone and found.rank > decisions[0].rank)
    ]
    return RequirementOutcome(requirement, outcome, tuple(decision.remark for decision in shown))


def _as_desk_profile(found: RequirementOutcome) -> RequirementOutcome:
    """Read a failure of a desk profile as not demonstrated: nobody submitted it, so it cannot fail."""

    def softened(outcome: Outcome) -> Outcome:
        return Outcome.CANNOT_TELL if outcome is Outcome.FAILED else outcome

    remarks = tuple(replace(remark, outcome=softened(remark.outcome)) for remark in found.remarks)
    return RequirementOutcome(found.requirement, softened(found.outcome), remarks)


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
                path=_path(shapes, result.source_shape),
                says_missing=result.component == SH.MinCountConstraintComponent,
                remark=_remark(result, shapes, outcome),
            )


def _path(shapes: Graph, shape: Node) -> tuple[Node, ...]:
    """Give the steps of a sequence path, or nothing for any other."""
    path = shapes.value(shape, SH.path)
    return tuple(Collection(shapes, path)) if path is not None and (path, RDF.first, None) in shapes else ()


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
    names_a_thing = shapes.value(shape, HRC.decidesRequirement) is None and result.value != result.focus_node
    return Remark(
        shape=URIRef(str(shape)),
        outcome=outcome,
        name=text_of(shapes, shape, SH.name),
        message=text_of(shapes, shape, SH.message),
        value=str(result.value) if names_a_thing and result.value is not None else None,
        severity=_SEVERITIES.get(URIRef(str(severity)), "violation"),
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
        by_machine: set[URIRef] = set()
        by_people: set[URIRef] = set()
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
