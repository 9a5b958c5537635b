"""What every other part of the wiring starts from: the published artefacts, read once, and the clock."""

import logging
from datetime import UTC, datetime
from functools import cache

from registry.adapters.artefact_files import bundled_contexts, example_texts, load_artefacts, question_texts
from registry.adapters.oxigraph_syntax import OxigraphSyntax
from registry.artefacts import Artefacts

logging.getLogger("rdflib.term").setLevel(logging.ERROR)  # who typed a faulty value is told; the log need not be


def now() -> datetime:
    """Give the time, in UTC; the only clock of the registry."""
    return datetime.now(UTC)


@cache
def artefacts() -> Artefacts:
    """Read the published artefacts, once in each process."""
    syntax = OxigraphSyntax(bundled_contexts())
    return Artefacts(load_artefacts(syntax), syntax)


def questions() -> dict[str, str]:
    """Give the competency questions as query texts by slug."""
    return question_texts()


def examples() -> dict[str, str]:
    """Give the fictional examples as Turtle texts by path below data/examples."""
    return example_texts()
