"""The Minimum Commitment Standard, read from its data: criteria, requirements, levels, ranks of outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.errors import UnknownCriterion
from registry.model import Criterion, Level, Outcome, Requirement
from registry.namespaces import EARL, HRC, RDF, SKOS, STANDARD


@dataclass(frozen=True, slots=True)
class Standard:
    """The standard as the code sees it; no criterion is known by name."""

    version: str
    levels: tuple[Level, ...]
    criteria: tuple[Criterion, ...]
    ranks: Mapping[Outcome, int]
    most_inapplicable: int
    graph: Graph

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """Every requirement, in the order of criteria and levels."""
        return tuple(requirement for criterion in self.criteria for requirement in criterion.requirements)

    def criterion(self, name: str) -> Criterion:
        """Find a criterion by its slug, its notation or its number; raise UnknownCriterion with what exists."""
        wanted = name.strip().lower()
        for criterion in self.criteria:
            if wanted in (criterion.slug, criterion.notation.lower(), criterion.notation.lower().removeprefix("mcs-")):
                return criterion
        known = ", ".join(criterion.slug for criterion in self.criteria)
        raise UnknownCriterion(f"No criterion is called “{name}”; there are: {known}.")


def read_standard(graph: Graph) -> Standard:
    """Read the standard from the merged graph of ``ontology/standard`` and the vocabulary of levels."""
    levels = {level.iri: level for level in (_level(graph, iri) for iri in graph.subjects(RDF.type, HRC.Level))}
    criteria = [_criterion(graph, iri, levels) for iri in graph.subjects(RDF.type, HRC.Criterion)]
    version = next(graph.subjects(HRC.maximumInapplicable, None), URIRef(STANDARD["1.0.0"]))
    return Standard(
        version=str(version).rsplit("/", 1)[-1],
        levels=tuple(sorted(levels.values(), key=lambda level: level.order)),
        criteria=tuple(sorted(criteria, key=lambda criterion: criterion.notation)),
        ranks={outcome: _number(graph, EARL[outcome], HRC["rank"]) for outcome in Outcome},
        most_inapplicable=_number(graph, version, HRC.maximumInapplicable),
        graph=graph,
    )


def text_of(graph: Graph, subject: Node, predicate: URIRef, language: str = "en") -> str:
    """Give the literal of a property in one language, else any, else the empty string."""
    found = [value for value in graph.objects(subject, predicate) if isinstance(value, Literal)]
    chosen = [value for value in found if value.language == language] or sorted(found)
    return str(chosen[0]) if chosen else ""


def _level(graph: Graph, iri: Node) -> Level:
    return Level(
        iri=URIRef(str(iri)),
        order=_number(graph, iri, HRC.order),
        label=text_of(graph, iri, SKOS.prefLabel),
    )


def _criterion(graph: Graph, iri: Node, levels: Mapping[URIRef, Level]) -> Criterion:
    requirements = [_requirement(graph, requirement, levels) for requirement in graph.subjects(HRC.criterion, iri)]
    return Criterion(
        iri=URIRef(str(iri)),
        slug=str(iri).removeprefix(str(STANDARD)),
        notation=str(graph.value(iri, SKOS.notation)),
        label=text_of(graph, iri, SKOS.prefLabel),
        definition=text_of(graph, iri, SKOS.definition),
        requirements=tuple(sorted(requirements, key=lambda requirement: requirement.level.order)),
    )


def _requirement(graph: Graph, iri: Node, levels: Mapping[URIRef, Level]) -> Requirement:
    return Requirement(
        iri=URIRef(str(iri)),
        criterion=URIRef(str(graph.value(iri, HRC.criterion))),
        level=levels[URIRef(str(graph.value(iri, HRC.level)))],
        obligation=_local(graph.value(iri, HRC.obligation)),
        modes=frozenset(_local(mode) for mode in graph.objects(iri, HRC.mode)),
        judged=bool(graph.value(iri, HRC.judged, default=Literal(False)).toPython()),  # type: ignore[union-attr]  # Literal
        label=text_of(graph, iri, SKOS.prefLabel),
        definition=text_of(graph, iri, SKOS.definition),
        what_to_do=text_of(graph, iri, HRC.whatToDo),
        what_proves_it=text_of(graph, iri, HRC.whatProvesIt),
    )


def _local(iri: Node | None) -> str:
    return str(iri).rsplit("/", 1)[-1]


def _number(graph: Graph, subject: Node, predicate: URIRef) -> int:
    return int(str(graph.value(subject, predicate)))
