"""Turtle of the simulated city, written line by line."""

from datetime import date

CITY = "https://example.org/id/city/faultless"
SITE = "https://faultless.example"
PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix earl: <http://www.w3.org/ns/earl#> .
@prefix hrc: <https://w3id.org/hrcr/def#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
ENGLISH = "<http://publications.europa.eu/resource/authority/language/ENG>"
BY = "hrc:supportedBy <https://example.org/id/city/faultless#gazette>"


def day(value: date) -> str:
    return f'"{value.isoformat()}"^^xsd:date'


def vocab(scheme: str, *concepts: str) -> str:
    return " , ".join(f"<https://w3id.org/hrcr/vocab/{scheme}/{concept}>" for concept in concepts)


def page(path: str) -> str:
    return f"dcat:accessURL <{SITE}/{path}>"


def part(name: str) -> str:
    return f"<{CITY}#{name}>" if name else f"<{CITY}>"


def parts(predicate: str, *names: str) -> str:
    """One predicate with several parts of the city; no line where there are none."""
    return f"{predicate} " + " , ".join(part(name) for name in names) if names else ""


def node(name: str, kind: str, *lines: str) -> str:
    """One part of the city with its type; empty lines are left out."""
    return f"{part(name)} a {kind} ;\n    " + " ;\n    ".join(line for line in lines if line) + " .\n"
