"""A query as every reader of SPARQL cuts it into the same words, for engines that the look at queries was not made for.

The lexer of the look reads as the embedded engine does. Others hold the longest piece for one word, so that what is a
comparison here may open an IRI there, and hide or uncover what stands behind it. Without comments, and with a space
behind each sign that could open an IRI and does not, there is one way to cut.
"""

import re
from dataclasses import fields
from typing import Final

from registry.queries import Limits, read_query

_COMMENT: Final = re.compile(r"#[^\n\r]*")
_ALL: Final = Limits(**{entry.name: 1 << 40 for entry in fields(Limits)})
"""What peers answered stands in a query that was looked at before, and may be long."""


def plain(query: str) -> str:
    """Give a query plainly, with its words on the lines where they stood; raises QueryError for an unclosed string."""
    pieces: list[str] = []
    end = 0
    for kind, word, start in read_query(query, _ALL):
        pieces.append(_COMMENT.sub("", query[end:start]).replace("\ufeff", " "))
        pieces.append(f"{word} " if kind == "operator" and _ends_comparison(query, start, word) else word)
        end = start + len(word)
    return "".join(pieces)


def _ends_comparison(query: str, start: int, word: str) -> bool:
    """Say whether an operator is ``<``, ``<=`` or the second half of the latter, which the lexer may cut in two."""
    is_whole = word.startswith("<") and not query.startswith("=", start + len(word))
    return is_whole or (word.startswith("=") and start > 0 and query[start - 1] == "<")
