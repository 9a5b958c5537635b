"""From an Accept header to one of the media types on offer (RFC 9110, sections 12.4 and 12.5.1); pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

MOST_CHARACTERS: Final = 8_192
MOST_RANGES: Final = 50

_ELEMENT = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*+"?)+')
_PARAMETER = re.compile(r';[ \t]*+([^\s=;"]+)[ \t]*+=[ \t]*+("(?:[^"\\]|\\.)*+"|[^\s;"]*)')
_TYPE = re.compile(r"[ \t]*([!#$%&'*+.^_`|~0-9a-z-]+)/([!#$%&'*+.^_`|~0-9a-z-]+)[ \t]*(?=;|$)", re.IGNORECASE)
_WEIGHT = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?|\.[0-9]{1,3})$")


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One range a client accepts, with its weight between 0 and 1."""

    type: str
    subtype: str
    weight: float

    @property
    def specificity(self) -> int:
        """Rank ``*/*`` below ``text/*`` below ``text/turtle``."""
        return (self.type != "*") + (self.subtype != "*")

    def covers(self, media_type: str) -> bool:
        """Say whether a media type lies in this range."""
        main, _, sub = media_type.partition("/")
        return self.type in ("*", main) and self.subtype in ("*", sub)


def parse_accept(header: str) -> tuple[MediaRange, ...]:
    """Read the ranges of an Accept header; what is malformed, or comes after the fiftieth, says nothing."""
    elements = _ELEMENT.findall(header[:MOST_CHARACTERS])[:MOST_RANGES]
    return tuple(found for element in elements for found in _range(element))


def choose(header: str | None, offers: Sequence[str]) -> str | None:
    """Choose among offers, the server's favourite first; None when none of them is acceptable.

    The weight of an offer is that of the most specific range that covers it. Of equal weights the more specifically
    asked wins, then the server's order. Without a header, or with one that says nothing, the favourite is chosen.
    """
    ranges = parse_accept(header or "")
    if not ranges:
        return offers[0]
    best: tuple[float, int] = (0.0, 0)
    chosen = None
    for offer in offers:
        rank = _rank(offer, ranges)
        if rank[0] > 0 and rank > best:
            best, chosen = rank, offer
    return chosen


def _rank(offer: str, ranges: Sequence[MediaRange]) -> tuple[float, int]:
    covering = [found for found in ranges if found.covers(offer)]
    if not covering:
        return 0.0, 0
    closest = max(covering, key=lambda found: (found.specificity, found.weight))
    return closest.weight, closest.specificity


def _range(element: str) -> Iterator[MediaRange]:
    kind = _TYPE.match(element)
    if kind is None or (kind[1] == "*" and kind[2] != "*"):
        return
    weight = next((value for name, value in _PARAMETER.findall(element, kind.end()) if name.lower() == "q"), "1")
    if _WEIGHT.match(weight):
        yield MediaRange(type=kind[1].lower(), subtype=kind[2].lower(), weight=float(weight))
