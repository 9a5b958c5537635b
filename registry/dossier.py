"""What is judged: the city's word, what the registry holds about it, reference data, and the assessment node."""

import hashlib
import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.derivation import DerivedValue, extend
from registry.model import Dossier, Part
from registry.namespaces import HRC, RDF, SH, XSD
from registry.ports import Syntax

_SAMPLE_SIZE: Final = 5
_IRI: Final = re.compile(r"<([^<>\s]+)>")
_NAME: Final = re.compile(r"\b([A-Za-z]\w*):([A-Za-z]\w*)")


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
    whole = merge((submission, held, facts))
    facts += extend(table, whole, at=at)
    whole += reference.graph
    written = part("assessment", facts, syntax)
    return Dossier(
        city=city,
        assessment=assessment,
        control=control,
        reference_date=at,
        is_desk_profile=desk_profile,
        parts=(said, kept, reference, written),
        graph=whole,
    )


def part(name: str, graph: Graph, syntax: Syntax) -> Part:
    """Name one graph of a dossier and hash its canonical N-Quads."""
    return Part(name=name, graph=graph, sha256=hashlib.sha256(syntax.canonical(graph)).hexdigest())


def reference_data(graphs: Iterable[Graph], *, read: frozenset[str]) -> Graph:
    """Merge of reference graphs what rules can read: properties and classes among ``read``, no texts for people."""
    merged = Graph()
    for graph in graphs:
        for subject, predicate, value in graph:
            is_text = isinstance(value, Literal) and value.language is not None
            if str(predicate if predicate != RDF.type else value) in read and not is_text:
                merged.add((subject, predicate, value))
    return merged


def terms_read(shapes: Iterable[Graph]) -> frozenset[str]:
    """Give every IRI that shapes name, in their triples or, with the prefixes they declare, in their SPARQL texts."""
    merged = merge(shapes)
    prefixes = {
        str(merged.value(declared, SH.prefix)): str(merged.value(declared, SH.namespace))
        for declared in merged.objects(None, SH.declare)
    }
    named = {str(term) for triple in merged for term in triple if isinstance(term, URIRef)}
    for text in map(str, merged.objects(None, SH.select)):
        named.update(_IRI.findall(text))
        named.update(prefixes[prefix] + local for prefix, local in _NAME.findall(text) if prefix in prefixes)
    return frozenset(named)


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
