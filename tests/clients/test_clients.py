"""Clients that nobody configured get what the engine itself says, whatever form of protocol and result they choose."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pyoxigraph
import pytest
import SPARQLWrapper
from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from tests.clients.answers import QUERIES, Answer, comparable, engine, solutions, triples

pytestmark = pytest.mark.clients

FETCHED: Final = Path(__file__).parents[2] / "var" / "clients"
SECONDS: Final = 120

Client = Callable[[str, Path], Answer]


def sparqlwrapper(address: str, query: Path) -> Answer:
    """SPARQLWrapper, which asks for the form that it likes best: XML, or RDF/XML."""
    client = SPARQLWrapper.SPARQLWrapper(address)
    client.setQuery(query.read_text())
    converted = client.queryAndConvert()
    if isinstance(converted, Graph):
        return triples(converted)
    return solutions(converted.toxml().encode(), "xml")


def sparqlwrapper_by_post(address: str, query: Path) -> Answer:
    """SPARQLWrapper, which sends the query as it is and asks for JSON."""
    client = SPARQLWrapper.SPARQLWrapper(address)
    client.setQuery(query.read_text())
    client.setMethod(SPARQLWrapper.POST)
    client.setRequestMethod(SPARQLWrapper.POSTDIRECTLY)
    if query.stem == "construct":
        client.setReturnFormat(SPARQLWrapper.TURTLE)
        return triples(Graph().parse(client.queryAndConvert(), format="turtle"))
    client.setReturnFormat(SPARQLWrapper.JSON)
    return solutions(json.dumps(client.queryAndConvert()).encode(), "json")


def sparqlstore(address: str, query: Path) -> Answer:
    """RDFLib, to which the endpoint is a store like another."""
    return comparable(Graph(SPARQLStore(address)).query(query.read_text()))


def comunica(address: str, query: Path) -> Answer:
    """Comunica, which finds out by itself what kind of source the address is."""
    tool = FETCHED / "node_modules" / ".bin" / "comunica-sparql"
    wanted = "application/n-triples" if query.stem == "construct" else "application/sparql-results+json"
    return told([str(tool), address, "--file", str(query), "-t", wanted], query)


def rsparql(address: str, query: Path) -> Answer:
    """Jena's remote query tool."""
    wanted = "N-TRIPLES" if query.stem == "construct" else "JSON"
    java = ["java", "-cp", f"{FETCHED / 'jars'}/*", "arq.rsparql"]
    return told([*java, f"--service={address}", f"--query={query}", f"--results={wanted}"], query)


def curl(address: str, query: Path) -> Answer:
    """curl, with a form."""
    wanted = "application/n-triples" if query.stem == "construct" else "application/sparql-results+json"
    return told(
        ["curl", "-sSf", "-H", f"Accept: {wanted}", "--data-urlencode", f"query@{query}", address],
        query,
    )


CLIENTS: Final = [sparqlwrapper, sparqlwrapper_by_post, sparqlstore, comunica, rsparql, curl]


def told(command: list[str], query: Path) -> Answer:
    """Run a tool and read what it prints; its own Node.js comes first on the path."""
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False, env=os.environ | {"PATH": tools})
    assert done.returncode == 0, done.stderr.decode()
    if query.stem == "construct":
        return triples(Graph().parse(data=done.stdout, format="nt"))
    return solutions(done.stdout, "json")


def test_there_are_eight_queries() -> None:
    assert len(QUERIES) == 8


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # SPARQLWrapper reads a graph into one
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.stem)
@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_a_client_gets_what_the_engine_says(client: Client, query: Path, address: str, store: pyoxigraph.Store) -> None:
    expected = engine(store, query)
    assert expected
    assert client(address, query) == expected
