"""The competency questions as example queries: each file's first comment line is its question."""

from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from typing import Final

from registry.namespaces import PREFIXES
from registry.wiring import questions

PREFIX_BLOCK: Final = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
"""The one prefix table as SPARQL."""


@dataclass(frozen=True, slots=True)
class Example:
    """One question in plain words with the query that answers it."""

    slug: str
    words: str
    query: str


@cache
def example_questions() -> tuple[Example, ...]:
    """Give every competency question in order."""
    return tuple(_example(slug, text) for slug, text in questions().items())


def _example(slug: str, text: str) -> Example:
    lines = text.splitlines(keepends=True)
    head = list(takewhile(lambda line: line.startswith("#"), lines))
    words = head[0].lstrip("# ").strip() if head else slug
    return Example(slug, words, "".join(lines[len(head) :]).strip() + "\n")
