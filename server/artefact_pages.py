"""The documentation of our artefacts: ontology, profile and shapes, read from what the release holds of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flask import render_template
from rdflib import Graph, URIRef
from rdflib.term import Node

from registry.namespaces import BIBO, DCT, HRC, HRCSH, OWL, RDF, RDFS, ROOT, SCHEMA, SH, SKOS, VANN, VS
from registry.profile import ProfileProperty
from server.library import Shelf
from server.serialisation import serialise
from server.words import Shown, Words, best_literal, curie, literal

_HEADER: Final = (
    ("Version", OWL.versionInfo),
    ("Address of this version", OWL.versionIRI),
    ("Version before", OWL.priorVersion),
    ("Status", BIBO.status),
    ("Begun", DCT.created),
    ("Issued", DCT.issued),
    ("Last changed", DCT.modified),
    ("Publisher", DCT.publisher),
    ("Licence", DCT.license),
    ("Preferred prefix", VANN.preferredNamespacePrefix),
    ("Namespace", VANN.preferredNamespaceUri),
    ("How to cite", DCT.bibliographicCitation),
    ("Note", SKOS.editorialNote),
)
_PARTS: Final = (
    ("Classes", "classes", OWL.Class),
    ("Properties that point at things", "object-properties", OWL.ObjectProperty),
    ("Properties that hold values", "datatype-properties", OWL.DatatypeProperty),
    ("Individuals", "individuals", OWL.NamedIndividual),
)
_MATCHES: Final = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the ontology."""

    name: str
    label: Shown
    definition: Shown | None
    status: str
    rows: tuple[tuple[str, tuple[Shown, ...]], ...]


@dataclass(frozen=True, slots=True)
class FieldText:
    """One field of the profile in words."""

    anchor: str
    short: str
    label: str
    description: str
    cardinality: str
    takes: tuple[Shown, ...]
    serves: tuple[Shown, ...]
    example: str


@dataclass(frozen=True, slots=True)
class ShapeText:
    """One shape: what it is called, what it decides, what it says when a condition is not met, and its parts."""

    name: str
    is_first: bool
    label: Shown | None
    message: Shown | None
    severity: str
    decides: tuple[Shown, ...]
    rests_on_held: bool
    parts: tuple["ShapeText", ...]


def ontology(held: Shelf) -> str:
    """Give the page of the ontology: every term with its definition, its place, and who may state it."""
    graph, words, head = held.terms, held.words(), URIRef(str(HRC).rstrip("#"))
    parts = []
    for title, anchor, kind in _PARTS:
        terms = sorted((term for term in graph.subjects(RDF.type, kind) if str(term).startswith(str(HRC))), key=str)
        parts.append((title, anchor, [_term(graph, words, term) for term in terms]))
    return render_template(
        "ontology.html",
        title=words.label(head),
        description=_one(graph, head, DCT.description),
        header=header(graph, words, head),
        parts=parts,
    )


def profile(held: Shelf) -> str:
    """Give the page of the data-entry profile: every class and field with its help, how often, what, and what for."""
    graph, iri = held.graph("shapes/submission"), URIRef(ROOT + "profile")
    words = held.words(graph)
    criteria = {
        each.iri: Shown(f"{each.notation} {each.label}", href=words.show(each.iri).href)
        for each in held.standard.criteria
    }
    classes = [
        (
            str(found.iri).rsplit("#", 1)[-1].rsplit("/", 1)[-1],
            found,
            curie(str(found.iri)),
            [_field(held, words, criteria, str(found.iri), field) for field in found.properties],
        )
        for found in held.profile.classes.values()
    ]
    title, description = words.label(iri), _one(graph, iri, DCT.description)
    return render_template(
        "profile.html", title=title, description=description, header=header(graph, words, iri), classes=classes
    )


def shapes(held: Shelf) -> str:
    """Give the page of all shapes: file by file, each with what it decides and what it says."""
    labels = {each.slug: f"{each.notation} {each.label}" for each in held.standard.criteria}
    graphs = held.graphs("shapes/")
    head = URIRef(str(HRCSH).rstrip("#"))
    about = graphs.get("prefixes", Graph())
    met: set[Node] = set()
    files = [(name, labels.get(name, ""), shapes_of(held, graph, met)) for name, graph in graphs.items()]
    return render_template(
        "shapes.html",
        description=_one(about, head, DCT.description),
        header=header(about, held.words(about), head),
        files=[entry for entry in files if entry[2]],
    )


def shape_file(held: Shelf, name: str, graph: Graph) -> str:
    """Give the page of one shape file: its shapes in words, and as they are run."""
    labels = {each.slug: f"{each.notation} {each.label}" for each in held.standard.criteria}
    turtle = serialise(graph, "text/turtle").decode()
    return render_template(
        "shape_file.html", name=name, label=labels.get(name), shapes=shapes_of(held, graph, set()), turtle=turtle
    )


def header(graph: Graph, words: Words, iri: URIRef) -> list[tuple[str, list[Shown]]]:
    """Give what the header of an artefact says, row by row."""
    rows = [
        (label, [words.show(value) for value in sorted(graph.objects(iri, name), key=str)]) for label, name in _HEADER
    ]
    return [row for row in rows if row[1]]


def shapes_of(held: Shelf, graph: Graph, met: set[Node]) -> list[ShapeText]:
    """Give the shapes of a file: node shapes with their property shapes, then what no node shape names.

    A shape that several use has its place where it is met first; ``met`` is filled.
    """
    notations = {each.iri: each.notation for each in held.standard.criteria}
    decided = {
        requirement.iri: f"{notations[requirement.criterion]} {requirement.label} ({requirement.level.label})"
        for requirement in held.standard.requirements
    }
    words = held.words(graph)
    within = set(graph.objects(None, SH.property))
    ours = sorted({node for node in graph.subjects(RDF.type) if str(node).startswith(str(HRCSH))} - within, key=str)
    ours.sort(key=lambda node: (node, HRC.decides, None) not in graph)
    return [_shape(graph, words, decided, node, met) for node in ours]


def _shape(graph: Graph, words: Words, decided: dict[URIRef, str], node: Node, met: set[Node]) -> ShapeText:
    is_first = node not in met
    met.add(node)
    told = sorted(graph.objects(node, HRC.decides), key=str)
    severity = graph.value(node, SH.severity)
    parts = sorted((part for part in graph.objects(node, SH.property) if str(part).startswith(str(HRCSH))), key=str)
    return ShapeText(
        name=str(node).removeprefix(str(HRCSH)),
        is_first=is_first,
        label=_one(graph, node, SH.name) or _one(graph, node, RDFS.label),
        message=_one(graph, node, SH.message),
        severity=str(severity).rsplit("#", 1)[-1].lower() if severity is not None else "",
        decides=tuple(Shown(decided.get(URIRef(str(one)), str(one)), href=words.show(one).href) for one in told),
        rests_on_held=(node, HRC.restsOnHeld, None) in graph,
        parts=tuple(_shape(graph, words, decided, part, met) for part in parts),
    )


def _field(held: Shelf, words: Words, criteria: dict[URIRef, Shown], kind: str, field: ProfileProperty) -> FieldText:
    values = sorted([*field.classes, *field.datatypes, *field.values], key=str)
    least, most = ("one" if field.is_required else "none"), ("one" if field.is_single else "many")
    return FieldText(
        anchor=f"{kind.rsplit('#', 1)[-1].rsplit('/', 1)[-1]}-{str(field.iri).rsplit('#', 1)[-1].rsplit('/', 1)[-1]}",
        short=curie(str(field.iri)),
        label=field.label,
        description=field.description,
        cardinality=f"{least}-{most}",
        takes=(*([_scheme(held, words, field.code_list)] if field.code_list else []), *map(words.show, values)),
        serves=tuple(sorted((criteria[iri] for iri in field.serves if iri in criteria), key=lambda shown: shown.text)),
        example=field.example,
    )


def _scheme(held: Shelf, words: Words, scheme: URIRef) -> Shown:
    shown, known = words.show(scheme), held.documents.get(str(scheme))
    return shown if known is None else Shown(known.text, known.language, shown.href, shown.is_foreign, shown.iri)


def _term(graph: Graph, words: Words, term: Node) -> Term:
    rows = (
        ("Narrower than", _shown(graph, words, term, (RDFS.subClassOf, RDFS.subPropertyOf))),
        ("Used of", _shown(graph, words, term, (SCHEMA.domainIncludes,))),
        ("Takes", _shown(graph, words, term, (SCHEMA.rangeIncludes,))),
        ("Its properties", _pointing(graph, words, term, SCHEMA.domainIncludes)),
        ("May be stated", _shown(graph, words, term, (HRC.statedBy,))),
        ("Compare", _shown(graph, words, term, _MATCHES)),
        ("Replaced by", _shown(graph, words, term, (DCT.isReplacedBy,))),
        ("Note", _shown(graph, words, term, (SKOS.editorialNote,))),
    )
    return Term(
        name=str(term).removeprefix(str(HRC)),
        label=words.label(term),
        definition=_one(graph, term, SKOS.definition),
        status=str(graph.value(term, VS.term_status) or ""),
        rows=tuple((label, found) for label, found in rows if found),
    )


def _shown(graph: Graph, words: Words, term: Node, names: Iterable[URIRef]) -> tuple[Shown, ...]:
    return tuple(words.show(value) for name in names for value in sorted(graph.objects(term, name), key=str))


def _pointing(graph: Graph, words: Words, term: Node, name: URIRef) -> tuple[Shown, ...]:
    return tuple(words.show(subject) for subject in sorted(graph.subjects(name, term), key=str))


def _one(graph: Graph, node: Node, predicate: URIRef) -> Shown | None:
    found = best_literal(graph.objects(node, predicate))
    return literal(found) if found is not None else None
