"""What catalogues and query editors read: the DCAT-AP catalogue, VoID, and the example queries as RDF."""

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from rdflib import RDF, RDFS, Graph, Literal, URIRef
from werkzeug.wrappers import Response as AnyResponse

from registry.catalogue import CATALOGUE, ENDPOINT, catalogue
from registry.namespaces import PREFIXES, ROOT, SCHEMA, SH, XSD
from registry.queries import QueryForm, examine_query
from server.installed import installation, library
from server.library import shelf
from server.negotiation import choose
from server.questions import Example, example_questions
from server.representations import present
from server.serialisation import FORMATS, HTML, send_graph

EXAMPLES: Final = URIRef(ROOT + ".well-known/sparql-examples")
_KINDS: Final = {
    QueryForm.SELECT: (SH.SPARQLSelectExecutable, SH.select),
    QueryForm.ASK: (SH.SPARQLAskExecutable, SH.ask),
    QueryForm.CONSTRUCT: (SH.SPARQLConstructExecutable, SH.construct),
    QueryForm.DESCRIBE: (SH.SPARQLDescribeExecutable, SH.describe),
}
"""How SIB's convention for example queries names each form, and the property that holds the text."""

blueprint = Blueprint("catalogue", __name__)


@blueprint.get("/catalogue")
def index() -> AnyResponse:
    """Give the catalogue (DCAT-AP 3): the series of releases, the current one in full, and the endpoint."""
    return present(str(CATALOGUE), _catalogue, lambda: render_template("catalogue.html", releases=library().kept()))


@blueprint.get("/.well-known/void")
def void() -> AnyResponse:
    """Describe the dataset (VoID 7.2): the current release with its classes and properties."""
    if _wants_page():
        return redirect(url_for("catalogue.index"), 302)
    return send_graph(_catalogue(), choose(request.headers.get("Accept"), tuple(FORMATS)))


@blueprint.get("/.well-known/sparql-examples")
def examples() -> AnyResponse:
    """Give the example queries as RDF, in the convention of the SIB Swiss Institute of Bioinformatics."""
    if _wants_page():
        return redirect(url_for("sparql.endpoint", _anchor="examples"), 302)
    return send_graph(example_graph(example_questions()), choose(request.headers.get("Accept"), tuple(FORMATS)))


def example_graph(questions: tuple[Example, ...]) -> Graph:
    """Describe queries as SHACL executables with their words, whom they serve and what they ask."""
    graph, prefixes = Graph(bind_namespaces="none"), URIRef(f"{EXAMPLES}#prefixes")
    for prefix, namespace in PREFIXES.items():
        declared = URIRef(f"{EXAMPLES}#prefix-{prefix}")
        graph.add((prefixes, SH.declare, declared))
        graph.add((declared, SH.prefix, Literal(prefix)))
        graph.add((declared, SH.namespace, Literal(str(namespace), datatype=XSD.anyURI)))
    for question in questions:
        node = URIRef(f"{EXAMPLES}#{question.slug}")
        kind, text = _KINDS[examine_query(question.query)]
        for predicate, value in (
            (RDF.type, SH.SPARQLExecutable),
            (RDF.type, kind),
            (RDFS.comment, Literal(question.words, lang="en")),
            (text, Literal(question.query)),
            (SH.prefixes, prefixes),
            (SCHEMA.target, ENDPOINT),
            (SCHEMA.audience, Literal(question.audience, lang="en")),
            *((SCHEMA.keywords, Literal(keyword, lang="en")) for keyword in question.keywords),
        ):
            graph.add((node, predicate, value))
    return graph


def _catalogue() -> Graph:
    held = shelf()
    words = installation().artefacts.described.words
    kept = [release for release in library().kept() if release.day <= held.release.day]
    return catalogue(held.manifest, kept or [held.release], words)


def _wants_page() -> bool:
    accept = request.headers.get("Accept", "")
    return HTML in accept and choose(accept, (*FORMATS, HTML)) == HTML
