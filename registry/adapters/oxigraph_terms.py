"""RDF terms between rdflib and pyoxigraph: the one conversion, used by every adapter that meets both."""

import pyoxigraph
from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from registry.errors import PortError

OxigraphTerm = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal
"""What both sides know; RDF 1.2 triple terms stay outside."""

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


def to_rdflib(term: object) -> Node:
    """Give the rdflib form of a pyoxigraph term, lexical form untouched and xsd:string as a plain literal.

    Raises PortError for a triple term, which rdflib has no form for.
    """
    if isinstance(term, pyoxigraph.NamedNode):
        return URIRef(term.value)
    if isinstance(term, pyoxigraph.Literal):
        if term.language:
            return Literal(term.value, lang=term.language)
        datatype = term.datatype.value
        return Literal(term.value, datatype=None if datatype == _XSD_STRING else URIRef(datatype), normalize=False)
    if isinstance(term, pyoxigraph.BlankNode):
        return BNode(term.value)
    raise PortError(
        f"The RDF term {term} has no form in this library; only IRIs, literals and blank nodes are used here."
    )


def from_rdflib(node: Node) -> OxigraphTerm:
    """Give the pyoxigraph form of an rdflib term; raises PortError when Oxigraph refuses it (for example a bad IRI)."""
    try:
        if isinstance(node, URIRef):
            return pyoxigraph.NamedNode(node)
        if isinstance(node, BNode):
            return pyoxigraph.BlankNode(node)
        if isinstance(node, Literal):
            if node.language:
                return pyoxigraph.Literal(node, language=node.language)
            return pyoxigraph.Literal(node, datatype=pyoxigraph.NamedNode(node.datatype or _XSD_STRING))
    except ValueError as fault:
        raise PortError(f'The term "{node}" cannot be stored: {fault}.') from fault
    raise PortError(f"The term {node!r} is neither an IRI, a literal nor a blank node.")
