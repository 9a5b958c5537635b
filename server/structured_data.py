"""What search engines read in a page: the item in the words of schema.org, as JSON-LD (schema.org 28)."""

from typing import Final

from rdflib import Graph, Literal, URIRef

from registry.catalogue import release_iri
from registry.namespaces import DCT, OWL, RDF, SCHEMA, SKOS
from server.library import Shelf
from server.signposts import LICENCE
from server.words import LABELLING, best_literal

_SCHEMA: Final = str(SCHEMA)
_ALIGNED: Final = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch)
_KINDS: Final = {SKOS.Concept: "DefinedTerm", SKOS.ConceptScheme: "DefinedTermSet"}
_DESCRIBING: Final = (SKOS.definition, DCT.description)


def structured(described: Graph, item: URIRef, held: Shelf, address: str) -> dict[str, object]:
    """Describe an item as schema.org does; its types are those that our alignments name, else Thing."""
    names = [value for name in LABELLING for value in described.objects(item, name) if isinstance(value, Literal)]
    best = best_literal(names)
    schemes = sorted(str(scheme) for scheme in described.objects(item, SKOS.inScheme))
    same = {str(node) for name in (OWL.sameAs, SKOS.exactMatch) for node in described.objects(item, name)}
    facts: dict[str, object] = {
        "@context": _SCHEMA.rstrip("/"),
        "@id": str(item),
        "@type": types(described, item, held.terms),
        "identifier": str(item),
        "url": address,
        "name": _text(best),
        "alternateName": [_text(name) for name in sorted(set(names), key=str) if name != best],
        "description": _text(best_literal(value for name in _DESCRIBING for value in described.objects(item, name))),
        "inDefinedTermSet": schemes[0] if schemes else None,
        "sameAs": sorted(same),
        "subjectOf": _dataset(held),
    }
    return {name: value for name, value in facts.items() if value not in (None, [], "")}


def types(described: Graph, item: URIRef, terms: Graph) -> list[str]:
    """Give the types that schema.org has for an item."""
    kinds = sorted(described.objects(item, RDF.type), key=str)
    found = {_KINDS[kind] for kind in kinds if isinstance(kind, URIRef) and kind in _KINDS}
    matches = (match for kind in kinds for relation in _ALIGNED for match in terms.objects(kind, relation))
    found |= {str(match).removeprefix(_SCHEMA) for match in matches if str(match).startswith(_SCHEMA)}
    return sorted(found) or ["Thing"]


def _dataset(held: Shelf) -> dict[str, object]:
    """Describe the release as its manifest does."""
    release = release_iri(held.release.id)
    facts = {
        "@type": "Dataset",
        "@id": str(release),
        "name": _text(best_literal(held.manifest.objects(release, DCT.title))),
        "description": _text(best_literal(held.manifest.objects(release, DCT.description))),
        "license": LICENCE,
        "datePublished": held.release.day.isoformat(),
    }
    return {name: value for name, value in facts.items() if value is not None}


def _text(value: Literal | None) -> object:
    if value is None:
        return None
    return {"@value": str(value), "@language": value.language} if value.language else str(value)
