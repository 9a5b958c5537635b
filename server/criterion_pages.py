"""The pages of the standard: the whole of it, and each criterion with its ground, its shapes and its cities."""

from dataclasses import dataclass

from flask import render_template
from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.loading import examples
from registry.model import Requirement
from registry.namespaces import DCT, HRC, RDF, SKOS
from server.library import Shelf
from server.serialisation import serialise
from server.words import Shown, Words, best_literal, literal


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number that a requirement uses, with its ground."""

    label: Shown
    value: str
    ground: Shown | None
    ground_kind: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One requirement with its thresholds, how it is judged, and the cities that demonstrate it."""

    requirement: Requirement
    modes: tuple[Shown, ...]
    thresholds: tuple[Threshold, ...]
    cities: tuple[Shown, ...]


def standard(held: Shelf) -> str:
    """Give the page of the whole standard."""
    found = held.standard
    graph = held.graph("standard/standard")
    rows = [
        (criterion, [_at(criterion.requirements, level.iri) for level in found.levels]) for criterion in found.criteria
    ]
    levels = [(level, _literal(found.graph, level.iri, SKOS.definition)) for level in found.levels]
    description = next((_literal(graph, node, DCT.description) for node in graph.subjects(DCT.hasVersion)), None)
    return render_template(
        "standard.html",
        version=found.version,
        levels=levels,
        rows=rows,
        description=description,
        most_inapplicable=found.most_inapplicable,
    )


def criterion(held: Shelf, iri: URIRef, described: Graph) -> str:
    """Give the page of a criterion."""
    found = next(each for each in held.standard.criteria if each.iri == iri)
    graph, words = held.standard.graph, Words(described, held.standard.graph, held.graph("vocabulary/fra-blocks"))
    shapes = held.graph(f"shapes/{found.slug}")
    return render_template(
        "criterion.html",
        criterion=found,
        asked=[_asked(held, requirement) for requirement in found.requirements],
        rationale=_literal(graph, iri, HRC.rationale),
        notes=[literal(note) for note in graph.objects(iri, SKOS.editorialNote) if isinstance(note, Literal)],
        block=next((words.show(block) for block in graph.objects(iri, HRC.fraBlock)), None),
        may_be_inapplicable=(iri, HRC.mayBeInapplicable, Literal(True)) in graph,
        sources=sorted((words.show(source) for source in graph.objects(iri, DCT.source)), key=lambda shown: shown.text),
        turtle=serialise(shapes, "text/turtle").decode() if len(shapes) else None,
        examples=_examples(found.slug),
    )


def _asked(held: Shelf, requirement: Requirement) -> Asked:
    graph = held.standard.graph
    words = Words(graph, held.graph("vocabulary/modes"))
    thresholds = [
        _threshold(graph, words, node) for node in sorted(graph.objects(requirement.iri, HRC.threshold), key=str)
    ]
    modes = tuple(words.show(mode) for mode in sorted(graph.objects(requirement.iri, HRC.mode), key=str))
    return Asked(requirement, modes, tuple(thresholds), _demonstrating(held, requirement.iri))


def _demonstrating(held: Shelf, requirement: URIRef) -> tuple[Shown, ...]:
    rows = held.rows("demonstrating", requirement=requirement)
    graph = Graph()
    for row in rows:
        city, label = row["city"], row["label"]
        if city is not None and label is not None:
            graph.add((city, SKOS.prefLabel, label))
    words = Words(graph)
    return tuple(sorted((words.show(city) for city in set(graph.subjects())), key=lambda shown: shown.text.casefold()))


def _threshold(graph: Graph, words: Words, node: Node) -> Threshold:
    return Threshold(
        label=words.label(node),
        value=str(graph.value(node, RDF.value)),
        ground=_literal(graph, node, HRC.ground),
        ground_kind=str(graph.value(node, HRC.groundKind)).replace("-", " "),
    )


def _examples(slug: str) -> list[tuple[str, str]]:
    """Give the whole examples, and the near misses whose first line names the criterion."""
    found = []
    for name, text in examples().items():
        head = text.partition("\n")[0].lstrip("# ")
        if "/" not in name or (name.startswith("near-miss/") and slug in head):
            found.append((name, head))
    return found


def _at(requirements: tuple[Requirement, ...], level: URIRef) -> Requirement | None:
    return next((requirement for requirement in requirements if requirement.level.iri == level), None)


def _literal(graph: Graph, node: Node, predicate: URIRef) -> Shown | None:
    found = best_literal(graph.objects(node, predicate))
    return literal(found) if found is not None else None
