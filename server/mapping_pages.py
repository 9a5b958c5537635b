"""How the words of peers are brought into our terms: each mapping as its query, as its table, and as RDF (SSSOM)."""

from functools import lru_cache
from typing import Final

from flask import Blueprint, Response, render_template
from rdflib import Graph

from registry.namespaces import ROOT
from registry.peer_wiring import mapping_files
from registry.sssom import MappingSet, as_graph, read_set
from server.problems import Problem
from server.representations import present

_QUERY: Final = "application/sparql-query; charset=utf-8"
_TABLE: Final = "text/tab-separated-values; charset=utf-8"

blueprint = Blueprint("mappings", __name__)


@blueprint.get("/mappings")
def index() -> Response:
    """List every mapping, row by row: who says so, how close, and how surely."""
    return present(ROOT + "mappings", _whole, lambda: render_template("mappings.html", sets=_sets()))


@blueprint.get("/mappings/<name>.rq")
def query(name: str) -> Response:
    """Give the CONSTRUCT query of a mapping (SPARQL 1.1)."""
    return Response(_file(name, 0), content_type=_QUERY)


@blueprint.get("/mappings/<name>.sssom.tsv")
def table(name: str) -> Response:
    """Give the table of a mapping (SSSOM/TSV)."""
    return Response(_file(name, 1), content_type=_TABLE)


def _file(name: str, number: int) -> str:
    """Give the query (0) or the table (1) of a mapping; raise Problem (404)."""
    files = mapping_files().get(name)
    if files is None:
        raise Problem("not-found", "There is no mapping of this name.", lists=["/mappings"])
    return files[number]


@lru_cache(1)
def _sets() -> tuple[MappingSet, ...]:
    return tuple(read_set(name, table) for name, (_, table) in mapping_files().items())


def _whole() -> Graph:
    whole = Graph(bind_namespaces="none")
    for each in _sets():
        whole += as_graph(each)
    return whole
