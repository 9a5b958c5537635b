"""How the pages of the feed hang together: the stream, its view, and the way from page to page (LDES 1.0, TREE); pure.

The stream and its members have lasting IRIs. The nodes of the tree are the addresses that were asked, as a client takes
only what is said of the address that it has fetched.
"""

from collections.abc import Sequence
from typing import Final

from rdflib import Graph, URIRef

from registry.catalogue import FEED
from registry.feed import CURRENT, Entry
from registry.namespaces import DCT, LDES, RDF, ROOT, SH, TREE, XSD

RETENTION: Final = URIRef(f"{FEED}#retention")
_TRUE: Final = f'"true"^^<{XSD.boolean}>'


def stream(words: Graph, *, view: str, first: str) -> Graph:
    """Describe the stream at its view: what its members are, how long they are kept, and where its first page is.

    ``words`` are those of ``ontology/catalogue/``.
    """
    graph, node, relation = Graph(bind_namespaces="none"), URIRef(view), URIRef(f"{view}#first")
    graph += words.triples((FEED, None, None))
    for part in {*words.subjects(RDF.type, SH.NodeShape), *words.objects(None, SH.property), CURRENT, RETENTION}:
        if str(part).startswith(ROOT):
            graph += words.triples((part, None, None))
    for triple in (
        (FEED, TREE.view, node),
        (node, RDF.type, TREE.Node),
        (node, RDF.type, LDES.EventSource),
        (node, LDES.retentionPolicy, RETENTION),
        (node, TREE.relation, relation),
        (relation, RDF.type, TREE.Relation),
        (relation, TREE.node, URIRef(first)),
    ):
        graph.add(triple)
    return graph


def node(address: str, members: Sequence[Entry], *, following: str | None) -> bytes:
    """Give what a page says of itself, as N-Triples: its members, and of a full one which page follows.

    ``following`` is the address of the next page, None while the page is not full. What stands on it is not older than
    the last member here.
    """
    said = [f"<{FEED}> <{RDF.type}> <{LDES.EventStream}>", f"<{address}> <{RDF.type}> <{TREE.Node}>"]
    said += [f"<{FEED}> <{TREE.member}> <{member.iri}>" for member in members]
    if following is not None:
        relation = f"<{address}#next>"
        said += [
            f"<{address}> <{LDES.immutable}> {_TRUE}",
            f"<{address}> <{TREE.relation}> {relation}",
            f"{relation} <{RDF.type}> <{TREE.GreaterThanOrEqualToRelation}>",
            f"{relation} <{TREE.path}> <{DCT.issued}>",
            f'{relation} <{TREE.value}> "{members[-1].issued}"^^<{XSD.dateTime}>',
            f"{relation} <{TREE.node}> <{following}>",
        ]
    return "".join(f"{line} .\n" for line in said).encode()
