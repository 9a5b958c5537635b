"""The competency questions as example queries: each file begins with its question, whom it serves and its keywords."""

from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from typing import Final

from registry.loading import questions
from registry.namespaces import PREFIXES

PREFIX_BLOCK: Final = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
"""The one prefix table as SPARQL."""


@dataclass(frozen=True, slots=True)
class Example:
    """One question in plain words with the query that answers it."""

    slug: str
    words: str
    audience: str
    keywords: tuple[str, ...]
    query: str


@cache
def example_questions() -> tuple[Example, ...]:
    """Give every competency question in order."""
    return tuple(_example(slug, text) for slug, text in questions().items())


def _example(slug: str, text: str) -> Example:
    lines = text.splitlines(keepends=True)
    head = list(takewhile(lambda line: line.startswith("#"), lines))
    words = head[0].lstrip("# ").strip() if head else slug
    told = dict(line.lstrip("# ").strip().split(": ", 1) for line in head[1:] if ": " in line)
    keywords = tuple(word.strip() for word in told.get("Keywords", "").split(",") if word.strip())
    return Example(slug, words, told.get("For", ""), keywords, "".join(lines[len(head) :]).strip() + "\n")
