"""A repair told line by line: what is taken out, put in, described, linked and asked for, each at its place; pure."""

from collections.abc import Iterator
from dataclasses import replace

from rdflib import Graph, Literal, URIRef, Variable
from rdflib.term import Node

from registry.entry_plan import EntryPlan
from registry.lexical import readable
from registry.mending import Change, Repair, Spot
from registry.namespaces import RDF
from registry.spots import Spots


def lines(repair: Repair, before: Spots, after: Spots) -> Iterator[Change]:
    """Tell a repair; the spots are those of the file as it is, and after the repair with answers for a trial."""
    for subject, predicate, value in sorted(repair.gone, key=str):
        if predicate != RDF.type:
            spot = _named(before.spot(subject, predicate, value), predicate)
            yield Change("take", spot, value_words(value, before, predicate))
    new = {subject for subject, predicate, _ in repair.added if predicate == RDF.type and not before.knows(subject)}
    for subject, predicate, value in repair.added:
        spot = after.spot(subject, predicate)
        if predicate == RDF.type:
            if subject not in new:
                act = "call" if before.describes(subject) else "part"
                yield Change(act, spot, _kind(value, after.plan))
        elif isinstance(value, Variable):
            yield Change("answer", spot, question=repair.questions[str(value)])
        elif value in new:
            yield Change("part", spot, after.title(value))
        else:
            yield Change("link" if after.title(value) else "put", spot, value_words(value, after, predicate))


def value_words(value: Node, spots: Spots, predicate: Node | None = None) -> str:
    """Give a value as people read it: the name of a part or of a code, a text as it stands, else its address."""
    if isinstance(value, Literal):
        return str(value)
    label = next(
        (
            each.label_of(str(value))
            for part in spots.plan.parts.values()
            for each in part.fields
            if each.iri == predicate and each.options
        ),
        str(value),
    )
    return spots.title(value) or (label if label != str(value) else readable(value))


def describable(graph: Graph, city: URIRef, plan: EntryPlan) -> Graph:
    """Give what of a file has a place in the form: the city, its parts of one known type, and what they are asked."""
    found = Graph(bind_namespaces="none")
    for subject in set(graph.subjects()):
        parts = [part for kind in graph.objects(subject, RDF.type) if (part := plan.part_of_class(URIRef(str(kind))))]
        if subject == city:
            parts = [plan.city]  # whatever else it is called
        elif len(parts) != 1 or not str(subject).startswith(f"{city}#"):
            continue
        found.add((subject, RDF.type, parts[0].iri))
        for field in parts[0].fields:
            found += graph.triples((subject, field.iri, None))
    return found


def _named(spot: Spot, predicate: Node) -> Spot:
    """Give the place of a statement that has no field with the name of its property."""
    words = " › ".join(each for each in (spot.words, readable(predicate)) if each)
    return spot if spot.field else replace(spot, words=words)


def _kind(value: Node, plan: EntryPlan) -> str:
    part = plan.part_of_class(URIRef(str(value)))
    return part.label if part is not None else readable(value)
