"""What events name by its SHA-256 alone, checked where it is enclosed: documents, and reports made once more; pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from rdflib import Graph
from rdflib.exceptions import ParserError

from registry.errors import RegistryError
from registry.model import Envelope
from registry.namespaces import DCT, HRC, PROV, RDF, STANDARD
from registry.verification import Check, Kind

SUBMISSION: Final = "submission"
REPORT: Final = "report"
"""Under which roles an act names by SHA-256 what was handed in, and what the machine said of it."""

Repeat = Callable[[bytes, date, str], bytes]
"""From a submission, the day that it was judged for, and the base of the installation, to the report on it."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a report says of how it was made: for which day, under which base, from parts with which SHA-256.

    And by which engine and version of the standard, about which city.
    """

    day: date
    base: str
    hashes: Mapping[str, str]
    engine: str = ""
    standard: str = ""
    city: str = ""


def document_checks(
    envelopes: Iterable[Envelope], documents: Mapping[str, bytes], *, ours: Mapping[str, str], repeat: Repeat
) -> Iterator[Check]:
    """Check the documents that events name; ``documents`` are those enclosed, by their SHA-256.

    A report is made again by ``repeat`` where its submission is enclosed and it was made with the artefacts that are
    here, whose SHA-256 are ``ours`` by name; any other is named as not checked.
    """
    named: dict[str, int] = {}
    pairs: dict[tuple[str, str], int] = {}
    for envelope in envelopes:
        for role in (SUBMISSION, REPORT):
            if role in envelope.hashes:
                named.setdefault(envelope.hashes[role], envelope.sequence)
        if SUBMISSION in envelope.hashes and REPORT in envelope.hashes:
            pairs.setdefault((envelope.hashes[SUBMISSION], envelope.hashes[REPORT]), envelope.sequence)
    enclosed = [digest for digest in named if digest in documents]
    if enclosed:
        yield Check(Kind.HOLDS, f"{len(enclosed):,} documents enclosed have the SHA-256 that their events state.")
    for digest, sequence in named.items():
        if digest not in documents:
            yield Check(Kind.NOT_CHECKED, f"The document {digest[:12]}… that event {sequence} names: not enclosed.")
    for (submission, report), sequence in pairs.items():
        if submission in documents and report in documents:
            yield _repeated(sequence, documents[submission], documents[report], ours, repeat)


def stated_by(report: bytes) -> Stated | None:
    """Read how a report says that it was made; None when it is no report."""
    try:
        graph = Graph().parse(data=report.decode("utf-8"), format="nt")
        node = next(iter(graph.subjects(RDF.type, HRC.Assessment)), None)
        day = date.fromisoformat(str(graph.value(node, HRC.referenceDate)))
    except (ParserError, ValueError):
        return None
    base, found, _ = str(node).partition("id/assessment/")
    if not found:
        return None
    parts = graph.objects(node, HRC.partHash)
    return Stated(
        day,
        base,
        {str(graph.value(part, DCT.title)): str(graph.value(part, HRC.sha256)) for part in parts},
        engine=str(graph.value(node, HRC.engine) or ""),
        standard=str(graph.value(node, PROV.hadPlan) or "").removeprefix(str(STANDARD)),
        city=str(graph.value(node, HRC.assesses) or ""),
    )


def _repeated(sequence: int, submission: bytes, report: bytes, ours: Mapping[str, str], repeat: Repeat) -> Check:
    stated = stated_by(report)
    if stated is None:
        return Check(Kind.BROKEN, f"The report that event {sequence} names is none: it says not how it was made.")
    others = sorted(name for name, digest in ours.items() if stated.hashes.get(name) != digest)
    if others:
        return Check(
            Kind.NOT_CHECKED,
            f"The report that event {sequence} names: it was made with other versions of {', '.join(others)}; "
            "check it with the software of that release.",
        )
    try:
        again = repeat(submission, stated.day, stated.base)
    except RegistryError as fault:
        return Check(Kind.BROKEN, f"The report that event {sequence} names cannot be made again: {fault}")
    here = stated_by(again)
    if here is not None and here.engine != stated.engine:
        return Check(
            Kind.NOT_CHECKED,
            f"The report that event {sequence} names: it was made with {stated.engine}; here is {here.engine}.",
        )
    if again != report:
        return Check(Kind.BROKEN, f"The report that event {sequence} names is not what judging gives: it is another.")
    return Check(Kind.HOLDS, f"The report that event {sequence} names was made again from its parts, byte for byte.")
