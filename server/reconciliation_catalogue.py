"""What can be reconciled: the cities, instruments and rights of a release, and the words of the service."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.namespaces import RDF, RDFS, ROOT, SCHEMA, XSD
from registry.reconciliation import Catalogue, Entity, Value
from server.languages import PAGE
from server.library import Shelf
from server.words import best_literal, local_name

_MOST_RELEASES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A type or a property of the service: its identifier, its words, and the types that a property belongs to."""

    id: str
    name: str
    description: str
    of: tuple[str, ...] = ()


@lru_cache(_MOST_RELEASES)
def catalogue(held: Shelf) -> Catalogue:
    """Give everything in a release that can be reconciled, read once."""
    names: dict[URIRef, list[tuple[Literal, bool]]] = defaultdict(list)
    kinds: dict[URIRef, str] = {}
    for row in held.rows("reconciled-names"):
        item, name = row["item"], row["name"]
        if isinstance(item, URIRef) and isinstance(name, Literal):
            names[item].append((name, str(row["isPreferred"]) == "true"))
            kinds[item] = term_id(row["kind"])
    values = _values(held)
    return Catalogue(
        Entity(
            id=str(item).removeprefix(ROOT),
            iri=str(item),
            kind=kinds[item],
            name=_name(item, [name for name, is_preferred in found if is_preferred] or [name for name, _ in found]),
            names=tuple(dict.fromkeys(str(name) for name, _ in found)),
            values=values.get(item, {}),
        )
        for item, found in sorted(names.items())
    )


@cache
def types() -> tuple[Term, ...]:
    """Give what can be looked for."""
    return _terms(RDFS.Class)


@cache
def properties() -> tuple[Term, ...]:
    """Give what can be asked of an item, by name."""
    return _terms(RDF.Property)


def properties_of(kind: str | None) -> tuple[Term, ...]:
    """Give the properties of a type, all of them where none is named."""
    return tuple(one for one in properties() if kind is None or kind in one.of)


def term_id(term: Node | str | None) -> str:
    """Give the identifier of a type or a property in this service: the end of its IRI."""
    return str(term).rpartition("#")[2].rpartition("/")[2]


def description(entity: Entity) -> str:
    """Give what tells an item from its namesakes: the first of its properties that links, such as the country."""
    linked = [value for one in properties_of(entity.kind) for value in entity.values.get(one.id, ())]
    return next((value.names[0] for value in linked if value.kind == "item" and value.names), "")


def _values(held: Shelf) -> dict[URIRef, dict[str, tuple[Value, ...]]]:
    labels: dict[tuple[URIRef, str, Node], list[Node]] = defaultdict(list)
    for row in held.rows("reconciled-values"):
        item, value, label = row["item"], row["value"], row["label"]
        if isinstance(item, URIRef) and value is not None:
            found = labels[item, term_id(row["property"]), value]
            if label is not None:
                found.append(label)
    values: dict[URIRef, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
    for (item, name, value), found in sorted(labels.items(), key=str):
        values[item][name].append(_value(value, found))
    return {item: {name: tuple(each) for name, each in of.items()} for item, of in values.items()}


def _value(value: Node, labels: list[Node]) -> Value:
    if isinstance(value, URIRef) and labels:
        first = _name(value, [label for label in labels if isinstance(label, Literal) and label.language])
        names = tuple(dict.fromkeys([first, *map(str, labels)]))
        return Value(id=str(value).removeprefix(ROOT), names=names, kind="item")
    is_date = isinstance(value, Literal) and value.datatype == XSD.date
    return Value(names=(str(value),), kind="date" if is_date else "text")


def _name(item: URIRef, labels: list[Literal]) -> str:
    chosen = best_literal(labels, (PAGE,))
    return local_name(str(item)) if chosen is None else str(chosen)


@cache
def _words() -> Graph:
    place = Path(__file__).parent / "reconciliation.ttl"
    return Graph(bind_namespaces="none").parse(place, format="turtle")


def _terms(kind: URIRef) -> tuple[Term, ...]:
    graph = _words()
    found = [
        Term(
            id=term_id(term),
            name=str(graph.value(term, RDFS.label)),
            description=str(graph.value(term, RDFS.comment)),
            of=tuple(sorted(map(term_id, graph.objects(term, SCHEMA.domainIncludes)))),
        )
        for term in graph.subjects(RDF.type, kind)
    ]
    return tuple(sorted(found, key=lambda term: term.name))
