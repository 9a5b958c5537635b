"""Bringing a release into a place of a SPARQL 1.1 server by the Graph Store Protocol, and comparing what is there then.

Nobody reads the place meanwhile. A graph that is there already as it should be is left alone, so a load that broke off
is taken up where it ended, and the next release costs what it changes.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from struct import pack
from typing import Final

import pyoxigraph

from registry.adapters.sparql_server import SparqlServer
from registry.adapters.sparql_server_reader import SparqlServerReader, lines_of
from registry.errors import ReleaseError, StoreError

_PIECE: Final = 50_000
"""Triples that one request brings at most."""
_SHOWN: Final = 3
_HELD: Final = "/held"
_HOLDS: Final = "https://w3id.org/hrcr/def#holdsGraph"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS: Final = frozenset(_XSD + name for name in ("integer", "decimal", "double", "float"))
_LITERAL: Final = re.compile(r'("(?:[^"\\]|\\.)*")(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?$', re.DOTALL)
_POINTS: Final = (
    "http://www.opengis.net/ont/geosparql#wktLiteral",
    "http://www.openlinksw.com/schemas/virtrdf#Geometry",
)
"""Virtuoso gives back the second where the first was put, with numbers of single precision (less than a metre off)."""
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What lies in a place after a load: how many quads, and how many of them the server writes in another way."""

    quads: int
    rewritten: int


class SparqlServerBuilder:
    """Writes into one place of a server."""

    def __init__(self, server: SparqlServer) -> None:
        """Write by a server that may be written to."""
        self._server = server

    def load(self, quads: bytes) -> Loaded:
        """Make the place hold exactly the N-Quads given, and look that it does.

        Raises ReleaseError where it holds something else in the end. A literal that the server gives back in another
        form of the same value is counted and no fault.
        """
        wanted = _by_graph(quads)
        try:
            for name in self._there():
                if name not in wanted:
                    self._server.drop(name)
            self._note(wanted)
            rewritten = sum(self._loaded(name, triples) for name, triples in wanted.items())
            left = sorted({*self._there()} - wanted.keys())
        except StoreError as fault:
            raise ReleaseError(
                f"The release could not be brought into {self._server.address.graphs}: {fault}"
            ) from fault
        if left:
            raise ReleaseError(f"{self._server.address.graphs} still holds {left[0]}, which the release has not.")
        return Loaded(sum(map(len, wanted.values())), rewritten)

    def _loaded(self, name: str | None, triples: set[str]) -> int:
        """Bring one graph, unless it is there; give how many of its triples come back in another form."""
        try:
            return self._compared(name, triples)
        except ReleaseError:
            self._server.drop(name)  # else Fuseki on TDB2 keeps decimals that are whole numbers
            for number, piece in enumerate(_pieces(triples)):
                self._server.put(name, piece, is_more=number > 0)
        return self._compared(name, triples)

    def _compared(self, name: str | None, triples: set[str]) -> int:
        found = set(lines_of(self._server.graph(name)))
        missing, more = triples - found, found - triples
        if sorted(map(valued, missing)) == sorted(map(valued, more)):
            return len(missing)
        shown = "; ".join([*sorted(missing - more)[:_SHOWN], *sorted(more)[:_SHOWN]])
        raise ReleaseError(
            f"{self._server.address.graphs} does not hold what was put into {name or 'the default graph'}: "
            f"{len(missing)} triples are missing or other ones ({shown})."
        )

    def _there(self) -> Iterable[str]:
        """Name the graphs in the place; where the server has graphs of its own, those that we noted."""
        default_graph = self._server.address.default_graph
        if default_graph is None:
            return map(str, SparqlServerReader(self._server).names())
        noted = lines_of(self._server.graph(default_graph + _HELD))
        return [line.rpartition(" <")[2].removesuffix(">") for line in noted]

    def _note(self, wanted: Iterable[str | None]) -> None:
        """Note which graphs are about to be ours, in a server that has others."""
        default_graph = self._server.address.default_graph
        if default_graph is not None:
            names = [name for name in wanted if name is not None]
            noted = "".join(f"<{default_graph}> <{_HOLDS}> <{name}> .\n" for name in names)
            self._server.put(default_graph + _HELD, noted.encode())


def named_graphs(quads: bytes) -> Sequence[str]:
    """Give the names of the graphs in N-Quads, in order."""
    return sorted(name for name in _by_graph(quads) if name is not None)


def _by_graph(quads: bytes) -> dict[str | None, set[str]]:
    """Give the triples of N-Quads by graph, always with the default graph; raise ReleaseError for a blank node."""
    found: dict[str | None, set[str]] = {None: set()}
    for quad in pyoxigraph.parse(quads, format=pyoxigraph.RdfFormat.N_QUADS):
        if any(isinstance(term, pyoxigraph.BlankNode) for term in (quad.subject, quad.object, quad.graph_name)):
            raise ReleaseError("The release has a blank node, which no server gives back under its name.")
        name = quad.graph_name.value if isinstance(quad.graph_name, pyoxigraph.NamedNode) else None
        found.setdefault(name, set()).add(f"{quad.subject} {quad.predicate} {quad.object}")
    return found


def _pieces(triples: Iterable[str]) -> Iterator[bytes]:
    ordered = sorted(triples)
    for start in range(0, max(1, len(ordered)), _PIECE):
        yield "".join(f"{triple} .\n" for triple in ordered[start : start + _PIECE]).encode()


def valued(triple: str) -> str:
    """Give a triple with its literal as a value: a number, a truth value, a language without regard to case."""
    subject, predicate, term = triple.split(" ", 2)
    found = _LITERAL.fullmatch(term)
    if found is None:
        return triple
    text, language, datatype = found[1], found[2], found[3]
    if language:
        return f"{subject} {predicate} {text}@{language.lower()}"
    if datatype in _NUMBERS:
        try:
            text = f"{Decimal(text[1:-1]).normalize():f}"
        except InvalidOperation:
            return triple
    if datatype == f"{_XSD}boolean":
        text = {'"1"': '"true"', '"0"': '"false"'}.get(text, text)
    if datatype in _POINTS:
        text, datatype = _NUMBER.sub(_in_single_precision, text), _POINTS[0]
    return f"{subject} {predicate} {text}^^{datatype}"


def _in_single_precision(number: re.Match[str]) -> str:
    return pack("f", float(number[0])).hex()
