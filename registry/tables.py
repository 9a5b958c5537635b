"""The main tables of a release as CSV on the Web (RFC 4180, W3C CSVW), with a code book from the ontology; pure."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rdflib import Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from registry.model import Solutions
from registry.namespaces import CSVW, DCT, PREFIXES, RDF, SKOS
from registry.ports import ReleaseReader

FOLDER: Final = "tables/"
LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, the term it holds, the type of its values, and what they mean."""

    name: str
    title: str
    term: URIRef
    datatype: str
    description: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its slug, what a row is, its key and its columns in order."""

    slug: str
    title: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]


def read_tables(described: Graph, terms: Graph) -> tuple[Table, ...]:
    """Read what the tables hold from their description (CSVW) and from the definitions of the terms they use."""
    return tuple(_table(described, terms, node) for node in sorted(described.subjects(CSVW.url), key=str))


def table_files(reader: ReleaseReader, tables: tuple[Table, ...], queries: Mapping[str, str]) -> Mapping[str, bytes]:
    """Give each table as CSV, and the code book for programs (CSVW metadata) and for people, by path."""
    files = {f"{FOLDER}{table.slug}.csv": _csv(table, reader, queries[table.slug]) for table in tables}
    files[f"{FOLDER}csvw.json"] = _metadata(tables)
    files[f"{FOLDER}codebook.md"] = _code_book(tables)
    return files


def _table(described: Graph, terms: Graph, node: Node) -> Table:
    schema = described.value(node, CSVW.tableSchema)
    columns = Collection(described, described.value(schema, CSVW.column) or RDF.nil)
    return Table(
        slug=str(described.value(node, CSVW.url)).removesuffix(".csv"),
        title=str(described.value(node, DCT.title)),
        description=str(described.value(node, DCT.description)),
        key=tuple(sorted(str(name) for name in described.objects(schema, CSVW.primaryKey))),
        columns=tuple(_column(described, terms, column) for column in columns),
    )


def _column(described: Graph, terms: Graph, node: Node) -> Column:
    term = URIRef(str(described.value(node, CSVW.propertyUrl)))
    return Column(
        name=str(described.value(node, CSVW.name)),
        title=str(described.value(node, CSVW.title)),
        term=term,
        datatype=str(described.value(node, CSVW.datatype)),
        description=str(described.value(node, DCT.description) or terms.value(term, SKOS.definition) or ""),
    )


def _csv(table: Table, reader: ReleaseReader, query: str) -> bytes:
    found = reader.query(query)
    rows = list(_rows(table, found)) if isinstance(found, Solutions) else []
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.name for column in table.columns)
    writer.writerows(sorted(set(rows)))
    return text.getvalue().encode()


def _rows(table: Table, found: Solutions) -> Iterator[tuple[str, ...]]:
    for record in found.records():
        yield tuple("" if (value := record[column.name]) is None else str(value) for column in table.columns)


def _metadata(tables: tuple[Table, ...]) -> bytes:
    document = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:license": {"@id": LICENCE},
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "tables": [
            {
                "url": f"{table.slug}.csv",
                "dc:title": table.title,
                "dc:description": table.description,
                "tableSchema": {
                    "columns": [
                        {
                            "name": column.name,
                            "titles": [column.name],
                            "dc:title": column.title,
                            "dc:description": column.description,
                            "propertyUrl": str(column.term),
                            "datatype": column.datatype,
                        }
                        for column in table.columns
                    ],
                    "primaryKey": list(table.key),
                },
            }
            for table in tables
        ],
    }
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def _code_book(tables: tuple[Table, ...]) -> bytes:
    lines = [
        "# Code book",
        "",
        "What each column of the tables holds. Empty cells say nothing: what is not known is not denied.",
    ]
    for table in tables:
        lines += ["", f"## {table.slug}.csv: {table.title}", "", table.description, ""]
        lines += ["| column | title | type | term | meaning |", "|---|---|---|---|---|"]
        lines += [
            f"| `{column.name}` | {column.title} | {column.datatype} | {_curie(column.term)} | {column.description} |"
            for column in table.columns
        ]
    return ("\n".join(lines) + "\n").encode()


def _curie(term: URIRef) -> str:
    for prefix, namespace in PREFIXES.items():
        if term.startswith(str(namespace)):
            return f"`{prefix}:{term.removeprefix(str(namespace))}`"
    return f"`{term}`"
