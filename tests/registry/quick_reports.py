"""Reports made without looking for repairs, which takes most of the time."""

from datetime import date
from functools import cache

from rdflib import Graph, Literal, URIRef

from registry.adapters.pyshacl_validator import PyShaclValidator
from registry.judgement import composed, judged
from registry.model import Report
from registry.namespaces import HRC, RDF, SKOS
from tests.registry.playing import artefacts

CITY = URIRef("https://example.org/id/city/silent")


@cache
def deciding() -> PyShaclValidator:
    """The engine that decides, with all shapes."""
    return PyShaclValidator(artefacts().judging_shapes)


@cache
def silent() -> Report:
    """The judgement of a city that says nothing but its name."""
    said = Graph()
    said.add((CITY, RDF.type, HRC.City))
    said.add((CITY, SKOS.prefLabel, Literal("Silent", lang="en")))
    dossier = composed(
        artefacts(), said, Graph(), city=CITY, base="https://example.org/", at=date(2026, 6, 30), desk_profile=False
    )
    return judged(dossier, deciding(), artefacts())
