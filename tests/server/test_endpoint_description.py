"""The service description: what it says is what is so."""

from flask import Flask
from rdflib import Namespace, URIRef

from registry.namespaces import ROOT
from server.endpoint_description import SD, endpoint_description

FORMATS = Namespace("http://www.w3.org/ns/formats/")


def test_it_names_the_language_every_form_and_every_named_graph(app: Flask) -> None:
    held = app.extensions["library"].shelf()
    described = endpoint_description(held)
    forms = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
    triples = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML")
    assert set(described.objects(URIRef(ROOT + "sparql"), SD.resultFormat)) == {FORMATS[f] for f in forms + triples}
    assert set(described.objects(None, SD.name)) == set(held.names)
    assert set(described.objects(None, SD.supportedLanguage)) == {SD.SPARQL11Query}
