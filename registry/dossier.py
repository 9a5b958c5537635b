"""What is judged: the city's word, what the registry holds about it, reference data, and the assessment node."""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.derivation import DerivedValue, derive
from registry.model import Dossier, Part
from registry.namespaces import HRC, RDF, XSD
from registry.ports import Syntax

_SAMPLE_SIZE: Final = 5


def compose(
    submission: Graph,
    held: Graph,
    reference: Part,
    *,
    city: URIRef,
    base: str,
    at: date,
    desk_profile: bool,
    standard_version: URIRef,
    table: tuple[DerivedValue, ...],
    syntax: Syntax,
) -> Dossier:
    """Compose the dossier of one city at one reference date.

    The parts (submission, held, reference, assessment) are graphs of their own with their SHA-256; ``graph`` is their
    merge, plain and in memory, with the control assessment and every derived value. Nothing of the inputs is changed.
    """
    said = part("submission", submission, syntax)
    kept = part("held", held, syntax)
    name = hashlib.sha256(f"{said.sha256}{kept.sha256}{at.isoformat()}".encode()).hexdigest()[:16]
    assessment, control = URIRef(f"{base}id/assessment/{name}"), URIRef(f"{base}id/assessment/control")
    facts = Graph()
    for node, assessed in ((assessment, city), (control, URIRef(f"{base}id/city/control"))):
        facts += _assessment(node, assessed, at=at, desk_profile=desk_profile, standard_version=standard_version)
    for evidence in submission.subjects(RDF.type, HRC.Evidence):
        facts.add((assessment, HRC.considers, evidence))
    for reviewer in held.subjects(RDF.type, HRC.Reviewer):
        facts.add((assessment, HRC.reviewer, reviewer))
    for commitment in _sample(submission, city, seed=said.sha256):
        facts.add((assessment, HRC.sample, commitment))
    for dated in _dated(submission, held):
        facts.add((dated, HRC.referenceDate, Literal(at)))
    stated = merge((submission, held, facts))
    facts += derive(table, stated, at=at)
    written = part("assessment", facts, syntax)
    return Dossier(
        city=city,
        assessment=assessment,
        control=control,
        reference_date=at,
        is_desk_profile=desk_profile,
        parts=(said, kept, reference, written),
        graph=merge((reference.graph, stated, facts)),
    )


def part(name: str, graph: Graph, syntax: Syntax) -> Part:
    """Name one graph of a dossier and hash its canonical N-Quads."""
    return Part(name=name, graph=graph, sha256=hashlib.sha256(syntax.canonical(graph)).hexdigest())


def reference_data(graphs: Iterable[Graph]) -> Graph:
    """Merge reference graphs, leaving out texts for people (literals with a language), which no rule reads."""
    merged = Graph()
    for graph in graphs:
        for subject, predicate, value in graph:
            if not (isinstance(value, Literal) and value.language):
                merged.add((subject, predicate, value))
    return merged


def merge(graphs: Iterable[Graph]) -> Graph:
    """Merge graphs into a new one."""
    merged = Graph()
    for graph in graphs:
        merged += graph
    return merged


def _assessment(node: URIRef, city: URIRef, *, at: date, desk_profile: bool, standard_version: URIRef) -> Graph:
    graph = Graph()
    graph.add((node, RDF.type, HRC.Assessment))
    graph.add((node, HRC.assesses, city))
    graph.add((node, HRC.referenceDate, Literal(at)))
    graph.add((node, HRC.deskProfile, Literal(desk_profile)))
    graph.add((node, HRC.standardVersion, standard_version))
    return graph


def _dated(*graphs: Graph) -> set[Node]:
    """Find the nodes that state a date; each gets the reference date (and so the cut-offs) beside its own."""
    return {
        subject
        for graph in graphs
        for subject, _, value in graph
        if isinstance(value, Literal) and value.datatype == XSD.date
    }


def _sample(submission: Graph, city: URIRef, *, seed: str) -> list[Node]:
    """Draw commitments whose order follows from the submission's own hash, so that anyone can repeat the draw."""
    commitments = {
        commitment
        for plan in submission.objects(city, HRC.currentPlan)
        for commitment in submission.objects(plan, HRC.commitment)
    }
    return sorted(commitments, key=lambda node: hashlib.sha256(f"{seed}{node}".encode()).hexdigest())[:_SAMPLE_SIZE]
