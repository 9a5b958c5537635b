"""The queries that every client is asked, and answers in a form that can be compared."""

from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Final, cast

import pyoxigraph
from rdflib import Graph
from rdflib.compare import to_canonical_graph
from rdflib.query import Result

QUERIES: Final = sorted((Path(__file__).parent / "queries").glob("*.rq"))

Answer = bool | Counter[tuple[tuple[str, str], ...]] | frozenset[str]
"""A truth value; each row with how often it comes, a cell as its variable and its term; or the triples of a graph."""


def solutions(document: bytes, form: str) -> Answer:
    """Read a document of results."""
    return comparable(Result.parse(BytesIO(document), format=form))


def comparable(result: Result) -> Answer:
    """Bring a result into the form that is compared; the order of rows does not count."""
    if result.type == "ASK":
        return bool(result.askAnswer)
    if result.type == "CONSTRUCT":
        return triples(cast("Graph", result.graph))
    rows = (tuple(sorted((str(name), term.n3()) for name, term in row.items())) for row in result.bindings)
    return Counter(rows)


def triples(graph: Graph) -> frozenset[str]:
    """Give the canonical triples of a graph."""
    return frozenset(" ".join(term.n3() for term in triple) for triple in to_canonical_graph(graph))


def engine(store: pyoxigraph.Store, query: Path) -> Answer:
    """What the engine says without a network."""
    answer = store.query(query.read_text())
    if isinstance(answer, pyoxigraph.QueryTriples):
        return triples(Graph().parse(data=answer.serialize(format=pyoxigraph.RdfFormat.N_TRIPLES), format="nt"))
    return solutions(cast("bytes", answer.serialize(format=pyoxigraph.QueryResultsFormat.JSON)), "json")
