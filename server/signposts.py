"""The Link header of a document: what it is, where it belongs, what other forms and versions there are (RFC 8288)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rdflib import Graph, URIRef

from registry.namespaces import DCT, OWL, RDF, SKOS
from server.links import local_address

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
MOST_ITEMS: Final = 50
_MOST_TYPES: Final = 5


@dataclass(frozen=True, slots=True)
class Signpost:
    """One link: where to, by which relation, and the media type at its end."""

    target: str
    relation: str
    media_type: str | None = None

    def __str__(self) -> str:
        """Write the link as the header has it (RFC 8288, section 3)."""
        kind = f'; type="{self.media_type}"' if self.media_type else ""
        return f'<{self.target}>; rel="{self.relation}"{kind}'


def header(signposts: Iterable[Signpost]) -> str:
    """Write a Link header, each link once; a target that could break out of its brackets is left out."""
    told = (str(post) for post in signposts if not set(post.target) & set('<>"\\ \r\n'))
    return ", ".join(dict.fromkeys(told))


def of_forms(here: str, media_type: str, offers: Sequence[str], kept: str = "") -> list[Signpost]:
    """Point at every other form of the document at an address; ``kept`` is a query that each address carries on."""
    more = f"&{kept}" if kept else ""
    return [
        Signpost(f"{here}?_mediatype={offer.replace('+', '%2B')}{more}", "alternate", offer)
        for offer in offers
        if offer != media_type
    ]


def of_item(graph: Graph, item: URIRef, root: str) -> list[Signpost]:
    """Point at the types of an item, at what it is part of, and at its parts (Signposting, level 1).

    ``root`` is the address that was asked, so that collections and items are links within this installation.
    """
    posts = [Signpost(str(kind), "type") for kind in _ordered(graph.objects(item, RDF.type))[:_MOST_TYPES]]
    posts += _places("collection", graph.objects(item, SKOS.inScheme), root)
    parts = _places("item", graph.subjects(SKOS.inScheme, item), root)
    posts += parts if len(parts) <= MOST_ITEMS else []
    return posts + _places("successor-version", graph.objects(item, DCT.isReplacedBy), root)


def of_artefact(graph: Graph, item: URIRef, root: str) -> list[Signpost]:
    """Point at the version in force of an artefact and at the one before (RFC 5829)."""
    latest = [*graph.objects(item, OWL.versionIRI), *graph.objects(item, DCT.hasVersion)]
    posts = _places("latest-version", latest, root)
    return posts + _places("predecessor-version", graph.objects(item, OWL.priorVersion), root)


def _places(relation: str, targets: Iterable[object], root: str) -> list[Signpost]:
    found = ((str(target), local_address(str(target))) for target in _ordered(targets))
    return [Signpost(root + address if address else iri, relation) for iri, address in found]


def _ordered(nodes: Iterable[object]) -> list[URIRef]:
    return sorted({node for node in nodes if isinstance(node, URIRef)})
