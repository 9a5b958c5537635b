"""The forms an answer to a query may take, and which of them a request asks for."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from registry.queries import QueryForm
from server.negotiation import choose
from server.problems import Problem

SOLUTIONS: Final[Mapping[str, str]] = {
    "application/sparql-results+json": "application/sparql-results+json",
    "application/sparql-results+xml": "application/sparql-results+xml",
    "text/csv": "text/csv",
    "text/tab-separated-values": "text/tab-separated-values",
    "text/html": "text/html",
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
}
"""What may be asked for and what is then sent, the favourite first."""

TRIPLES: Final[Mapping[str, str]] = {
    "text/turtle": "text/turtle",
    "application/n-triples": "application/n-triples",
    "application/ld+json": "application/ld+json",
    "application/rdf+xml": "application/rdf+xml",
    "application/trig": "application/trig",
    "application/n-quads": "application/n-quads",
    "text/html": "text/html",
    "application/json": "application/ld+json",
    "application/xml": "application/rdf+xml",
    "text/xml": "application/rdf+xml",
    "text/plain": "application/n-triples",
}
"""The same for graphs; in TriG and N-Quads the answer is the default graph."""

GRAPH_FORMS: Final[Mapping[str, str]] = {asked: sent for asked, sent in TRIPLES.items() if sent != "text/html"}
"""The same without a page."""

SHORT_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "json": ("application/sparql-results+json", "application/ld+json"),
    "xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
    "turtle": ("text/turtle",),
    "ttl": ("text/turtle",),
    "n3": ("text/turtle",),
    "ntriples": ("application/n-triples",),
    "nt": ("application/n-triples",),
    "jsonld": ("application/ld+json",),
    "json-ld": ("application/ld+json",),
    "rdf": ("application/rdf+xml",),
    "rdfxml": ("application/rdf+xml",),
    "rdf+xml": ("application/rdf+xml",),
    "trig": ("application/trig",),
    "nquads": ("application/n-quads",),
    "nq": ("application/n-quads",),
    "spreadsheet": ("text/csv",),
    "html": ("text/html",),
}
"""The values of ``format`` beside whole media types."""


SPREADSHEET: Final = "spreadsheet"
"""The value of ``format`` for CSV that is safe in a spreadsheet."""


@lru_cache(maxsize=256)
def form_of_answer(form: QueryForm, asked: str | None, accept: str | None) -> str:
    """Give the media type to answer a query with: ``format`` decides before the Accept header.

    Raises Problem (406, with the list) when none on offer fits.
    """
    offers = TRIPLES if form.gives_triples else SOLUTIONS
    return _chosen(offers, asked, accept, f"A {form} query is answered as one of the types listed.")


def form_of_graph(asked: str | None, accept: str | None) -> str:
    """Give the media type to send a graph with; raises Problem (406, with the list)."""
    return _chosen(GRAPH_FORMS, asked, accept, "A graph is sent as one of the types listed.")


def content_type(media_type: str) -> str:
    """Give the Content-Type of an answer, with its character set where the type has one."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _chosen(offers: Mapping[str, str], asked: str | None, accept: str | None, words: str) -> str:
    if asked is None:
        chosen = choose(accept, tuple(offers))
    else:
        names = SHORT_NAMES.get(asked.lower(), (asked.lower().replace(" ", "+"),))
        chosen = next((name for name in names if name in offers), None)
    if chosen is None:
        raise Problem("not-acceptable", words, available=list(dict.fromkeys(offers.values())))
    return offers[chosen]
