"""What the endpoint can do, as SPARQL 1.1 Service Description."""

from functools import cache
from pathlib import Path
from typing import Final

from rdflib import BNode, Graph, Literal, Namespace, URIRef

from registry.catalogue import ENDPOINT
from registry.namespaces import DCT, RDF, RDFS, ROOT, SCHEMA, XSD
from registry.settings import Settings
from server.library import Shelf

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")

MOST_GRAPHS: Final = 200
"""With more named graphs the description leaves them to VoID and to the list of graphs, and stays small."""


def endpoint_description(held: Shelf, settings: Settings, address: str, site: str) -> Graph:
    """Describe the endpoint at an address over one release: languages, result forms, dataset and limits.

    The release's dataset is a stored default graph and named graphs; ``site`` is where this installation is served.
    """
    graph = Graph(bind_namespaces="none")
    for triple in _always():
        graph.add(triple)
    graph.add((ENDPOINT, SD.endpoint, URIRef(address)))
    graph.add((ENDPOINT, RDFS.seeAlso, URIRef(site + "limits")))
    _describe_dataset(graph, held, site)
    for name, most, words in _limits(settings):
        limit = BNode(name)
        graph.add((ENDPOINT, SCHEMA.additionalProperty, limit))
        graph.add((limit, RDF.type, SCHEMA.PropertyValue))
        graph.add((limit, SCHEMA.propertyID, Literal(name)))
        graph.add((limit, SCHEMA.maxValue, Literal(most)))
        graph.add((limit, SCHEMA.description, Literal(words, lang="en")))
    return graph


def _describe_dataset(graph: Graph, held: Shelf, site: str) -> None:
    dataset, default = BNode("dataset"), BNode("default")
    graph.add((ENDPOINT, SD.defaultDataset, dataset))
    graph.add((dataset, RDF.type, SD.Dataset))
    graph.add((dataset, DCT.identifier, Literal(held.release.id)))
    graph.add((dataset, DCT.source, URIRef(f"{ROOT}release/{held.release.id}")))
    graph.add((dataset, DCT.issued, Literal(held.release.day.isoformat(), datatype=XSD.date)))
    graph.add((dataset, RDFS.seeAlso, URIRef(site + ".well-known/void")))
    graph.add((dataset, RDFS.seeAlso, URIRef(site + "graph")))
    graph.add((dataset, SD.defaultGraph, default))
    graph.add((default, RDF.type, SD.Graph))
    for number, name in enumerate(held.names if len(held.names) <= MOST_GRAPHS else ()):
        node = BNode(f"graph{number}")
        graph.add((dataset, SD.namedGraph, node))
        graph.add((node, RDF.type, SD.NamedGraph))
        graph.add((node, SD.name, name))


def _limits(settings: Settings) -> list[tuple[str, int, str]]:
    """Give every limit as its name, its number and what it counts."""
    taken = [("seconds", settings.query_seconds, "seconds for one query")]
    taken.append(("budget", settings.query_budget, "seconds of processor time for one client within a minute"))
    return [*taken, *settings.query_limits.described()]


@cache
def _always() -> Graph:
    return Graph(bind_namespaces="none").parse(Path(__file__).parent / "endpoint.ttl", format="turtle")
