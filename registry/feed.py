"""The feed: what each release changed, graph by graph, as the members of a Linked Data Event Stream; pure.

Members stand on pages of a fixed number. A page that is full is never written again, so whoever has read it need never
read it again (LDES 1.0, TREE).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from rdflib import Graph, URIRef

from registry.catalogue import FEED, release_iri
from registry.model import Folded
from registry.namespaces import AS, DCT, RDF, ROOT, SCHEMA, XSD
from registry.ports import CARRIED

PAGE_SIZE: Final = 50
"""How many members a full page has; whoever changes it breaks every page that was published."""
INDEX: Final = f"{CARRIED}index.json"
CURRENT: Final = URIRef(f"{FEED}#current")
"""What a member is part of whose statements the default graph holds too: what the registry holds as current."""
KINDS: Final = (AS.Create, AS.Update, AS.Delete)


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a feed has come: how many members it has, and the day of the last one."""

    members: int = 0
    day: date | None = None

    @property
    def pages(self) -> int:
        """Give the number of its pages; the last one is not full yet, and may be empty."""
        return self.members // PAGE_SIZE + 1


@dataclass(frozen=True, slots=True)
class Edition:
    """A release as the feed needs it: its identifier, its day, and what it holds."""

    identifier: str
    day: date
    content: Folded


@dataclass(frozen=True, slots=True)
class Entry:
    """One member as people read it: what became of which graph, when, by which release, and why."""

    iri: str
    number: int
    kind: str
    graph: str
    issued: str
    release: str
    reason: str

    @property
    def name(self) -> str:
        """Give kind and slug of the graph."""
        return self.graph.removeprefix(f"{ROOT}graph/")


def page_of(number: int) -> int:
    """Give the page on which the member of a number stands, both counted from 1."""
    return (number - 1) // PAGE_SIZE + 1


def page_path(page: int) -> str:
    """Give where a page lies among the files of a release."""
    return f"{CARRIED}{page}.nq"


def member_iri(number: int) -> URIRef:
    """Give the IRI of a member: the page it stands on, and its number as fragment."""
    return URIRef(f"{FEED}/{page_of(number)}#{number}")


def read_extent(raw: bytes) -> Extent:
    """Read the index of a feed."""
    facts = json.loads(raw)
    return Extent(facts["members"], date.fromisoformat(facts["day"]) if facts["day"] else None)


def continued(extent: Extent, open_page: bytes, before: Mapping[str, str], edition: Edition) -> Mapping[str, bytes]:
    """Give the files of the feed that a release writes anew, by path: its last page, those after it, and the index.

    ``extent`` and ``open_page`` are those of the release before; ``before`` are its graphs, as SHA-256 of what each
    says. A graph that is new gives as:Create, one that says otherwise as:Update, one that is gone as:Delete (LDES 1.0,
    4.3), in the order of their names. A member is never older than the one before it.
    """
    day = max(edition.day, extent.day or edition.day)
    about, number = _by_subject(edition.content.about), extent.members
    pages: dict[int, list[bytes]] = defaultdict(list, {extent.pages: [open_page] if open_page else []})
    for name, kind in _changes(before, edition.content):
        number += 1
        pages[page_of(number)] += _member(number, name, kind, day, edition, about.get(f"<{name}>".encode(), ()))
    files = {page_path(page): b"".join(lines) for page, lines in pages.items() if lines}
    return files | {INDEX: _index(Extent(number, day if number else None))}


def replayed(editions: Iterable[Edition]) -> Mapping[str, bytes]:
    """Give every file of the feed of some releases, from the first one on; the same as one after the other gives."""
    files: dict[str, bytes] = {}
    extent, before = Extent(), dict[str, str]()
    for edition in editions:
        files |= continued(extent, files.get(page_path(extent.pages), b""), before, edition)
        extent = read_extent(files[INDEX])
        before = {str(name): graph.sha256 for name, graph in edition.content.graphs.items()}
    return files


def entries(described: Graph) -> tuple[Entry, ...]:
    """Give the members that a graph describes, the oldest first: the default graph of pages."""
    found = []
    for node, number in described.subject_objects(SCHEMA.position):
        kind = next(kind for kind in KINDS if (node, RDF.type, kind) in described)
        parts = [str(whole) for whole in described.objects(node, DCT.isPartOf) if whole != CURRENT]
        found.append(
            Entry(
                iri=str(node),
                number=int(str(number)),
                kind=str(kind).removeprefix(str(AS)),
                graph=str(described.value(node, DCT.isVersionOf)),
                issued=str(described.value(node, DCT.issued)),
                release=parts[0].removeprefix(f"{ROOT}release/"),
                reason=str(described.value(node, DCT.description) or ""),
            )
        )
    return tuple(sorted(found, key=lambda entry: entry.number))


def _changes(before: Mapping[str, str], content: Folded) -> Iterator[tuple[str, URIRef]]:
    now = {str(name): graph.sha256 for name, graph in content.graphs.items()}
    for name in sorted({*before, *now}):
        if name not in now:
            yield name, AS.Delete
        elif name not in before:
            yield name, AS.Create
        elif before[name] != now[name]:
            yield name, AS.Update


def _member(
    number: int, name: str, kind: URIRef, day: date, edition: Edition, about: Iterable[bytes]
) -> Iterator[bytes]:
    """Give the lines of a member: what is said of it, then what its graph says, in a graph named as the member is."""
    node, graph = f"<{member_iri(number)}>".encode(), edition.content.graphs.get(URIRef(name))
    said = [
        *about,
        f"<{RDF.type}> <{kind}> .".encode(),
        f"<{DCT.isVersionOf}> <{name}> .".encode(),
        f'<{DCT.issued}> "{day.isoformat()}T00:00:00Z"^^<{XSD.dateTime}> .'.encode(),
        f'<{SCHEMA.position}> "{number}"^^<{XSD.integer}> .'.encode(),
        f"<{DCT.isPartOf}> <{release_iri(edition.identifier)}> .".encode(),
        *([f"<{DCT.isPartOf}> <{CURRENT}> .".encode()] if graph is not None and graph.is_current else []),
    ]
    for line in sorted(said):
        yield node + b" " + line + b"\n"
    for line in graph.lines() if graph is not None else ():
        yield line.removesuffix(b" .") + b" " + node + b" .\n"


def _by_subject(lines: Iterable[bytes]) -> Mapping[bytes, list[bytes]]:
    """Give what lines of N-Triples say by their subjects."""
    found: dict[bytes, list[bytes]] = defaultdict(list)
    for line in lines:
        subject, _, rest = line.partition(b" ")
        found[subject].append(rest)
    return found


def _index(extent: Extent) -> bytes:
    facts = {
        "members": extent.members,
        "pageSize": PAGE_SIZE,
        "day": extent.day.isoformat() if extent.day else None,
    }
    return (json.dumps(facts, indent=2) + "\n").encode()
