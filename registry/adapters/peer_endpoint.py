"""The AskPeer port: SPARQLWrapper writes the request, the guarded fetch sends it, Oxigraph reads the answer."""

from collections.abc import Callable
from itertools import islice
from typing import Final

import pyoxigraph
from SPARQLWrapper import JSON, POST, URLENCODED, SPARQLWrapper

from registry.adapters.oxigraph_terms import to_rdflib
from registry.errors import PortError
from registry.federation_errors import PeerAnswerRefused
from registry.federation_ports import AskLimits
from registry.fetch_errors import FetchTooLarge
from registry.fetch_ports import Exchange, FetchLimits
from registry.model import Solutions

RESULTS: Final = "application/sparql-results+json"
_FORM: Final = "application/x-www-form-urlencoded"


class PeerEndpoint:
    """Asks SPARQL endpoints; may be shared between threads."""

    def __init__(self, opened: Callable[[FetchLimits], Exchange]) -> None:
        """Ask by what is ``opened`` within limits."""
        self._open = opened

    def __call__(self, address: str, query: str, limits: AskLimits) -> Solutions:
        """Ask (see the port)."""
        exchange = self._open(FetchLimits(seconds=limits.seconds, most_bytes=limits.most_bytes))
        try:
            found = exchange.post(address, _body(address, query), {"Accept": RESULTS, "Content-Type": _FORM})
        except FetchTooLarge as fault:
            raise PeerAnswerRefused(f"{fault} Ask the peer for less, or use LIMIT within the clause.") from fault
        if not 200 <= found.status < 300:
            raise PeerAnswerRefused(f"{address} answered with status {found.status} instead of results.")
        return _read(address, found.body, limits.most_rows)


def _body(address: str, query: str) -> bytes:
    """Give a query operation as a form, with nothing in it but the query."""
    client = SPARQLWrapper(address)
    client.setQuery(query)
    client.queryType = "SELECT"  # it guesses from words within the prefixes, and would send an update
    client.setMethod(POST)
    client.setRequestMethod(URLENCODED)
    client.setReturnFormat(JSON)
    client.setOnlyConneg(True)
    sent = client._createRequest().data
    return sent if isinstance(sent, bytes) else b""


def _read(address: str, body: bytes, most_rows: int) -> Solutions:
    """Read results; one row more than may be tells that there are too many."""
    try:
        found = pyoxigraph.parse_query_results(body, format=pyoxigraph.QueryResultsFormat.JSON)
        if not isinstance(found, pyoxigraph.QuerySolutions):
            raise PeerAnswerRefused(f"{address} gave no table; its answer is not taken.")
        names = tuple(variable.value for variable in found.variables)
        rows = tuple(
            tuple(None if term is None else to_rdflib(term) for term in row) for row in islice(found, most_rows + 1)
        )
    except (SyntaxError, ValueError, OSError, PortError) as fault:
        raise PeerAnswerRefused(f"{address} gave no results in the form of SPARQL; its answer is not taken.") from fault
    return Solutions(names, rows)
