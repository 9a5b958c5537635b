"""What documents of peers say: releases, distributions, pages, graphs; and the judgement of what they claim."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from rdflib import BNode, Graph

from registry.artefacts import Artefacts
from registry.catalogue import release_iri
from registry.errors import SubmissionError
from registry.guard import Limits
from registry.intake import sift
from registry.judgement import composed
from registry.model import Dossier, Report
from registry.namespaces import DCAT, DCT
from registry.peer_content import Taken, released_graphs, sorted_release
from registry.peer_errors import HarvestRefused
from registry.ports import Syntax
from registry.report import assertions

_IDENTIFIER: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})-([1-9][0-9]{0,5})")
_RDF: Final = re.compile(r"(?:text/turtle|application/n-triples|application/ld\+json)$")
_RDF_ENDINGS: Final = (".ttl", ".nt", ".jsonld")
_RDF_FILES: Final = frozenset({"RDF_TURTLE", "RDF_N_TRIPLES", "JSON_LD"})
"""The file types of the Publications Office (DCAT-AP 3.0.1) that are read."""
_MOST_TRIPLES: Final = 10_000_000


def releases_in(graph: Graph) -> tuple[str, ...]:
    """Give the identifiers of releases that a catalogue of a registry names, the oldest first."""
    found = {match for value in graph.objects(None, DCT.identifier) if (match := _IDENTIFIER.fullmatch(str(value)))}
    return tuple(dict.fromkeys(match[0] for match in sorted(found, key=lambda match: (match[1], int(match[2])))))


def demand_identifier(manifest: bytes, identifier: str, syntax: Syntax) -> None:
    """Raise HarvestRefused unless a manifest, whose hash is signed, is that of the release of this identifier.

    Else an old release could be given again under a new name.
    """
    told = syntax.parse(manifest, "text/turtle", base="", most_triples=_MOST_TRIPLES)
    if str(told.value(release_iri(identifier), DCT.identifier)) != identifier:
        raise HarvestRefused(f"What is given as the release {identifier} is another one, by its own manifest.")


def distributions_in(graph: Graph) -> tuple[str, ...]:
    """Give the addresses of distributions that are RDF by media type, file type or ending (DCAT 3, 6.8)."""
    found = set()
    for node, address in graph.subject_objects(DCAT.downloadURL):
        kinds = [str(kind) for kind in graph.objects(node, DCAT.mediaType)]
        files = {str(kind).rstrip("/").rsplit("/", 1)[-1] for kind in graph.objects(node, DCT["format"])}
        is_named = any(_RDF.search(kind) for kind in kinds) or bool(files & _RDF_FILES)
        if is_named or (not kinds and not files and str(address).lower().endswith(_RDF_ENDINGS)):
            found.add(str(address))
    return tuple(sorted(found))


def statements_in(graph: Graph) -> int:
    """Count the statements of a page; raise HarvestRefused for nodes without IRI, which two pages could not share."""
    if any(isinstance(term, BNode) for term in graph.all_nodes()):
        raise HarvestRefused("The endpoint gives nodes without IRI, which cannot be told apart from page to page.")
    return len(graph)


def read_release(quads: bytes, scope: Sequence[str], *, syntax: Syntax, limits: Limits) -> Taken:
    """Sort the quads of a release; raise HarvestRefused for what is no N-Quads without blank nodes."""
    return sorted_release(released_graphs(quads), scope, syntax=syntax, limits=limits)


def judgement(artefacts: Artefacts, judge: Callable[[Dossier], Report], lines: bytes, *, base: str, day: date) -> bytes:
    """Judge what a graph claims of one city by the standard in force; give the assertions as canonical N-Triples.

    Only what the data-entry profile lists is judged, as a profile that the city did not submit here: no level follows,
    and what is not shown is not held against the city. Raises SubmissionError when the graph speaks of no one city.
    """
    graph = artefacts.syntax.parse(lines, "application/n-triples", base="", most_triples=_MOST_TRIPLES)
    found = sift(graph, profile=artefacts.profile, syntax=artefacts.syntax)
    said = Graph(bind_namespaces="none") + found.graph
    for triple in found.refused:
        said.remove(triple)
    if not len(said):
        raise SubmissionError("nothing of it can be judged by the data-entry profile")
    dossier = composed(artefacts, said, Graph(), city=found.city, base=base, at=day, desk_profile=True)
    return artefacts.syntax.canonical(assertions(judge(dossier)))
