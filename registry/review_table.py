"""What reviewers judge by, requirement by requirement: what the machine said, what each found, what is open; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rdflib import Graph
from rdflib.term import Node

from registry.cases import Case, Judgement, Seat
from registry.model import Criterion, Outcome, Requirement
from registry.namespaces import EARL
from registry.standard import Standard


@dataclass(frozen=True, slots=True)
class MachineOutcome:
    """What a machine said of one requirement, with its remarks."""

    outcome: Outcome
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One requirement: what the machine said, what was found from each seat that is shown.

    ``is_judged`` says whether people judge it in this case, ``differs`` whether those shown found it differently.
    """

    criterion: Criterion
    requirement: Requirement
    machine: MachineOutcome | None
    filed: Mapping[int, Judgement]
    is_judged: bool

    @property
    def differs(self) -> bool:
        """Say whether those shown came to different outcomes."""
        return len({found.outcome for found in self.filed.values()}) > 1

    @property
    def evidence(self) -> tuple[str, ...]:
        """Give what the findings point at, each once."""
        return tuple(dict.fromkeys(found.evidence for found in self.filed.values() if found.evidence))


def machine_outcomes(report: Graph) -> dict[str, MachineOutcome]:
    """Read what a machine said from its report (EARL 1.0 Schema 2.2-2.7), by the IRI of the requirement."""
    return {str(test): _outcome(report, assertion) for assertion, test in report.subject_objects(EARL.test)}


def review_table(
    case: Case, standard: Standard, machine: Mapping[str, MachineOutcome], seats: Iterable[Seat]
) -> tuple[Row, ...]:
    """Give a row for each requirement of the standard, in its order; ``seats`` are those whose findings are shown."""
    filed: dict[str, dict[int, Judgement]] = {}
    for seat in seats:
        for judgement in seat.judgements or ():
            filed.setdefault(judgement.requirement, {})[seat.number] = judgement
    return tuple(
        Row(
            criterion=criterion,
            requirement=requirement,
            machine=machine.get(str(requirement.iri)),
            filed=filed.get(str(requirement.iri), {}),
            is_judged=str(requirement.iri) in case.requirements,
        )
        for criterion in standard.criteria
        for requirement in criterion.requirements
    )


def to_be_judged(standard: Standard, machine: Mapping[str, MachineOutcome], up_to: int) -> tuple[str, ...]:
    """Give the requirements that people judge, up to a level by its order."""
    return tuple(
        str(found.iri)
        for found in standard.requirements
        if found.judged and found.level.order <= up_to and str(found.iri) in machine
    )


def _outcome(report: Graph, assertion: Node) -> MachineOutcome:
    result = report.value(assertion, EARL.result)
    said = str(report.value(result, EARL.outcome)).removeprefix(str(EARL))
    return MachineOutcome(Outcome(said), tuple(sorted(map(str, report.objects(result, EARL.info)))))
