"""The JSON-LD context (``ontology/context.jsonld``): one short name for each class and property of the profile."""

from collections.abc import Iterable
from typing import Final

from rdflib import Graph, URIRef
from rdflib.term import Node

from registry.namespaces import PREFIXES, RDF, SH, XSD

Definition = str | dict[str, str]

_KEYWORDS: Final[dict[str, Definition]] = {"id": "@id", "type": "@type"}


def context_of(profile: Graph) -> dict[str, object]:
    """Give the JSON-LD context of the parsed profile (JSON-LD 1.1, 4.1 and 4.2): names in order, the same each time.

    A property whose values are things is read as an address, one with language tags as a map from language to text,
    and any other literal by its datatype. Raises ValueError when two terms would share a name or one has two readings.
    """
    shapes = sorted(
        (shape for shape in profile.subjects(SH.targetClass) if (shape, SH.property, None) in profile), key=str
    )
    fields = [field for shape in shapes for field in profile.objects(shape, SH.property)]
    classes = [target for shape in shapes for target in _targets(profile, shape)]
    terms: dict[str, Definition] = {}
    for name, definition in [
        *((_local(target), _compact(target)) for target in classes),
        *((_local(path), _definition(profile, field, path)) for field in fields for path in _paths(profile, field)),
    ]:
        if terms.setdefault(name, definition) != definition:
            raise ValueError(f"The name {name} would have two meanings: {terms[name]} and {definition}.")
    prefixes = {prefix: str(PREFIXES[prefix]) for prefix in sorted(_prefixes(terms.values()))}
    return {"@context": {"@version": 1.1, **_KEYWORDS, **prefixes, **{name: terms[name] for name in sorted(terms)}}}


def _definition(profile: Graph, field: Node, path: URIRef) -> Definition:
    datatype = profile.value(field, SH.datatype)
    compact: dict[str, str] = {"@id": _compact(path)}
    if datatype == RDF.langString:
        return {**compact, "@container": "@language"}
    if datatype is None:
        return {**compact, "@type": "@id"}
    return compact if datatype == XSD.string else {**compact, "@type": _compact(URIRef(str(datatype)))}


def _targets(profile: Graph, shape: Node) -> list[URIRef]:
    return [URIRef(str(target)) for target in profile.objects(shape, SH.targetClass)]


def _paths(profile: Graph, field: Node) -> list[URIRef]:
    return [path for path in profile.objects(field, SH.path) if isinstance(path, URIRef)]


def _split(iri: URIRef) -> tuple[str, str]:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return prefix, iri.removeprefix(namespace)
    raise ValueError(f"No prefix is known for {iri}.")


def _local(iri: URIRef) -> str:
    return _split(iri)[1]


def _compact(iri: URIRef) -> str:
    return ":".join(_split(iri))


def _prefixes(definitions: Iterable[Definition]) -> set[str]:
    texts = [text for each in definitions for text in ([each] if isinstance(each, str) else each.values())]
    return {text.split(":")[0] for text in texts if not text.startswith("@")}
