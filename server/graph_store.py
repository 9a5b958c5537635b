"""The graphs of a release by the SPARQL 1.1 Graph Store HTTP Protocol, reading only (sections 4 and 5.2)."""

from flask import Blueprint, Response, request
from rdflib import URIRef

from server.library import shelf
from server.problems import Problem
from server.query_frames import Question
from server.query_request import graphs_named, parameters
from server.result_forms import content_type, form_of_graph
from server.sparql import ask_release

blueprint = Blueprint("graph_store", __name__)


@blueprint.get("/store")
@blueprint.get("/releases/<release>/store", endpoint="of_release")
def store(release: str | None = None) -> Response:  # noqa: ARG001  # the shelf reads it from the request
    """Give the default graph (``?default``) or a named one (``?graph=IRI``), as the release holds it.

    A graph is read by a query worker, so its size and the time for it are bounded as an answer's are. Raises Problem:
    400 unless exactly one graph is named, 404 for a graph that is not held, 406 with the list.
    """
    pairs = parameters()
    named = graphs_named(pairs, "graph")
    if sum(name in ("default", "graph") for name, _ in pairs) != 1:
        raise Problem("bad-request", "Name one graph: “default”, or “graph” with the IRI of a named graph.")
    held = shelf()
    if named and URIRef(named[0]) not in held.names:
        raise Problem("not-found", "This release holds no graph of this name.")
    asked = next((value for name, value in reversed(pairs) if name == "format"), None)
    media_type = form_of_graph(asked, request.headers.get("Accept"))
    body = ask_release(Question(text=held.text("whole-graph"), media_type=media_type, default_graphs=named))
    return Response(body, content_type=content_type(media_type))
