"""A SPARQL answer as a page shows it: rows of terms, a truth value, or a graph in Turtle."""

import json
from dataclasses import dataclass

from rdflib import Literal, URIRef

from registry.namespaces import ROOT
from server.links import address
from server.words import Shown, bare_address, curie, literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the page shows; the parts that do not apply are empty."""

    variables: tuple[str, ...] = ()
    rows: tuple[tuple[Shown | None, ...], ...] = ()
    row_count: int = 0
    truth: bool | None = None
    turtle: str | None = None


def read_answer(body: bytes, *, is_graph: bool, most_rows: int) -> Answer:
    """Read a serialised answer (SPARQL 1.1 Query Results JSON, or Turtle); no more rows than ``most_rows`` are kept."""
    if is_graph:
        return Answer(turtle=body.decode())
    document = json.loads(body)
    if "boolean" in document:
        return Answer(truth=document["boolean"])
    variables, bindings = tuple(document["head"]["vars"]), document["results"]["bindings"]
    rows = tuple(tuple(_shown(row.get(name)) for name in variables) for row in bindings[:most_rows])
    return Answer(variables=variables, rows=rows, row_count=len(bindings))


def _shown(term: dict[str, object] | None) -> Shown | None:
    if term is None:
        return None
    value = str(term["value"])
    match term["type"]:
        case "uri":
            href, is_foreign = address(value)
            short = bare_address(value) if is_foreign else curie(value).removeprefix(ROOT)
            return Shown(short or value, None, href, is_foreign, value)
        case "literal" | "typed-literal":
            return literal(_literal(term, value))
        case "bnode":
            return Shown(f"_:{value}")
        case _:
            return Shown(json.dumps(term["value"], ensure_ascii=False))


def _literal(term: dict[str, object], value: str) -> Literal:
    language, datatype = term.get("xml:lang"), term.get("datatype")
    if language:
        return Literal(value, lang=str(language))
    return Literal(value, datatype=URIRef(str(datatype)) if datatype else None, normalize=False)
