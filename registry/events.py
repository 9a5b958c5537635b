"""What the files of an installation say, as the acts that the ledger records: artefacts, profiles, assessments."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import count
from typing import Final

from rdflib import Graph, URIRef

from registry.artefacts import Artefacts
from registry.model import Event
from registry.namespaces import HRC, ROOT
from registry.ports import Syntax

STEWARD: Final = "registry-steward"
_PUBLISHED: Final = ("ontology", "vocabulary", "standard", "process", "shapes", "reference")
KINDS: Final = frozenset({*_PUBLISHED, "profile", "assessment"})
"""The kinds of events that files of the installation give."""


def events_of(artefacts: Artefacts, assessments: Mapping[str, Graph], *, at: date) -> Iterator[Event]:
    """Give the events that build a release: each artefact published, each desk profile compiled, each one assessed.

    ``assessments`` are the assertions on the desk profiles by slug; ``at`` is the day of the build. The order is fixed,
    so that the same inputs give the same events.
    """
    numbers = count(1)
    for kind, reason, graphs in _published(artefacts):
        for slug, graph in sorted(graphs.items()):
            yield _event(next(numbers), kind, slug, _day(graph, at), reason, graph, artefacts.syntax)
    for slug, graph in sorted(artefacts.files.cities.items()):
        reason = "Compiled from public sources; the city did not submit it."
        yield _event(next(numbers), "profile", slug, _day(graph, at), reason, graph, artefacts.syntax)
    for slug, graph in sorted(assessments.items()):
        reason = "Judged against the standard from public sources."
        yield _event(next(numbers), "assessment", slug, at.isoformat(), reason, graph, artefacts.syntax)


def _published(artefacts: Artefacts) -> Iterable[tuple[str, str, Mapping[str, Graph]]]:
    yield "ontology", "Published with this release.", artefacts.files.ontology
    yield "vocabulary", "Published with this release.", artefacts.files.vocabularies
    yield "standard", "Published with this release.", artefacts.files.standard
    yield "process", "Published with this release.", artefacts.files.process
    yield "shapes", "Published with this release.", artefacts.files.shapes
    yield "reference", "Compiled from public sources.", artefacts.files.reference


def _event(number: int, kind: str, slug: str, time: str, reason: str, graph: Graph, syntax: Syntax) -> Event:
    return Event(
        sequence=number,
        kind=kind,
        case=f"{kind}/{slug}",
        office=STEWARD,
        time=time,
        reason=reason,
        graph=URIRef(f"{ROOT}graph/{kind}/{slug}"),
        payload=syntax.canonical(graph),
    )


def _day(graph: Graph, at: date) -> str:
    stated = next(graph.objects(None, HRC.compiledOn), None)
    return str(stated) if stated is not None else at.isoformat()
