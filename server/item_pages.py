"""The pages of items: what is known about each, who says so, and what points at it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flask import render_template, request
from rdflib import Graph, URIRef
from rdflib.term import Node

from registry.namespaces import DCT, HRC, PROV, RDF, SKOS, VOCAB
from server import city_pages, criterion_pages
from server.library import Shelf
from server.links import local_address
from server.serialisation import serialise
from server.things import Field, Grounds, ThingReader
from server.words import Shown, Words, best_literal, kinds, literal


@dataclass(frozen=True, slots=True)
class Pointer:
    """One thing that points at an item, and how."""

    document: Shown
    part: Shown | None
    property: Shown
    graph: Shown
    country: str | None


@dataclass(frozen=True, slots=True)
class Country:
    """A country that a list can be narrowed to."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Concept:
    """One entry of a concept scheme, with the narrower ones."""

    shown: Shown
    notation: str | None
    definition: Shown | None
    narrower: tuple["Concept", ...]


def item(held: Shelf, iri: URIRef, graph: Graph) -> str:
    """Give the page of an item by its class, else the general one."""
    found = kinds(graph, iri)
    if HRC.City in found:
        return city_pages.city(held, iri, graph)
    if HRC.Criterion in found:
        return criterion_pages.criterion(held, iri, graph)
    if SKOS.ConceptScheme in found:
        return _scheme(held, iri, graph)
    return _thing(held, iri, graph)


def vocabularies(held: Shelf) -> str:
    """Give the list of concept schemes."""
    graph = held.triples("schemes")
    words = Words(graph)
    schemes = [(words.show(scheme), _one(graph, scheme, DCT.description)) for scheme in graph.subjects(RDF.type)]
    return render_template("vocabularies.html", schemes=sorted(schemes, key=lambda entry: entry[0].text))


def standard(held: Shelf) -> str:
    """Give the page of the whole standard."""
    return criterion_pages.standard(held)


def graphs(held: Shelf) -> str:
    """Give the list of named graphs with who says each."""
    graph = held.triples("graphs")
    words = held.words(graph)
    entries = [
        {
            "kind": str(graph.value(name, HRC.graphKind)),
            "slug": str(name).rsplit("/", 1)[-1],
            "address": local_address(str(name)),
            "when": _one(graph, name, PROV.generatedAtTime),
            "who": words.label(graph.value(name, PROV.wasAttributedTo) or name),
            "why": _one(graph, name, DCT.description),
        }
        for name in graph.subjects(RDF.type)
    ]
    return render_template("graphs.html", entries=sorted(entries, key=lambda entry: (entry["kind"], entry["slug"])))


def graph(iri: str, content: Graph) -> str:
    """Give the page of one named graph or shape file: its triples in Turtle."""
    turtle = serialise(content, "text/turtle").decode()
    return render_template("graph.html", iri=iri, name=iri.rsplit("/", 1)[-1], turtle=turtle, size=len(content))


def pointers(held: Shelf, iri: Node) -> list[Pointer]:
    """List what points at an item, alphabetically."""
    words = Words(held.triples("labels-of-pointing", item=iri))
    found = {}
    for row in held.rows("pointing-at", item=iri):
        document, subject, property_iri, name = row["document"], row["subject"], row["property"], row["graph"]
        if document is None or subject is None or property_iri is None or name is None:
            continue
        if ".well-known" in str(document):
            continue
        country = row["country"]
        found[(subject, property_iri, country)] = Pointer(
            document=words.show(document),
            part=words.show(subject) if subject != document else None,
            property=held.words().label(property_iri),
            graph=Shown(str(name).rsplit("/", 2)[-2], href=local_address(str(name))),
            country=str(country).rsplit("/", 1)[-1] if country is not None else None,
        )
    return sorted(found.values(), key=lambda entry: (entry.document.text.casefold(), entry.property.text))


def narrowed(entries: Iterable[Pointer], held: Shelf) -> tuple[list[Pointer], list[Country], str | None]:
    """Narrow pointers to the country asked for; give them with the countries there are and the one in force."""
    listed = list(entries)
    codes = {entry.country for entry in listed if entry.country}
    labels = {code: held.documents.get(f"{VOCAB}countries/{code}") for code in codes}
    countries = [Country(code, label.text if label else code) for code, label in labels.items()]
    asked = request.args.get("country")
    chosen = asked if asked in codes else None
    shown = [entry for entry in listed if chosen is None or entry.country == chosen]
    return shown, sorted(countries, key=lambda country: country.label), chosen


def _thing(held: Shelf, iri: URIRef, described: Graph) -> str:
    reader = ThingReader(described, held.words(described), held.profile, iri)
    thing = reader.thing(iri)
    shown, countries, chosen = narrowed(pointers(held, iri), held)
    lead = _one(described, iri, SKOS.definition) or _one(described, iri, DCT.description)
    above = {*thing.names, *([lead] if lead else [])}
    fields = [field for field in thing.fields if not _is_shown(field, above)]
    return render_template(
        "item.html",
        thing=thing,
        lead=lead,
        fields_known=fields,
        sources=reader.sources(),
        pointers=shown,
        countries=countries,
        chosen=chosen,
    )


def _is_shown(field: Field, above: set[Shown]) -> bool:
    """Say whether the head of the page says all of a field already."""
    return all(value.shown in above and value.grounds == Grounds() for value in field.values)


def _scheme(held: Shelf, iri: URIRef, described: Graph) -> str:
    words = Words(described)
    description = _one(described, iri, DCT.description)
    return render_template(
        "scheme.html", title=words.label(iri).text, iri=str(iri), description=description, concepts=tree(held, iri)
    )


def tree(held: Shelf, scheme: URIRef) -> tuple[Concept, ...]:
    """Give the concepts of a scheme, the narrower below the broader."""
    graph = Graph()
    for row in held.rows("concepts", scheme=scheme):
        for name, predicate in _CONCEPT.items():
            value, concept = row[name], row["concept"]
            if value is not None and concept is not None:
                graph.add((concept, predicate, value))
    concepts = set(graph.subjects())
    tops = [concept for concept in concepts if not concepts & set(graph.objects(concept, SKOS.broader))]
    return _branch(graph, Words(graph), tops, frozenset())


def _branch(graph: Graph, words: Words, concepts: Iterable[Node], above: frozenset[Node]) -> tuple[Concept, ...]:
    branch = sorted(set(concepts) - above, key=lambda concept: _order(graph, words, concept))
    return tuple(
        Concept(
            shown=words.show(concept),
            notation=_text(graph.value(concept, SKOS.notation)),
            definition=_one(graph, concept, SKOS.definition),
            narrower=_branch(graph, words, graph.subjects(SKOS.broader, concept), above | {concept}),
        )
        for concept in branch
    )


def _order(graph: Graph, words: Words, concept: Node) -> tuple[str, str]:
    notation = _text(graph.value(concept, SKOS.notation)) or ""
    padded = ".".join(part.zfill(3) for part in notation.split("."))
    return padded, words.label(concept).text.casefold()


def _text(term: Node | None) -> str | None:
    return None if term is None else str(term)


def _one(graph: Graph, node: Node, predicate: URIRef) -> Shown | None:
    found = best_literal(graph.objects(node, predicate))
    return literal(found) if found is not None else None


_CONCEPT: Final = {
    "label": SKOS.prefLabel,
    "definition": SKOS.definition,
    "broader": SKOS.broader,
    "notation": SKOS.notation,
}
