"""A release built from the tree for the questions, and its artefacts as one graph for plain Python."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from rdflib import Graph

from registry.artefacts import Artefacts
from registry.model import Report
from registry.ports import OpenRelease
from registry.report import assertions
from registry.settings import Settings
from registry.wiring import wire

DAY: Final = date(2026, 11, 25)
JUDGED: Final = ("graz", "lund", "york")


def build(home: Path, reports: Mapping[str, Report] | None = None) -> OpenRelease:
    """Build a release of all artefacts and profiles, with these judgements only, and open it read-only."""
    registry = wire(Settings(home=home))
    registry.publish({slug: assertions(report) for slug, report in (reports or {}).items()}, at=DAY)
    return registry.current()


def judge(home: Path) -> dict[str, Report]:
    """Judge a few desk profiles; all of them would take minutes."""
    registry = wire(Settings(home=home))
    return {slug: registry.assess_desk_profile(slug, at=DAY) for slug in JUDGED}


def everything(artefacts: Artefacts) -> Graph:
    """Merge every artefact and profile into one plain graph, as the default graph of a release holds it."""
    files, merged = artefacts.files, Graph()
    for graphs in (
        files.ontology,
        files.vocabularies,
        files.standard,
        files.shapes,
        files.process,
        files.reference,
        files.cities,
    ):
        for graph in graphs.values():
            merged += graph
    return merged
