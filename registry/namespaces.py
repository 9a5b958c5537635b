"""Every IRI the code knows: namespaces and the few terms that are not plain vocabulary."""

from typing import Final

from rdflib import Namespace, URIRef

ROOT: Final = "https://w3id.org/hrcr/"
"""Where terms live on every installation; items live here too unless the base IRI is set."""

HRC: Final = Namespace(ROOT + "def#")
HRCSH: Final = Namespace(ROOT + "shapes#")
STANDARD: Final = Namespace(ROOT + "standard/")
PROCESS: Final = Namespace(ROOT + "standard/process/")
VOCAB: Final = Namespace(ROOT + "vocab/")

AS: Final = Namespace("https://www.w3.org/ns/activitystreams#")
BIBO: Final = Namespace("http://purl.org/ontology/bibo/")
CCCEV: Final = Namespace("http://data.europa.eu/m8g/")
CSVW: Final = Namespace("http://www.w3.org/ns/csvw#")
DCAT: Final = Namespace("http://www.w3.org/ns/dcat#")
DCT: Final = Namespace("http://purl.org/dc/terms/")
EARL: Final = Namespace("http://www.w3.org/ns/earl#")
ELI: Final = Namespace("http://data.europa.eu/eli/ontology#")
FOAF: Final = Namespace("http://xmlns.com/foaf/0.1/")
GEO: Final = Namespace("http://www.opengis.net/ont/geosparql#")
LDES: Final = Namespace("https://w3id.org/ldes#")
ORG: Final = Namespace("http://www.w3.org/ns/org#")
OWL: Final = Namespace("http://www.w3.org/2002/07/owl#")
PROV: Final = Namespace("http://www.w3.org/ns/prov#")
RDF: Final = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS: Final = Namespace("http://www.w3.org/2000/01/rdf-schema#")
REG: Final = Namespace("http://purl.org/linked-data/registry#")
SCHEMA: Final = Namespace("https://schema.org/")
SDGO: Final = Namespace("http://metadata.un.org/sdg/ontology#")
SEC: Final = Namespace("https://w3id.org/security#")
SEMAPV: Final = Namespace("https://w3id.org/semapv/vocab/")
SH: Final = Namespace("http://www.w3.org/ns/shacl#")
SKOS: Final = Namespace("http://www.w3.org/2004/02/skos/core#")
SPDX: Final = Namespace("http://spdx.org/rdf/terms#")
SSSOM: Final = Namespace("https://w3id.org/sssom/")
TREE: Final = Namespace("https://w3id.org/tree#")
VANN: Final = Namespace("http://purl.org/vocab/vann/")
VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
VOID: Final = Namespace("http://rdfs.org/ns/void#")
VS: Final = Namespace("http://www.w3.org/2003/06/sw-vocab-status/ns#")
XSD: Final = Namespace("http://www.w3.org/2001/XMLSchema#")

PREFIXES: Final = {
    "as": AS,
    "bibo": BIBO,
    "cccev": CCCEV,
    "csvw": CSVW,
    "dcat": DCAT,
    "dct": DCT,
    "earl": EARL,
    "eli": ELI,
    "foaf": FOAF,
    "geo": GEO,
    "hrc": HRC,
    "hrcsh": HRCSH,
    "ldes": LDES,
    "org": ORG,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "reg": REG,
    "schema": SCHEMA,
    "sdgo": SDGO,
    "sec": SEC,
    "sh": SH,
    "skos": SKOS,
    "spdx": SPDX,
    "tree": TREE,
    "vann": VANN,
    "vcard": VCARD,
    "void": VOID,
    "vs": VS,
    "xsd": XSD,
}
"""The one prefix table: dumps, pages, examples and documentation use these and no others."""

ONTOLOGY: Final = URIRef(ROOT + "def")
SHAPES: Final = URIRef(ROOT + "shapes")
