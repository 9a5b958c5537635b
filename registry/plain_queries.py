"""A query as every reader of SPARQL cuts it into the same words, for engines that the look at queries was not made for.

The lexer of the look reads as the embedded engine does. Others hold the longest piece for one word, so that what is a
comparison here may open an IRI there, and hide or uncover what stands behind it. Without comments, and with a space
behind each sign that could open an IRI and does not, there is one way to cut.
"""

import re
from dataclasses import dataclass, fields
from typing import Final

from registry.queries import Limits, read_query

_COMMENT: Final = re.compile(r"#[^\n\r]*")
_ALL: Final = Limits(**{entry.name: 1 << 40 for entry in fields(Limits)})
"""What peers answered stands in a query that was looked at before, and may be long."""


@dataclass(frozen=True, slots=True)
class PlainQuery:
    """The text, whose lines are those of the query, and whether it names its dataset (FROM, SPARQL 1.1, 13.2)."""

    text: str
    names_graphs: bool


def plain(query: str) -> PlainQuery:
    """Give a query plainly; raises QueryError for an unclosed string."""
    pieces: list[str] = []
    end, names_graphs = 0, False
    for kind, word, start in read_query(query, _ALL):
        pieces.append(_COMMENT.sub("", query[end:start]).replace("\ufeff", " "))
        pieces.append(f"{word} " if kind == "operator" and _ends_comparison(query, start, word) else word)
        names_graphs = names_graphs or (kind == "word" and word.upper() == "FROM")
        end = start + len(word)
    return PlainQuery("".join(pieces), names_graphs)


def _ends_comparison(query: str, start: int, word: str) -> bool:
    """Say whether an operator is ``<``, ``<=`` or the second half of the latter, which the lexer may cut in two."""
    is_whole = word.startswith("<") and not query.startswith("=", start + len(word))
    return is_whole or (word.startswith("=") and start > 0 and query[start - 1] == "<")
