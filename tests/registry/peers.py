"""Peers written for tests: lists in Turtle, and keys."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from registry.dumps import public_key_pem

DAY: Final = date(2026, 6, 30)
PREFIXES: Final = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix hrc: <https://w3id.org/hrcr/def#> .
@prefix peer: <https://w3id.org/hrcr/id/peer/> .
@prefix peer-kinds: <https://w3id.org/hrcr/vocab/peer-kinds/> .
@prefix peer-states: <https://w3id.org/hrcr/vocab/peer-states/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
KEY: Final = bytes(range(32))


def peer_turtle(slug: str = "north", **changes: str | None) -> str:
    """Write one peer; ``changes`` are other values in Turtle by the name of the property, None for none at all."""
    values: Mapping[str, str | None] = {
        "prefLabel": '"Registry of the north"@en',
        "peerKind": "peer-kinds:rdf-file",
        "accessURL": "<https://north.example/city.ttl>",
        "uriSpace": '"https://north.example/id/city/"',
        "peerState": "peer-states:active",
        "decidedOn": '"2026-06-01"^^xsd:date',
        "decidedBy": "<https://w3id.org/hrcr/id/office/registry-steward>",
        "publicKey": None,
        "mapping": None,
        "sparqlEndpoint": None,
        "permitsFederatedQuery": None,
        **changes,
    }
    prefixes = {"prefLabel": "skos", "accessURL": "dcat", "uriSpace": "void", "sparqlEndpoint": "void"}
    said = [f"{prefixes.get(name, 'hrc')}:{name} {value}" for name, value in values.items() if value is not None]
    return f"peer:{slug} a hrc:Peer ;\n    " + " ;\n    ".join(said) + " .\n"


def key_turtle(key: bytes = KEY) -> str:
    """Write a public key as the value of hrc:publicKey."""
    return f'"""{public_key_pem(key).decode()}"""'


def write_peers(path: Path, *peers: str) -> str:
    """Write a list of peers into a file and give its name."""
    path.write_text(PREFIXES + "\n" + "\n".join(peers), encoding="utf-8")
    return str(path)
