"""A repair is judged before it is shown: on a copy of the dossier, by every rule that it can touch."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.assessment import fold, is_held
from registry.derivation import DerivedValue, derive
from registry.dossier import terms_read
from registry.mending import Repair
from registry.model import Dossier, Outcome, Report, RequirementOutcome, Result, ValidationReport
from registry.namespaces import HRC, RDF, SH, XSD
from registry.ports import Validator
from registry.repair_edits import answers, applied
from registry.standard import Standard

_ANY_PROPERTY: Final = re.compile(r"\?\w+\s+\?\w+\s+\?\w+")
"""A pattern of a query whose property is a variable: it may read any statement."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What would be judged: the outcomes, and the results on the assessment behind them."""

    outcomes: tuple[RequirementOutcome, ...]
    results: tuple[Result, ...]

    def worse_than(self, before: "Verdict") -> tuple[RequirementOutcome, ...]:
        """Give the outcomes that stand lower than before, in the order of the standard's ranks."""
        return tuple(
            now for was, now in zip(before.outcomes, self.outcomes, strict=True) if standing(now) < standing(was)
        )

    def of(self, requirement: URIRef) -> RequirementOutcome:
        """Give the outcome of a requirement."""
        return next(found for found in self.outcomes if found.requirement.iri == requirement)


def standing(found: RequirementOutcome) -> int:
    """Rank an outcome as the standard does: its matter missing, failed, undecided, waiting for a person, met."""
    if found.outcome in (Outcome.PASSED, Outcome.INAPPLICABLE):
        return 6
    if found.outcome is Outcome.UNTESTED:
        return 5 if is_held(found) else 2
    return 4 if found.outcome is Outcome.CANNOT_TELL else 3


def is_cleared(found: RequirementOutcome) -> bool:
    """Say whether nothing is left for the city to do: met, or waiting for a person alone."""
    return standing(found) == 6 or (found.outcome is not Outcome.FAILED and is_held(found))


@dataclass(frozen=True)
class Rules:
    """The judging shapes with what each of them reads."""

    shapes: Graph
    table: tuple[DerivedValue, ...]
    standard: Standard

    @cached_property
    def reading(self) -> Mapping[URIRef, frozenset[str] | None]:
        """Give for each shape that judges an assessment the terms that it reads; None for any."""
        return {
            URIRef(str(shape)): self._terms(shape) for shape in self.shapes.subjects(SH.targetClass, HRC.Assessment)
        }

    def touched_by(self, repair: Repair, dossier: Dossier) -> tuple[URIRef, ...]:
        """Give the shapes whose results a repair can change: those that read what it changes, or what follows."""
        terms = {str(term) for term in repair.predicates}
        if repair.gone or repair.questions:
            terms |= self._newly_dated(repair, dossier)
        grows = True
        while grows:
            following = {
                str(row.to_property)
                for row in self.table
                if str(row.from_property) in terms or str(row.until_property) in terms
            }
            grows = not following <= terms
            terms |= following
        found = (shape for shape, read in self.reading.items() if read is None or read & terms)
        return tuple(sorted(found))

    def _newly_dated(self, repair: Repair, dossier: Dossier) -> set[str]:
        """Give the reference date, where a thing of the dossier states its first day now, or its last no more."""
        asked = {name for name, question in repair.questions.items() if question.kind == "date"}
        dated = {subject for subject, _, value in repair.added if str(value) in asked}
        dated |= {
            subject for subject, _, value in repair.gone if isinstance(value, Literal) and value.datatype == XSD.date
        }
        known = [node for node in dated if (node, RDF.type, None) in dossier.graph]
        return {str(HRC.referenceDate)} if known else set()

    def _terms(self, shape: Node) -> frozenset[str] | None:
        read, waiting = Graph(), [shape]
        for node in waiting:
            for triple in self.shapes.triples((node, None, None)):
                if triple not in read:
                    read.add(triple)
                    waiting.append(triple[2])
        if any(_ANY_PROPERTY.search(str(text)) for text in read.objects(None, SH.select)):
            return None
        return terms_read([read])


@dataclass(frozen=True, slots=True)
class Trial:
    """Judges repairs of one dossier that was judged before."""

    report: Report
    rules: Rules
    validator: Validator

    @property
    def before(self) -> Verdict:
        """The verdict on the dossier as it is."""
        return Verdict(self.report.outcomes, self.report.validation.results)

    def after(self, repair: Repair) -> Verdict:
        """Judge a copy of the dossier after a repair whose questions are answered with values of the right kind."""
        dossier = self.report.dossier
        touched = self.rules.touched_by(repair, dossier)
        graph = repaired(dossier, repair, self.rules.table)
        graph.remove((dossier.control, RDF.type, HRC.Assessment))  # what was said of it stands
        found = self.validator.validate(graph, shapes=touched).results if touched else ()
        again = set(touched)
        owners = self._owners(again)
        kept = tuple(
            result
            for result in self.report.validation.results
            if result.focus_node != dossier.assessment or result.source_shape not in owners
        )
        results = (*kept, *found)
        validation = ValidationReport(conforms=False, results=results, graph=self.report.validation.graph)
        changed = replace(dossier, graph=graph)
        outcomes = fold(changed, validation, shapes=self.rules.shapes, standard=self.rules.standard)
        return Verdict(outcomes, results)

    def _owners(self, shapes: set[URIRef]) -> set[Node]:
        """Give shapes with their property shapes, under whose names results are told."""
        return shapes | {each for shape in shapes for each in self.rules.shapes.objects(shape, SH.property)}


def said_after(dossier: Dossier, repair: Repair) -> Graph:
    """Give what the city would say after a repair, its questions answered for a trial."""
    said = next(part.graph for part in dossier.parts if part.name == "submission")
    return applied(repair, said, answers(repair, at=dossier.reference_date))


def repaired(dossier: Dossier, repair: Repair, table: tuple[DerivedValue, ...]) -> Graph:
    """Give a copy of the whole dossier after a repair, its questions answered for a trial."""
    parts = {part.name: part.graph for part in dossier.parts}
    given = answers(repair, at=dossier.reference_date)
    said = applied(repair, parts["submission"], given)
    graph = applied(repair, dossier.graph, given)
    touched = {subject for subject, _, _ in (*repair.gone, *repair.added)}
    about = Graph()
    for node in touched:
        for stale in parts["assessment"].triples((node, None, None)):
            graph.remove(stale)
        for part in (said, parts["held"]):
            about += part.triples((node, None, None))
    for node in touched:
        if any(isinstance(value, Literal) and value.datatype == XSD.date for value in about.objects(node)):
            about.add((node, HRC.referenceDate, Literal(dossier.reference_date)))
    graph += about
    graph += derive(table, about, at=dossier.reference_date)
    for evidence in about.subjects(RDF.type, HRC.Evidence):
        graph.add((dossier.assessment, HRC.considers, evidence))
    return graph
