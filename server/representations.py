"""One thing, several forms: the form is chosen, written, and sent with the links that say what else there is."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import quote

from flask import Response, current_app, request, url_for
from rdflib import Graph, URIRef

from registry.namespaces import PREFIXES
from server.library import Library, shelf
from server.links import GENID, root
from server.negotiation import choose
from server.problems import Problem
from server.serialisation import DATASETS, FORMATS, HTML, bare, send_document, serialise
from server.signposts import LICENCE, Signpost, header, of_forms
from server.versions import day_asked, neighbours

OFFERS: Final = (HTML, *FORMATS, *DATASETS)

Quads = Mapping[URIRef | None, Graph]
"""Graphs by name; None names the default graph."""


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


def present(
    iri: str,
    graph: Callable[[], Graph],
    page: Callable[[], str],
    *,
    quads: Callable[[], Quads] | None = None,
    signposts: Sequence[Signpost] = (),
) -> Response:
    """Answer with the page, the graph, or (TriG, N-Quads) the graph by who says each statement.

    Without ``quads`` the dataset is the graph alone, as its default graph. Raises Problem (406).
    """
    media_type = negotiated()
    if media_type == HTML:
        response = Response(page(), mimetype=HTML)
    else:
        body = shelf().kept.get((iri, media_type), lambda: _written(iri, graph, quads, media_type))
        response = send_document(body, media_type)
    day = day_asked()
    here = root() + quote(request.path)
    told = {post.relation for post in signposts}
    versions = [post for post in neighbours(iri) if post.relation not in told]
    response.headers["Link"] = header(
        [
            Signpost(here, "canonical"),
            Signpost(iri, "cite-as"),
            Signpost(LICENCE, "license"),
            Signpost(url_for("linked_data.ontology", _external=True), "describedby"),
            *of_forms(here, media_type, OFFERS, f"at={day}" if day else ""),
            *signposts,
            *versions,
        ]
    )
    return response


def _written(iri: str, graph: Callable[[], Graph], quads: Callable[[], Quads] | None, media_type: str) -> bytes:
    named = iri.startswith(GENID)
    if media_type not in DATASETS:
        return serialise(graph(), media_type, named=named)
    library: Library = current_app.extensions["library"]
    graphs: Quads = quads() if quads else {None: graph()}
    told = graphs if named else {name: bare(found) for name, found in graphs.items()}
    prefixes = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}
    return library.registry.artefacts.syntax.dataset(told, media_type, prefixes)
