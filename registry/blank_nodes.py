"""Blank nodes of an untrusted graph: counted, kept from poisoning canonicalisation, and named as parts of the city."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

from rdflib import BNode, Graph, URIRef
from rdflib.term import Node

from registry.errors import NotAdmitted, SubmissionTooLarge
from registry.lexical import readable
from registry.namespaces import RDF

_MOST_ALIKE: Final = 5
_NUMBER: Final = re.compile(r"\d+")


def check_blank_nodes(graph: Graph, *, most: int) -> None:
    """Refuse more than ``most`` blank nodes, and groups that RDFC-1.0 could tell apart only by trying all orders.

    RDFC-1.0 tries orders only among blank nodes that have the same first-degree description and point to each other;
    groups of more than five of them are refused, so that canonicalising what passes takes well under a second.
    Raises SubmissionTooLarge or NotAdmitted.
    """
    descriptions = _first_degree(graph)
    if len(descriptions) > most:
        raise SubmissionTooLarge(
            f"The file has {len(descriptions)} blank nodes and may have {most}; "
            "name the parts as fragments of the city, such as <#plan-2026>."
        )
    counts = Counter(descriptions.values())
    alike = {node for node, description in descriptions.items() if counts[description] > 1}
    for node in sorted(alike, key=lambda each: (str(graph.value(each, RDF.type)), each)):
        if len(_group(graph, node, alike)) > _MOST_ALIKE:
            kind = graph.value(node, RDF.type)
            raise NotAdmitted(
                f"More than {_MOST_ALIKE} blank nodes say the same things and point to each other, for example "
                f"{readable(node)}{f', a {readable(kind)}' if kind else ''}; "
                "name them as fragments of the city, such as <#plan-2026>."
            )


def added(graphs: Iterable[Graph]) -> Graph:
    """Merge graphs (RDF 1.1 Semantics, 4.1): a blank node of one is none of another, whatever both are called."""
    whole = Graph(bind_namespaces="none")
    for graph in graphs:
        apart: dict[Node, BNode] = defaultdict(BNode)
        for subject, predicate, term in graph:
            ends = (apart[node] if isinstance(node, BNode) else node for node in (subject, term))
            whole.add((next(ends), predicate, next(ends)))
    return whole


def named_as_fragments(graph: Graph, city: URIRef) -> Graph:
    """Give a canonically labelled graph with each blank node as a fragment of the city: #n0, #n1 … by canonical order.

    Where the city uses such names itself, the prefix grows (#nn0 …), so that no two things become one.
    """
    stem = f"{city}#n"
    taken = {str(term) for triple in graph for term in triple if isinstance(term, URIRef)}
    while any(iri.startswith(stem) and _NUMBER.fullmatch(iri[len(stem) :]) for iri in taken):
        stem += "n"
    named = Graph(bind_namespaces="none")
    for subject, predicate, term in graph:
        named.add((_fragment(subject, stem), predicate, _fragment(term, stem)))
    return named


def _fragment(term: Node, stem: str) -> Node:
    return URIRef(stem + term.removeprefix("c14n")) if isinstance(term, BNode) else term


def _first_degree(graph: Graph) -> dict[BNode, tuple[str, ...]]:
    """Describe each blank node by its own statements, other blank nodes left anonymous (RDFC-1.0 4.6)."""
    lines: dict[BNode, list[str]] = {}
    for subject, predicate, term in graph:
        for node in {each for each in (subject, term) if isinstance(each, BNode)}:
            words = [_seen_from(node, each) for each in (subject, predicate, term)]
            lines.setdefault(node, []).append(" ".join(words))
    return {node: tuple(sorted(said)) for node, said in lines.items()}


def _seen_from(node: BNode, term: Node) -> str:
    if isinstance(term, BNode):
        return "_:a" if term == node else "_:z"
    return repr(term)


def _group(graph: Graph, start: BNode, alike: set[BNode]) -> set[BNode]:
    """Collect the blank nodes of ``alike`` reached from one of them through one another, in either direction."""
    group, waiting = {start}, [start]
    while waiting and len(group) <= _MOST_ALIKE:
        node = waiting.pop()
        around = (*graph.objects(node), *graph.subjects(None, node))
        near = {each for each in around if isinstance(each, BNode)} & alike
        waiting.extend(near - group)
        group |= near
    return group
