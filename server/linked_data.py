"""Linked data: each of our IRIs answers with a page or with RDF, whichever is asked for."""

import difflib
import json
from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, current_app, g, redirect, request, url_for
from rdflib import Graph, URIRef
from werkzeug.wrappers import Response as AnyResponse

from registry.context import context_of
from registry.dossier import merge
from registry.namespaces import HRC, ROOT
from server import artefact_pages, item_pages
from server.descriptions import describe, statements, with_provenance
from server.library import GRAPHS, Library, Shelf, shelf
from server.links import GENID, is_path, local_address, root
from server.problems import Problem
from server.public_cases import dossier_of
from server.registration import ended, tombstone
from server.representations import negotiated, present
from server.serialisation import HTML
from server.signposts import of_artefact, of_item
from server.structured_data import structured

_NEAREST: Final = 5
_LONGEST: Final = 80

blueprint = Blueprint("linked_data", __name__)


@blueprint.get("/id/<path:path>")
def identifier(path: str) -> AnyResponse:
    """Send whoever asks for a thing to the document about it (303, Cool URIs 4.2)."""
    try:
        _described("id/" + path)
    except Problem:
        if dossier_of(path) is None:
            raise
    return redirect(url_for("linked_data.document", path=path), 303)


@blueprint.get("/doc/<path:path>")
def document(path: str) -> AnyResponse:
    """Describe an item; of a decided case that no release tells of yet, send to its dossier."""
    try:
        return _item("id/" + path)
    except Problem:
        place = dossier_of(path)
        if place is None:
            raise
        return redirect(place, 303)


@blueprint.get("/vocab/<path:path>")
def vocabulary(path: str) -> AnyResponse:
    """Describe a concept scheme, the version of one that this release holds, or a concept."""
    scheme = _in_force("vocab", path)
    return _item("vocab/" + path if scheme is None else scheme.removeprefix(ROOT))


@blueprint.get("/vocab")
def vocabularies() -> AnyResponse:
    """List the concept schemes."""
    return present(ROOT + "vocab", lambda: shelf().triples("schemes"), lambda: item_pages.vocabularies(shelf()))


@blueprint.get("/standard/<path:path>")
def standard_item(path: str) -> AnyResponse:
    """Describe a criterion, a requirement, a threshold, a matter or a source."""
    iri, graph = _described("standard/" + path)
    criterion = next(graph.objects(iri, HRC.criterion), None)
    if criterion is not None and negotiated() == HTML:
        place = url_for("linked_data.standard_item", path=str(criterion).removeprefix(ROOT + "standard/"))
        return redirect(f"{place}#{path.rsplit('/', 1)[-1]}", 303)
    return present_item(iri, graph)


@blueprint.get("/standard")
def standard() -> AnyResponse:
    """Give the whole standard."""
    return _artefact("standard", "standard/", lambda: item_pages.standard(shelf()))


@blueprint.get("/def")
def ontology() -> AnyResponse:
    """Give the ontology."""
    return _artefact("def", "ontology/hrc", lambda: artefact_pages.ontology(shelf()))


@blueprint.get("/def/<path:path>")
def ontology_version(path: str) -> AnyResponse:
    """Give the version of the ontology that this release holds, or what is known of another."""
    return ontology() if _is_in_force("def", path) else _item("def/" + path)


@blueprint.get("/alignments")
def alignments() -> AnyResponse:
    """Give the mappings from our terms to those of others."""
    return _held(ROOT + "alignments", "ontology/alignments")


@blueprint.get("/alignments/<path:path>")
def alignments_version(path: str) -> AnyResponse:
    """Give the version of the alignments that this release holds."""
    return alignments() if _is_in_force("alignments", path) else _item("alignments/" + path)


@blueprint.get("/shapes")
def shapes() -> AnyResponse:
    """Give every shape."""
    return _artefact("shapes", "shapes/", lambda: artefact_pages.shapes(shelf()))


@blueprint.get("/shapes/<path:path>")
def shape_file(path: str) -> AnyResponse:
    """Give the shapes of one file, or of the version in force."""
    held = shelf()
    if _is_in_force("shapes", path):
        return shapes()
    return _held(ROOT + "shapes/" + path, "shapes/" + path, lambda graph: artefact_pages.shape_file(held, path, graph))


@blueprint.get("/profile")
def profile() -> AnyResponse:
    """Give the data-entry profile."""
    return _artefact("profile", "shapes/submission", lambda: artefact_pages.profile(shelf()))


@blueprint.get("/profile/<path:path>")
def profile_version(path: str) -> AnyResponse:
    """Give the version of the profile that this release holds."""
    return profile() if _is_in_force("profile", path) else _item("profile/" + path)


@blueprint.get("/.well-known/genid/<path:path>")
def unnamed(path: str) -> AnyResponse:
    """Describe a node that its author gave no name, under the one the release gave it (RDF 1.1 Concepts 3.5)."""
    iri = URIRef(GENID + path)
    graph = describe(shelf(), iri) if is_path(path) else Graph()
    if (iri, None, None) not in graph:
        raise missing(".well-known/genid/" + path)
    return present_item(iri, graph)


@blueprint.get("/graph")
def graphs() -> AnyResponse:
    """List every named graph with who says it, when and why."""
    return present(ROOT + "graph", lambda: shelf().triples("graphs"), lambda: item_pages.graphs(shelf()))


@blueprint.get("/graph/<path:path>")
def graph(path: str) -> AnyResponse:
    """Give one named graph."""
    return _held(ROOT + "graph/" + path, path)


@blueprint.get("/context.jsonld")
def context() -> Response:
    """Give the JSON-LD context, the one that intake uses."""
    library: Library = current_app.extensions["library"]
    document = json.dumps(context_of(library.registry.artefacts.profile_shapes), ensure_ascii=False, indent=2)
    return Response(document + "\n", content_type="application/ld+json")


def missing(path: str) -> Problem:
    """Say that nothing is there, and what is near by."""
    known = shelf().documents
    kind, _, rest = path.partition("/")
    start = f"{ROOT}{kind}/"
    same_kind = [iri.removeprefix(start) for iri in known if iri.startswith(start)]
    near = difflib.get_close_matches(rest.casefold()[:_LONGEST], same_kind, n=_NEAREST, cutoff=0.7)
    nearest = [{"label": known[start + end].text, "address": local_address(start + end)} for end in near]
    return Problem(
        "not-found",
        "There is no item of this name here.",
        nearest=[entry for entry in nearest if entry["address"]],
        lists=[url_for(endpoint) for endpoint in ("pages.cities", "linked_data.standard", "linked_data.vocabularies")],
    )


def _described(path: str) -> tuple[URIRef, Graph]:
    iri = URIRef(ROOT + path)
    graph = describe(shelf(), iri) if is_path(path) else Graph()
    if (iri, None, None) not in graph:
        raise (tombstone(shelf(), iri) if is_path(path) else None) or missing(path)
    return iri, graph


def present_item(iri: URIRef, graph: Graph) -> Response:
    """Answer with an item as a page, as the graph that describes it, or statement by statement as who says it."""
    held = shelf()
    return present(
        str(iri),
        lambda: graph,
        lambda: _page(held, iri, graph),
        quads=lambda: statements(held, iri),
        signposts=[*of_item(graph, iri, root()), *of_artefact(graph, iri, root())],
    )


def _page(held: Shelf, iri: URIRef, graph: Graph) -> str:
    g.registration = ended(held, iri)
    g.structured = structured(graph, iri, held, request.base_url)
    return item_pages.item(held, iri, graph)


def _item(path: str) -> Response:
    return present_item(*_described(path))


def _held(iri: str, name: str, page: Callable[[Graph], str] | None = None) -> Response:
    held = shelf()
    graph = held.graph(name) if is_path(name) else Graph()
    if not len(graph):
        raise missing(iri.removeprefix(ROOT))
    return present(
        iri,
        lambda: graph,
        lambda: page(graph) if page is not None else item_pages.graph(iri, graph),
        quads=lambda: with_provenance(held, {URIRef(GRAPHS + name): graph}),
        signposts=of_artefact(graph, URIRef(iri), root()),
    )


def _artefact(name: str, prefix: str, page: Callable[[], str]) -> Response:
    """Answer with one of our artefacts: every graph whose name starts so, merged or apart."""
    held, iri = shelf(), ROOT + name
    return present(
        iri,
        lambda: merge(held.graphs(prefix).values()),
        page,
        quads=lambda: with_provenance(
            held, {URIRef(GRAPHS + prefix + slug): graph for slug, graph in held.graphs(prefix).items()}
        ),
        signposts=of_artefact(held.header(iri), URIRef(iri), root()),
    )


def _is_in_force(name: str, version: str) -> bool:
    """Say whether this release holds that version of an artefact."""
    return _in_force(name, version) is not None


def _in_force(name: str, version: str) -> str | None:
    """Give what has that version IRI in this release."""
    rows = shelf().rows("version-of", version=URIRef(f"{ROOT}{name}/{version}")) if is_path(version) else []
    return next((str(row["item"]) for row in rows), None)
