"""The seam to SPARQL endpoints of peers: one SELECT query, asked once, within limits."""

from dataclasses import dataclass
from typing import Protocol

from registry.model import Solutions


@dataclass(frozen=True, slots=True, kw_only=True)
class AskLimits:
    """What one answer of a peer may take."""

    seconds: float = 10.0
    most_bytes: int = 8 * 1024 * 1024
    most_rows: int = 5_000


class AskPeer(Protocol):
    """A query operation of the SPARQL 1.1 Protocol (2.1), at an endpoint that a peer is registered with."""

    def __call__(self, address: str, query: str, limits: AskLimits) -> Solutions:
        """Give the whole answer to a SELECT query; raise FetchError, or PeerAnswerRefused for one that is not taken."""
