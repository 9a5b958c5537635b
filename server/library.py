"""What the current release says: the queries of the pages over it, opened once and looked at again every second."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

from flask import current_app, g, request
from rdflib import Graph, URIRef
from rdflib.term import Node

from registry.dossier import merge
from registry.dumps import MANIFEST
from registry.model import Release, Solutions
from registry.namespaces import ROOT
from registry.ports import OpenRelease
from registry.profile import Profile
from registry.registry import Registry
from registry.standard import Standard, read_standard
from server.languages import PAGE
from server.problems import Problem
from server.words import Shown, Words, best_literal, literal, local_name

Row = Mapping[str, Node | None]

GRAPHS: Final = ROOT + "graph/"
_MOST_BYTES_KEPT: Final = 32 * 1024 * 1024
_MOST_OLDER: Final = 4


class Kept:
    """Documents already written, the longest unused dropped past a bound on their bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._written: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def get(self, key: tuple[str, str], write: Callable[[], bytes]) -> bytes:
        """Give what was written under a key, or write it now."""
        with self._lock:
            if key in self._written:
                self._written.move_to_end(key)
                return self._written[key]
        body = write()
        with self._lock:
            self._written[key] = body
            while sum(map(len, self._written.values())) > self._most_bytes:
                self._written.popitem(last=False)
        return body


class Shelf:
    """One opened release, and what is read from it once."""

    def __init__(self, opened: OpenRelease, texts: Mapping[str, str], profile: Profile, labels: Graph) -> None:
        self._reader = opened.reader
        self._texts = texts
        self._labels = labels
        self.kept: Final = Kept(_MOST_BYTES_KEPT)
        self.release: Final = opened.release
        self.profile: Final = profile

    def rows(self, query: str, **bindings: Node) -> list[Row]:
        """Give the rows of a SELECT query by its name, with bound terms."""
        answer = self._reader.query(self._texts[query], bindings)
        return list(answer.records()) if isinstance(answer, Solutions) else []

    def triples(self, query: str, **bindings: Node) -> Graph:
        """Give the graph of a CONSTRUCT query by its name, with bound terms."""
        answer = self._reader.query(self._texts[query], bindings)
        return answer if isinstance(answer, Graph) else Graph()

    def text(self, query: str) -> str:
        """Give a query by its name as text, for the query workers."""
        return self._texts[query]

    def header(self, iri: str) -> Graph:
        """Give what is said about an IRI itself, as far as it is current."""
        return self.triples("description-of-node", node=URIRef(iri))

    def whole(self, name: URIRef | None) -> Graph:
        """Give one graph by its whole name, the default graph for None."""
        return self._reader.graph(name)

    def graph(self, name: str) -> Graph:
        """Give one named graph by the end of its name: kind and slug."""
        return self._reader.graph(URIRef(GRAPHS + name))

    @cached_property
    def manifest(self) -> Graph:
        """What the release says of itself (DCAT, VoID, PROV); empty for one that was published without."""
        place, graph = self.release.directory / MANIFEST, Graph(bind_namespaces="none")
        return graph.parse(place, format="turtle") if place.is_file() else graph

    @cached_property
    def names(self) -> tuple[URIRef, ...]:
        """Name every graph held."""
        return tuple(self._reader.names())

    @cached_property
    def with_parts(self) -> frozenset[str]:
        """Every item of which something is said at a fragment of its IRI."""
        return frozenset(str(row["document"]) for row in self.rows("whole-items"))

    @cached_property
    def standard(self) -> Standard:
        """The standard as this release publishes it."""
        return read_standard(merge([*self.graphs("standard/").values(), self.graph("vocabulary/levels")]))

    @cached_property
    def terms(self) -> Graph:
        """The ontology and its alignments as one graph."""
        return merge(self.graphs("ontology/").values())

    def words(self, *graphs: Graph) -> Words:
        """Give the labels that some graphs have, those of the registry's own terms, and those of terms of others."""
        return Words(*graphs, self.terms, self._labels)

    @cached_property
    def documents(self) -> Mapping[str, Shown]:
        """Every item that has a page, by IRI, with its label."""
        return {iri: _best(iri, values) for iri, values in sorted(self._of_documents.items())}

    def label(self, iri: str) -> str:
        """Give the label of an item that has a page; empty where nothing labels it."""
        return self.documents[iri].text if self._of_documents.get(iri) else ""

    @cached_property
    def _of_documents(self) -> Mapping[str, list[Node]]:
        labels: dict[str, list[Node]] = {}
        for row in self.rows("documents"):
            label = row["label"]
            labels.setdefault(str(row["document"]), []).extend([] if label is None else [label])
        return labels

    def graphs(self, prefix: str) -> dict[str, Graph]:
        """Give every named graph of a kind, by slug."""
        return {slug: self.graph(prefix + slug) for slug in self.slugs(prefix)}

    def slugs(self, prefix: str) -> list[str]:
        """Give the slugs of every named graph of a kind, in order."""
        start = GRAPHS + prefix
        return sorted(str(name).removeprefix(start) for name in self.names if str(name).startswith(start))


class Library:
    """The shelves of the kept releases; that of the current one is followed, a few older ones stay open."""

    def __init__(self, registry: Registry, *, seconds: float = 1.0) -> None:
        """Look at most every ``seconds`` whether another release has become current."""
        self.registry: Final = registry
        self._seconds = seconds
        self._lock = threading.Lock()
        self._shelf: Shelf | None = None
        self._older: OrderedDict[str, Shelf] = OrderedDict()
        self._listed: tuple[str, Sequence[Release]] | None = None
        self._looked = 0.0

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        folder = Path(__file__).parent / "queries"
        return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.rq")}

    @cached_property
    def _labels(self) -> Graph:
        return Graph(bind_namespaces="none").parse(Path(__file__).parent / "labels.ttl", format="turtle")

    def shelf(self) -> Shelf:
        """Give the current release; raises UnknownRelease when there is none."""
        with self._lock:
            now = time.monotonic()
            if self._shelf is None or now - self._looked >= self._seconds:
                opened = self.registry.current()
                if self._shelf is None or self._shelf.release != opened.release:
                    self._shelf = self._opened(opened)
                self._looked = now
            return self._shelf

    def shelf_of(self, identifier: str) -> Shelf:
        """Give a kept release by its identifier; raises UnknownRelease."""
        current = self.shelf()
        if current.release.id == identifier:
            return current
        with self._lock:
            if identifier not in self._older:
                self._older[identifier] = self._opened(self.registry.release(identifier))
            self._older.move_to_end(identifier)
            while len(self._older) > _MOST_OLDER:
                self._older.popitem(last=False)
            return self._older[identifier]

    def shelf_at(self, day: date) -> Shelf:
        """Give the release that was current at the end of a day; raises UnknownRelease."""
        return self.shelf_of(self.registry.release_at(day).release.id)

    def kept(self) -> Sequence[Release]:
        """Give every kept release, the oldest first, as they were when the current one became it."""
        current = self.shelf().release.id
        with self._lock:
            if self._listed is None or self._listed[0] != current:
                self._listed = current, self.registry.releases()
            return self._listed[1]

    def _opened(self, opened: OpenRelease) -> Shelf:
        return Shelf(opened, self._texts, self.registry.profile, self._labels)


def shelf() -> Shelf:
    """Give the release that this request asks about: ``/releases/<id>/…``, or ``?at=DATE``, else the current one.

    It stays the same for the whole request, whatever is published meanwhile.
    """
    if "shelf" not in g:
        g.shelf = _asked_for(current_app.extensions["library"])
    found: Shelf = g.shelf
    return found


def _asked_for(library: Library) -> Shelf:
    named = (request.view_args or {}).get("release")
    if named is not None:
        return library.shelf_of(named)
    day = request.args.get("at")
    return library.shelf() if day is None else library.shelf_at(_day(day))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem("bad-request", "The parameter “at” is a day, written as 2026-12-31.") from None


def _best(iri: str, labels: list[Node]) -> Shown:
    chosen = best_literal(labels, (PAGE,))
    return Shown(local_name(iri)) if chosen is None else literal(chosen)
