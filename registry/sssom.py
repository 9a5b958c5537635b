"""A mapping of a foreign vocabulary as SSSOM states it: from its table to RDF; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rdflib import Graph, Literal, URIRef

from registry.namespaces import DCT, OWL, RDF, RDFS, ROOT, SSSOM, XSD

SPACE: Final = f"{ROOT}mappings#"
"""What the IRI of each set of mappings begins with; its name follows."""
_PAV: Final = "http://purl.org/pav/"
_CURIE: Final = re.compile(r"#  ([a-z]+): (\S+)")
_FACT: Final = re.compile(r"#([a-z_]+): (.+)")


@dataclass(frozen=True, slots=True)
class Row:
    """One mapping: from what to what, how close, how it was found, who says so, how surely, and a comment."""

    subject: str
    predicate: str
    object: str
    justification: str
    author: str
    confidence: str
    comment: str


@dataclass(frozen=True, slots=True)
class MappingSet:
    """A set of mappings: its name, what its table says of it, its rows in order, and its terms by CURIE prefix."""

    name: str
    facts: Mapping[str, str]
    rows: tuple[Row, ...]
    prefixes: Mapping[str, str]

    def iri(self, curie: str) -> URIRef:
        """Give the IRI of a CURIE of the table; raise KeyError for a prefix that it does not declare."""
        prefix, _, name = curie.partition(":")
        return URIRef(self.prefixes[prefix] + name)


def read_set(name: str, table: str) -> MappingSet:
    """Read a table of ours (SSSOM/TSV: comments in YAML, then columns)."""
    lines = table.splitlines()
    head = [line for line in lines if line.startswith("#")]
    columns, *body = [line.split("\t") for line in lines if line and not line.startswith("#")]
    rows = [dict(zip(columns, cells, strict=True)) for cells in body]
    return MappingSet(
        name,
        {match[1]: match[2] for line in head if (match := _FACT.fullmatch(line))},
        tuple(
            Row(
                row["subject_id"],
                row["predicate_id"],
                row["object_id"],
                row["mapping_justification"],
                row["author_id"],
                row["confidence"],
                row["comment"],
            )
            for row in rows
        ),
        {match[1]: match[2] for line in head if (match := _CURIE.fullmatch(line))},
    )


def as_graph(found: MappingSet) -> Graph:
    """Give a set as RDF: each mapping as the statement itself and an annotated axiom with author and confidence."""
    graph, home = Graph(bind_namespaces="none"), URIRef(SPACE + found.name)
    graph.add((home, RDF.type, SSSOM.MappingSet))
    graph.add((home, DCT.description, Literal(found.facts["mapping_set_description"], lang="en")))
    graph.add((home, DCT.license, URIRef(found.facts["license"])))
    graph.add((home, OWL.versionInfo, Literal(found.facts["mapping_set_version"])))
    for number, row in enumerate(found.rows, start=1):
        node = URIRef(f"{home}-{number}")
        subject, predicate, value = (found.iri(each) for each in (row.subject, row.predicate, row.object))
        graph.add((home, SSSOM.mappings, node))
        graph.add((node, RDF.type, OWL.Axiom))
        graph.add((node, OWL.annotatedSource, subject))
        graph.add((node, OWL.annotatedProperty, predicate))
        graph.add((node, OWL.annotatedTarget, value))
        graph.add((node, SSSOM.mapping_justification, found.iri(row.justification)))
        graph.add((node, URIRef(_PAV + "authoredBy"), found.iri(row.author)))
        graph.add((node, SSSOM.confidence, Literal(row.confidence, datatype=XSD.double)))
        if row.comment:
            graph.add((node, RDFS.comment, Literal(row.comment, lang="en")))
        graph.add((subject, predicate, value))
    return graph
