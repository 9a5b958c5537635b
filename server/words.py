"""RDF terms as readers see them: a label in their language, else the end of the IRI; with the language and a link."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from registry.namespaces import DCT, FOAF, GEO, PREFIXES, RDF, RDFS, SH, SKOS, XSD
from server import languages
from server.links import address

LABELLING: Final = (SKOS.prefLabel, RDFS.label, DCT.title, SH.name, FOAF.name)

_POINT = re.compile(r"POINT ?\((-?[0-9.]+) (-?[0-9.]+)\)$")
_WORD_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[-_]")


@dataclass(frozen=True, slots=True)
class Shown:
    """One term ready for a page; ``language`` only where it is not the page's own."""

    text: str
    language: str | None = None
    href: str | None = None
    is_foreign: bool = False
    iri: str | None = None


class Words:
    """Labels from one or more graphs, the first that knows a term winning."""

    def __init__(self, *graphs: Graph) -> None:
        self._graphs = graphs

    def label(self, term: Node) -> Shown:
        """Give the label of a term as plain text with its language, without a link."""
        found = self._known(term)
        return Shown(local_name(str(term))) if found is None else literal(found)

    def show(self, term: Node) -> Shown:
        """Give a term for a page: a literal as it is, an IRI by its label with the address to click."""
        if isinstance(term, Literal):
            return literal(term)
        found = self._known(term)
        href, is_foreign = address(str(term))
        label = Shown(_without_label(str(term), is_foreign=is_foreign)) if found is None else literal(found)
        return Shown(label.text, label.language, href, is_foreign, str(term))

    def _known(self, term: Node) -> Literal | None:
        return best_literal(value for graph in self._graphs for value in _labels(graph, term))


def best_literal(values: Iterable[Node], wished: Sequence[str] | None = None) -> Literal | None:
    """Choose the literal in the language asked for, else the page's, else one without, else the first by tag and text.

    ``wished`` is what the request asks for where it is not given.
    """
    order = languages.wanted() if wished is None else wished
    literals = [value for value in values if isinstance(value, Literal)]
    chosen = min(literals, key=lambda value: (languages.rank(value.language, order), str(value)), default=None)
    languages.note(chosen.language if chosen is not None else None)
    return chosen


def literal(value: Literal) -> Shown:
    """Give a literal for a page, numbers and dates in their own form, an address as a link."""
    text = str(value)
    if value.datatype == XSD.boolean:
        text = {"true": "yes", "1": "yes", "false": "no", "0": "no"}.get(text, text)
    if value.datatype == GEO.wktLiteral and (point := _POINT.match(text)):
        text = f"latitude {point[2]}, longitude {point[1]}"
    language = value.language if value.language not in (None, languages.PAGE) else None
    if value.datatype == XSD.anyURI:
        href, is_foreign = address(text)
        return Shown(text, language, href, is_foreign)
    return Shown(text, language)


def bare_address(iri: str) -> str:
    """Give a web address as people write it: without the scheme."""
    return re.sub(r"^https?://(www\.)?", "", iri, flags=re.IGNORECASE).rstrip("/")


def local_name(iri: str) -> str:
    """Give the words at the end of an IRI."""
    end = re.split(r"[/#]", iri.rstrip("/#"))[-1]
    return _WORD_BOUNDARY.sub(" ", end).strip().lower() if end[:1].islower() else end


def curie(iri: str) -> str:
    """Give the short form of an IRI by the one prefix table, else the IRI."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(str(namespace)) and "/" not in iri.removeprefix(str(namespace)):
            return f"{prefix}:{iri.removeprefix(str(namespace))}"
    return iri


def _without_label(iri: str, *, is_foreign: bool) -> str:
    short = curie(iri)
    if short != iri:
        return short
    return bare_address(iri) if is_foreign and "/authority/" not in iri else local_name(iri)


def _labels(graph: Graph, term: Node) -> Iterable[Node]:
    for property_iri in LABELLING:
        found = list(graph.objects(term, property_iri))
        if found:
            return found
    return ()


def kinds(graph: Graph, term: Node) -> set[URIRef]:
    """Give the classes of a term."""
    return {URIRef(str(kind)) for kind in graph.objects(term, RDF.type)}
