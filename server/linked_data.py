"""Linked data: each of our IRIs answers with a page or with RDF, whichever is asked for."""

import difflib
import json
from collections.abc import Callable, Iterable
from typing import Final

from flask import Blueprint, Response, current_app, redirect, request, url_for
from rdflib import Graph, URIRef
from rdflib.term import Node
from werkzeug.wrappers import Response as AnyResponse

from registry.context import context_of
from registry.dossier import merge
from registry.namespaces import HRC, OWL, ROOT
from server import item_pages
from server.library import Library, Shelf, shelf
from server.links import GENID, is_path, local_address
from server.negotiation import choose
from server.problems import Problem
from server.serialisation import FORMATS, HTML, send_document, serialise

OFFERS: Final = (HTML, *FORMATS)
LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
_NEAREST: Final = 5
_LONGEST: Final = 80

blueprint = Blueprint("linked_data", __name__)


@blueprint.get("/id/<path:path>")
def identifier(path: str) -> AnyResponse:
    """Send whoever asks for a thing to the document about it (303, Cool URIs 4.2)."""
    _described("id/" + path)
    return redirect(url_for("linked_data.document", path=path), 303)


@blueprint.get("/doc/<path:path>")
def document(path: str) -> AnyResponse:
    """Describe an item."""
    return _item("id/" + path)


@blueprint.get("/vocab/<path:path>")
def vocabulary(path: str) -> AnyResponse:
    """Describe a concept scheme or a concept."""
    return _item("vocab/" + path)


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
    return present(str(iri), lambda: graph, lambda: item_pages.item(shelf(), iri, graph))


@blueprint.get("/standard")
def standard() -> AnyResponse:
    """Give the whole standard."""
    return present(ROOT + "standard", lambda: _merged("standard/"), lambda: item_pages.standard(shelf()))


@blueprint.get("/def")
def ontology() -> AnyResponse:
    """Give the ontology."""
    return present(ROOT + "def", lambda: shelf().graph("ontology/hrc"), lambda: item_pages.ontology(shelf()))


@blueprint.get("/def/<path:path>")
def ontology_version(path: str) -> AnyResponse:
    """Give the version of the ontology that this release holds."""
    version = URIRef(f"{ROOT}def/{path}")
    if (None, OWL.versionIRI, version) not in shelf().terms:
        raise missing("def/" + path)
    return ontology()


@blueprint.get("/alignments")
def alignments() -> AnyResponse:
    """Give the mappings from our terms to those of others."""
    return _held(ROOT + "alignments", "ontology/alignments")


@blueprint.get("/alignments/<path:path>")
def alignments_version(path: str) -> AnyResponse:
    """Give the version of the alignments that this release holds."""
    if (None, OWL.versionIRI, URIRef(f"{ROOT}alignments/{path}")) not in shelf().terms:
        raise missing("alignments/" + path)
    return alignments()


@blueprint.get("/shapes")
def shapes() -> AnyResponse:
    """Give every shape."""
    return present(ROOT + "shapes", lambda: _merged("shapes/"), lambda: item_pages.shapes(shelf()))


@blueprint.get("/shapes/<path:path>")
def shape_file(path: str) -> AnyResponse:
    """Give the shapes of one file."""
    return _held(ROOT + "shapes/" + path, "shapes/" + path)


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


def negotiated() -> str:
    """Give the media type to answer with; raises Problem (406, with the list) when none fits."""
    asked = request.args.get("_mediatype")
    if asked is not None:
        wanted = asked.replace(" ", "+")
        chosen = wanted if wanted in OFFERS else None
    else:
        chosen = choose(request.headers.get("Accept"), OFFERS)
    if chosen is None:
        raise Problem("not-acceptable", "This is given as one of the types listed.", available=list(OFFERS))
    return chosen


def present(iri: str, graph: Callable[[], Graph], page: Callable[[], str]) -> Response:
    """Answer with the page or the graph, with the links that say what else there is (RFC 8288)."""
    media_type = negotiated()
    if media_type == HTML:
        response = Response(page(), mimetype=HTML)
    else:
        body = shelf().kept.get((iri, media_type), lambda: serialise(graph(), media_type))
        response = send_document(body, media_type)
    here = request.base_url
    links = [f'<{here}>; rel="canonical"', f'<{iri}>; rel="cite-as"', f'<{LICENCE}>; rel="license"']
    links += [f'<{url_for("linked_data.ontology", _external=True)}>; rel="describedby"']
    for offer in OFFERS:
        if offer != media_type:
            links.append(f'<{here}?_mediatype={offer.replace("+", "%2B")}>; rel="alternate"; type="{offer}"')
    response.headers["Link"] = ", ".join(links)
    return response


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


def describe(held: Shelf, iri: URIRef) -> Graph:
    """Describe an item: its triples, those of its fragments and unnamed nodes, and the labels of what it points at."""
    graph = held.triples("description", item=iri)
    pending = _unnamed(graph)
    while pending:
        node = pending.pop()
        found = held.triples("description-of-node", node=node)
        fresh = _unnamed(found) - set(graph.subjects())
        graph += found
        pending |= fresh - {node}
    return graph + held.triples("labels-around", item=iri) if len(graph) else graph


def _unnamed(graph: Graph) -> set[Node]:
    return {node for node in graph.objects() if str(node).startswith(GENID) and (node, None, None) not in graph}


def _described(path: str) -> tuple[URIRef, Graph]:
    iri = URIRef(ROOT + path)
    graph = describe(shelf(), iri) if is_path(path) else Graph()
    if (iri, None, None) not in graph:
        raise missing(path)
    return iri, graph


def _item(path: str) -> Response:
    iri, graph = _described(path)
    return present(str(iri), lambda: graph, lambda: item_pages.item(shelf(), iri, graph))


def _held(iri: str, name: str) -> Response:
    graph = shelf().graph(name) if is_path(name) else Graph()
    if not len(graph):
        raise missing(iri.removeprefix(ROOT))
    return present(iri, lambda: graph, lambda: item_pages.graph(iri, graph))


def _merged(prefix: str) -> Graph:
    return merge(_values(shelf().graphs(prefix)))


def _values(graphs: dict[str, Graph]) -> Iterable[Graph]:
    return graphs.values()
