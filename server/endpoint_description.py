"""What the endpoint can do, as SPARQL 1.1 Service Description."""

from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import XSD

from registry.namespaces import DCT, RDF, ROOT
from server.library import Shelf

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
_FORMATS = Namespace("http://www.w3.org/ns/formats/")


def endpoint_description(held: Shelf) -> Graph:
    """Describe the endpoint, its result forms and its dataset: a stored default graph and the named graphs."""
    graph, service, dataset, default = Graph(), URIRef(ROOT + "sparql"), BNode("dataset"), BNode("default")
    graph.add((service, RDF.type, SD.Service))
    graph.add((service, SD.endpoint, service))
    graph.add((service, SD.supportedLanguage, SD.SPARQL11Query))
    for name in ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"):
        graph.add((service, SD.resultFormat, _FORMATS[name]))
    for name in ("Turtle", "N-Triples", "JSON-LD", "RDF_XML"):
        graph.add((service, SD.resultFormat, _FORMATS[name]))
    graph.add((service, SD.defaultDataset, dataset))
    graph.add((dataset, RDF.type, SD.Dataset))
    graph.add((dataset, DCT.identifier, Literal(held.release.id)))
    graph.add((dataset, DCT.issued, Literal(held.release.day.isoformat(), datatype=XSD.date)))
    graph.add((dataset, DCT.license, URIRef("https://creativecommons.org/licenses/by/4.0/")))
    graph.add((dataset, SD.defaultGraph, default))
    graph.add((default, RDF.type, SD.Graph))
    for name in held.names:
        node = BNode()
        graph.add((dataset, SD.namedGraph, node))
        graph.add((node, SD.name, name))
    return graph
